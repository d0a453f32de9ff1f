"""A real server process that tests kill, and writers that do not give up on it."""

import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

from tests.people import LI, ZHANG

_READY_SECONDS = 60.0
_DUBAN = Path(sys.executable).with_name("duban")


class Server:
    """`duban serve` on a port of its own, in a process that can be killed and started again."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self._environment = {**os.environ, **environment}
        self._log = folder / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]

    def start(self, **settings: str) -> float:
        """Start it, with these settings beside its own; give the seconds until it was ready."""
        began = time.monotonic()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(_DUBAN), "serve", "--no-timers", "--port", str(self.port)],
                env=self._environment | settings, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > began + _READY_SECONDS:
                raise RuntimeError(f"the server did not start: {self._log.read_text()[-2000:]}")
            time.sleep(0.01)
        return time.monotonic() - began

    def kill(self) -> None:
        """End it as a power cut would, as far as a process can tell."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def gone(self, seconds: float = 20.0) -> int:
        """Wait until it has ended by itself; give its exit code."""
        if self._process is None:
            raise RuntimeError("the server was not started")
        return self._process.wait(seconds)

    def _is_ready(self) -> bool:
        try:
            return self.ask("GET", "/readyz")[0] == http.client.OK
        except OSError:
            return False

    def ask(
        self, method: str, path: str, body: object = None, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """Send one request on a connection of its own; give status and answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            sent = None if body is None else json.dumps(body)
            if sent is not None:
                named["Content-Type"] = "application/json"
            connection.request(method, path, sent, named)
            response = connection.getresponse()
            content = response.read()
        except http.client.HTTPException as error:
            raise ConnectionError(str(error)) from error
        finally:
            connection.close()
        is_json = "json" in response.headers.get("Content-Type", "")
        return response.status, json.loads(content) if is_json else {}


@dataclass
class Writer:
    """Steps on one case over and over, and repeats each step until it was answered."""

    server: Server
    tokens: dict[str, str]
    code: str
    version: int
    done: Event
    acknowledged: list[tuple[int, str]] = field(default_factory=list)
    repeats: int = 0

    def run(self) -> None:
        """Hand the case over and have that refused, until told to stop."""
        while not self.done.is_set():
            self._step(ZHANG.login, "hand-over", {"to": LI.login})
            self._step(LI.login, "refuse-handover", {})

    def _step(self, login: str, trigger: str, data: dict[str, str]) -> None:
        order = {"trigger": trigger, "version": self.version, "reason": "轮换", "data": data}
        key, path = secrets.token_hex(8), f"/api/v1/cases/{self.code}/steps"
        authorized = f"Bearer {self.tokens[login]}"
        while True:
            try:
                status, answer = self.server.ask(
                    "POST", path, order, Authorization=authorized, Idempotency_Key=key
                )
            except OSError:
                self.repeats += 1
                time.sleep(0.1)
                continue
            if status == http.client.SERVICE_UNAVAILABLE:
                continue
            assert status == http.client.OK, (status, answer)
            self.acknowledged.append((self.version, trigger))
            self.version = answer["version"]
            return
