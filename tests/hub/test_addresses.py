"""Addresses as people type them: brought into the form that a board looks up, or refused."""

import pytest

from padlicht.addresses import host_and_port, host_of, nearest, why_unreachable
from padlicht.errors import BadData


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        (" hub.example ", "hub.example"),
        ("Hub.Example.", "hub.example"),
        ("hub", "hub"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("2001:DB8:0:0::7", "2001:db8::7"),
        ("192.0.2.7", "192.0.2.7"),
        ("0.0.0.0", "0.0.0.0"),  # noqa: S104 -- where a broker listens
        ("hübner.example", "xn--hbner-kva.example"),
        ("straße.example", "xn--strae-oqa.example"),
        ("xn--hbner-kva.example", "xn--hbner-kva.example"),
        ("3com.example", "3com.example"),
    ],
)
def test_a_host_is_brought_into_one_form(typed, form):
    """Blanks, capitals, brackets, a last point and letters beyond ASCII are no reason to refuse."""
    assert host_of(typed) == form


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "it is empty"),
        ("  ", "it is empty"),
        ("mqtt://192.0.2.7", "has a scheme: give the host alone, like 192.0.2.7"),
        ("mqtts://hub.example:8883", "like hub.example"),
        ("http://hub.example/", "scheme"),
        ("hub.example:8883", "--broker-port"),
        ("192.0.2.7:8883", "--broker-port"),
        ("[2001:db8::7]:8883", "no IPv6 address"),
        ("2001:db8::7::1", "no IPv6 address"),
        ("fe80::1%eth0", "network card"),
        ("192.0.2.7/24", "netmask"),
        ("hub.example/x", "netmask"),
        ("192.0.2.300", "no IPv4 address"),
        ("192.0.2", "no IPv4 address"),
        ("192.0.02.7", "no IPv4 address"),
        ("3221225991", "no IPv4 address"),
        ("0x7f.1", "no IPv4 address"),
        ("hub example", "blank"),
        ("hub\n.example", "blank"),
        ("hub\0.example", "blank"),
        ("-hub.example", "no host's name"),
        ("hub-.example", "no host's name"),
        ("hub..example", "no host's name"),
        ("hub_1.example", "no host's name"),
        (".", "no host's name"),
        ("anna@hub.example", "no host's name"),
        ("h" * 64 + ".example", "no host's name"),
        (".".join(["hub"] * 70), "no host's name"),
        ("h\udcfcbner.example", "no host's name"),
        ("ü" * 64, "no host's name"),
    ],
)
def test_what_no_board_could_look_up_is_refused_with_a_sentence(typed, says):
    """Nobody reads the log of a post."""
    with pytest.raises(BadData, match=says):
        host_of(typed)


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("mqtts://hub.example:8883", ("hub.example", 8883)),
        ("MQTTS://Hub.example:8883/", ("hub.example", 8883)),
        ("mqtts://[2001:db8::7]:1", ("2001:db8::7", 1)),
    ],
)
def test_a_url_gives_host_and_port(url, found):
    assert host_and_port(url, "mqtts") == found


@pytest.mark.parametrize(
    "url",
    [
        *("", "hub.example:8883", "mqtt://hub.example:8883", "mqtts://hub.example", "mqtts://:1"),
        *("mqtts://hub.example:0", "mqtts://hub.example:65536", "mqtts://hub.example:٣"),
        *("mqtts://2001:db8::7:8883", "mqtts://a@hub.example:1", "mqtts://hub.example:8883/x"),
        *("mqtts://192.0.2.300:8883", "mqtts://hub.example:" + "9" * 5000),
    ],
)
def test_a_url_that_no_board_could_use_is_refused(url):
    """With what it should look like."""
    with pytest.raises(BadData, match="is not like mqtts://HOST:8883"):
        host_and_port(url, "mqtts")


@pytest.mark.parametrize(
    ("host", "reached"),
    [
        *(("192.0.2.7", True), ("2001:db8::7", True), ("hub.example", True), ("local", True)),
        *(("127.0.0.1", False), ("::1", False), ("localhost", False), ("a.localhost", False)),
        *(("::ffff:127.0.0.1", False), ("224.0.0.1", False), ("255.255.255.255", False)),
        *(("fe80::1", False), ("::", False), ("localhost.localdomain", False)),
    ],
)
def test_where_no_board_gets_to_is_known(host, reached):
    """This machine alone, addresses of many, and those of one cable."""
    assert (why_unreachable(host) is None) is reached


def test_the_nearest_name_is_offered_whatever_its_case():
    """And nothing when none is near."""
    assert nearest("molukenplantsoen", ["noord", "molukkenplantsoen"]) == (
        "; did you mean molukkenplantsoen?"
    )
    assert nearest("amsterdam", ["Europe/Amsterdam"]) == "; did you mean Europe/Amsterdam?"
    assert nearest("x", ["noord"]) == ""
