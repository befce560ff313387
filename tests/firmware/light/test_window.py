"""The window of an evening, from the sun's going down to a local time, and the schedule by it."""

from node.keep.zone import Zone, days
from node.light.schedule import Schedule, Window

SETTINGS = {
    "start_at": "sunset",
    "start_offset_min": 0,
    "end_at": "22:00",
    "lat_e4": 532300,
    "lon_e4": 65700,
    "tz": "CET-1CEST,M3.5.0,M10.5.0/3",
    "without_clock": "dusk",
    "clockless_h": 3,
    "lux_gate": 0,
}


class Evenings:
    """The windows of some settings, and the plans of a schedule that has no light sensor."""

    def __init__(self, settings):
        zone = Zone(settings["tz"])
        self.for_day = Window(settings, zone).for_day
        self.plan = Schedule(settings, zone).plan


def window(**changes):
    return Evenings(dict(SETTINGS, **changes))


def unix(year, month, day, hour=0, minute=0, second=0):
    """Return Unix seconds of a UTC date and time."""
    return (days(year, month, day) + 10957) * 86400 + hour * 3600 + minute * 60 + second


def near(got_s, wanted_s):
    """Say whether an instant is right to ten seconds, as sun.py is."""
    return abs(got_s - wanted_s) <= 10


def test_a_winter_evening_runs_from_sunset_to_ten():
    """On 12 November 2028 in Groningen the light is on from 16:41:37 to 22:00 local time."""
    start, end = window().for_day(days(2028, 11, 12))
    assert near(start, unix(2028, 11, 12, 15, 41, 37))
    assert end == unix(2028, 11, 12, 21)


def test_the_end_is_local_time_in_summer_too():
    """After the clocks change the light goes out at 22:00 summer time, 20:00 UTC."""
    assert window().for_day(days(2026, 3, 28))[1] == unix(2026, 3, 28, 21)
    assert window().for_day(days(2026, 3, 29))[1] == unix(2026, 3, 29, 20)
    assert window().for_day(days(2026, 10, 24))[1] == unix(2026, 10, 24, 20)
    assert window().for_day(days(2026, 10, 25))[1] == unix(2026, 10, 25, 21)
    assert window(end_at="20:30").for_day(days(2026, 1, 5))[1] == unix(2026, 1, 5, 19, 30)


def test_civil_dusk_and_an_offset_start_later():
    """Civil dusk starts the light 38 min after sunset in November, an offset by its minutes."""
    day = days(2028, 11, 12)
    assert near(window(start_at="civil_dusk").for_day(day)[0], unix(2028, 11, 12, 16, 20))
    sunset = window().for_day(day)[0]
    assert window(start_offset_min=45).for_day(day)[0] == sunset + 45 * 60


def test_midsummer_evenings_are_empty():
    """In Groningen sunset is at 22:00 or later from 11 June to 7 or 8 July: the lamp stays off."""
    empty = [n for n in range(days(2026, 1, 1), days(2027, 1, 1)) if window().for_day(n) is None]
    assert empty == list(range(empty[0], empty[-1] + 1))
    assert empty[0] == days(2026, 6, 11)
    assert days(2026, 7, 7) <= empty[-1] <= days(2026, 7, 8)
    assert window(end_at="23:00").for_day(days(2026, 6, 24)) is not None


def test_an_offset_past_the_end_makes_an_empty_window():
    """An evening of under 45 minutes with an offset of 45 has no light, not a window backwards."""
    day = days(2026, 6, 5)
    assert window().for_day(day) is not None
    assert window(start_offset_min=45).for_day(day) is None


def test_plan_tells_what_is_and_when_it_changes():
    """Around both ends of an evening: open or not, and the seconds until that changes."""
    w = window()
    start, end = w.for_day(days(2026, 11, 12))
    tomorrow = w.for_day(days(2026, 11, 13))[0]
    assert w.plan(start - 3600) == (False, 3600)
    assert w.plan(start - 1) == (False, 1)
    assert w.plan(start) == (True, end - start)
    assert w.plan(end - 1) == (True, 1)
    assert w.plan(end) == (False, tomorrow - end)
    assert w.plan(unix(2026, 11, 12, 23, 30)) == (False, tomorrow - unix(2026, 11, 12, 23, 30))


def test_plan_in_midsummer_knows_no_change():
    """When neither today nor tomorrow has an evening, the lamp is off and no change is known."""
    assert window().plan(unix(2026, 6, 24, 21)) == (False, -1)
    is_open, left_s = window().plan(unix(2026, 6, 10, 20, 30))
    assert (is_open, left_s) == (False, -1)


def test_plan_and_for_day_agree_all_year():
    """Every third day of a year `plan` says what `for_day` says, in the middle and at both ends."""
    w = window()
    evenings = 0
    for n in range(days(2026, 1, 1), days(2027, 1, 1), 3):
        evening = w.for_day(n)
        if evening is None:
            continue
        evenings += 1
        start, end = evening
        middle = (start + end) // 2
        assert w.plan(middle) == (True, end - middle)
        assert w.plan(start - 1) == (False, 1)
        assert not w.plan(end)[0]
    assert evenings > 100


def test_the_evening_belongs_to_the_local_date():
    """Far from Greenwich, and past the date line, a date's window is in that date's evening."""
    for lat_e4, lon_e4, tz in (
        (213000, -1578600, "HST10"),
        (-368500, 1747600, "NZST-12NZDT,M9.5.0,M4.1.0/3"),
        (
            18700,
            -1574300,
            "<+14>-14",
        ),  # Kiritimati: west of the date line by longitude, east by clock
        (-138300, -1717700, "<+13>-13"),
        (529000, 1586500, "<+12>-12"),
        (435800, 876200, "<+06>-6"),
    ):
        zone = Zone(tz)
        w = window(lat_e4=lat_e4, lon_e4=lon_e4, tz=tz)
        for n in range(days(2026, 1, 1), days(2026, 5, 1), 10):
            start, end = w.for_day(n)
            assert zone.local(start)[0] == n and zone.local(end) == (n, 22 * 3600), tz
            assert 16 * 3600 < zone.local(start)[1] < 21 * 3600, tz
            assert w.plan(end - 60) == (True, 60), tz


def test_a_sunset_after_midnight_starts_no_evening():
    """In Reykjavik in June the sun sets after midnight: no light, though it set that day."""
    reykjavik = window(lat_e4=641500, lon_e4=-219400, tz="GMT0")
    assert reykjavik.for_day(days(2029, 6, 21)) is None
    assert reykjavik.for_day(days(2029, 6, 22)) is None


def test_polar_places_have_evenings_that_make_sense():
    """In Tromso the light is off in the polar day, and on from about noon in the polar night."""
    tromso = window(lat_e4=696500, lon_e4=189600)
    assert tromso.for_day(days(2026, 6, 21)) is None
    assert tromso.for_day(days(2026, 12, 21)) == (unix(2026, 12, 21, 11), unix(2026, 12, 21, 21))
    for n in range(days(2026, 11, 15), days(2027, 1, 31)):
        start = tromso.for_day(n)[0]
        assert 10 * 3600 < (start % 86400) < 14 * 3600, n


def test_a_night_on_which_the_clocks_change_in_the_evening_has_one_evening():
    """In Nuuk clocks change on a Saturday at 23:00: the light ends once, and does not come back."""
    for month, day, end_at, end_utc in (
        (3, 28, "22:00", (2026, 3, 29, 0)),
        (3, 28, "23:00", (2026, 3, 29, 1)),  # 23:00 does not come: its moment does
        (10, 24, "22:00", (2026, 10, 24, 23)),
        (10, 24, "23:00", (2026, 10, 25, 0)),  # 23:00 comes twice: the first one counts
    ):
        nuuk = window(
            lat_e4=641800, lon_e4=-517000, tz="<-02>2<-01>,M3.5.0/-1,M10.5.0/0", end_at=end_at
        )
        start, end = nuuk.for_day(days(2026, month, day))
        assert end == unix(*end_utc)
        for minute in range(-600, 900):
            at = end + minute * 60
            assert nuuk.plan(at)[0] == (start <= at < end), (month, end_at, minute)


def test_every_minute_of_the_odd_weeks_follows_the_plan():
    """Around both changes of the clocks, counting a plan down never misses what a new one says."""
    w = window()
    for day in (days(2026, 3, 27), days(2026, 10, 23)):
        now = (day + 10957) * 86400
        is_open, left_s = w.plan(now)
        change = now + left_s
        for _ in range(4 * 1440):
            now += 60
            if now >= change:
                flipped, left_s = w.plan(change)
                assert flipped != is_open
                is_open = flipped
                change += left_s
            assert w.plan(now) == (is_open, change - now), now


def test_the_polar_circle_has_no_day_without_a_word():
    """From pole to pole each day of a year is an evening of its own date, or none."""
    for lat_e4 in (900000, 800000, 680000, 660000, -660000, -780000, -900000):
        w = window(lat_e4=lat_e4, tz="UTC0")
        lit = 0
        for n in range(days(2026, 1, 1), days(2027, 1, 1)):
            evening = w.for_day(n)
            if evening is not None:
                lit += 1
                assert unix(2026, 1, 1, 12) <= evening[0] < evening[1]
                assert evening[0] >= (n + 10957) * 86400 + 11 * 3600
                assert evening[1] == (n + 10957) * 86400 + 22 * 3600
        assert 150 < lit < 330, (lat_e4, lit)


def test_an_evening_that_ends_when_it_begins_is_none():
    """In Tromso's polar night the light begins at noon, and with 600 minutes more at its end."""
    tromso = {"lat_e4": 696500, "lon_e4": 189600}
    assert window(start_offset_min=600, **tromso).for_day(days(2026, 12, 21)) is None
    start, end = window(start_offset_min=599, **tromso).for_day(days(2026, 12, 21))
    assert end - start == 60
