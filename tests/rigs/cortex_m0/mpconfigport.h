// MicroPython's port for QEMU, with what the firmware needs of a board, on a Cortex-M0.
#include "ports/qemu/mpconfigport.h"

#undef MICROPY_PY_SELECT
#undef MICROPY_PY_TIME
#undef MICROPY_PY_ASYNCIO
#define MICROPY_PY_SELECT (1)
#define MICROPY_PY_TIME (1)
#define MICROPY_PY_ASYNCIO (1)
#define MICROPY_PY_TIME_TIME_TIME_NS (1)
#define MICROPY_PY_TIME_GMTIME_LOCALTIME_MKTIME (1)
#define MICROPY_PY_TIME_INCLUDEFILE "ports/padlicht/modtime.c"
#define MICROPY_EPOCH_IS_1970 (1)
#define MICROPY_STACK_CHECK_MARGIN (256)
#define MICROPY_ENABLE_FINALISER (1)
#define MICROPY_PY_OS_URANDOM (1)
#define MICROPY_PY_OS_GETENV_PUTENV_UNSETENV (1)
#define MICROPY_PY_OS_INCLUDEFILE "ports/padlicht/modos.c"
#define MICROPY_PY_UCTYPES (1)
