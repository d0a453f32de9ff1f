"""Every route of the application with the rule that it is under, and what is asked of it.

A route that stands here and is not served, or the other way round, fails the test.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.web.rights import oracle
from tests.web.rights.oracle import MAY_STEP, Rule, form_of, none_for, roles, steps, writes

ALL = ("main", "other", "old", "none")
SEEN = ("main", "other", "none")
LETTERED = ("main", "none")
Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Ask:
    """One way to ask a route: under which rule, about which matters, naming and sending what."""

    rule: Rule
    matters: tuple[str, ...] = ("main",)
    names: Fields = field(default_factory=dict)
    body: Fields = field(default_factory=dict)
    query: str = ""


Asks = tuple[Ask, ...]


def one(rule: Rule, *matters: str, body: Fields | None = None, query: str = "",
        **names: str) -> Asks:  # fmt: skip
    """Ask in one way."""
    return (Ask(rule, matters or ("main",), names, body or {}, query),)


MINE, LISTS = one(oracle.everybody), one(oracle.works_on_cases)
OFFICE, ADMIN, REPORTS = (
    one(roles("office")),
    one(roles("admin")),
    one(roles("office", "leader", "unit", "supervision", "head", "auditor")),
)
WATCHES = one(roles("supervision", "head", "auditor"))
WORKDAY, SUNDAY = {"date": "2026-03-03"}, {"date": "2026-03-01"}
READ, KNOWN = one(oracle.in_full, *ALL), one(oracle.in_summary, *ALL)
ISSUE = one(oracle.sees_issue, *ALL)
REGISTER = one(oracle.registers, "main", "none")
VIEW = one(oracle.anybodys_none_on_cases, body={"usual": "1"}, number="99")
LETTER = (
    *one(oracle.reads_letter(draft=False), *LETTERED, letter="issued"),
    *one(oracle.reads_letter(draft=True), letter="draft"),
)
DAILY = one(roles("office", "supervision", "head", "auditor", "duty"), date="2026-03-03")
HANDS_IN = (
    *one(roles("office"), date="2026-03-03"), *one(roles("duty"), date="2026-03-01"),
)  # fmt: skip


def stepping(*, form: bool = False, body: Fields | None = None) -> Asks:
    """Ask for every step of the state that each case is in."""
    return tuple(
        Ask(oracle.sees_steps if form else steps(trigger), (key,), {"trigger": trigger},
            {"version": "@version", **(body or {})})
        for key, state in (("main", "in-resolution"), ("other", "registered"), ("old", "closed"))
        for trigger in MAY_STEP[state]
    )  # fmt: skip


def told(part: str, body: Fields | None = None) -> Asks:
    """Ask to write a part of each case, with nothing or little of what the form asks for."""
    return one(writes(part), *ALL, body=body)


def sent(part: str) -> Asks:
    """Send a form about the present version of each case."""
    return told(part, {"version": "@version"})


def shown(part: str) -> Asks:
    """Ask for the form of a part of each case."""
    return one(form_of(part), *ALL)


def letter(part: str, kind: str = "issued") -> Asks:
    """Ask to act on a letter of each case."""
    return one(writes(part), *LETTERED, letter=kind)


API = "/api/v1"
API_RULES: dict[str, Asks] = {
    "GET /me": MINE,
    "POST /issues": one(roles("office", "duty")),
    "GET /issues": LISTS,
    "GET /issues/{code}": ISSUE,
    "POST /issues/{code}/cases": one(oracle.registers, "main", "none", body={"title": "x"}),
    "GET /cases": LISTS,
    "GET /cases/{code}": KNOWN,
    "POST /cases/{code}/steps": (
        *one(oracle.in_summary_or_none, *SEEN),
        *(
            Ask(a.rule, a.matters, {}, {"trigger": a.names["trigger"], **a.body})
            for a in stepping()
        ),
    ),
    "GET /cases/{code}/history": (*READ, *one(oracle.in_full, *SEEN, query="?limit=no")),
    "PUT /cases/{code}/task-force": told("task-force"),
    "PUT /cases/{code}/plan": told("plan"),
    "POST /cases/{code}/plan/adopt": (*told("plan.adopt"), *sent("plan.adopt")),
    "POST /cases/{code}/measures/{id}/progress": told("progress"),
    "POST /cases/{code}/notes": (*told("note"), *told("note", {"text": "好"})),
    "POST /cases/{code}/claims": told("claim"),
    "PATCH /cases/{code}/claims/{id}": (
        *told("claim", {"owed_fen": 5}),
        *one(writes("claim"), "main", body={"paid_fen": 5}),
    ),
    "POST /cases/{code}/replies": told("reply"),
    "POST /cases/{code}/files": told("file"),
    "GET /cases/{code}/files/{id}": one(oracle.in_full, "main", "old", "none"),
    **{
        f"GET /reports/{name}": REPORTS
        for name in (
            "overdue",
            "ageing",
            "ledger",
            "decomposition",
            "workload",
            "responsibility",
            "pingpong",
        )
    },
    "POST /imports": OFFICE,
    "GET /imports/{id}": one(oracle.own_import),
    "POST /imports/{id}/confirm": one(oracle.own_import, body={"sha256": "@sha256"}),
    "GET /audit/checkpoint": MINE,
    "GET /audit/key": MINE,
    "GET /audit/proofs/inclusion": MINE,
    "GET /audit/proofs/consistency": MINE,
    "GET /calendar/due": MINE,
    "GET /calendar/{year}": MINE,
    "GET /workflows": MINE,
    "GET /workflows/{name}": MINE,
    "POST /deputies": one(roles("office", "leader", "admin")),
    "GET /deputies": MINE,
    "DELETE /deputies/{id}": one(oracle.ends_deputy_of_lead),
    "POST /cases/{code}/urges": told("letter"),
    "PUT /urges/{no}": (*letter("letter"), *letter("letter", "draft")),
    "GET /urges": one(oracle.works_on_cases, query="?waits_for=issue"),
    "GET /urges/{no}": (
        *LETTER,
        *(Ask(a.rule, a.matters, a.names, {}, "?format=docx") for a in LETTER),
    ),
    "POST /urges/{no}/issue": letter("letter", "draft"),
    "POST /urges/{no}/sign": letter("letter.answer"),
    "POST /urges/{no}/answer": letter("letter.answer"),
    "POST /urges/{no}/verdict": letter("letter"),
    "GET /reports/daily/{date}": DAILY,
    "POST /reports/daily/{date}/hand-in": HANDS_IN,
    "PUT /reports/daily/{date}/draft": tuple(
        Ask(a.rule, a.matters, a.names, {"text": "x", "version": 0}) for a in HANDS_IN
    ),
    "POST /reports/daily/{date}/units": one(roles("unit")),
    "GET /reports/daily/{date}/units": one(roles("unit")),
    "POST /reports/daily/{date}/chase": one(roles("office", "duty")),
    "PUT /roster": OFFICE,
    "GET /roster": one(
        roles("office", "leader", "unit", "supervision", "head", "auditor", "duty"),
        query="?from=2026-03-01&to=2026-03-08",
    ),
    "GET /inbox": MINE,
    "POST /inbox/read": MINE,
    "POST /webhooks": ADMIN,
    "GET /webhooks": ADMIN,
    "DELETE /webhooks/{id}": one(none_for("admin")),
    "GET /timers": one(roles("admin", "supervision")),
    "GET /timers/rungs": one(
        roles("supervision", "head", "auditor"), query="?at=2026-03-04T00:00:00Z"
    ),
}

BULK = "?id=DB-2026-0001"
TICKED = {"id": "DB-2026-0001@1", "ticket": "x"}


def page_act(name: str, part: str, kind: str) -> dict[str, Asks]:
    """Give the four routes of an act on a letter."""
    place = f"/letters/{{no}}/do/{name}"
    rule = oracle.acts_on_letter(part, draft=kind == "draft")
    there = one(rule, *LETTERED, letter=kind)
    sent = {"text": "x", "verdict": "accepted", "demands": "x", "answer_by": "2026-03-20"}
    body = tuple(Ask(a.rule, a.matters, a.names, sent) for a in there)
    return {
        f"GET {place}": there, f"POST {place}/edit": there, f"POST {place}/confirm": body,
        f"POST {place}": body,
    }  # fmt: skip


PAGE_RULES: dict[str, Asks] = {
    "GET /account": MINE,
    "POST /account/password": one(oracle.everybody, body={"password": "a", "repeated": "b"}),
    "POST /account/end-session": MINE,
    "POST /account/feed": LISTS,
    "POST /account/feed/end": MINE,
    "GET /account/factor": MINE,
    "POST /account/factor/begin": MINE,
    "POST /account/factor": MINE,
    "POST /account/factor/drop": MINE,
    "GET /account/prove": MINE,
    "POST /account/prove": MINE,
    **dict.fromkeys((
        "POST /account/prove/provider", "POST /account/identity/link",
        "POST /account/identity/unlink",
    ), one(oracle.anybodys_none)),
    **dict.fromkeys((
        "POST /accounts/{login}/identity", "POST /accounts/{login}/identity/end",
    ), one(oracle.administrators_none)),
    "GET /deputies": MINE,
    "POST /deputies": one(roles("office", "leader", "admin")),
    "POST /deputies/{number}/end": one(oracle.ends_deputy_of_lead, number="1"),
    **dict.fromkeys((
        "GET /accounts", "GET /accounts/new", "POST /accounts/new", "GET /accounts/{login}",
        "POST /accounts/{login}", "POST /accounts/{login}/roles",
        "POST /accounts/{login}/password", "POST /accounts/{login}/disable",
        "POST /accounts/{login}/enable", "GET /units", "POST /units",
        "POST /calendar/{year}/import", "POST /calendar/{year}/import/confirm",
        "POST /calendar/{year}/override", "POST /calendar/{year}/override/confirm",
    ), ADMIN),
    "POST /units/change": one(roles("admin"), body={"unit": "司法局"}),
    "GET /issues/{code}/annex": one(oracle.prints_annex, *ALL),
    "GET /": MINE,
    "GET /my": LISTS,
    "GET /trends": LISTS,
    "GET /cases": LISTS,
    "GET /cases/export": one(oracle.works_on_cases, query="?format=csv"),
    **{f"{method} /cases/bulk/{act}{end}": one(oracle.works_on_cases, query=query, body=body)
       for act in ("assign", "nudge", "urge")
       for method, end, query, body in (
           ("GET", "", BULK, {}), ("POST", "/edit", "", TICKED), ("POST", "/confirm", "", TICKED),
           ("POST", "", "", TICKED),
       )},
    "GET /cases/bulk/done/{key}": one(oracle.anybodys_none_on_cases),
    "GET /cases/views": LISTS,
    "POST /cases/views": LISTS,
    **{f"POST /cases/views/{{number}}/{act}": VIEW
       for act in ("rename", "usual", "delete")},
    "GET /cases/{code}": KNOWN,
    "GET /cases/{code}/files/{number}": one(oracle.in_full, "main", "old", "none"),
    "GET /cases/{code}/do/{trigger}": stepping(form=True),
    "POST /cases/{code}/do/{trigger}/edit": stepping(form=True),
    "POST /cases/{code}/do/{trigger}/confirm": stepping(),
    "POST /cases/{code}/do/{trigger}": stepping(),
    "GET /cases/{code}/task-force": shown("task-force"),
    "POST /cases/{code}/task-force": sent("task-force"),
    "GET /cases/{code}/plan": shown("plan"),
    "POST /cases/{code}/plan": (*sent("plan"), *told("plan", {"_add": "1"})),
    "GET /cases/{code}/plan/adopt": shown("plan.adopt"),
    "POST /cases/{code}/plan/adopt": sent("plan.adopt"),
    "GET /cases/{code}/measures/{measure}/progress": shown("progress"),
    "POST /cases/{code}/measures/{measure}/progress": sent("progress"),
    "POST /cases/{code}/notes": told("note"),
    "GET /cases/{code}/nudge": shown("nudge"),
    "POST /cases/{code}/nudge": told("nudge"),
    "GET /cases/{code}/files": shown("file"),
    "POST /cases/{code}/files": told("file"),
    "GET /cases/{code}/claims": shown("claim"),
    "POST /cases/{code}/claims": (*told("claim"), *told("claim", {"owed": "no"})),
    "GET /cases/{code}/claims/{number}": shown("claim"),
    "POST /cases/{code}/claims/{number}": told("claim", {"paid": "no"}),
    "GET /cases/{code}/replies": shown("reply"),
    "POST /cases/{code}/replies": told("reply"),
    "GET /issues": LISTS,
    "GET /issues/new": one(roles("office", "duty")),
    "POST /issues/new": one(roles("office", "duty")),
    "GET /issues/{code}": ISSUE,
    "GET /issues/{code}/cases/new": REGISTER,
    "POST /issues/{code}/cases/new": REGISTER,
    "GET /letters/{no}.docx": LETTER,
    "GET /letters/{no}": LETTER,
    **page_act("revise", "letter", "draft"),
    **page_act("issue", "letter", "draft"),
    **page_act("sign", "letter.answer", "issued"),
    **page_act("answer", "letter.answer", "issued"),
    **page_act("judge", "letter", "issued"),
    "GET /cases/{no}/letters/new": shown("letter"),
    "POST /cases/{no}/letters/new/edit": shown("letter"),
    "POST /cases/{no}/letters/new/confirm": shown("letter"),
    "POST /cases/{no}/letters/new": shown("letter"),
    "GET /import": OFFICE,
    "POST /import": OFFICE,
    "GET /import/{number}": one(oracle.own_import),
    "POST /import/{number}/confirm": one(oracle.own_import, body={"sha256": "@sha256"}),
    "GET /import/{number}/done": one(oracle.own_import),
    **{f"GET /reports{name}": REPORTS for name in (
        "", "/overdue", "/ageing", "/ledger", "/decomposition", "/workload", "/responsibility",
        "/pingpong",
    )},
    "GET /runs": MINE,
    "GET /runs/{number}": one(oracle.anybodys_none, number="99"),
    "GET /runs/{number}/file": one(oracle.anybodys_none, number="99"),
    "POST /runs": LISTS,
    "GET /supervision": WATCHES,
    "GET /supervision/check": WATCHES,
    "POST /supervision/check": WATCHES,
    "GET /supervision/check.json": one(none_for("supervision", "head", "auditor")),
    "GET /reports/daily": MINE,
    "GET /reports/daily/{date}": DAILY,
    "GET /reports/daily/{date}/hand-in": one(roles("office", "duty")),
    "POST /reports/daily/{date}/hand-in": HANDS_IN,
    "POST /reports/daily/{date}/hand-in/edit": one(roles("office", "duty")),
    "POST /reports/daily/{date}/hand-in/confirm": HANDS_IN,
    "POST /reports/daily/{date}/draft": HANDS_IN,
    "POST /reports/daily/{date}/anew": HANDS_IN,
    "POST /reports/daily/{date}/chase": one(roles("office", "duty"), body={"unit": "司法局"}),
    "GET /reports/daily/{date}/file": DAILY,
    "GET /reports/daily/{date}/unit": one(roles("unit")),
    "POST /reports/daily/{date}/unit": one(roles("unit")),
    "GET /roster": one(roles("office", "leader", "unit", "supervision", "head", "auditor", "duty")),
    "POST /roster": OFFICE,
    "GET /inbox": MINE,
    "GET /import/sample": OFFICE,
    "POST /inbox/read": MINE,
    "GET /search": one(oracle.works_on_cases, query="?q=某某"),
    "GET /import/{number}/errors": one(oracle.own_import),
    "GET /import/{number}/columns": one(oracle.own_import),
    "POST /import/{number}/columns": one(oracle.own_import),
    "GET /roles": MINE,
    "GET /workflows": MINE,
    "GET /workflows/{name}": MINE,
    "GET /calendar": MINE,
    "GET /calendar/{year}": MINE,
}  # fmt: skip

RULES: dict[str, Asks] = {
    **{key.replace(" ", f" {API}", 1): asks for key, asks in API_RULES.items()}, **PAGE_RULES,
}  # fmt: skip

OPEN = {
    "GET /healthz", "GET /readyz", "GET /metrics", "GET /static/{name:path}", "GET /login",
    "POST /logout", "POST /preferences", f"GET {API}/openapi.json", "GET /glossary", "GET /help",
}  # fmt: skip
"""For whoever comes; a form only from our own page."""
BY_OTHER_MEANS = {
    "POST /login", "GET /login/code", "POST /login/code", "GET /login/provider",
    "POST /login/provider", "GET /cases.ics", f"GET {API}/cases.ics",
}  # fmt: skip
"""Let in by what is sent: a password, a code, what the provider says, the token in the address."""
