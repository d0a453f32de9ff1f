"""How far a case has come, told over HTTP: each function takes it one stage on, and all before."""

from tests.people import BUILDING, CHEN, LABOUR, SUN, WU, ZHANG, ZHAO
from tests.web.api.api_office import Api

ASSIGNMENT = {
    "lead_leader": ZHANG.login,
    "lead_unit": BUILDING.name,
    "supporting_units": [LABOUR.name],
    "due": "2026-04-30",
}
TASK_FORCE = {
    "liaison": SUN.login,
    "members": [
        {"account": SUN.login, "unit": BUILDING.name},
        {"account": WU.login, "unit": LABOUR.name},
    ],
}
MEASURE = {
    "title": "筹措复工资金",
    "owner": SUN.login,
    "unit": BUILDING.name,
    "start": "2026-03-04",
    "due": "2026-04-10",
    "evidence": "到账凭证",
}
PDF = b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"


def opened_issue(api: Api) -> str:
    """Open a key issue; give its code."""
    body = {"title": "某小区停工", "origin": "district", "people_affected": 200}
    return str(api.post(ZHAO, "/issues", body)["code"])


def registered(api: Api, issue: str | None = None) -> str:
    """Register a case; give its code."""
    body = {"title": "推动某小区复工"}
    return str(api.post(ZHAO, f"/issues/{issue or opened_issue(api)}/cases", body)["code"])


def assigned(api: Api) -> str:
    """Assign a case to Zhang San."""
    code = registered(api)
    _assign(api, code)
    return code


def _assign(api: Api, code: str) -> None:
    api.step(ZHAO, code, "assign", data=ASSIGNMENT)


def planned(api: Api) -> str:
    """Have a case acknowledged, its task force named, its plan adopted."""
    code = assigned(api)
    _plan(api, code)
    return code


def _plan(api: Api, code: str) -> None:
    api.step(ZHANG, code, "acknowledge")
    force = TASK_FORCE | {"version": api.version(code)}
    api.put(ZHANG, f"/cases/{code}/task-force", force)
    api.put(SUN, f"/cases/{code}/plan", {"version": api.version(code), "measures": [MEASURE]})
    api.post(ZHANG, f"/cases/{code}/plan/adopt", {"version": api.version(code)}, 200)


def started(api: Api) -> str:
    """Start the resolution."""
    code = planned(api)
    api.step(ZHANG, code, "start")
    return code


def proved(api: Api, code: str) -> None:
    """Finish the one measure, with a file that shows it, and tell those affected."""
    measure = api.get(ZHANG, f"/cases/{code}")["plan"]["measures"][0]["id"]
    shown = api.upload(SUN, f"/cases/{code}/files", "到账凭证.pdf", PDF)["id"]
    report = {
        "version": api.version(code), "status": "done", "note": "资金到账",
        "date": api.today, "files": [shown],
    }  # fmt: skip
    api.post(SUN, f"/cases/{code}/measures/{measure}/progress", report)
    reply(api, code, "interim")


def reply(api: Api, code: str, kind: str) -> None:
    """Record a reply to those affected, of today."""
    body = {"kind": kind, "text": "已复工", "delivered_on": api.today, "means": "meeting"}
    api.post(ZHAO, f"/cases/{code}/replies", body)


def stabilized(api: Api) -> str:
    """Stabilize a case."""
    code = started(api)
    proved(api, code)
    api.step(ZHANG, code, "stabilize")
    return code


def closed(api: Api) -> str:
    """Close a case, 16 days later."""
    code = registered(api)
    walk(api, code)
    return code


def walk(api: Api, code: str) -> None:
    """Take a registered case all the way to its end, 16 days later."""
    _assign(api, code)
    _plan(api, code)
    api.step(ZHANG, code, "start")
    proved(api, code)
    api.step(ZHANG, code, "stabilize")
    api.passes(days=16)
    reply(api, code, "final")
    data = {"outcome": "resolved", "summary": "全面复工"}
    api.step(ZHANG, code, "propose-closure", data=data)
    api.step(CHEN, code, "close")
