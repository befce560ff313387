"""Who the hub is to the broker, and what it wants to hear, as its options say."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from padlicht.config import Config
from padlicht.errors import BadData, Refused
from padlicht.wire import NAME, ROOT


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
