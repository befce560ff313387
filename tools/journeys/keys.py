"""TLS as a node: what `padlicht node add` put into its folder, for Python's own `ssl`."""

import ssl
from pathlib import Path

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)


def identified(folder: Path, keys: Path) -> ssl.SSLContext:
    """Trusts the park's authority in `keys`, and shows the node's certificate in `folder`."""
    key = load_der_private_key((folder / "key.der").read_bytes(), password=None)
    both = folder / "both.pem"
    both.write_bytes(
        ssl.DER_cert_to_PEM_cert((folder / "cert.der").read_bytes()).encode()
        + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    context = ssl.create_default_context(cafile=str(keys / "ca.pem"))
    context.load_cert_chain(both)
    return context
