// Runs the frozen module `on_board` with the heap and the stack of a Pico W, and ends.
#include <stdlib.h>

#include "py/cstack.h"
#include "py/gc.h"
#include "py/mphal.h"
#include "py/mperrno.h"
#include "py/runtime.h"
#include "shared/runtime/gchelper.h"
#include "shared/runtime/pyexec.h"
#include "shared/runtime/semihosting_arm.h"

static uint32_t gc_heap[PADLICHT_HEAP / sizeof(uint32_t)];

int main(int argc, char **argv) {
    extern uint32_t _estack;
    mp_cstack_init_with_top(&_estack, PADLICHT_STACK);
    gc_init(gc_heap, (char *)gc_heap + PADLICHT_HEAP);
    mp_init();
    int result = pyexec_frozen_module("on_board.py", false);
    mp_semihosting_exit(result & PYEXEC_FORCED_EXIT ? 0 : 1);
    return 0;
}

void gc_collect(void) {
    gc_collect_start();
    gc_helper_collect_regs_and_stack();
    gc_collect_end();
}

void nlr_jump_fail(void *val) {
    mp_printf(&mp_plat_print, "uncaught NLR\n");
    mp_semihosting_exit(1);
    for (;;) {
    }
}

// Hundredths of a second since the start, from QEMU.
static uint32_t clock_cs(void) {
    register uint32_t number __asm("r0") = 0x10;
    register uint32_t argument __asm("r1") = 0;
    __asm volatile ("bkpt 0xab" : "+r" (number) : "r" (argument) : "memory");
    return number;
}

mp_uint_t mp_hal_ticks_ms(void) {
    return clock_cs() * 10;
}

mp_uint_t mp_hal_ticks_us(void) {
    return clock_cs() * 10000;
}

mp_uint_t mp_hal_ticks_cpu(void) {
    return clock_cs();
}

uint64_t mp_hal_time_ns(void) {
    return clock_cs() * 10000000ULL;
}

void mp_hal_delay_us(mp_uint_t us) {
    uint32_t begin = mp_hal_ticks_us();
    while (mp_hal_ticks_us() - begin < us) {
        mp_handle_pending(true);
    }
}

void mp_hal_delay_ms(mp_uint_t ms) {
    mp_hal_delay_us(ms * 1000);
}
