"""Mutual TLS to the broker: both sides show who they are. MicroPython only."""

import asyncio
import errno
import gc
import select
import socket

from node.link import reasons
from node.link.reasons import LinkError

CONNECT_POLL_MS = 20


class TlsStream(asyncio.StreamReader):
    """An asyncio stream over TLS that really closes.

    After a handshake that failed, MicroPython's TLS socket has forgotten the socket under it, and
    closing it closes nothing: each try would cost a file descriptor. So both are closed here.
    """

    def __init__(self, plain, secure):
        super().__init__(secure)
        self._plain = plain

    async def wait_closed(self):
        """Close at once; the broker is told by MQTT's DISCONNECT, not by TLS."""
        plain, self._plain = self._plain, None
        if plain:
            self.s.close()  # type: ignore[attr-defined] # the stubs leave it out
            plain.close()  # back to back, so that nobody can have been given the number in between


async def open_tls(host, port, server_name, ca_der, cert_der, key_der):
    """Connect; gives (reader, writer). LinkError says why it failed, ValueError names a bad key.

    `server_name` must stand in the broker's certificate, whatever `host` is. The handshake takes
    place in the first write, and its errors come out there: whoever writes first keeps the
    deadline (`Client.connect` does). Looking up a host name blocks; give an address where you can.
    """
    import tls  # MicroPython with TLS only; without it this file can still be imported

    context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)  # this one verifies, unlike ssl.wrap_socket
    context.load_verify_locations(ca_der)
    context.load_cert_chain(cert_der, key_der)
    gc.collect()  # boards need about 20 KiB in one piece for the record buffers
    phase = reasons.NAME
    plain = None
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)[0]
        phase = reasons.TCP
        plain = socket.socket(family, kind)
        await _connect(plain, address)
        # Never do_handshake_on_connect: that one blocks every task until the other side answers.
        secure = context.wrap_socket(
            plain, server_hostname=server_name, do_handshake_on_connect=False
        )
    except BaseException as error:  # cancelled by a deadline, too
        if plain:
            plain.close()
        if isinstance(error, OSError):
            why = reasons.explain(error, phase)
            raise LinkError(why, reasons.was_answered(error, phase))
        raise
    stream = TlsStream(plain, secure)
    return stream, stream


async def _connect(plain, address):
    """Return when the TCP connection stands; OSError when there will be none."""
    plain.setblocking(False)
    try:
        plain.connect(address)
    except OSError as error:
        if error.errno != errno.EINPROGRESS:
            raise
    poller = select.poll()
    poller.register(plain, select.POLLOUT)
    while True:
        ready = poller.poll(0)
        if ready:
            break
        await asyncio.sleep_ms(CONNECT_POLL_MS)
    if ready[0][1] & (select.POLLERR | select.POLLHUP):
        # Refused, or given up. It must be told from what befalls the handshake, and which of the
        # two it was is the socket's next answer.
        plain.recv(1)
