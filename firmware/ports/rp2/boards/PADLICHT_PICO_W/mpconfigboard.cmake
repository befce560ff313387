# A Pico W with a larger stack (see stack.h); all else is MicroPython's own board.
include(${MICROPY_PORT_DIR}/boards/RPI_PICO_W/mpconfigboard.cmake)

# The port's linker script has a stack of 8 KiB in the two scratch banks, right behind the RAM that
# ends with the heap: ours goes down from the same top, 4 KiB further.
set(PADLICHT_STACK __StackTop-0x3000)
set(PADLICHT_IS_FIRMWARE $<STREQUAL:$<TARGET_PROPERTY:NAME>,${MICROPY_TARGET}>)
add_link_options(
    $<${PADLICHT_IS_FIRMWARE}:-Wl,--defsym=padlicht_stack_bottom=${PADLICHT_STACK}>
    $<${PADLICHT_IS_FIRMWARE}:-Wl,--defsym=padlicht_heap_end=${PADLICHT_STACK}>
)
