// A Pico for the emulator: its console is UART 0, which the emulator can hear, not USB.
#include "boards/RPI_PICO/mpconfigboard.h"
#include "../boards/stack.h"

#undef MICROPY_HW_BOARD_NAME
#define MICROPY_HW_BOARD_NAME "Raspberry Pi Pico W"
#undef MICROPY_HW_FLASH_STORAGE_BYTES
#define MICROPY_HW_FLASH_STORAGE_BYTES (848 * 1024)
#define MICROPY_HW_ENABLE_UART_REPL (1)
#define MICROPY_HW_ENABLE_USBDEV (0)

// As a board with a network has it: the stand-in for its sockets is board/wire.c.
#define MICROPY_PY_SSL (1)
