"""The supervision workbench: is the record intact, what was changed, and which letters wait."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from engine.domain.access import WRITERS, Principal, roles_of
from engine.errors import ConflictError, NotFoundError
from engine.service import checks
from engine.service.apart import run_apart
from engine.service.case_chain import case_chain
from engine.service.case_diff import case_diff
from engine.service.desk import Desk
from engine.service.letter_lists import WAITING, cases_to_urge, count_letters, list_letters
from engine.service.office import clean
from engine.service.paging import PageQuery
from engine.service.rules_log import recent_changes
from engine.service.workflows import list_workflows
from web.files import Download, hand_out
from web.pages.case_told import event_word
from web.pages.fallible import apart, part
from web.pages.left import with_days_left
from web.routing import Routes
from web.shell import page
from web.visit import Visiting
from web.words_of import words_of

ROUTES = Routes("page")
FEW, PAGE = 10, 50
FINDINGS = 100
"""How many findings the page lists; the report that can be kept has all."""
_NO_CASE: dict[str, Any] = {"chain": None, "diff": None, "unknown": False}
_NO_LETTERS: dict[str, Any] = {
    "counts": None, "lists": {}, "to_urge": None, "chosen": "", "following": None, "first": None,
}  # fmt: skip


@ROUTES.get("/supervision", permission="supervision.read", object="supervision")
def show(visit: Visiting, request: Request) -> Response:
    """Show whether the record is intact, what changed in a case and in the rules, and letters."""
    asked = {n: request.query_params.get(n, "").strip() for n in ("case", "seq", "a", "b", "urge")}
    with visit.reading() as (desk, who):
        words = words_of(list_workflows(desk, who), visit.locale)
        found = part(visit, lambda: checks.integrity(desk, who))
        of_case = part(visit, lambda: _of_case(desk, who, asked))
        changes = part(visit, lambda: recent_changes(desk, who))
        cursor = request.query_params.get("cursor") or None
        urging = part(visit, lambda: _urging(desk, who, asked["urge"], cursor))
    shown, no_case = apart(of_case, _NO_CASE)
    urged, no_letters = apart(urging, _NO_LETTERS)
    return page(
        visit, "pages/supervision.html", words=words, found=found, asked=asked, most=FINDINGS,
        changes=changes, event_word=event_word, waits=list(WAITING),
        can_urge=who.has(*roles_of(WRITERS["letter"])), no_case=no_case, no_letters=no_letters,
        **shown, **urged,
    )  # fmt: skip


@ROUTES.get("/supervision/check", permission="supervision.read", object="supervision")
def show_check(visit: Visiting) -> Response:
    """Show how far the check has come: what the workbench asks for while it runs."""
    with visit.reading() as (desk, who):
        found = checks.integrity(desk, who)
    return page(
        visit, "pages/supervision_check.html", found=found, most=FINDINGS, chain=None,
        event_word=event_word,
    )  # fmt: skip


@ROUTES.post("/supervision/check", permission="audit.verify", object="supervision")
def begin(visit: Visiting) -> Response:
    """Begin a check of everything; where one runs already, show that one."""
    try:
        with visit.writing() as (desk, who):
            number = checks.begin_check(desk, who)
    except ConflictError:
        return RedirectResponse("/supervision/check", 303)
    run_apart(visit.application.settings, checks.APART, number)
    return RedirectResponse("/supervision/check", 303)


@ROUTES.get("/supervision/check.json", permission="supervision.read", object="supervision")
def export(visit: Visiting) -> Response:
    """Hand out what the last check came to, to be kept."""
    with visit.reading() as (desk, who):
        last = checks.integrity(desk, who)["last"]
    if last is None:
        raise NotFoundError("not-found")
    content = json.dumps(last, ensure_ascii=False, indent=1).encode(errors="replace")
    return hand_out(Download(f"duban-verify-{last['id']}.json", "application/json", content))


def _of_case(desk: Desk, who: Principal, asked: Mapping[str, str]) -> dict[str, Any]:
    """Give chain and differences of the case that is asked for; without one there is neither."""
    code = clean(asked["case"])
    if not code:
        return _NO_CASE
    try:
        chain = case_chain(desk, who, code, _number(asked["seq"]))
        diff = case_diff(desk, who, code, _number(asked["a"]), _number(asked["b"]))
    except NotFoundError:
        return {**_NO_CASE, "unknown": True}
    return {"chain": chain, "diff": diff, "unknown": False}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004  # digits


def _urging(desk: Desk, who: Principal, chosen: str, cursor: str | None) -> dict[str, Any]:
    """Give the letters by what they wait for: few of each, or one list page by page."""
    counts = count_letters(desk, who)
    if chosen in WAITING:
        listed = list_letters(desk, who, chosen, PageQuery(PAGE, cursor))
        following = {"urge": chosen, "cursor": listed["next"]}
        more = f"/supervision?{urlencode(following)}#urge" if listed["next"] else None
        first = f"/supervision?urge={chosen}#urge" if cursor else None
        return {"counts": counts, "lists": {chosen: listed}, "to_urge": None, "chosen": chosen,
                "following": more, "first": first}  # fmt: skip
    lists = {name: list_letters(desk, who, name, PageQuery(FEW)) for name in WAITING}
    to_urge = cases_to_urge(desk, who)
    items = [{**item, "case": with_days_left(desk, item["case"])} for item in to_urge["items"]]
    return {"counts": counts, "lists": lists, "to_urge": {**to_urge, "items": items},
            "chosen": "", "following": None, "first": None}  # fmt: skip
