"""Settings are taken whole or refused with reasons, and survive a restart."""

import os

from scratch import Folder

from node.keep import files
from node.keep.settings import MAX_REFUSED, SCHEMA, Settings, defaults, validate


def _reason(key, value):
    """Why a value is refused; None when it is taken."""
    return validate({key: value})[1].get(key)


def test_defaults_are_allowed():
    """Every default passes its own check, and nothing is left out."""
    values, refused = validate(defaults())
    assert refused == {}
    assert values == defaults() and len(values) == 26


def test_missing_keys_get_defaults():
    """What is not wanted otherwise has its default."""
    values, refused = validate({"base_pct": 10})
    assert refused == {}
    assert values["base_pct"] == 10 and values["boost_pct"] == 100


def test_reason_names_key_value_range_and_remedy():
    """A refusal reads as a sentence that says what to do."""
    assert _reason("base_pct", 40) == "base_pct 40 is outside 0-25 %: choose a value in that range"
    assert _reason("lat_e4", 900001) == (
        "lat_e4 900001 is outside -900000 to 900000 1e-4 degree: choose a value in that range"
    )


def test_limits_are_inclusive():
    """Both ends of each range are allowed, one beyond is not."""
    for key, row in SCHEMA.items():
        if row["kind"] == "int":
            assert _reason(key, row["low"]) is None and _reason(key, row["high"]) is None, key
            assert _reason(key, row["low"] - 1) and _reason(key, row["high"] + 1), key


def test_a_gate_may_be_switched_off():
    """Nought is no brightness but "no gate", and stands beside the range."""
    assert _reason("lux_gate", 0) is None
    assert _reason("lux_gate", 3) == (
        "lux_gate 3 is outside 5-50 lx, or 0 for none: choose a value in that range"
    )
    assert "is not a whole number" in _reason("lux_gate", False)


def test_only_whole_numbers():
    """Text, fractions, truth values and nothing at all are not numbers."""
    for value in ("20", 20.0, True, None, [20]):
        assert "is not a whole number" in _reason("base_pct", value), value


def test_choices():
    """A choice is one of its list, in its own type."""
    assert _reason("start_at", "civil_dusk") is None
    assert _reason("report_min", 30) is None
    assert _reason("report_min", 20) == "report_min 20 is not a choice: take one of 15, 30, 60"
    for value in (15.0, "15", True, [15]):
        assert _reason("report_min", value), value
    assert _reason("start_at", "noon")


def test_times():
    """Only a real HH:MM within the allowed evening is a time."""
    for value in ("20:00", "22:30", "23:00"):
        assert _reason("end_at", value) is None, value
    for value in ("19:59", "23:01"):
        assert "is outside" in _reason("end_at", value), value
    for value in ("22:60", "2200", "22:5", "22:050", "+2:00", "22.00", 2200, "", "²2:00"):
        assert "is not a time" in _reason("end_at", value), value


def test_lines():
    """A line is four whole numbers within 6 m whose ends are apart."""
    assert _reason("line_mm", [0, 500, 0, 5000]) is None
    assert "is not a line" in _reason("line_mm", [0, 500, 0])
    assert "is not a line" in _reason("line_mm", [0, 500, 0, 5000.0])
    assert "is not a line" in _reason("line_mm", "0,500,0,5000")
    assert "range" in _reason("line_mm", [0, 500, 0, 6001])
    assert "too short" in _reason("line_mm", [0, 500, 300, 800])


def test_time_zones_are_read_by_the_node():
    """A string that is no zone is refused by its looks, and what the node's reader refuses by
    that."""
    assert _reason("tz", "CET-1CEST,M3.5.0,M10.5.0/3") is None
    for value in ("", "A" * 65, "CET\n-1", 1):
        assert "is not a time zone" in _reason("tz", value), value
    with Folder() as folder:
        path = folder + "/settings.json"
        settings = Settings(path)
        assert list(settings.apply(1, {"tz": "Europe/Amsterdam"})) == ["tz"]
        assert settings.apply(1, {"tz": "GMT0BST,M3.5.0/1,M10.5.0"}) == {}


def test_unknown_keys_are_refused_by_name():
    """A setting that this firmware does not have is named, even a very long one, in few words."""
    reason = "is not a setting of this firmware: check the spelling or update the node"
    assert validate({"moon_gate": 5})[1] == {"moon_gate": "moon_gate " + reason}
    assert len(str(validate({"x" * 3000: 1})[1])) < 250


def test_all_or_nothing():
    """One wrong value leaves everything as it was, in memory and on flash."""
    with Folder() as folder:
        path = folder + "/settings.json"
        settings = Settings(path)
        assert settings.apply(3, {"base_pct": 10}) == {}
        refused = settings.apply(4, {"base_pct": 5, "hold_s": 1})
        assert list(refused) == ["hold_s"]
        assert settings.version == 3 and settings.values["base_pct"] == 10
        again = Settings(path)
        again.load()
        assert again.version == 3 and again.values["base_pct"] == 10


def test_survive_a_restart():
    """What was applied is in force after a restart, version and all."""
    with Folder() as folder:
        path = folder + "/settings.json"
        Settings(path).apply(7, {"end_at": "21:30", "line_mm": [0, 500, 0, 5000]})
        settings = Settings(path)
        assert settings.load() is None
        assert settings.version == 7
        assert settings.values["end_at"] == "21:30" and settings.values["line_mm"] == [
            0,
            500,
            0,
            5000,
        ]


def test_nothing_stored():
    """Without a file the defaults are in force, as version 0, and load says so."""
    with Folder() as folder:
        path = folder + "/settings.json"
        settings = Settings(path)
        assert "defaults" in settings.load()
        assert settings.version == 0 and settings.values == defaults()


def test_broken_file_means_defaults():
    """Whatever a damaged file holds, the node starts with the defaults and says so."""
    with Folder() as folder:
        path = folder + "/settings.json"
        for text in (
            b"",
            b"{",
            b"[]",
            b"null",
            b'{"version":1}',
            b'{"version":"1","set":{}}',
            b'{"version":1,"set":[]}',
        ):
            files.replace(path, text)
            settings = Settings(path)
            assert "cannot be read" in settings.load(), text
            assert settings.version == 0 and settings.values == defaults()


def test_stored_setting_of_another_firmware():
    """After a change of firmware a stored key that is no longer taken falls to its default, the
    others stay."""
    with Folder() as folder:
        path = folder + "/settings.json"
        files.replace(path, b'{"version":9,"set":{"base_pct":15,"hold_s":999,"gone":1}}')
        settings = Settings(path)
        said = settings.load()
        assert "hold_s" in said and "gone" in said
        assert settings.version == 9
        assert settings.values["base_pct"] == 15 and settings.values["hold_s"] == 20


def test_same_settings_again_spare_the_flash():
    """A retained message that says what is in force already writes nothing."""
    with Folder() as folder:
        path = folder + "/settings.json"
        settings = Settings(path)
        settings.apply(1, {"base_pct": 10})
        os.remove(path)
        assert settings.apply(1, {"base_pct": 10}) == {}
        assert files.read(path) is None


def test_flash_that_refuses_leaves_the_old_in_force():
    """Settings that cannot be stored are not half in force: they are refused with the reason."""
    settings = Settings("/nowhere/at/all/settings.json")
    refused = settings.apply(1, {"base_pct": 10})
    assert "could not be stored" in refused["settings"]
    assert settings.version == 0 and settings.values["base_pct"] == 20


def test_refusals_fit_into_a_message():
    """However much is wrong, the answer stays within what a node may send."""
    with Folder() as folder:
        path = folder + "/settings.json"
        wanted = {key: "?" * 100 for key in SCHEMA}
        refused = Settings(path).apply(1, wanted)
        assert len(refused) == MAX_REFUSED
        assert len(str(refused)) < 1900
