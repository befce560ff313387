"""Reasons are true on every port and in every phase: each number has its words."""

import sys

from node.errors import BadData
from node.link import reasons
from node.link.reasons import CONNECT, NAME, SESSION, TCP, TLS, LinkError, explain, was_answered

NOBODY = "nobody listens at that address"
SILENT = "no answer from that address"
NO_MORE = "no answer any more"
NO_WAY = "no way to that address"
NO_MEMORY = "no memory for a connection"
BROKEN_OFF = "broken off in the TLS handshake; it may not accept this node's certificate"
UNANSWERED = "broken off before the broker answered; it may not accept this node's certificate"
RESET = "the connection was reset"
CLOSED = "the broker closed the connection"
ALERT = "the broker broke off TLS; it probably does not accept this node's certificate"

SAME = (NO_MEMORY, NO_MEMORY, NO_MEMORY, NO_MEMORY)
WAYLESS = (NO_WAY, NO_WAY, NO_WAY, NO_WAY)
RESETS = (NOBODY, BROKEN_OFF, UNANSWERED, RESET)
CLOSES = (NOBODY, BROKEN_OFF, UNANSWERED, CLOSED)
SILENCE = (SILENT, NO_MORE, NO_MORE, NO_MORE)
REFUSALS = (NOBODY, NOBODY, NOBODY, NOBODY)
RADIO = ("the radio did not take it",) * 4
# port, number, its name there; words while connecting, in the handshake, before CONNACK, after
NUMBERS = (
    ("rp2", 12, "ENOMEM", SAME),
    ("rp2", 105, "ENOBUFS", SAME),
    ("rp2", 103, "ECONNABORTED", SILENCE),
    ("rp2", 104, "ECONNRESET", RESETS),
    ("rp2", 107, "ENOTCONN", CLOSES),
    ("rp2", 110, "ETIMEDOUT", SILENCE),
    ("rp2", 113, "EHOSTUNREACH", WAYLESS),
    ("rp2", -1, "ERR_IF", RADIO),
    ("esp32", 12, "ENOMEM", SAME),
    ("esp32", 105, "ENOBUFS", SAME),
    ("esp32", 32, "EPIPE", RESETS),
    ("esp32", 104, "ECONNRESET", RESETS),
    ("esp32", 111, "ECONNREFUSED", REFUSALS),
    ("esp32", 113, "ECONNABORTED", SILENCE),
    ("esp32", 114, "ENETUNREACH", WAYLESS),
    ("esp32", 115, "ENETDOWN", WAYLESS),
    ("esp32", 116, "ETIMEDOUT", SILENCE),
    ("esp32", 117, "EHOSTDOWN", WAYLESS),
    ("esp32", 118, "EHOSTUNREACH", WAYLESS),
    ("esp32", 128, "ENOTCONN", CLOSES),
    ("linux", 12, "ENOMEM", SAME),
    ("linux", 105, "ENOBUFS", SAME),
    ("linux", 32, "EPIPE", RESETS),
    ("linux", 100, "ENETDOWN", WAYLESS),
    ("linux", 101, "ENETUNREACH", WAYLESS),
    ("linux", 103, "ECONNABORTED", RESETS),
    ("linux", 104, "ECONNRESET", RESETS),
    ("linux", 107, "ENOTCONN", CLOSES),
    ("linux", 110, "ETIMEDOUT", SILENCE),
    ("linux", 111, "ECONNREFUSED", REFUSALS),
    ("linux", 112, "EHOSTDOWN", WAYLESS),
    ("linux", 113, "EHOSTUNREACH", WAYLESS),
)
NOT_TLS = "what came was not the broker's TLS"
NO_COMMON = "broker and node have no TLS in common"
NO_CERTIFICATE = "the broker's certificate does not hold"
OF_TLS = (  # number, words in the handshake, before CONNACK, after it
    (-0x7280, BROKEN_OFF, UNANSWERED, CLOSED),
    (-0x7880, BROKEN_OFF, UNANSWERED, CLOSED),
    (-0x7780, ALERT, ALERT, CLOSED),
    (-0x6E00, NO_COMMON, NO_COMMON, NO_COMMON),
    (-0x6E80, NO_COMMON, NO_COMMON, NO_COMMON),
    (-0x7180, NOT_TLS, NOT_TLS, NOT_TLS),
    (-0x7200, NOT_TLS, NOT_TLS, NOT_TLS),
    (-0x7300, NOT_TLS, NOT_TLS, NOT_TLS),
    (-0x7700, NOT_TLS, NOT_TLS, NOT_TLS),
    (-0x2700, NO_CERTIFICATE, NO_CERTIFICATE, NO_CERTIFICATE),
    (-0x7A00, NO_CERTIFICATE, NO_CERTIFICATE, NO_CERTIFICATE),
)
NOT_FOUND = "the broker's name is not found, or the name server is silent"
OF_NAMES = (
    ("linux", "[addrinfo error -2]", "no such host name"),
    ("linux", "[addrinfo error -5]", "no such host name"),
    ("linux", "[addrinfo error -3]", "the name server is silent"),
    ("rp2", -2, NOT_FOUND),
    ("rp2", -6, "no name server is known"),
    ("rp2", -16, "no such host name"),
    ("rp2", -1, NO_MEMORY),
    ("esp32", -2, NOT_FOUND),
    ("esp32", -200, "no such host name"),
    ("esp32", -202, NOT_FOUND),
    ("esp32", -203, NO_MEMORY),
)
STRANGE_NAMES = ("[addrinfo error --5]", "[addrinfo error ]", "-", "", 4711)
ANSWERS = (NOBODY, BROKEN_OFF, UNANSWERED, RESET, CLOSED)


def test_each_number_of_each_port_means_what_it_means_there():
    """Four phases for each number, as a socket gives it and as TLS hands it on, negative."""
    for port, number, name, words in NUMBERS:
        for phase in (TCP, TLS, CONNECT, SESSION):
            for error in (OSError(number), OSError(number, name), OSError(-number)):
                said = explain(error, phase, port)
                assert said == words[phase - TCP], (port, name, phase, said)
                assert was_answered(error, phase, port) == (said in ANSWERS), (port, name, phase)


def test_a_name_error_that_nobody_knows_is_told_as_it_came():
    """A sentence that ends in no number, or a number that no table has."""
    for port in ("linux", "rp2", "esp32"):
        for told in STRANGE_NAMES:
            said = explain(OSError(told), NAME, port)
            assert said == "the broker's name cannot be looked up ({})".format(told), (port, told)


def test_the_tables_are_let_go_again():
    """On a board they would take 4 KB of the heap beside TLS, for ever after the first failure."""
    for ask in (explain, was_answered):
        ask(OSError(104), TLS)
        assert "node.link.reason_tables" not in sys.modules
        assert not hasattr(sys.modules["node.link"], "reason_tables")


def test_each_port_has_its_own_numbers_only():
    """113 is no route on a Pico and an aborted connection on an ESP32; 118 is nothing on a Pico."""
    assert explain(OSError(113), TCP, "rp2") == NO_WAY
    assert explain(OSError(113), TCP, "esp32") == SILENT
    assert explain(OSError(118), TCP, "rp2") == "OSError 118"
    assert explain(OSError(110), TCP, "esp32") == "OSError 110"


def test_a_stopped_hub_is_no_bad_certificate():
    """lwIP tells a refused connection as a reset: while connecting, that is nobody who listens."""
    for port in ("rp2", "esp32", "linux"):
        assert explain(OSError(104), TCP, port) == NOBODY
        assert "certificate" in explain(OSError(104), TLS, port)
        assert "certificate" not in explain(OSError(104), SESSION, port)


def test_the_numbers_of_tls_have_their_words():
    """mbedTLS's own, with or without their names beside them: all of them are somebody's answer."""
    for number, *words in OF_TLS:
        for phase, wanted in zip((TLS, CONNECT, SESSION), words):
            for error in (OSError(number), OSError(number, "MBEDTLS_ERR_SSL_SOMETHING")):
                assert explain(error, phase, "rp2") == wanted, (number, phase)
                assert was_answered(error, phase, "rp2")


def test_a_name_that_cannot_be_looked_up():
    """Each port has its own way of saying it; none of them is an answer of the broker."""
    for port, number, words in OF_NAMES:
        assert explain(OSError(number), NAME, port) == words, (port, number)
        assert not was_answered(OSError(number), NAME, port)
    assert explain(OSError(-4), NAME, "rp2") == "the broker's name cannot be looked up (-4)"


def test_what_is_not_known_is_told_as_a_number():
    """No guess: whoever looks for it finds the number."""
    assert explain(OSError(77), TLS, "rp2") == "OSError 77"
    assert explain(OSError(-0x7F80), TLS, "rp2") == "OSError -32640"
    assert explain(RuntimeError("odd"), TLS) == "RuntimeError: odd"


def test_a_certificate_that_does_not_hold_is_told_in_the_words_of_tls():
    """MicroPython raises ValueError with a sentence; it came from the other side."""
    assert explain(ValueError("The certificate Common Name (CN) does not match\n"), TLS) == (
        "The certificate Common Name (CN) does not match"
    )
    assert was_answered(ValueError("any"), TLS)


def test_no_reason_is_empty():
    """Who waits for CONNACK takes an empty one for an answer."""
    for error in (ValueError(), ValueError("\n"), OSError(), OSError(None), Exception()):
        assert explain(error, CONNECT)


def test_our_own_errors_are_told_as_they_are():
    """What this firmware raised has its words already, and knows whether somebody answered."""
    assert explain(LinkError("CONNACK took longer than 10 s")) == "CONNACK took longer than 10 s"
    assert not was_answered(LinkError("silence"), SESSION)
    assert was_answered(LinkError("hung up", True), SESSION)
    assert explain(BadData("mqtt: a second CONNACK")) == "mqtt: a second CONNACK"
    assert was_answered(BadData("mqtt: a second CONNACK"), CONNECT)


def test_each_state_of_a_radio_has_its_words():
    """Only a state that is a reason has some: joining, idle and connected have none."""
    for status, words in (
        (-3, "wrong password"),
        (-2, "no such network in reach"),
        (-1, "the access point does not answer"),
        (15, "wrong password, or the access point is too far off"),
        (200, "the access point fell silent"),
        (201, "no such network in reach"),
        (202, "wrong password"),
        (203, "the access point refuses"),
        (204, "wrong password, or the access point is too far off"),
        (205, "the access point does not answer"),
        (210, "the network has another kind of security"),
        (211, "the network has another kind of security"),
        (212, "no such network in reach"),
    ):
        assert reasons.explain_radio(status) == words
    for status in (0, 1, 2, 3, 1000, 1001, 1010, None):
        assert reasons.explain_radio(status) is None
