"""The LD2410 reader: whole reports out of whatever the UART brings."""

from node.sense.ld2410 import LD2410


def normal(state, moving_cm, still_cm=0):
    """Return the 23 bytes of a normal report."""
    body = bytes((2, 0xAA, state)) + low_high(moving_cm) + b"\x32" + low_high(still_cm) + b"\x21"
    body += low_high(min(moving_cm, still_cm)) + b"\x55\x00"
    return b"\xf4\xf3\xf2\xf1\x0d\x00" + body + b"\xf8\xf7\xf6\xf5"


def engineering(state, moving_cm):
    """Return the 45 bytes of an engineering report, gate energies 1 to 18."""
    body = bytes((1, 0xAA, state)) + low_high(moving_cm) + b"\x32\x00\x00\x00" + low_high(moving_cm)
    body += b"\x08\x08" + bytes(range(1, 19)) + b"\x40\x01\x55\x00"
    return b"\xf4\xf3\xf2\xf1\x23\x00" + body + b"\xf8\xf7\xf6\xf5"


def low_high(number):
    return bytes((number & 255, number >> 8))


def radar():
    """Return a reader and the list that its reports go to."""
    got = []
    return LD2410(lambda moving, distance_cm: got.append((moving, distance_cm))), got


def test_a_normal_report_gives_the_distance_of_what_moves():
    """A moving target of 322 cm is reported with both bytes of its distance."""
    reader, got = radar()
    reader.feed(normal(1, 322))
    reader.feed(normal(3, 150, 90))
    assert got == [(True, 322), (True, 150)]
    assert (reader.frames, reader.bad) == (2, 0)


def test_an_engineering_report_is_read_alike():
    """The longer report of engineering mode gives the same two values."""
    reader, got = radar()
    reader.feed(engineering(1, 187) + normal(1, 188))
    assert got == [(True, 187), (True, 188)]


def test_a_stale_distance_is_nobody():
    """Without the moving bit the distance left in the report does not count, even if one stands."""
    reader, got = radar()
    reader.feed(normal(0, 120))
    reader.feed(normal(2, 120, 130))
    assert got == [(False, -1), (False, -1)]


def test_energy_and_whoever_is_still_are_told_beside_it():
    """The moving target's energy and the still one's distance are those of the newest report, and
    nothing where its state bits say so."""
    reader, _ = radar()
    assert (reader.energy, reader.still_cm) == (0, -1)
    for state, wanted in ((1, (50, -1)), (2, (0, 290)), (3, (50, 290)), (0, (0, -1))):
        reader.feed(normal(state, 150, 290))
        assert (reader.energy, reader.still_cm) == wanted, state
    reader.feed(engineering(1, 187))
    assert (reader.energy, reader.still_cm) == (50, -1)


def test_any_chunking_gives_the_same_reports():
    """Reports cut into pieces of 1 to 50 bytes come out as if they had come whole."""
    stream = normal(1, 100) + engineering(1, 200) + normal(0, 0) + normal(1, 32767)
    for size in range(1, 51):
        reader, got = radar()
        for start in range(0, len(stream), size):
            reader.feed(memoryview(stream)[start : start + size])
        assert got == [(True, 100), (True, 200), (False, -1), (True, 32767)], size


def test_a_report_cut_short_anywhere_costs_only_itself():
    """However much of a report is lost, the next one is read."""
    for make in (normal, engineering):
        for cut in range(len(make(1, 111))):
            reader, got = radar()
            reader.feed(make(1, 111)[:cut] + make(1, 50) + make(1, 51))
            assert got == [(True, 50), (True, 51)], cut
            assert reader.frames == 2


def test_a_false_length_swallows_no_report():
    """A header that promises the long report gives back the short ones it would cover."""
    reader, got = radar()
    reader.feed(b"\xf4\xf3\xf2\xf1\x23\x00" + normal(1, 60) + normal(1, 61))
    assert got == [(True, 60), (True, 61)]
    assert reader.bad == 1


def test_a_broken_byte_breaks_one_report():
    """A report is refused when any byte of its frame is wrong, and counted as bad."""
    whole = normal(1, 77)
    for place in (4, 5, 6, 7, 17, 18, 19, 20, 21, 22):
        broken = bytearray(whole)
        broken[place] ^= 0x40
        reader, got = radar()
        reader.feed(broken)
        reader.feed(normal(1, 78) + normal(1, 79))
        assert got == [(True, 78), (True, 79)], place
        assert reader.bad == 1, place


def test_a_distance_that_cannot_be_breaks_its_report():
    """32 768 cm or more, of the moving target, of the still one, or in all: a byte was flipped."""
    for make in (normal, engineering):
        for place in (10, 13, 16):
            broken = bytearray(make(1, 77))
            broken[place] |= 0x80
            reader, got = radar()
            reader.feed(broken + make(1, 78))
            assert got == [(True, 78)], place
            assert (reader.frames, reader.bad) == (1, 1)


def test_noise_is_passed_over():
    """Random bytes, full of half headers, never raise and hide no report that follows them."""
    seed = 1
    reader, got = radar()
    for round_number in range(60):
        noise = bytearray()
        for _ in range(seed % 90):
            seed = (seed * 75 + 74) % 65537
            noise.append((0xF4, 0xF3, 0xF2, 0xF1, 0x0D, 0x23, 0, seed & 255)[seed >> 5 & 7])
        reader.feed(noise + normal(1, round_number) + normal(1, 500))
        assert got[-2:] == [(True, round_number), (True, 500)]
        seed += 1


def test_answers_to_commands_are_no_reports():
    """The radar's replies between reports are passed over without being called bad."""
    reader, got = radar()
    reader.feed(b"\xfd\xfc\xfb\xfa\x08\x00\xff\x01\x00\x00\x01\x00\x40\x00\x04\x03\x02\x01")
    reader.feed(normal(1, 90))
    assert got == [(True, 90)]
    assert reader.bad == 0
