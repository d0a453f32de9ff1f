"""`python -m bench.timed duban|bare --port N`: two servers that say what an answer took.

Both apps say in each answer how long the server took over it: Duban, and a bare page.

`Server-Timing` is the time from the request's head being read to the answer's head being written:
all the waiting for a turn within the process is in it, the network and the client are not. Only
measuring adds the header; `duban serve` does not.

The bare page is what anybody would write first with FastAPI and Jinja2: a table of fifty rows that
stand ready in memory, of as many bytes as Duban's page. It asks no database and nobody's rights.
"""

import argparse
import os
import sys
from time import perf_counter
from typing import Annotated, Any

from fastapi import FastAPI, Query
from fastapi.responses import HTMLResponse
from jinja2 import Environment, StrictUndefined
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.cli import serve, serving

HEADER, BYTES = "server-timing", "BENCH_BARE_BYTES"
DUBAN, BARE = "duban", "bare"
ROWS = 50
_PAGE = """<!doctype html><html lang="zh"><head><meta charset="utf-8"><title>{{ title }}</title>
</head><body><h1>{{ title }}</h1><table><thead><tr>{% for head in heads %}<th>{{ head }}</th>
{% endfor %}</tr></thead><tbody>{% for row in rows %}<tr><td><a href="/cases/{{ row.code }}">
{{ row.code }}</a></td><td>{{ row.title }}</td><td>{{ row.leader }}</td><td>{{ row.unit }}</td>
<td>{{ row.due }}</td><td>{{ row.state }}</td></tr>{% endfor %}</tbody></table></body></html>"""


class Timed:
    """An app whose answers tell how long it took over them."""

    def __init__(self, app: Any) -> None:  # noqa: ANN401  # an ASGI app of whatever types
        self._app: ASGIApp = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does."""
        began = perf_counter()

        async def out(message: Message) -> None:
            if message["type"] == "http.response.start":
                taken = (perf_counter() - began) * 1e3
                MutableHeaders(scope=message)[HEADER] = f"total;dur={taken:.3f}"
            await send(message)

        await self._app(scope, receive, out)


def duban() -> Timed:
    """Build what `duban serve` serves."""
    return Timed(serving.served())


def bare() -> Timed:
    """Build the bare page, about as large as the environment says."""
    env = Environment(autoescape=True, undefined=StrictUndefined)
    template = env.from_string(_PAGE)
    app = FastAPI()
    heads = ["编号", "任务", "责任领导", "牵头单位", "时限", "状态"]
    rows = [_row(number) for number in range(ROWS)]

    def render() -> str:
        return template.render(title="任务台账", heads=heads, rows=rows)

    missing = int(os.environ.get(BYTES, "0")) - len(render().encode())
    for row in rows:
        row["title"] += "市" * max(0, missing // ROWS // len("市".encode()))

    @app.get("/", response_class=HTMLResponse)
    def show(page: Annotated[int, Query()] = 1) -> str:
        del page
        return render()

    return Timed(app)


def _row(number: int) -> dict[str, str]:
    return {
        "code": f"DB-2026-{number:04d}", "title": f"示例家园欠薪核查第{number}项",
        "leader": "人员1", "unit": f"第{number}办", "due": "4月23日", "state": "化解中",
    }  # fmt: skip


def command(app: str) -> list[str]:
    """Give the command that serves one of the apps; a port is to be added."""
    return [sys.executable, "-m", "bench.timed", app]


def main() -> None:
    """Serve as `duban serve` does, with as many workers; only its timers stay out of it."""
    parser = argparse.ArgumentParser(prog="python -m bench.timed")
    parser.add_argument("app", choices=(DUBAN, BARE))
    parser.add_argument("--port", type=int, required=True)
    asked = parser.parse_args()
    serving.FACTORY = f"bench.timed:{asked.app}"
    if asked.app == DUBAN:
        serve.run(port=asked.port, no_timers=True)
    else:
        serving.serve(serving.bind(serve.HOST, asked.port))


if __name__ == "__main__":
    main()
