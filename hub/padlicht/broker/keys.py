"""The park's own certificate authority: it alone says who is hub, who is broker, who is which node.

Certificates are on P-256, because boards compute it in a second; nodes get DER, which is all that
boards read. They are valid from 2000-01-01, because a board without a clock wakes in 2000 or 2021,
and without TLS it would never hear what time it is.
"""

import os
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from padlicht.data_folder import refuse_half_restored
from padlicht.errors import BadData, Refused
from padlicht.wire import NAME

HUB = "Hub"  # common name of the hub; no node can have it, because names of nodes are lower case
BROKER_NAME = "broker"  # in the broker's certificate, whatever its address
VALID_FROM = datetime(2000, 1, 1, tzinfo=UTC)
VALID_UNTIL = datetime(2099, 12, 31, tzinfo=UTC)

_CLIENT = ExtendedKeyUsageOID.CLIENT_AUTH
_SERVER = ExtendedKeyUsageOID.SERVER_AUTH


@dataclass(frozen=True)
class ParkKeys:
    """Where the park's keys are: PEM files, the private ones readable only by their owner."""

    folder: Path

    @property
    def ca(self) -> Path:
        """The certificate that everybody trusts."""
        return self.folder / "ca.pem"

    def certificate(self, who: str) -> Path:
        """The certificate of "hub" or "broker"."""
        return self.folder / f"{who}.pem"

    def key(self, who: str) -> Path:
        """The private key of "ca", "hub" or "broker"."""
        return self.folder / f"{who}.key"

    def hub_tls(self) -> ssl.SSLContext:
        """How the hub shows who it is, and checks who the broker is."""
        context = ssl.create_default_context(cafile=str(self.ca))
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(self.certificate("hub"), self.key("hub"))
        return context


def ensure_park(folder: Path, broker_host: str) -> ParkKeys:
    """Make what is missing of the park's keys; the broker's certificate names `broker_host`.

    A CA that is there is never replaced: every node in the field trusts it.
    """
    keys = ParkKeys(folder)
    refuse_half_restored(folder.parent)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not keys.ca.exists():
        _make_ca(keys)
    if not keys.certificate("hub").exists():
        key, certificate = _issue(keys, HUB, _CLIENT)
        write_private(keys.key("hub"), _pem(key))
        write_private(keys.certificate("hub"), certificate.public_bytes(Encoding.PEM))
    broker = keys.certificate("broker")
    if not broker.exists() or not _names(broker, broker_host):
        key, certificate = _issue(keys, BROKER_NAME, _SERVER, broker_host)
        write_private(keys.key("broker"), _pem(key))
        write_private(broker, certificate.public_bytes(Encoding.PEM))
    return keys


def node_identity(keys: ParkKeys, node: str, into: Path) -> None:
    """Write ca.der, cert.der and key.der of `node` into a folder; Refused if one is there already.

    The hub keeps no other copy of the key than the one in this folder.
    """
    if not NAME.fullmatch(node):
        raise BadData(
            f"{node!r} is no name for a node: lower-case letters, digits and hyphens, at most 31"
        )
    if (into / "key.der").exists():
        raise Refused(f"{into} already holds the identity of {node}: remove it first")
    key, certificate = _issue(keys, node, _CLIENT)
    into.mkdir(parents=True, exist_ok=True, mode=0o700)
    ca = x509.load_pem_x509_certificate(keys.ca.read_bytes())
    write_private(into / "ca.der", ca.public_bytes(Encoding.DER))
    write_private(into / "cert.der", certificate.public_bytes(Encoding.DER))
    write_private(
        into / "key.der",
        key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()),
    )


def _make_ca(keys: ParkKeys) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _named("Padlicht park CA")
    certificate = (
        _builder(name, name, key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    # The certificate last: while it is missing, a crash in between is mended by beginning anew.
    write_private(keys.key("ca"), _pem(key))
    write_private(keys.ca, certificate.public_bytes(Encoding.PEM))


def _issue(
    keys: ParkKeys, name: str, purpose: x509.ObjectIdentifier, host: str | None = None
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """A key and its certificate for one purpose, so that no node can pose as the broker."""
    ca = x509.load_pem_x509_certificate(keys.ca.read_bytes())
    ca_key = load_pem_private_key(keys.key("ca").read_bytes(), password=None)
    if not isinstance(ca_key, ec.EllipticCurvePrivateKey):
        raise BadData(f"{keys.key('ca')} is not a key on an elliptic curve: restore the backup")
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        _builder(_named(name), ca.subject, key.public_key())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False
        )
    )
    if host is not None:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([*map(_alternative, _hosts(host))]), critical=False
        )
    return key, builder.sign(ca_key, hashes.SHA256())


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(VALID_FROM)
        .not_valid_after(VALID_UNTIL)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _named(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _hosts(host: str) -> list[str]:
    """All that the broker may be called; a dict keeps the order and drops what comes twice."""
    return list(dict.fromkeys([BROKER_NAME, "localhost", "127.0.0.1", host]))


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _names(certificate: Path, host: str) -> bool:
    """Whether a certificate is valid for a host."""
    found = x509.load_pem_x509_certificate(certificate.read_bytes())
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return _alternative(host) in list(names)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    temporary = path.with_name(path.name + ".new")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
