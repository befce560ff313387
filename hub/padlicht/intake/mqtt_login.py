"""The hub's login at the broker: user, client id and topics, and why it is refused."""

import re
import ssl
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import mqtt5

from padlicht.config import Config
from padlicht.errors import BadData, PadlichtError, Refused, TryAgain
from padlicht.wire import NAME, ROOT

_CLIENT_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# Asking again at once would get the same answer. By name: the codec's codes cannot be compared.
_CHECK = {
    "BAD_USER_NAME_OR_PASSWORD": "check --broker-user and --broker-password-file",
    "NOT_AUTHORIZED": "check --broker-user and --broker-password-file, and that the broker "
    "trusts keys/ca.pem and lets the hub's certificate in",
    "BANNED": "the broker has banned this hub: ask who runs it",
    "CLIENT_ID_NOT_VALID": "check --broker-client: the broker does not take this client id",
    "BAD_AUTHENTICATION_METHOD": "the broker wants another way to log in than a certificate "
    "or a password",
    "UNSUPPORTED_PROTOCOL_VERSION": "the broker must speak MQTT 5",
}
# What OpenSSL calls the alerts of a broker that does not like the hub's certificate, or its lack.
_ALERTS = ("CERTIFICATE", "UNKNOWN_CA", "ACCESS_DENIED", "HANDSHAKE_FAILURE", "DECRYPT_ERROR")
_NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "UNKNOWN_PROTOCOL")
_OLD_TLS = ("PROTOCOL_VERSION", "UNSUPPORTED_PROTOCOL")


@dataclass(frozen=True)
class MqttLogin:
    """What CONNECT and SUBSCRIBE say."""

    client_id: str
    topics: Sequence[str]
    user: str | None = None
    password: bytes | None = None


def mqtt_login(config: Config) -> MqttLogin:
    """The login of a hub; Refused or BadData when an option of it cannot be."""
    password = None
    if config.broker_password_file is not None:
        if config.broker_user is None:
            raise Refused("--broker-password-file needs --broker-user")
        try:
            password = config.broker_password_file.read_bytes().rstrip(b"\r\n")
        except OSError as error:
            raise Refused(f"--broker-password-file cannot be read: {error}") from error
    if not _CLIENT_ID.fullmatch(config.broker_client):
        raise BadData(
            f"--broker-client {config.broker_client!r} is no client id: give letters, digits, "
            "points, hyphens and underscores, at most 64; it is a part of the topic of its status"
        )
    return MqttLogin(
        config.broker_client, topics_of(sites_of(config)), config.broker_user, password
    )


def sites_of(config: Config) -> frozenset[str] | None:
    """The sites that the hub serves, None: all; BadData when one cannot be a site's name."""
    if config.sites is None:
        return None
    names = [name.strip() for name in config.sites.split(",")]
    for name in names:
        if not NAME.fullmatch(name):
            raise BadData(
                f"--sites: {name!r} is no name for a site; give them like --sites north,south"
            )
    return frozenset(names)


def topics_of(sites: Collection[str] | None) -> list[str]:
    """What to subscribe to for these sites; None: for all."""
    return [f"{ROOT}/{site}/+/up/#" for site in (["+"] if sites is None else sorted(sites))]


def connack_error(code: mqtt5.ConnAckReasonCode) -> PadlichtError:
    """The error for a CONNACK that is none of success."""
    said = f"the broker refuses the hub ({code.name})"
    check = _CHECK.get(code.name)
    return TryAgain(said) if check is None else Refused(f"{said}: {check}")


def tls_error(error: ssl.SSLError) -> Refused | None:
    """The error for a TLS handshake that will fail again; None when it may just have been cut."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return Refused(
            f"the broker's certificate is not accepted ({error.verify_message}): check that it was "
            "signed by keys/ca.pem, names the host of --broker-url, and is not out of date"
        )
    reason = error.reason or ""
    if any(name in reason for name in _NO_TLS):
        return Refused(f"the broker does not speak TLS there ({reason}): check the port")
    if any(name in reason for name in _OLD_TLS):
        return Refused(f"the broker speaks no TLS that is safe ({reason}): it must know TLS 1.2")
    if any(name in reason for name in _ALERTS):
        return Refused(
            f"the broker does not accept the hub's certificate ({reason}): check that it trusts "
            "keys/ca.pem, and that keys/hub.pem is the one that was made with it"
        )
    return None
