"""Settings of a node: schema, validation, and what is in force.

The hub loads this very file to know the schema, so nothing of the node is imported at the top. What
each setting means is in `settings_help`, which no board loads: it would take 2 KB of a slot's heap.
"""

import json

MAX_REFUSED = 12  # reasons in one answer: a node's message holds 2 KiB
_SHOWN = 40  # characters of a wrong value that a reason repeats


def _row(kind, default, low, high, unit, role, choices=None) -> dict:
    row = {"kind": kind, "default": default, "low": low, "high": high}
    row.update({"choices": choices, "unit": unit, "role": role})
    return row


def _int(default: int, low: int, high: int, unit: str, role: str, choices=None) -> dict:
    return _row("int", default, low, high, unit, role, choices)


def _choice(default, choices: tuple, unit: str, role: str) -> dict:
    return _row("choice", default, None, None, unit, role, choices)


_EVENINGS = ("sunset", "civil_dusk")
_LINE = [-1500, 1000, 1500, 1000]
_TZ = "CET-1CEST,M3.5.0,M10.5.0/3"

# kind "int": a whole number from low to high, or one of choices, which switches it off; "time":
# local "HH:MM" from low to high; "choice": one of choices; "line": [x1, y1, x2, y2] with each from
# low to high; "tz": a POSIX TZ string.
SCHEMA = {
    "base_pct": _int(20, 0, 25, "%", "lamp"),
    "boost_pct": _int(100, 40, 100, "%", "lamp"),
    "reach_cm": _int(200, 100, 300, "cm", "lamp"),
    "mount_cm": _int(130, 50, 400, "cm", "lamp"),
    "fade_up_ms": _int(500, 300, 2000, "ms", "lamp"),
    "hold_s": _int(20, 5, 120, "s", "lamp"),
    "fade_down_s": _int(10, 3, 420, "s", "lamp"),
    "start_at": _choice("sunset", _EVENINGS, "", "lamp"),
    "start_offset_min": _int(0, 0, 45, "min", "lamp"),
    "end_at": _row("time", "22:00", "20:00", "23:00", "local time", "lamp"),
    "end_grace_s": _int(60, 0, 180, "s", "lamp"),
    "without_clock": _choice("dusk", ("dusk", "off"), "", "lamp"),
    "clockless_h": _int(3, 1, 6, "h", "lamp"),
    "lux_gate": _int(0, 5, 50, "lx", "lamp", (0,)),
    "stuck_pct": _int(60, 30, 90, "%", "lamp"),
    "stay": _choice("no", ("no", "yes"), "", "lamp"),
    "confirm": _int(2, 1, 5, "frames", "lamp"),
    "pwm_hz": _int(2000, 1000, 10000, "Hz", "lamp"),
    "line_mm": _row("line", _LINE, -6000, 6000, "mm", "counter"),
    "hysteresis_mm": _int(300, 150, 600, "mm", "counter"),
    "settle": _int(3, 2, 6, "frames", "counter"),
    "coast_ms": _int(800, 300, 1500, "ms", "counter"),
    "report_min": _choice(15, (15, 30, 60), "min", "both"),
    "lat_e4": _int(532300, -900000, 900000, "1e-4 degree", "both"),
    "lon_e4": _int(65700, -1800000, 1800000, "1e-4 degree", "both"),
    "tz": _row("tz", _TZ, None, None, "", "both"),
}
_UNKNOWN = " is not a setting of this firmware: check the spelling or update the node"
_LINE_MIN_MM = 500  # shorter, and radar noise turns the line round


def defaults() -> dict:
    """Every key with its default."""
    return {key: row["default"] for key, row in SCHEMA.items()}


def validate(wanted: dict, tz_reason=None) -> tuple:
    """Check `wanted`, which may hold any of the keys: (values, refused).

    values: every key, with the default where `wanted` has none or a refused one.
    refused: key -> a sentence for the technician; empty when all of it may be taken.
    tz_reason: a function from a POSIX TZ string to what is wrong with it, or None; the node hands
    in its own reader.
    """
    values = defaults()
    refused = {}
    for key in wanted:
        value = wanted[key]
        if key not in SCHEMA:
            name = _shown(key)
            refused[name] = name + _UNKNOWN
            continue
        row = SCHEMA[key]
        reason = _CHECKS[row["kind"]](row, value)
        if reason is None and row["kind"] == "tz" and tz_reason is not None:
            reason = tz_reason(value)
        if reason is None:
            values[key] = value
        else:
            refused[key] = "{} {} {}".format(key, _shown(value), reason)
    return values, refused


def _shown(value) -> str:
    text = str(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "..."


def _is_int(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _check_int(row: dict, value) -> "str | None":
    span = "{}-{} {}".format(row["low"], row["high"], row["unit"])
    if row["low"] < 0:
        span = "{} to {} {}".format(row["low"], row["high"], row["unit"])
    if row["choices"]:
        span += ", or {} for none".format(row["choices"][0])
    if not _is_int(value):
        return "is not a whole number: choose one in {}".format(span)
    if row["choices"] and value in row["choices"]:
        return None
    if not row["low"] <= value <= row["high"]:
        return "is outside {}: choose a value in that range".format(span)
    return None


def _check_choice(row: dict, value) -> "str | None":
    # True == 1 and 15.0 == 15 in Python, so a plain `in` would let them through.
    if isinstance(value, (str, int)) and not isinstance(value, bool) and value in row["choices"]:
        return None
    choices = ", ".join([str(choice) for choice in row["choices"]])
    return "is not a choice: take one of {}".format(choices)


def _check_time(row: dict, value) -> "str | None":
    ask = "choose {} to {}, written HH:MM".format(row["low"], row["high"])
    if not (isinstance(value, str) and len(value) == 5 and value[2] == ":"):
        return "is not a time: " + ask
    if not (_digits(value[:2] + value[3:]) and value[3] < "6"):
        return "is not a time: " + ask
    if not row["low"] <= value <= row["high"]:
        return "is outside the allowed times: " + ask
    return None


def _digits(text: str) -> bool:
    return all(char in "0123456789" for char in text)


def _check_line(row: dict, value) -> "str | None":
    is_four = isinstance(value, (list, tuple)) and len(value) == 4
    if not (is_four and all(_is_int(mm) for mm in value)):
        return "is not a line: give four whole numbers x1,y1,x2,y2 in mm"
    if not all(row["low"] <= mm <= row["high"] for mm in value):
        span = "{} to {} mm".format(row["low"], row["high"])
        return "leaves the radar's range: keep each number in " + span
    x1, y1, x2, y2 = value
    if (x2 - x1) ** 2 + (y2 - y1) ** 2 < _LINE_MIN_MM**2:
        return "is too short: put its ends at least {} mm apart".format(_LINE_MIN_MM)
    return None


def _check_tz(row: dict, value) -> "str | None":
    is_text = isinstance(value, str) and 4 <= len(value) <= 64
    if not (is_text and all(" " < char < "\x7f" for char in value)):
        return "is not a time zone: give a POSIX TZ string such as " + row["default"]
    return None


_CHECKS = {
    "int": _check_int,
    "choice": _check_choice,
    "time": _check_time,
    "line": _check_line,
    "tz": _check_tz,
}


def _zone_reason(text: str) -> "str | None":
    """What this node's own time zone reader has against `text`."""
    # Imported late: the hub loads this file where there is no package `node`.
    from node.errors import BadData
    from node.keep.zone import Zone

    try:
        Zone(text)
    except BadData as error:
        return "cannot be used: {}".format(error)
    return None


class Settings:
    """The settings in force, kept in one file; they change whole or not at all."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.version = 0  # 0: the defaults
        self.values = defaults()

    def load(self) -> "str | None":
        """Take what the file holds; None when all went well, else a sentence on what was done.

        A key that this firmware no longer takes gets its default; the others stay in force.
        """
        from node.keep import files

        data = files.read(self._path)
        if data is None:
            return "none stored yet; the defaults are in force"
        try:
            stored = json.loads(data)
            version, wanted = stored["version"], stored["set"]
            if not (_is_int(version) and isinstance(wanted, dict)):
                raise ValueError
        except (ValueError, KeyError, TypeError):
            return "the stored ones cannot be read; the defaults are in force"
        self.values, refused = validate(wanted, _zone_reason)
        self.version = version
        if refused:
            reasons = "; ".join(list(refused.values()))
            return "default taken for what this firmware cannot use: " + reasons
        return None

    def apply(self, version: int, wanted: dict) -> dict:
        """Take `wanted` whole and store it: {}; or leave the old in force: key -> sentence.

        At most MAX_REFUSED reasons are given at a time. What `wanted` leaves out gets its default.
        """
        from node.keep import files

        values, refused = validate(wanted, _zone_reason)
        if refused:
            return {key: refused[key] for key in sorted(refused)[:MAX_REFUSED]}
        if version == self.version and values == self.values:
            return {}  # a retained message comes again at every birth: spare the flash
        text = json.dumps({"version": version, "set": wanted})
        try:
            files.replace(self._path, text.encode())
        except OSError as error:
            reason = "could not be stored on the node ({}): the old ones stay in force"
            return {"settings": reason.format(error)}
        self.version = version
        self.values = values
        return {}
