"""What a node is made of, as its board has to be told: board, network, lamp, sensors."""

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from padlicht.errors import BadData

SIMULATED = "sim"
BOARDS = ("pico_w", "pico2_w", "esp32_s3", SIMULATED)  # the firmware's `boards/`
SENSORS = ("veml7700", "bh1750", "ds3231", "ina219")  # those its `sense/sensors.py` knows
LIGHT_SENSORS = {"veml7700", "bh1750"}
MOTIONS = ("radar", "pir")
COUNTRY = "NL"
IPV4_ONLY = {"esp32_s3"}  # as MicroPython is built for it
MOST_SSID = 32  # bytes; a radio has room for no more
RATED_MW = 6000  # what a lamp draws at full light of which nobody said it: the firmware's own
MIN_MW, MAX_MW = 100, 500_000  # a lamp for a path, not an indicator and not a stadium

_HEX_KEY = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True)
class BoardConfig:
    """The hardware of one node. `rated_mw` None: what the firmware takes the prototype to draw.

    `motion`: what is wired to a lamp's motion pin. `beams`: a counter has a beam pair, no radar.
    `wifi_password` "" is an open network; it is told to the board and to nobody else.
    """

    board: str = SIMULATED
    wifi_ssid: str | None = None
    wifi_password: str | None = None
    wifi_country: str = COUNTRY
    rated_mw: int | None = None
    sensors: tuple[str, ...] = ()
    motion: str | None = None
    beams: bool = False

    def __repr__(self) -> str:
        """Without the password, which must reach no log."""
        return f"BoardConfig({self.board})"

    @property
    def simulated(self) -> bool:
        """Whether it is no board at all, but a process on a PC."""
        return self.board == SIMULATED

    def identity(self) -> dict[str, Any]:
        """What node.json says of it; what is as the firmware assumes is left out."""
        said: dict[str, Any] = {"board": self.board}
        if not self.simulated:
            said |= {
                "wifi_ssid": self.wifi_ssid,
                "wifi_password": self.wifi_password,
                "wifi_country": self.wifi_country,
            }
        if self.rated_mw is not None:
            said["rated_mw"] = self.rated_mw
        if self.sensors:
            said["sensors"] = list(self.sensors)
        if self.motion is not None:
            said["motion"] = self.motion
        if self.beams:
            said["sensor"] = "beams"
        return said


def from_identity(identity: Mapping[str, Any]) -> BoardConfig:
    """What a node.json says of the hardware: the other way round."""
    return BoardConfig(
        board=identity["board"],
        wifi_ssid=identity.get("wifi_ssid"),
        wifi_password=identity.get("wifi_password"),
        wifi_country=identity.get("wifi_country", COUNTRY),
        rated_mw=identity.get("rated_mw"),
        sensors=tuple(identity.get("sensors", ())),
        motion=identity.get("motion"),
        beams=identity.get("sensor") == "beams",
    )


def password_in(file: BinaryIO) -> str:
    """The first line of a file with a password, as its bytes say it in UTF-8."""
    line = file.readline().removeprefix(codecs.BOM_UTF8).rstrip(b"\r\n")
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        raise BadData(
            f"the first line of {getattr(file, 'name', 'the file')} is not UTF-8: save it as UTF-8"
        ) from error


def check(fitting: BoardConfig, role: str) -> None:
    """Raise BadData with what is wrong and what to do, unless a node of `role` can be so."""
    if fitting.board not in BOARDS:
        raise BadData(f"board {fitting.board!r} is none of {', '.join(BOARDS)}: choose one of them")
    if role != "lamp" and (fitting.motion or fitting.rated_mw is not None):
        raise BadData("a counter has no lamp: leave out --motion and --rated-mw")
    if role != "counter" and fitting.beams:
        raise BadData("only a counter counts with beams: leave out --beams")
    if fitting.simulated:
        if fitting.wifi_ssid or fitting.sensors or fitting.motion or fitting.beams:
            raise BadData(
                "a simulated board has no radio and no sensors: leave out --wifi-ssid, --sensors, "
                f"--motion and --beams, or say with --board what it is: {', '.join(BOARDS[:-1])}"
            )
        if fitting.rated_mw is not None:
            raise BadData("a simulated board has its lamp built in: leave out --rated-mw")
        return
    _check_wifi(fitting)
    _check_sensors(fitting.sensors)
    if fitting.motion not in (None, *MOTIONS):
        raise BadData(f"motion {fitting.motion!r} is none of {', '.join(MOTIONS)}: choose one")
    check_rated(fitting.rated_mw, role)


def check_rated(rated_mw: int | None, role: str) -> None:
    """Raise BadData unless a node of `role` can draw that at full light; None: not known."""
    if rated_mw is None:
        return
    if role != "lamp":
        raise BadData("a counter has no lamp: leave out --rated-mw")
    if not MIN_MW <= rated_mw <= MAX_MW:
        raise BadData(
            f"a lamp of {rated_mw} mW is outside {MIN_MW}-{MAX_MW} mW: give what it draws "
            "at full light, in thousandths of a watt"
        )


def _check_wifi(fitting: BoardConfig) -> None:
    try:
        ssid = (fitting.wifi_ssid or "").encode()
    except UnicodeEncodeError as error:
        raise BadData(
            f"the network's name {fitting.wifi_ssid!r} is not UTF-8: type it in a terminal that "
            "speaks UTF-8, or give it in a file (`padlicht node import`)"
        ) from error
    if not 1 <= len(ssid) <= MOST_SSID:
        raise BadData(
            f"the board {fitting.board} needs a network whose name has 1 to {MOST_SSID} bytes, not "
            f"{len(ssid)}: give --wifi-ssid NAME"
        )
    if ssid.isspace() or any(byte < 0x20 or byte == 0x7F for byte in ssid):
        raise BadData(
            f"the network's name {fitting.wifi_ssid!r} has characters that cannot be seen: give it "
            "as the router shows it"
        )
    password = fitting.wifi_password
    if password is None:
        raise BadData(
            "the board needs the network's password: give --wifi-password-file FILE, or set "
            "PADLICHT_NODE_ADD_WIFI_PASSWORD (empty for an open network)"
        )
    printable = all(" " <= char <= "~" for char in password)
    # What is wrong is said without repeating it.
    if (
        password
        and not (printable and 8 <= len(password) <= 63)
        and not _HEX_KEY.fullmatch(password)
    ):
        raise BadData(
            "that is no password of a Wi-Fi network: 8 to 63 printable ASCII characters, or a key "
            "of 64 hexadecimal digits; empty for an open network"
        )
    if not re.fullmatch(r"[A-Z]{2}", fitting.wifi_country):
        raise BadData(
            f"Wi-Fi country {fitting.wifi_country!r} is not two letters: write it like NL or DE"
        )


def _check_sensors(sensors: tuple[str, ...]) -> None:
    for name in sensors:
        if name not in SENSORS:
            raise BadData(f"sensor {name!r} is none that the firmware knows: {', '.join(SENSORS)}")
    if len(set(sensors)) < len(sensors):
        raise BadData(f"sensors {', '.join(sensors)}: name each once")
    if set(sensors) >= LIGHT_SENSORS:
        raise BadData("a node reads one light sensor: name veml7700 or bh1750, not both")
