"""Mutual TLS to the broker: both sides show who they are. MicroPython only."""

import asyncio
import errno
import gc
import select
import socket

CONNECT_POLL_MS = 20


def was_answered(error: OSError) -> bool:
    """Whether a connection failed because somebody refused it: then the way there is open."""
    return error.errno in (errno.ECONNREFUSED, errno.ECONNRESET)


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
    """Connect; gives (reader, writer). OSError or ValueError when the network or a key is wrong.

    `server_name` must stand in the broker's certificate, whatever `host` is. The handshake takes
    place in the first write, and its errors come out there: whoever writes first keeps the
    deadline (`Client.connect` does). Looking up a host name blocks; give an address where you can.
    """
    import tls  # MicroPython with TLS only; without it this file can still be imported

    context = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)  # this one verifies, unlike ssl.wrap_socket
    context.load_verify_locations(ca_der)
    context.load_cert_chain(cert_der, key_der)
    gc.collect()  # boards need about 20 KiB in one piece for the record buffers
    family, kind, _, _, address = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)[0]
    plain = socket.socket(family, kind)
    try:
        plain.setblocking(False)
        try:
            plain.connect(address)
        except OSError as error:
            if error.errno != errno.EINPROGRESS:
                raise
        poller = select.poll()
        poller.register(plain, select.POLLOUT)
        while not poller.poll(0):
            await asyncio.sleep_ms(CONNECT_POLL_MS)
        # Never do_handshake_on_connect: that one blocks every task until the other side answers.
        secure = context.wrap_socket(
            plain, server_hostname=server_name, do_handshake_on_connect=False
        )
    except BaseException:  # cancelled by a deadline, too
        plain.close()
        raise
    stream = TlsStream(plain, secure)
    return stream, stream
