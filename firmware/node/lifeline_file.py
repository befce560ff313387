"""Lifeline file: `lifeline.json`, the coming evenings at base light, for lifeline.py to go by."""

import json

from node import log
from node.keep import files

EVENINGS = 14
_DAY_S = 86400


class LifelineFile:
    """Keeps the file right; a board that does not light anything has none."""

    def __init__(self, board) -> None:
        self._path = board.folder + "/lifeline.json"
        self._is_lamp = board.identity["role"] == "lamp"
        self._board_name = board.name
        self._values: dict | None = None  # those that the file was last made for
        self._day: int | None = None  # and the day

    def second(self, values: dict, utc_s: "int | None") -> None:
        """Once a second: write the file when the settings or the day are new."""
        day = None if utc_s is None else utc_s // _DAY_S
        if not self._is_lamp or (values is self._values and day in (None, self._day)):
            return
        self._values, self._day = values, day
        data = json.dumps(self._note(values, utc_s)).encode()
        try:
            if files.read(self._path) != data:
                files.replace(self._path, data)
        except OSError as error:
            log.warn("app: lifeline.json not written ({})".format(error))

    def _note(self, values, utc_s):
        from node.keep.zone import Zone
        from node.light.schedule import Window

        evenings = []
        if utc_s is not None:
            zone = Zone(values["tz"])
            window = Window(values, zone)
            today = zone.local(utc_s)[0]
            for day in range(today, today + EVENINGS):
                evening = window.for_day(day)
                if evening:
                    evenings.append(list(evening))
        dusk_h = values["clockless_h"] if values["without_clock"] == "dusk" else 0
        return {
            "board": self._board_name,
            "duty": 65535 * values["base_pct"] // 100,
            "dusk_h": dusk_h,
            "evenings": evenings,
        }
