"""The park's own keys: who may be whom, from when, and readable by whom."""

import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_der_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from padlicht.broker.keys import ensure_park, node_identity
from padlicht.errors import BadData, Refused


@pytest.fixture
def keys(tmp_path):
    return ensure_park(tmp_path / "keys", "192.0.2.7")


def contents(folder: Path):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def purposes(certificate):
    return list(certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)


def test_a_second_start_changes_no_key(keys):
    """Every node in the field trusts the CA, so it is made once."""
    before = contents(keys.folder)
    ensure_park(keys.folder, "192.0.2.7")
    assert contents(keys.folder) == before


def test_another_host_gets_another_broker_certificate_by_the_same_ca(keys):
    """Moving the broker leaves the nodes' trust in place."""
    before = contents(keys.folder)
    ensure_park(keys.folder, "park.example")
    after = contents(keys.folder)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == {"broker.pem", "broker.key"}


def test_a_start_that_was_cut_off_is_mended(keys):
    """Whatever file is missing is made again, and what there is stays where it can."""
    ca = keys.ca.read_bytes()
    for path in (keys.certificate("hub"), keys.certificate("broker")):
        path.unlink()
    ensure_park(keys.folder, "192.0.2.7")
    assert keys.ca.read_bytes() == ca
    assert keys.certificate("hub").exists()
    assert keys.certificate("broker").exists()


def test_certificates_hold_for_boards_without_a_clock(keys, tmp_path):
    """A board wakes in 2000 or 2021, and must get as far as asking for the time."""
    node_identity(keys, "lamp-1", tmp_path / "lamp-1")
    node = x509.load_der_x509_certificate((tmp_path / "lamp-1" / "cert.der").read_bytes())
    others = [
        x509.load_pem_x509_certificate(path.read_bytes())
        for path in (keys.ca, keys.certificate("hub"), keys.certificate("broker"))
    ]
    for certificate in (node, *others):
        assert certificate.not_valid_before_utc == datetime(2000, 1, 1, tzinfo=UTC)
        assert certificate.not_valid_after_utc > datetime(2060, 1, 1, tzinfo=UTC)


def test_no_certificate_serves_two_purposes(keys, tmp_path):
    """A stolen post cannot pose as the broker, nor sign others; the broker is no client."""
    node_identity(keys, "lamp-1", tmp_path / "lamp-1")
    node = x509.load_der_x509_certificate((tmp_path / "lamp-1" / "cert.der").read_bytes())
    broker = x509.load_pem_x509_certificate(keys.certificate("broker").read_bytes())
    assert purposes(node) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert purposes(broker) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert not node.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert not node.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    (name,) = node.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert name.value == "lamp-1"


def test_the_broker_is_known_under_each_of_its_names(keys):
    """By name for nodes, by address for whoever looks from the same machine."""
    broker = x509.load_pem_x509_certificate(keys.certificate("broker").read_bytes())
    names = broker.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert set(names.get_values_for_type(x509.DNSName)) == {"broker", "localhost"}
    addresses = {str(address) for address in names.get_values_for_type(x509.IPAddress)}
    assert addresses == {"127.0.0.1", "192.0.2.7"}


def test_keys_are_their_owners_alone(keys, tmp_path):
    """Nobody else on the machine can read a key, whatever the umask."""
    old = os.umask(0)
    try:
        node_identity(keys, "lamp-1", tmp_path / "lamp-1")
        ensure_park(tmp_path / "again", "127.0.0.1")
    finally:
        os.umask(old)
    folders = (tmp_path / "again", tmp_path / "lamp-1")
    for path in (*folders, *(path for folder in folders for path in folder.iterdir())):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_a_nodes_key_fits_its_certificate(keys, tmp_path):
    """What goes to the board belongs together, and a board can read it."""
    node_identity(keys, "lamp-1", tmp_path / "lamp-1")
    key = load_der_private_key((tmp_path / "lamp-1" / "key.der").read_bytes(), password=None)
    node = x509.load_der_x509_certificate((tmp_path / "lamp-1" / "cert.der").read_bytes())
    ca = x509.load_der_x509_certificate((tmp_path / "lamp-1" / "ca.der").read_bytes())
    assert node.public_key() == key.public_key()
    node.verify_directly_issued_by(ca)


def test_an_identity_is_made_once(keys, tmp_path):
    """A key that may already be on a board is not overwritten."""
    node_identity(keys, "lamp-1", tmp_path / "lamp-1")
    with pytest.raises(Refused, match="already"):
        node_identity(keys, "lamp-1", tmp_path / "lamp-1")


@pytest.mark.parametrize("name", ["Hub", "", "a/b", "a+", "#", "x" * 32, "-a", "lamp_1", "lamp 1"])
def test_a_name_that_could_climb_the_fence_gets_no_certificate(keys, tmp_path, name):
    """Not the hub's name, nothing with a wildcard, nothing that is two topic levels."""
    with pytest.raises(BadData, match="no name"):
        node_identity(keys, name, tmp_path / "n")
