"""What the scripts of this folder share: streams to a broker, and lines for the test to read."""

import asyncio
import os

from node.link.tls import open_tls

# The test says how long to wait for an answer on a machine like this one.
RESPONSE_S = int(os.getenv("PADLICHT_RESPONSE_S") or 10)
KEEPALIVE_S = 600  # silence ends no link, unless a test is about that
UP = "padlicht/v1/park/lamp-1/up/"
DOWN = "padlicht/v1/park/lamp-1/down/"


def say(*words):
    """One line for the test."""
    print(" ".join([str(word) for word in words]))


def stream(port, folder, name="broker", ca=None):
    """An `open_stream` over mutual TLS with the identity in a folder, or over plain TCP for "-".

    `name` is whom to expect in the broker's certificate, `ca` another folder to take the CA from.
    """
    if folder == "-":
        return lambda: asyncio.open_connection("127.0.0.1", int(port))

    def read(path):
        with open(path, "rb") as file:
            return file.read()

    ca_der = read((ca or folder) + "/ca.der")
    cert_der = read(folder + "/cert.der")
    key_der = read(folder + "/key.der")
    return lambda: open_tls("127.0.0.1", int(port), name, ca_der, cert_der, key_der)


def at_once(stream):
    """Have small packets sent at once: held back for an acknowledgement, each would cost 40 ms."""
    stream.s.setsockopt(6, 1, 1)  # IPPROTO_TCP, TCP_NODELAY


def open_files():
    """How many file descriptors this process holds, the one that looks included."""
    return len(os.listdir("/proc/self/fd"))
