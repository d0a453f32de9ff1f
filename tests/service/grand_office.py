"""A small office in which nearly everything happened, by the real verbs, and its signed checkpoint.

Records for which there is no verb yet are told and written as a verb would do it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

from engine.domain.access import OPERATOR, Principal
from engine.domain.events import Kind, insertion
from engine.domain.records import RECORDS
from engine.service import accounts, audit, calendar, deputies, ladder, letters, parts
from engine.service.desk import Desk
from engine.service.plans import MeasureOrder
from engine.store import ledger, rows
from tests.people import CHEN, FENG, HAN, LABOUR, LI, SUN, WANG, WEI, WU, ZHANG, ZHAO
from tests.service.audit_office import SIGNER, in_case, row, tell
from tests.service.case_office import ASSIGNED, MEASURE, CaseOffice
from tests.service.people_office import ZONE

KEYS = [SIGNER.verifier()]
OTHER = MeasureOrder("派驻法官", WU.login, LABOUR.name, None, date(2026, 6, 1), None)


def build(office: CaseOffice) -> str:
    """Let everything happen; give the checkpoint."""
    _around(office)
    code = _long_case(office)
    _merged(office)
    _letter(office, code)
    with office.database.transaction() as conn:
        _untold(conn)
        desk = Desk(conn, office.at, "en", "cli", ZONE)
        return audit.checkpoint(desk, Principal(1, "", "", None, frozenset({"auditor"}), 1), SIGNER)


def _around(office: CaseOffice) -> None:
    """Name deputies, move days, change and disable accounts."""
    for deputy in (LI, WU):
        order = deputies.NewDeputy(
            ZHANG.login, deputy.login, office.at.date(), office.at.date(), "开会"
        )
        named = office.does(ZHAO, deputies.name_deputy, order)
        office.does(ZHAO, deputies.end_deputy, named["id"])
    with office.database.transaction() as conn:
        desk = Desk(conn, office.at, "zh", "cli", ZONE)
        for day in (date(2026, 3, 7), date(2026, 3, 5)):
            calendar.override(desk, OPERATOR, day, works=day.day == 7, reason="调休")
        accounts.change_roles(desk, OPERATOR, SUN.login, add=["duty"], remove=[])
        accounts.disable_account(desk, OPERATOR, HAN.login)


def _long_case(office: CaseOffice) -> str:
    """Walk a case through decline, handover, extension, suspension, closure and reopening."""
    code = office.assigned()
    office.step(ZHANG, code, "decline", "不属本镇职责")
    office.step(ZHAO, code, "assign", **ASSIGNED)
    office.step(ZHANG, code, "acknowledge")
    office.force(code)
    office.plan(code, MEASURE)
    kept = replace(MEASURE, id=office.measures(code)[0]["id"])
    office.plan(code, kept, OTHER)
    office.adopt(code)
    office.step(ZHANG, code, "start")
    office.step(ZHANG, code, "request-extension", "备案", due="2026-06-01")
    office.step(WEI, code, "grant-extension")
    office.step(ZHANG, code, "request-suspension", "诉讼", review_on="2026-04-01")
    office.step(WEI, code, "grant-suspension")
    office.passes(days=3)
    office.step(ZHANG, code, "resume")
    office.step(ZHAO, code, "hand-over", "轮岗", to=LI.login)
    office.step(LI, code, "accept-handover")
    _parts(office, code)
    office.step(LI, code, "stabilize")
    office.passes(days=16)
    office.reply(code, "final")
    office.step(LI, code, "propose-closure", outcome="partly-resolved", summary="余款分期")
    office.step(CHEN, code, "close")
    office.passes(days=1)
    office.step(CHEN, code, "reopen", "群众反映未到账")
    return code


def _parts(office: CaseOffice, code: str) -> None:
    """Write parts of every kind."""
    for kind in ("wages", "housing"):
        claim = office.does(SUN, parts.record_claim, code, parts.ClaimOrder(kind, 12, 9000, None))
        change = parts.ClaimChange(paid_fen=8000, difference_reason="余款分期")
        office.does(SUN, parts.change_claim, code, claim["id"], change)
    for text in ("已到场", "已约谈"):
        office.does(SUN, parts.add_note, code, text)
    office.reply(code, "interim")
    first, second = office.file(code), office.file(code)
    office.report(code, "done", (first,))
    office.report(code, "in-force", (first, second), by=WU, place=1)


def _merged(office: CaseOffice) -> None:
    """Merge one case into another, and propose to void a third."""
    survivor, merged, void = office.assigned(), office.assigned(due="2026-04-30"), office.assigned()
    office.step(ZHAO, merged, "merge", "同一工地", into=survivor)
    office.step(CHEN, merged, "merge")
    office.step(ZHAO, void, "void", "重复登记")
    office.step(ZHANG, survivor, "hand-over", "分工", to=WANG.login)
    assert office.show(survivor)["due"] == "2026-04-30"


class Climbing:
    """An office that the ladder can climb in."""

    def __init__(self, office: CaseOffice) -> None:
        self._office = office

    @contextmanager
    def writing(self, via: str, locale: Any = None) -> Iterator[Desk]:  # noqa: ANN401  # as asked for
        """Open a desk that writes."""
        with self._office.database.transaction() as conn:
            yield Desk(conn, self._office.at, locale or "zh", via, ZONE)

    reading = writing


def _letter(office: CaseOffice, code: str) -> None:
    """Urge by two letters, and let the ladder climb."""
    for _ in range(2):
        order = letters.LetterOrder("尽快办结", date(2026, 5, 1), "督办办法")
        letter = office.does(CHEN, letters.draft_letter, code, order)["no"]
        office.does(CHEN, letters.issue_letter, letter)
        office.does(LI, letters.sign_letter, letter)
        office.does(LI, letters.answer_letter, letter, "已安排")
    ladder.climb(Climbing(office))
    assert office.show(code)["state"] == "in-resolution"
    assert FENG.login


def _untold(conn: Any) -> None:  # noqa: ANN401  # a connection
    """Tell of what no verb writes yet, twice each, so that rows can be swapped."""
    for record in RECORDS:
        held = rows.fetch(conn, record)
        if len(held) >= 2:
            continue
        of_case = "case_id" in row(record, 1)
        for n in (901, 902)[len(held) :]:
            keys = {"case_id": 1, "no": n} if of_case else {"id": n}
            change = insertion(record, row(record, n, **keys))
            tell(conn, Kind.SETTING_CHANGED, [change], **(in_case(1) if of_case else {}))
    ledger.sequence(conn, wait=True)
