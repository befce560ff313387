"""Check of keys and identities in a data folder: are they whole, and do they belong together?

For backups: a key that cannot be used is found on the night on which it went bad, and not on the
day on which it is needed.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_pem_private_key,
)

from padlicht.broker.keys import ParkKeys

_MANY = 5  # names of nodes in one sentence


def find_key_faults(data: Path, nodes: Iterable[str]) -> list[str]:
    """What is wrong with the keys and with the identities of `nodes`, a sentence each.

    `nodes` are those in service. One whose folder is not there is no fault: somebody may keep it
    elsewhere. When there is no folder of any, a disk is missing, or somebody's care.
    """
    nodes = sorted(nodes)
    return [*_of_park(ParkKeys(data / "keys"), nodes), *_of_nodes(data, nodes)]


def _of_park(keys: ParkKeys, nodes: list[str]) -> Iterator[str]:
    if not keys.ca.exists() and not keys.key("ca").exists():
        if nodes:
            yield (
                f"there is no keys/{keys.ca.name}, which all {len(nodes)} nodes trust: put the "
                "folder keys back, from an older backup if need be"
            )
        return
    for who in ("ca", "hub", "broker"):
        certificate, key = keys.certificate(who), keys.key(who)
        if who != "ca" and not certificate.exists():
            continue  # the hub makes it anew
        try:
            ca = x509.load_pem_x509_certificate(keys.ca.read_bytes())
            found = x509.load_pem_x509_certificate(certificate.read_bytes())
            private = load_pem_private_key(key.read_bytes(), password=None)
            _check_pair(private, found, ca)
        except (ValueError, TypeError, FileNotFoundError) as error:
            yield (
                f"keys/{key.name} and keys/{certificate.name} cannot be used ({_why(error)}): "
                "take both from an older backup"
            )


def _of_nodes(data: Path, nodes: list[str]) -> Iterator[str]:
    folders = {name: data / "nodes" / name for name in nodes}
    there = {name: folder for name, folder in folders.items() if folder.is_dir()}
    if nodes and not there:
        yield (
            f"of the {len(nodes)} nodes in service none has its identity in the folder nodes: is a "
            "disk not mounted there?"
        )
    bad = {}
    for name, folder in there.items():
        try:
            ca = x509.load_der_x509_certificate((folder / "ca.der").read_bytes())
            found = x509.load_der_x509_certificate((folder / "cert.der").read_bytes())
            private = load_der_private_key((folder / "key.der").read_bytes(), password=None)
            _check_pair(private, found, ca)
        except (ValueError, TypeError, FileNotFoundError) as error:
            bad[name] = _why(error)
    if bad:
        name, why = next(iter(bad.items()))
        more = f" and {len(bad) - _MANY} more" if len(bad) > _MANY else ""
        yield (
            f"identities that cannot be used: {', '.join([*bad][:_MANY])}{more} ({name}: {why}): "
            f"take them from an older backup, or `padlicht node add {name} --again`"
        )


def _check_pair(private: PrivateKeyTypes, found: x509.Certificate, ca: x509.Certificate) -> None:
    if private.public_key() != found.public_key():
        raise ValueError("key and certificate are not of one pair")
    try:
        found.verify_directly_issued_by(ca)
    except InvalidSignature as error:
        raise ValueError("the park's CA has not signed it") from error


def _why(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return f"there is no {Path(error.filename).name}"
    return str(error).splitlines()[0][:120]
