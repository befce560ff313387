"""paho, the MQTT client by other hands, and TLS as a node for whoever speaks in a node's name."""

import ssl
from pathlib import Path

import paho.mqtt.client as paho
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)


def retire(client: paho.Client) -> None:
    """Stop a client's thread and close all its sockets.

    paho leaves the pair of sockets that wakes its thread to the garbage collector, which may find
    them before the client: a warning, and so a failure, in whatever test runs just then.
    """
    client.loop_stop()
    client._reset_sockets()


def pem_of(folder: Path) -> Path:
    """A file beside them with the certificate and the key of the node, in PEM."""
    key = load_der_private_key((folder / "key.der").read_bytes(), password=None)
    pem = folder / "both.pem"
    pem.write_bytes(
        ssl.DER_cert_to_PEM_cert((folder / "cert.der").read_bytes()).encode()
        + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return pem


def context_of(folder: Path) -> ssl.SSLContext:
    """Trusts the park's authority, and shows the node's certificate."""
    context = ssl.create_default_context(cadata=(folder / "ca.der").read_bytes())
    context.load_cert_chain(pem_of(folder))
    return context
