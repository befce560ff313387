# What the image of the emulator has in C: our images' modules, and the wire in place of a radio.
include(${CMAKE_CURRENT_LIST_DIR}/../modules/micropython.cmake)
target_sources(usermod_padlicht INTERFACE ${CMAKE_CURRENT_LIST_DIR}/wire.c)
