// Module `_stack`: how much of the main stack was never used, by painting it.
//
// Main program and the tick's interrupt share this stack; MicroPython's own micropython.stack_use()
// tells how deep it is now, not how deep it ever was. Works on every port: what it asks are the
// bounds that MicroPython itself checks each call against.

#include "py/mpconfig.h"
#include "py/mpstate.h"
#include "py/obj.h"

#define PAINT (0xa5a5a5a5)

static size_t stack_bytes(void) {
    return MP_STATE_THREAD(stack_limit) + MICROPY_STACK_CHECK_MARGIN;
}

static uint32_t *stack_bottom(void) {
    return (uint32_t *)(MP_STATE_THREAD(stack_top) - stack_bytes());
}

// paint(): marks what is unused. An interrupt that comes meanwhile is over before this goes on.
static mp_obj_t stack_paint(void) {
    uint32_t *end = (uint32_t *)__builtin_frame_address(0) - 64;
    for (volatile uint32_t *word = stack_bottom(); word < end; word++) {
        *word = PAINT;
    }
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_0(stack_paint_obj, stack_paint);

// left(): bytes that nobody has written to since paint(), up from the stack's far end.
static mp_obj_t stack_left(void) {
    uint32_t *bottom = stack_bottom(), *word = bottom;
    while (*word == PAINT) {
        word++;
    }
    return MP_OBJ_NEW_SMALL_INT((word - bottom) * sizeof(*word));
}
static MP_DEFINE_CONST_FUN_OBJ_0(stack_left_obj, stack_left);

// size(): bytes of the whole stack.
static mp_obj_t stack_size(void) {
    return MP_OBJ_NEW_SMALL_INT(stack_bytes());
}
static MP_DEFINE_CONST_FUN_OBJ_0(stack_size_obj, stack_size);

static const mp_rom_map_elem_t stack_globals_table[] = {
    { MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR__stack) },
    { MP_ROM_QSTR(MP_QSTR_paint), MP_ROM_PTR(&stack_paint_obj) },
    { MP_ROM_QSTR(MP_QSTR_left), MP_ROM_PTR(&stack_left_obj) },
    { MP_ROM_QSTR(MP_QSTR_size), MP_ROM_PTR(&stack_size_obj) },
};
static MP_DEFINE_CONST_DICT(stack_globals, stack_globals_table);

const mp_obj_module_t stack_module = {
    .base = { &mp_type_module },
    .globals = (mp_obj_dict_t *)&stack_globals,
};

MP_REGISTER_MODULE(MP_QSTR__stack, stack_module);
