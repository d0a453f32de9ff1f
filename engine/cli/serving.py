"""The server that `duban serve` and `duban demo` start: the web, with upkeep and timers beside it.

The web is started by its import string, so that this face knows nothing of the other.
"""

import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from importlib import import_module
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from engine import words
from engine.bootstrap import log_signer
from engine.errors import InvalidError, reason_of
from engine.service.timers import Ticking, ticking
from engine.service.upkeep import Upkeep
from engine.settings import Settings, load_settings

WEB = "web.app"
FACTORY = "engine.cli.serving:served"
BACKLOG = 2048
_NO_TIMERS = "_DUBAN_NO_TIMERS"
"""Tells the workers of this process that timers run elsewhere; it is no setting."""
GRACE_SECONDS = 10
"""How long a request may still take when the server is told to stop."""

_YOUNG = 20_000
"""So many new objects are made before the youngest are looked through for garbage: a page of a
report makes fifty thousand, of which none is in a ring."""

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Served:
    """The web with what works beside it: begun with the server, stopped before the web closes."""

    def __init__(self, web: Any, *beside: Upkeep | Ticking) -> None:  # noqa: ANN401  # the other face's
        self._web = web
        self._beside = beside

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer as the web does, and hear when it begins and ends."""
        if scope["type"] != "lifespan":
            await self._web(scope, receive, send)
            return

        async def heard() -> Message:
            message = await receive()
            for thread in self._beside:
                if message["type"] == "lifespan.startup":
                    thread.start()
                elif thread.is_alive():
                    thread.stop()
            return message

        await self._web(scope, heard, send)


def served() -> Served:
    """Build what is served, from the settings of this process: one of the workers."""
    logging.getLogger("duban").addHandler(logging.StreamHandler())
    web = import_module(WEB).served()
    application = web.state.application
    signer = log_signer(application.settings)
    upkeep = Upkeep(application, signer, places=not application.database.is_sqlite)
    beside = [] if os.environ.get(_NO_TIMERS) else ticking(application)
    gc.freeze()  # what is loaded is no garbage: nobody need look through it again
    gc.set_threshold(_YOUNG)
    return Served(web, upkeep, *beside)


class _One:
    """One process that serves: this one."""

    def __init__(self, config: uvicorn.Config, sockets: list[socket.socket]) -> None:
        self._config = config
        self._sockets = sockets

    def run(self) -> None:
        """Serve until told to stop."""
        uvicorn.Server(self._config).run(self._sockets)


def bind(host: str, port: int) -> socket.socket:
    """Take the address, so that whoever is told it can connect. Raises InvalidError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, so that the event loop sends at once and no answer waits for 40 ms to be
    # acknowledged in part (RFC 896, RFC 1122 §4.2.3.2).
    taken = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
        taken.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        taken.close()
        raise InvalidError("cli-serve-address", host=host, port=port, detail=_why(error)) from error
    return taken


def _why(error: OSError | OverflowError) -> words.Message | words.Text:
    if isinstance(error, OverflowError):
        return words.message("cli-port")
    return words.message("cli-no-host") if isinstance(error, socket.gaierror) else reason_of(error)


def make_address_known(settings: Settings, host: str, port: int) -> str:
    """Give the address for people; without a configured one it is where the server listens.

    Workers read it from the environment: sign-in compares the browser's `Origin` with it.
    """
    if settings.public_url == Settings().public_url:
        name = f"[{host}]" if ":" in host else host
        os.environ["DUBAN_PUBLIC_URL"] = f"http://{name}:{port}"
    return load_settings().public_url


def serve(taken: socket.socket, workers: int = 1, *, timers: bool = True) -> None:
    """Serve until interrupted or terminated; either ends in order."""
    if not timers:
        os.environ[_NO_TIMERS] = "1"
    config = uvicorn.Config(
        FACTORY, factory=True, workers=workers, lifespan="on", log_level="warning",
        access_log=False, proxy_headers=False, server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )  # fmt: skip
    sys.stdout.flush()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    server = Multiprocess(config, [taken]) if workers > 1 else _One(config, [taken])
    try:
        server.run()
    except KeyboardInterrupt:
        return
    finally:
        taken.close()
