"""Requests that are answered each in a process of its own, which may die of it.

`python -m tests.faults.apart` imports the program once. For each request that it reads as a line of
JSON it splits off a process, which answers it; it writes how that one ended, and what it answered.
"""

import base64
import json
import os
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from starlette.testclient import TestClient

from engine.bootstrap import open_application
from engine.settings import load_settings
from web.app import create_app

_FAULT = 70
"""How a process ends that breaks in a way which nobody asked for."""


@dataclass(frozen=True)
class Outcome:
    """How a process ended, and what it answered before; status 0 where it did not."""

    exit_code: int
    status: int = 0
    answer: Any = None


class Apart:
    """Has requests answered apart from the tests' own process."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def ask(self, environment: dict[str, str], failpoints: str = "", **request: Any) -> Outcome:  # noqa: ANN401  # httpx's own
        """Answer a request in a process of its own, with failpoints armed."""
        told, heard = self._process.stdin, self._process.stdout
        assert told is not None
        assert heard is not None
        known = {**environment, "DUBAN_FAILPOINTS": failpoints}
        told.write(json.dumps([known, request]) + "\n")
        told.flush()
        return Outcome(*json.loads(heard.readline()))


@contextmanager
def running() -> Iterator[Apart]:
    """Start what splits off the processes, and end it."""
    command = [sys.executable, "-m", __name__]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Apart(process)


def _answer(request: dict[str, Any]) -> list[Any]:
    if "content" in request:
        name, content = request.pop("content")
        request["files"] = {"file": (name, base64.b64decode(content))}
    application = open_application(load_settings(), serving=True)
    client = TestClient(create_app(application), base_url="http://127.0.0.1:8000")
    response = client.request(**request)
    application.close()
    is_json = "json" in response.headers.get("content-type", "")
    return [response.status_code, response.json() if is_json else response.text]


def _die_or_answer(known: dict[str, str], request: dict[str, Any], into: int) -> None:
    """Be the process that was split off; it never comes back from here."""
    try:
        os.environ.update(known)
        with os.fdopen(into, "w") as told:
            json.dump(_answer(request), told)
    except BaseException:  # noqa: BLE001  # whatever it is, nothing of it may go on in two processes
        traceback.print_exc()
        os._exit(_FAULT)
    os._exit(0)


def main() -> None:
    """Answer the requests of standard input."""
    for line in sys.stdin:
        known, request = json.loads(line)
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            _die_or_answer(known, request, writing)
        os.close(writing)
        with os.fdopen(reading) as heard:
            answer = heard.read()
        _, status = os.waitpid(child, 0)
        ended = [os.waitstatus_to_exitcode(status), *(json.loads(answer) if answer else ())]
        print(json.dumps(ended), flush=True)  # noqa: T201  # to the tests


if __name__ == "__main__":
    main()
