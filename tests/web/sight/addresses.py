"""Every address that is served to readers, with every case, letter, file and so on put into it."""

import re
from collections.abc import Iterator, Mapping
from itertools import product

from tests.service.sight.furnish import Full
from tests.service.sight.marks import code
from web.app import declarations

_NAMED = re.compile(r"\{(\w+)(?::path)?\}")
_LEFT_OUT = re.compile(r"/static/|/cases\.ics|/login|/metrics|openapi|/account/prove")
WORDS = ("某某", "zznote", "zzdemands", "zzissue")
QUERIES: Mapping[str, tuple[str, ...]] = {
    "/cases": (
        "view=all&rows=50", "view=mine", "view=overdue", "view=approval", "view=closed",
        "view=all&sort=due", *(f"view=all&q={word}" for word in WORDS),
    ),
    "/cases/export": ("view=all&format=csv", "view=all&format=xlsx", "view=all&format=json"),
    "/search": tuple(f"q={word}" for word in WORDS),
    "/cases/{code}": ("history=all",),
    "/api/v1/cases": ("limit=200", "q=zznote", "overdue=true", "sort=-code"),
    "/api/v1/urges": ("waits_for=issue", "waits_for=sign", "waits_for=judge", "limit=200"),
    "/api/v1/timers/rungs": ("at=2026-05-30T00:00:00Z",),
    "/api/v1/roster": ("from=2026-04-01&to=2026-05-01",),
    "/api/v1/calendar/due": ("from=2026-04-01&days=3",),
    "/api/v1/audit/proofs/inclusion": ("index=0&size=1",),
    "/api/v1/audit/proofs/consistency": ("old=1&new=1",),
    "/reports/daily/{date}/file": ("format=csv", "format=docx"),
    "/api/v1/urges/{no}": ("", "format=docx"),
}  # fmt: skip
_REPORTS = ("by=leader", "by=issue", "format=csv", "format=xlsx", "as_of=2026-04-01")
_API_REPORTS = ("by=unit&limit=200", "format=csv", "format=json")
TRIGGERS = ("assign", "stabilize", "hand-over", "close", "reopen", "merge", "accept-handover")


def addresses(full: Full) -> Iterator[str]:
    """Give all of them."""
    for one in declarations():
        if one.method == "GET" and not _LEFT_OUT.search(one.path):
            for path in _filled(one.path, full):
                yield from _asked(one.path, path)


def _asked(route: str, path: str) -> Iterator[str]:
    queries = QUERIES.get(route, ("",))
    if "/reports/" in route and "{" not in route and route != "/reports/daily":
        queries = ("", *(_API_REPORTS if route.startswith("/api/") else _REPORTS))
    for query in queries:
        yield f"{path}?{query}" if query else path


def _filled(route: str, full: Full) -> Iterator[str]:
    """Put everything that there is into a route; names of parts go with those of their case."""
    names = _NAMED.findall(route)
    if ("code" in names and "/issues/" not in route) or ("no" in names and "/cases/" in route):
        for case in full.office.cases:
            own = {"code": [code(case.id)], "no": [code(case.id)], **_parts(route, full, case.id)}
            yield from _products(route, names, own)
        return
    known = {
        "code": [row["code"] for row in full.rows["issue"]],
        "no": [f"{code(r['case_id'])}-{r['no']}" for r in full.rows.get("letter", ())],
        "number": [str(row["id"]) for row in full.uploads],
        "id": [str(row["id"]) for row in full.uploads],
        "date": ["2026-04-23"], "year": ["2026"], "name": ["key-issue"], "login": ["u1"],
        "key": ["none"],
    }  # fmt: skip
    yield from _products(route, names, known)


def _products(route: str, names: list[str], known: Mapping[str, list[str]]) -> Iterator[str]:
    for chosen in product(*(known[name] for name in names)):
        given = dict(zip(names, chosen, strict=True))
        yield _NAMED.sub(lambda found, given=given: given[found[1]], route)  # type: ignore[misc]  # bound now


def _parts(route: str, full: Full, case: int) -> dict[str, list[str]]:
    """Name the parts of a case by number; of files also those of others."""
    kind = "file" if "/files/" in route else "claim" if "/claims/" in route else "measure"
    mine = [row for row in full.rows.get(kind, ()) if kind == "file" or row["case_id"] == case]
    numbers = sorted({str(row["no"]) for row in mine})
    return {"number": numbers, "id": numbers, "measure": numbers, "trigger": list(TRIGGERS)}
