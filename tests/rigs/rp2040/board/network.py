"""Stand-in for a Pico W's radio: in the network `here` at once, in no other ever."""


class WLAN:
    """A station."""

    IF_STA = 0
    PM_NONE = 0

    def __init__(self, kind):
        self._joined = False

    def active(self, on=None):
        """On or off."""
        if on is False:
            self._joined = False
        return True

    def config(self, *args, **settings):
        """All is taken."""

    def connect(self, ssid, password):
        """Join; the password is right."""
        self._joined = ssid == "here"

    def disconnect(self):
        """Leave."""
        self._joined = False

    def isconnected(self):
        """Whether it is in the network."""
        return self._joined

    def status(self, what=None):
        """Signal in dBm, or what the rp2's driver says of the network."""
        if what == "rssi":
            return -50
        return 3 if self._joined else -2


def hostname(name):
    """Its name."""


def country(code):
    """Its country."""
