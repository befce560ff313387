"""An RP2040 that runs our image: flash, UARTs, pins and PWM from outside, time in its own cycles.

The image is built by tools/board_image.sh, when the firmware has changed since. What runs it is
rp2040py; it is stepped from here and knows no real time, so that each run is the same run. Where it
differs from the chip's datasheet, it is put right here (`_mend_uart`).
"""

import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import littlefs
from rp2040py.device.bootrom import BOOTROM_B1
from rp2040py.execute_batch import execute_batch
from rp2040py.memory_map import FLASH_START_ADDRESS
from rp2040py.simulator import Simulator
from rp2040py.utils.logging import ConsoleLogger, LogLevel

ROOT = Path(__file__).resolve().parents[3]
HZ = 125_000_000
RAM = 0x20000000
STACK = (0x2003F000, 0x20042000)  # firmware/ports/boards: its far end, and where it begins
PAINT = b"\xa5"  # as ports/modules/stack.c paints
BLOCK = 4096
BLOCKS = 212  # 848 KiB of files at the end of 2 MiB, as on a Pico W
FILES_AT = 2 * 1024 * 1024 - BLOCKS * BLOCK
LOOK_NS = 1_000_000  # between two looks from outside
INSTRUCTIONS = 32  # between two looks at the clock: an alarm is late by less than a microsecond
BYTE_NS = 10 * 1e9 / 256000  # of the radar
SLEEP_CYCLES = 5000  # at most, of an interrupt that only wakes the main program
LAMP, MOTION = 15, 6  # as in boards/pins.py
_UARTDR, _UARTTXINTR = 0x0, 1 << 5
_TIMER_ALARM3 = 0x1C


@cache
def image() -> Path:
    """The folder of firmware.bin and .elf with the firmware of this checkout."""
    script = ROOT / "tools" / "board_image.sh"
    done = subprocess.run([script, "rp2040"], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Path(done.stdout.strip())


def blank() -> bytes:
    """A flash as it comes from the factory, as far as files go."""
    return b"\xff" * (BLOCKS * BLOCK)


def file_system(files: dict[str, bytes]) -> bytes:
    """A flash with these files."""
    made = littlefs.LittleFS(block_size=BLOCK, block_count=BLOCKS, prog_size=256)
    for name, content in files.items():
        with made.open(name, "wb") as file:
            file.write(content)
    return bytes(made.context.buffer)


class Board:
    """One board, powered on. Nothing happens until `run`."""

    def __init__(self, flash: bytes):
        self._simulator = Simulator()
        self._look = self._simulator.clock.create_alarm(self._simulator.stop)
        self.chip = self._simulator.rp2040
        self.chip.logger = ConsoleLogger(LogLevel.ERROR)
        self.chip.load_bootrom(BOOTROM_B1)
        program = (image() / "firmware.bin").read_bytes()
        self.chip.flash[: len(program)] = program
        self.chip.flash[FILES_AT : FILES_AT + len(flash)] = flash
        self.console = ""
        self.to_radar = bytearray()  # what the node sent to its radar
        self._interrupts: list[tuple[float, int]] = []
        self.resets = 0
        self._start()
        for uart in self.chip.uart:
            _mend_uart(uart, self._simulator.clock)
        self.chip.uart[0].on_byte = self._said
        self.chip.uart[1].on_byte = self.to_radar.append
        self.chip.watchdog.on_watchdog_trigger = self._reset
        self._time_ticks()
        for channel in self.chip.pwm.channels:
            channel.update_enable = lambda: None  # its registers tell all; no edge is needed
        self.motion(False)

    def _start(self) -> None:
        low, high = STACK
        self.chip.sram[low - RAM : high - RAM] = PAINT * (high - low)
        self.chip.core.pc = FLASH_START_ADDRESS

    def _reset(self) -> None:
        """The watchdog's bite, and machine.reset(): flash stays."""
        self.resets += 1
        self.chip.enter_reset(from_watchdog=True)
        self._start()

    def _said(self, byte: int) -> None:
        self.console += chr(byte)

    def types(self, text: bytes) -> None:
        """Bytes into the console's UART, a millisecond apart."""
        if text:
            self.chip.uart[0].feed_byte(text[0])
            self.at(0.001, lambda: self.types(text[1:]))

    def _time_ticks(self) -> None:
        """Each from the alarm's interrupt to when the next alarm is set."""
        timer, core = self.chip.timer, self.chip.core
        began = 0
        began_s = 0.0
        fire, write = timer._fire_alarm, timer.write_uint32

        def fired(index: int) -> None:
            nonlocal began, began_s
            if index == 3:
                began, began_s = core.cycles, self.seconds
            fire(index)

        def wrote(offset: int, value: int) -> None:
            nonlocal began
            if offset == _TIMER_ALARM3 and began:
                self._interrupts.append((began_s, core.cycles - began))
                began = 0
            write(offset, value)

        timer._fire_alarm, timer.write_uint32 = fired, wrote

    @property
    def ticks(self) -> list[tuple[float, int]]:
        """(when in s, how many cycles) of each so far; what is shorter only ends a sleep."""
        return [one for one in self._interrupts if one[1] > SLEEP_CYCLES]

    @property
    def seconds(self) -> float:
        """Time since power-on, by the chip's own clock."""
        return self._simulator.clock.nanos / 1e9

    def run(self, until: Callable[[], bool], limit_s: float) -> None:
        """Go on until something holds; AssertionError when it does not within limit_s."""
        end_s = self.seconds + limit_s
        while not until():
            assert self.seconds < end_s, f"not within {limit_s} s:\n{self.console[-2000:]}"
            self._look.schedule(LOOK_NS)
            self._simulator.stopped = False
            while not self._simulator.stopped:  # a batch ends by real time, too
                execute_batch(self._simulator, INSTRUCTIONS)

    def run_for(self, duration_s: float) -> None:
        """Go on for so long, by the chip's own clock."""
        end_s = self.seconds + duration_s
        self.run(lambda: self.seconds >= end_s, duration_s + 1)

    def at(self, delay_s: float, action: Callable[[], None]) -> None:
        """Do something in so many seconds of the chip's time."""
        self._simulator.clock.create_alarm(action).schedule(delay_s * 1e9)

    def motion(self, there: bool) -> None:
        """The level of the motion pin."""
        self.chip.gpio[MOTION].set_input_value(there)

    def radar_says(self, data: bytes) -> None:
        """Bytes into the radar's UART, one after the other at 256000 baud."""
        if data:
            self.chip.uart[1].feed_byte(data[0])
            self.at(BYTE_NS / 1e9, lambda: self.radar_says(data[1:]))

    @property
    def duty(self) -> tuple[int, int]:
        """(compare, top) of the lamp's PWM."""
        channel = self.chip.pwm.channels[LAMP // 2]
        return channel.cc >> 16, channel.top

    def stack_left(self) -> int:
        """Bytes of the main stack that were never written to."""
        low, high = STACK
        stack = bytes(self.chip.sram[low - RAM : high - RAM])
        return len(stack) - len(stack.lstrip(PAINT))

    def files(self) -> littlefs.LittleFS:
        """The file system as it is on flash now."""
        flash = bytearray(self.chip.flash[FILES_AT : FILES_AT + BLOCKS * BLOCK])
        found = littlefs.LittleFS(block_size=BLOCK, block_count=BLOCKS, prog_size=256, mount=False)
        found.context.buffer = flash
        found.mount()
        return found


def _mend_uart(uart, clock) -> None:
    """The chip says "room to send" when bytes have left, not for ever: an endless interrupt."""
    write = uart.write_uint32

    def check() -> None:
        wanted = uart._interrupt_status & uart._interrupt_mask
        uart.rp2040.set_interrupt(uart.irq, bool(wanted))

    def left() -> None:
        uart._interrupt_status |= _UARTTXINTR
        check()

    sent = clock.create_alarm(left)

    def wrote(offset: int, value: int) -> None:
        write(offset, value)
        if offset == _UARTDR:
            sent.schedule(BYTE_NS)

    uart.check_interrupts, uart.write_uint32 = check, wrote
