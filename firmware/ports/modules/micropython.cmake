# Modules in C of our images: USER_C_MODULES=…/firmware/ports/modules/micropython.cmake
add_library(usermod_padlicht INTERFACE)
target_sources(usermod_padlicht INTERFACE ${CMAKE_CURRENT_LIST_DIR}/stack.c)
target_include_directories(usermod_padlicht INTERFACE ${CMAKE_CURRENT_LIST_DIR})
target_link_libraries(usermod INTERFACE usermod_padlicht)
