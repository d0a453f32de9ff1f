"""A limit on a whole exchange: whoever answers a byte a second, or not at all, is cut off.

A time-out of a socket is one of each read; somebody who trickles never reaches it. So a watch
beside the exchange shuts the socket at the end of the time, and whatever waits for it fails.
"""

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

CONNECT_SECONDS, WHOLE_SECONDS = 5.0, 10.0
_LOOK_SECONDS = 0.2


@contextmanager
def at_most(seconds: float, open_socket: Callable[[], socket.socket | None]) -> Iterator[Event]:
    """Give an exchange so many seconds; the event that is given says that they are over.

    `open_socket` gives the socket of the exchange once there is one.
    """
    done, over = Event(), Event()

    def watch() -> None:
        if done.wait(seconds):
            return
        over.set()
        while not done.wait(_LOOK_SECONDS if _cut(open_socket()) else 0.01):
            pass

    watching = Thread(target=watch, name="duban-limit", daemon=True)
    watching.start()
    try:
        yield over
    finally:
        done.set()
        watching.join()


def wrapped(plain: socket.socket, host: str) -> ssl.SSLSocket:
    """Put TLS around a socket, without a word yet; its certificate has to be that of `host`."""
    context = ssl.create_default_context()
    return context.wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)


def handshake(opened: socket.socket) -> None:
    """Begin TLS where it is to be; by now the socket can be cut off."""
    if isinstance(opened, ssl.SSLSocket):
        opened.do_handshake()


def _cut(open_socket: socket.socket | None) -> bool:
    if open_socket is None:
        return False
    with suppress(OSError):
        open_socket.shutdown(socket.SHUT_RDWR)
    return True
