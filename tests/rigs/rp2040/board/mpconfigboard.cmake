# A Pico for the emulator, with the stack and the heap of our Pico W.
include(${MICROPY_PORT_DIR}/boards/RPI_PICO/mpconfigboard.cmake)
set(PADLICHT_IS_FIRMWARE $<STREQUAL:$<TARGET_PROPERTY:NAME>,${MICROPY_TARGET}>)
add_link_options(
    $<${PADLICHT_IS_FIRMWARE}:-Wl,--defsym=padlicht_stack_bottom=__StackTop-0x3000>
    $<${PADLICHT_IS_FIRMWARE}:-Wl,--defsym=padlicht_heap_end=__StackLimit+206064>
)

# C++'s library is 1 GB in Debian, and all that wants it is `new`, which nobody here calls.
set_source_files_properties(
    ${MICROPY_DIR}/lib/pico-sdk/src/rp2_common/pico_cxx_options/new_delete.cpp
    PROPERTIES COMPILE_DEFINITIONS PICO_CXX_DISABLE_ALLOCATION_OVERRIDES=1
)
cmake_language(DEFER CALL set_target_properties ${MICROPY_TARGET} PROPERTIES LINKER_LANGUAGE C)
cmake_language(DEFER CALL target_link_libraries ${MICROPY_TARGET} m)
