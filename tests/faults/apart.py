"""One request answered in a process of its own, which may die of it.

`python -m tests.faults.apart` reads the request as JSON from standard input, and writes status and
answer to standard output.
"""

import base64
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from starlette.testclient import TestClient

from engine.bootstrap import open_application
from engine.settings import load_settings
from web.app import create_app


@dataclass(frozen=True)
class Outcome:
    """How a process ended, and what it answered before; status 0 where it did not."""

    exit_code: int
    status: int = 0
    answer: Any = None


def ask(environment: dict[str, str], failpoints: str = "", **request: Any) -> Outcome:  # noqa: ANN401  # httpx's own
    """Answer a request in a process of its own, with failpoints armed."""
    known = os.environ | environment | {"DUBAN_FAILPOINTS": failpoints}
    done = subprocess.run(
        [sys.executable, "-m", __name__],
        input=json.dumps(request).encode(), env=known, capture_output=True, check=False,
    )  # fmt: skip
    if not done.stdout:
        return Outcome(done.returncode)
    status, answer = json.loads(done.stdout)
    return Outcome(done.returncode, status, answer)


def main() -> None:
    """Answer the request of standard input."""
    request = json.load(sys.stdin)
    if "content" in request:
        name, content = request.pop("content")
        request["files"] = {"file": (name, base64.b64decode(content))}
    application = open_application(load_settings(), serving=True)
    client = TestClient(create_app(application), base_url="http://127.0.0.1:8000")
    response = client.request(**request)
    is_json = "json" in response.headers.get("content-type", "")
    json.dump([response.status_code, response.json() if is_json else response.text], sys.stdout)
    application.close()


if __name__ == "__main__":
    main()
