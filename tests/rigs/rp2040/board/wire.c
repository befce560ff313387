// Module `_wire`: a stream to the emulator, in place of a radio with its TCP.
//
// Two rings in RAM, which the emulator reads and fills from outside (tests/rigs/rp2040/parts.py).
// One stream at a time. It is in C, as lwIP's sockets are, so that a TLS handshake over it stands as
// deep on the stack.

#include "py/mperrno.h"
#include "py/runtime.h"
#include "py/stream.h"

#define SIZE (4096) // of a ring; a power of two

typedef struct _wire_t {
    mp_obj_base_t base;
} wire_t;

// Written to by one side each: `out` by us up to out_end, `in` by the emulator up to in_end.
volatile struct {
    uint32_t wanted; // 1: open, by us
    uint32_t is; // 0 closed, 1 open, 2 refused, by the emulator
    uint32_t out_begin, out_end, in_begin, in_end; // bytes ever
    uint8_t out[SIZE], in[SIZE];
} padlicht_wire;

static const mp_obj_type_t wire_type;
static const wire_t wire = { { &wire_type } };

static mp_uint_t wire_read(mp_obj_t self, void *buffer, mp_uint_t size, int *error) {
    mp_uint_t done = 0;
    while (done < size && padlicht_wire.in_begin != padlicht_wire.in_end) {
        ((uint8_t *)buffer)[done++] = padlicht_wire.in[padlicht_wire.in_begin % SIZE];
        padlicht_wire.in_begin++;
    }
    if (!done && padlicht_wire.is == 1) {
        *error = MP_EAGAIN;
        return MP_STREAM_ERROR;
    }
    return done;
}

static mp_uint_t wire_write(mp_obj_t self, const void *buffer, mp_uint_t size, int *error) {
    mp_uint_t done = 0;
    if (padlicht_wire.is != 1) {
        *error = MP_ECONNRESET;
        return MP_STREAM_ERROR;
    }
    while (done < size && padlicht_wire.out_end - padlicht_wire.out_begin < SIZE) {
        padlicht_wire.out[padlicht_wire.out_end % SIZE] = ((const uint8_t *)buffer)[done++];
        padlicht_wire.out_end++;
    }
    if (!done) {
        *error = MP_EAGAIN;
        return MP_STREAM_ERROR;
    }
    return done;
}

static mp_uint_t wire_ioctl(mp_obj_t self, mp_uint_t request, uintptr_t arg, int *error) {
    if (request == MP_STREAM_POLL) {
        mp_uint_t there = 0;
        if (padlicht_wire.in_begin != padlicht_wire.in_end || padlicht_wire.is == 0) {
            there |= MP_STREAM_POLL_RD;
        }
        if (padlicht_wire.is == 1 && padlicht_wire.out_end - padlicht_wire.out_begin < SIZE) {
            there |= MP_STREAM_POLL_WR;
        }
        if (padlicht_wire.is == 2) {
            there |= MP_STREAM_POLL_WR | MP_STREAM_POLL_ERR;
        }
        return there & (arg | MP_STREAM_POLL_ERR);
    }
    if (request == MP_STREAM_CLOSE) {
        padlicht_wire.wanted = 0;
        return 0;
    }
    *error = MP_EINVAL;
    return MP_STREAM_ERROR;
}

// connect(address): as a socket's that does not block.
static mp_obj_t wire_connect(mp_obj_t self, mp_obj_t address) {
    padlicht_wire.wanted = 1;
    mp_raise_OSError(MP_EINPROGRESS);
}
static MP_DEFINE_CONST_FUN_OBJ_2(wire_connect_obj, wire_connect);

static mp_obj_t wire_setblocking(mp_obj_t self, mp_obj_t blocking) {
    return mp_const_none;
}
static MP_DEFINE_CONST_FUN_OBJ_2(wire_setblocking_obj, wire_setblocking);

static const mp_rom_map_elem_t wire_locals_table[] = {
    { MP_ROM_QSTR(MP_QSTR_connect), MP_ROM_PTR(&wire_connect_obj) },
    { MP_ROM_QSTR(MP_QSTR_setblocking), MP_ROM_PTR(&wire_setblocking_obj) },
    { MP_ROM_QSTR(MP_QSTR_read), MP_ROM_PTR(&mp_stream_read_obj) },
    { MP_ROM_QSTR(MP_QSTR_write), MP_ROM_PTR(&mp_stream_write_obj) },
    { MP_ROM_QSTR(MP_QSTR_close), MP_ROM_PTR(&mp_stream_close_obj) },
};
static MP_DEFINE_CONST_DICT(wire_locals, wire_locals_table);

static const mp_stream_p_t wire_stream = {
    .read = wire_read, .write = wire_write, .ioctl = wire_ioctl,
};

static MP_DEFINE_CONST_OBJ_TYPE(
    wire_type, MP_QSTR_Wire, MP_TYPE_FLAG_NONE, locals_dict, &wire_locals, protocol, &wire_stream
    );

// socket(family, kind): the wire; what was in it before is gone.
static mp_obj_t wire_socket(size_t count, const mp_obj_t *args) {
    padlicht_wire.in_begin = padlicht_wire.in_end;
    return MP_OBJ_FROM_PTR(&wire);
}
static MP_DEFINE_CONST_FUN_OBJ_VAR_BETWEEN(wire_socket_obj, 0, 2, wire_socket);

static const mp_rom_map_elem_t wire_globals_table[] = {
    { MP_ROM_QSTR(MP_QSTR___name__), MP_ROM_QSTR(MP_QSTR__wire) },
    { MP_ROM_QSTR(MP_QSTR_socket), MP_ROM_PTR(&wire_socket_obj) },
};
static MP_DEFINE_CONST_DICT(wire_globals, wire_globals_table);

const mp_obj_module_t wire_module = {
    .base = { &mp_type_module },
    .globals = (mp_obj_dict_t *)&wire_globals,
};

MP_REGISTER_MODULE(MP_QSTR__wire, wire_module);
