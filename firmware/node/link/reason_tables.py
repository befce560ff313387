"""What errors of a link mean, as tables: by port, by phase, by number. Read by `reasons`.

The same number means another thing on another port (113 is "no route" on a Pico, "aborted" on an
ESP32), and the same event another thing in another phase (a reset while connecting is a port on
which nobody listens; in the TLS handshake it may be a certificate). Only what is known is said.

Where the numbers are from: the rp2 has MicroPython's own (py/mperrno.h) for lwIP's errors
(`error_lookup_table` in extmod/modlwip.c); the esp32 has those of newlib's sys/errno.h; TLS those
of mbedTLS 3 (ssl.h, x509.h), and numbers of the socket under it turned positive or left negative.
"""

import sys

from node.errors import BadData, TryAgain
from node.link.reasons import NAME, SESSION, TCP, TLS, LinkError

_MEMORY, _RESET, _REFUSED, _SILENT, _NO_WAY, _CLOSED, _RADIO = range(7)
# Tuples, not dicts: frozen into an image they take no heap.
_RP2 = (
    (12, _MEMORY),  # ERR_MEM
    (105, _MEMORY),  # ERR_BUF
    (103, _SILENT),  # ERR_ABRT: lwIP gave up after all its repetitions
    (104, _RESET),  # ERR_RST; a refused connection, too: lwIP has no other word for it
    (107, _CLOSED),  # ERR_CLSD, ERR_CONN
    (110, _SILENT),
    (113, _NO_WAY),  # ERR_RTE
    (-1, _RADIO),  # ERR_IF
)
_ESP32 = (
    (12, _MEMORY),
    (105, _MEMORY),
    (32, _RESET),
    (104, _RESET),  # a refused connection, too: this is lwIP as well
    (111, _REFUSED),
    (113, _SILENT),  # ECONNABORTED: lwIP gave up
    (114, _NO_WAY),  # ENETUNREACH
    (115, _NO_WAY),  # ENETDOWN
    (116, _SILENT),  # ETIMEDOUT
    (117, _NO_WAY),  # EHOSTDOWN
    (118, _NO_WAY),  # EHOSTUNREACH
    (128, _CLOSED),  # ENOTCONN
)
_LINUX = (
    (12, _MEMORY),
    (105, _MEMORY),
    (32, _RESET),
    (100, _NO_WAY),  # ENETDOWN
    (101, _NO_WAY),  # ENETUNREACH
    (103, _RESET),  # ECONNABORTED
    (104, _RESET),
    (107, _CLOSED),
    (110, _SILENT),
    (111, _REFUSED),
    (112, _NO_WAY),  # EHOSTDOWN
    (113, _NO_WAY),
)
_TLS_NUMBERS = (
    (-0x6E00, "broker and node have no TLS in common"),  # HANDSHAKE_FAILURE
    (-0x6E80, "broker and node have no TLS in common"),  # BAD_PROTOCOL_VERSION
    (-0x7180, "what came was not the broker's TLS"),  # INVALID_MAC
    (-0x7200, "what came was not the broker's TLS"),  # INVALID_RECORD: a port without TLS
    (-0x7300, "what came was not the broker's TLS"),  # DECODE_ERROR
    (-0x7700, "what came was not the broker's TLS"),  # UNEXPECTED_MESSAGE
    (-0x2700, "the broker's certificate does not hold"),  # X509_CERT_VERIFY_FAILED
    (-0x7A00, "the broker's certificate does not hold"),  # BAD_CERTIFICATE
)
_EOF = (-0x7280, -0x7880)  # CONN_EOF, PEER_CLOSE_NOTIFY
_ALERT = -0x7780  # FATAL_ALERT_MESSAGE
_NOT_FOUND = "the broker's name is not found, or the name server is silent"
_NAMES = (  # of getaddrinfo: linux has them in a sentence, rp2 lwIP's own, esp32 lwIP's netdb.h
    ("linux", -2, "no such host name"),
    ("linux", -5, "no such host name"),
    ("linux", -3, "the name server is silent"),
    ("rp2", -2, _NOT_FOUND),  # its callback tells no more
    ("rp2", -6, "no name server is known"),  # ERR_VAL
    ("rp2", -16, "no such host name"),  # ERR_ARG: no name can be so
    ("rp2", -1, "no memory for a connection"),
    ("esp32", -2, _NOT_FOUND),
    ("esp32", -200, "no such host name"),  # EAI_NONAME
    ("esp32", -202, _NOT_FOUND),  # EAI_FAIL
    ("esp32", -203, "no memory for a connection"),  # EAI_MEMORY
)
_PERHAPS = "it may not accept this node's certificate"


def _kind(number, port):
    table = _RP2 if port == "rp2" else _ESP32 if port == "esp32" else _LINUX
    for found, kind in table:
        # TLS leaves the numbers of the socket under it negative once its handshake is over.
        if number == found or number == -found:
            return kind
    return None


def was_answered(error, phase: int, port: str = sys.platform) -> bool:
    """Whether somebody at the other end refused the link, or broke it off; see LinkError."""
    if isinstance(error, LinkError):
        return error.answered
    if isinstance(error, (ValueError, BadData)):
        return True  # a certificate or a packet came, or this node's own key is none
    if phase == NAME or not isinstance(error, OSError) or not error.args:
        return False
    number = error.args[0]
    if isinstance(number, str):
        return False
    if _kind(number, port) in (_RESET, _REFUSED, _CLOSED):
        return True
    return number == _ALERT or number in _EOF or any(number == found for found, _ in _TLS_NUMBERS)


def explain(error, phase: int = SESSION, port: str = sys.platform) -> str:
    """Why, in words that fit into `lost (…)`."""
    if isinstance(error, (TryAgain, BadData)):
        return str(error)
    if isinstance(error, OSError) and error.args:
        if phase == NAME:
            return _explain_name(error.args[0], port)
        return _explain_number(error.args[0], phase, port)
    if isinstance(error, ValueError):  # MicroPython's word for a certificate that does not hold
        return str(error).strip() or "ValueError"  # who asks takes no words for no failure
    return "{}: {}".format(type(error).__name__, error)


def _explain_name(number, port):
    if isinstance(number, str):  # "[addrinfo error -2]"
        text = number.rstrip("]").split(" ")[-1]
        try:
            number = int(text)
        except ValueError:
            pass  # it is told as it came
    for where, found, words in _NAMES:
        if found == number and where == (port if port in ("rp2", "esp32") else "linux"):
            return words
    return "the broker's name cannot be looked up ({})".format(number)


def _explain_number(number, phase, port):
    kind = None if isinstance(number, str) else _kind(number, port)
    if kind == _MEMORY:
        return "no memory for a connection"
    if kind == _NO_WAY:
        return "no way to that address"
    if kind == _RADIO:
        return "the radio did not take it"
    if kind == _SILENT:
        return "no answer from that address" if phase == TCP else "no answer any more"
    if kind == _REFUSED or (phase == TCP and kind in (_RESET, _CLOSED)):
        return "nobody listens at that address"
    if phase == SESSION:
        if kind == _RESET:
            return "the connection was reset"
        if kind == _CLOSED or number in _EOF or number == _ALERT:
            return "the broker closed the connection"
    elif number == _ALERT:
        return "the broker broke off TLS; it probably does not accept this node's certificate"
    elif kind in (_RESET, _CLOSED) or number in _EOF:
        if phase == TLS:
            return "broken off in the TLS handshake; " + _PERHAPS
        return "broken off before the broker answered; " + _PERHAPS
    for found, words in _TLS_NUMBERS:
        if found == number:
            return words
    return "OSError {}".format(number)
