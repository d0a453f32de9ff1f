"""The first page of every report in every grouping, now and in the past, through the server."""

import http.client
import json
import sys
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

from bench import office
from bench.lines import Line, show
from bench.place import frozen, large
from bench.served import processor, serving
from engine.domain.access import OPERATOR
from engine.service.reports.asking import GROUPINGS
from engine.service.reports.catalogue import REPORTS
from engine.service.tokens import NewToken, create_token

_READER = f"u{office.LEADERS + office.OFFICERS + 1}"
"""A clerk of the office, who reads every case."""
_REPEATS = 3
_PAST = timedelta(days=200)
_DUBAN = str(Path(sys.executable).with_name("duban"))
_OK = 200


def measure(home: Path, url: str, cases: int) -> None:
    """Measure a large office; what is shown is the slowest grouping of each report."""
    with ExitStack() as opened:
        place = opened.enter_context(large(url, home, cases))
        with place.application.writing("cli") as desk:
            token = create_token(desk, OPERATOR, NewToken(_READER, "read"))["token"]
        command = [_DUBAN, "serve", "--no-timers"]
        port = opened.enter_context(serving(place, command, "/readyz", **frozen(home)))
        for name in REPORTS:
            for when, as_of in (("now", None), ("200 days ago", office.NOW - _PAST)):
                asked = {} if as_of is None else {"as_of": as_of.isoformat()}
                taken = {by: _asked(port, token, name, asked, by) for by in (None, *GROUPINGS)}
                slowest = max(taken, key=lambda by: min(taken[by][1]))
                what = f"{name} {when}, {place.of(cases)}, slowest: {slowest or 'ungrouped'}"
                wall, spent = taken[slowest]
                show(Line(f"{what}: processor", "ms", spent, "≤ 300 ms (of 100,000)"))
                show(Line(f"{what}: until answered", "ms", wall, "the same on an idle machine"))


def _asked(
    port: int, token: str, name: str, asked: dict[str, str], by: str | None
) -> tuple[list[float], list[float]]:
    """Ask for a first page over one connection; give how long each took, and of the processor."""
    query = urlencode(asked | ({} if by is None else {"by": by}))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    wall, spent = [], []
    for _ in range(_REPEATS + 1):
        before, began = processor(port), time.perf_counter()
        headers = {"Authorization": f"Bearer {token}"}
        connection.request("GET", f"/api/v1/reports/{name}?{query}", headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        wall.append((time.perf_counter() - began) * 1e3)
        spent.append((processor(port) - before) * 1e3)
        assert answer.status == _OK, body
        assert "items" in json.loads(body)
    connection.close()
    return wall[1:], spent[1:]
