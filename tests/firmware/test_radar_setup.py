"""A radar is set up by asking and telling; what it does not take is said, and no loop follows."""

from node.sense.ld2410 import LD2410
from node.sense.ld2450 import LD2450

OFF = b"\x08\x05\x04\x03\x02\x01"  # the address of a radar without Bluetooth
ADDRESS = b"\x8f\x27\x2e\xb8\x0f\x65"
WANTED = b"\xaa\x08\x08\x08" + b"\x32" * 18 + b"\x01\x00"
FACTORY = b"\xaa\x08\x08\x08" + b"\x32" * 18 + b"\x05\x00"
REPORT = {
    LD2410: b"\xf4\xf3\xf2\xf1\x0d\x00\x02\xaa" + b"\x00" * 9 + b"\x55\x00\xf8\xf7\xf6\xf5",
    LD2450: b"\xaa\xff\x03\x00" + b"\x00" * 24 + b"\x55\xcc",
}


class Module:
    """A radar at the other end of the UART: reports ten times a second, obeys commands."""

    def __init__(self, kind):
        self.driver = kind(lambda *_: None)
        self.report = REPORT[kind]
        self.plugged = True
        self.deaf = False
        self.refuses = ()  # commands that it answers with an error
        self.mute = ()  # commands that it does not answer
        self.params, self.resolution, self.address, self.mode = FACTORY, 0, ADDRESS, 2
        self.zone_kind = 0  # 1: only who is within the zones is reported, 2: who is outside
        self.bluetooth = 1  # after the next restart
        self.configuring = False
        self.booting = 0
        self.heard = []
        self.now = 0

    def run(self, tenths):
        """So many tenths of a second."""
        for _ in range(tenths):
            self.now += 1
            self.booting = max(0, self.booting - 1)
            if self.plugged and not self.configuring and not self.booting:
                self.driver.feed(self.report)
            written = self.driver.command(100)
            if written and self.plugged and not self.booting and not self.deaf:
                self._obey(written)

    def set_up(self):
        return (self.params, self.resolution, self.address) == (WANTED, 0, OFF)

    def _obey(self, written):
        assert written[:4] == b"\xfd\xfc\xfb\xfa" and written[-4:] == b"\x04\x03\x02\x01"
        assert written[4] == len(written) - 10 and written[5] == written[7] == 0
        number, data = written[6], written[8:-4]
        self.heard.append(number)
        if number != 0xFF and not self.configuring:
            return
        if number in self.mute:
            return
        if number in self.refuses:
            self._say(number, b"\x01\x00")
            return
        answer = b""
        if number == 0xFF:
            self.configuring = True
            answer = b"\x01\x00\x40\x00"
        elif number == 0x61:
            answer = self.params
        elif number == 0x60:
            gates = data[2:3] + data[8:9]
            self.params = self.params[:2] + gates + self.params[4:22] + data[14:16]
        elif number == 0x64:
            gate, params = data[2], bytearray(self.params)
            params[4 + gate], params[13 + gate] = data[8], data[14]
            self.params = bytes(params)
        elif number == 0xC1:
            answer = bytes((self.zone_kind, 0)) + b"\x00" * 24
        elif number == 0xC2:
            assert len(data) == 26
            self.zone_kind = data[0]
        elif number == 0xAB:
            answer = bytes((self.resolution, 0))
        elif number == 0xAA:
            self.next_resolution = data[0]
        elif number == 0xA5:
            answer = self.address
        elif number == 0xA4:
            self.bluetooth = data[0]
        elif number == 0x91:
            answer = bytes((self.mode, 0))
        elif number == 0x90:
            self.mode = 2
        self._say(number, b"\x00\x00" + answer)
        if number == 0xFE:
            self.configuring = False
        if number == 0xA3:
            self.restart()

    def restart(self):
        self.configuring = False
        self.booting = 12
        self.address = ADDRESS if self.bluetooth else OFF
        self.resolution = getattr(self, "next_resolution", self.resolution)

    def _say(self, number, rest):
        body = bytes((number, 1)) + rest
        reply = b"\xfd\xfc\xfb\xfa" + bytes((len(body), 0)) + body + b"\x04\x03\x02\x01"
        for at in range(0, len(reply), 7):
            self.driver.feed(reply[at : at + 7])


def test_a_factory_fresh_ld2410_is_set_up():
    """Timeout and Bluetooth are set, the module restarts once, everything is asked again and
    right."""
    module = Module(LD2410)
    module.run(100)
    assert module.set_up()
    assert module.heard.count(0xA3) == 1 and module.heard[-1] == 0xFE
    assert not module.driver.unset and not module.configuring
    before = list(module.heard)
    module.run(50000)
    assert module.heard == before  # and then it is left alone


def test_the_set_up_is_byte_for_byte():
    """What a factory-fresh module is sent: enter, ask, set one second, coarse gates and Bluetooth
    off, restart."""
    module = Module(LD2410)
    written = []
    obey = module._obey
    module._obey = lambda data: (written.append(data), obey(data))
    module.run(20)
    assert written[:7] == [
        b"\xfd\xfc\xfb\xfa\x04\x00\xff\x00\x01\x00\x04\x03\x02\x01",
        b"\xfd\xfc\xfb\xfa\x02\x00\x61\x00\x04\x03\x02\x01",
        b"\xfd\xfc\xfb\xfa\x14\x00\x60\x00\x00\x00\x08\x00\x00\x00\x01\x00\x08\x00\x00\x00"
        b"\x02\x00\x01\x00\x00\x00\x04\x03\x02\x01",
        b"\xfd\xfc\xfb\xfa\x02\x00\x61\x00\x04\x03\x02\x01",
        b"\xfd\xfc\xfb\xfa\x02\x00\xab\x00\x04\x03\x02\x01",
        b"\xfd\xfc\xfb\xfa\x04\x00\xa5\x00\x01\x00\x04\x03\x02\x01",
        b"\xfd\xfc\xfb\xfa\x04\x00\xa4\x00\x00\x00\x04\x03\x02\x01",
    ]
    assert written[7] == b"\xfd\xfc\xfb\xfa\x02\x00\xa3\x00\x04\x03\x02\x01"


def test_gates_reach_as_far_as_is_wanted_whichever_way_they_are_read():
    """Gate N certainly sees N times 0.75 m, and perhaps one gate more: two metres take three; when
    the reach changes, the module is told."""
    module = Module(LD2410)
    module.driver.set_reach(200)
    module.run(100)
    assert module.params[2:4] == b"\x03\x03" and not module.driver.unset
    module.driver.set_reach(300)
    module.run(100)
    assert module.params[2:4] == b"\x04\x04" and not module.driver.unset
    asked = len(module.heard)
    module.driver.set_reach(290)
    module.run(100)
    assert len(module.heard) == asked
    for reach_cm, gate in ((100, 2), (150, 2), (151, 3), (225, 3), (226, 4), (404, 6), (900, 8)):
        module.driver.set_reach(reach_cm)
        module.run(100)
        assert module.params[2:4] == bytes((gate, gate)), reach_cm


def test_one_that_is_right_is_told_nothing():
    """A module that has all it needs is only asked, and does not restart."""
    module = Module(LD2410)
    module.params, module.address = WANTED, OFF
    module.run(100)
    assert module.heard == [0xFF, 0x61, 0xAB, 0xA5, 0xFE]


def test_fine_gates_are_made_coarse():
    """A module with gates of 0.2 m, which end before two metres, gets those of 0.75 m."""
    module = Module(LD2410)
    module.resolution = 1
    module.run(100)
    assert module.set_up()


def test_a_counter_that_sees_one_gets_to_see_three():
    """An LD2450 in single-target mode is put into the other, and its Bluetooth goes off."""
    module = Module(LD2450)
    module.mode = 1
    module.run(100)
    assert module.mode == 2 and module.address == OFF
    assert not module.driver.unset and not module.configuring


def test_one_that_comes_back_is_set_up_again():
    """After it was unplugged it may be another module: it is asked anew."""
    module = Module(LD2410)
    module.run(100)
    module.plugged = False
    module.run(100)
    assert not module.driver.unset
    module.params, module.address, module.bluetooth = FACTORY, ADDRESS, 1
    module.plugged = True
    module.run(100)
    assert module.set_up() and not module.driver.unset


def test_a_short_silence_is_no_return():
    """Two seconds without a report are no reason to disturb it."""
    module = Module(LD2410)
    module.run(100)
    before = len(module.heard)
    module.plugged = False
    module.run(20)
    module.plugged = True
    module.run(100)
    assert len(module.heard) == before


def test_one_that_comes_late():
    """A radar that is plugged in an hour after the start is set up then."""
    module = Module(LD2410)
    module.plugged = False
    module.run(30000)
    assert not module.driver.unset  # that it is silent is another fault
    module.plugged = True
    module.run(100)
    assert module.set_up()


def test_one_left_in_configuration_is_brought_out():
    """A node that restarted in mid-setup finds a radar that says nothing, and gets it to report."""
    module = Module(LD2410)
    module.run(2)
    assert module.configuring
    module.driver = LD2410(lambda *_: None)
    module.run(100)
    assert module.set_up() and not module.configuring


def test_a_wire_to_it_that_is_broken():
    """A radar that reports and hears nothing is said to be unset, and asked again each hour."""
    module = Module(LD2410)
    module.deaf = True
    module.run(100)
    assert module.driver.unset
    module.run(30000)
    assert module.driver.unset
    module.deaf = False
    module.run(10000)
    assert module.set_up() and not module.driver.unset


def test_one_that_refuses():
    """A setting that it knows and refuses leaves it unset, does not hold up the others, and
    restarts it at most once."""
    for number in (0x60, 0xA4):
        module = Module(LD2410)
        module.refuses = (number,)
        module.run(300)
        assert module.driver.unset and not module.configuring, number
        assert module.heard.count(0xA3) <= 1
        assert module.address == OFF or number == 0xA4
        assert module.params == WANTED or number == 0x60


def test_one_that_pretends():
    """A module that acknowledges and keeps its old settings is found out."""
    module = Module(LD2410)
    module.restart = lambda: None  # its Bluetooth stays on
    module.run(300)
    assert module.driver.unset
    assert module.heard.count(0xA3) == 1


def test_a_restart_without_a_word():
    """A module that restarts before it replies is still set up."""
    module = Module(LD2410)
    module.mute = (0xA3,)
    while 0xA3 not in module.heard:
        module.run(1)
    module.restart()
    module.run(200)
    assert module.set_up() and not module.driver.unset


def test_a_reply_cut_short():
    """Half a reply and noise before each whole one change nothing."""
    module = Module(LD2410)
    say = module._say

    def noisy(number, rest):
        module.driver.feed(b"\xfd\xfc\xfb\xfa\x09\x00" + bytes((number, 1, 0)))
        module.driver.feed(b"\xfd\xfd\xfc\xfb\xfa\xff\xff\x00")
        say(number, rest)

    module._say = noisy
    module.run(300)
    assert module.set_up() and not module.driver.unset
