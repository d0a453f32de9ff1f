"""An office that can import: the cast, the shipped workflows and calendars, at one instant."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select

from engine.domain.access import Principal
from engine.domain.note import Signer
from engine.service import verify
from engine.service.calendar import load_shipped
from engine.service.case_answers import CaseAnswer
from engine.service.cases import show_case
from engine.service.desk import Desk
from engine.service.imports import ImportOrder
from engine.service.installation import publish_shipped
from engine.service.principals import principal_of
from engine.store.database import Database
from engine.store.tables import table
from tests.intake.files import SAMPLES, csv_file
from tests.people import ZHAO, Person
from tests.service import people_office

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 3, 7, 0, tzinfo=UTC)
SIGNER = Signer.make("duban.local/test", bytes(range(32)))
LEDGER = [
    "重点问题", "任务", "责任领导", "牵头单位", "协办单位", "办结时限", "编号", "来源", "文号",
    "类别", "登记时间", "交办时间", "化解时间", "稳定时间", "办结时间", "结果", "化解措施",
]  # fmt: skip
GOOD = {
    "重点问题": "甲小区停工", "任务": "复工", "责任领导": "张三(副镇长)", "牵头单位": "乙建设办",
    "协办单位": "丙劳动所、丁司法所",
}  # fmt: skip


def build(database: Database) -> None:
    """Put the whole cast, the workflows and the calendars in."""
    people_office.build(database)
    with writing(database) as desk:
        publish_shipped(desk)
        load_shipped(desk)


@contextmanager
def writing(database: Database, at: datetime = NOW) -> Iterator[Desk]:
    """Open a desk in one transaction."""
    with database.transaction() as conn:
        yield Desk(conn, at, "en", "cli", ZONE)


def office(desk: Desk, person: Person = ZHAO) -> Principal:
    """Give somebody as the caller; a clerk of the office where nobody is named."""
    return principal_of(desk, person.login)


def sample(suffix: str = ".docx", **how: Any) -> ImportOrder:  # noqa: ANN401  # of the order
    """Give one of the four sample files as an order."""
    path = SAMPLES / f"decomposition{suffix}"
    return ImportOrder(path.name, path.read_bytes(), create_missing=True, **how)


def ledger(*rows: dict[str, str], **how: Any) -> ImportOrder:  # noqa: ANN401  # of the order
    """Write rows of a ledger; each is a good one with some cells of other text."""
    cells = ([{**GOOD, **row}.get(header, "") for header in LEDGER] for row in rows)
    return ImportOrder("台账.csv", csv_file([LEDGER, *cells]), **how)


def shown(desk: Desk, code: str) -> CaseAnswer:
    """Show a case to the office, which sees all of it."""
    return cast("CaseAnswer", show_case(desk, office(desk), code))


def all_of(desk: Desk, name: str) -> Sequence[Row[Any]]:
    """Read all rows of a table in the order of its key."""
    chosen = table(name)
    return desk.conn.execute(select(chosen).order_by(*chosen.primary_key)).all()


def everything(desk: Desk) -> dict[str, list[tuple[Any, ...]]]:
    """Read what an import could change."""
    names = ("issue", "case", "stage", "tenure", "clock", "event", "vault", "account", "unit",
             "counter", "upload")  # fmt: skip
    return {name: [tuple(row) for row in all_of(desk, name)] for name in names}


def is_intact(database: Database) -> bool:
    """Tell whether all tables are as the log has them."""
    found = verify.verify(database, [SIGNER.verifier()], locale="en")
    assert found["findings"] == []
    return found["intact"]
