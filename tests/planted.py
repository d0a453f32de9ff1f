"""Numbers that belong to somebody, invented, and planted wherever a table has room for them."""

from collections.abc import Iterable, Iterator
from gzip import decompress
from itertools import cycle
from random import Random
from typing import Any

from sqlalchemy import Connection, select

from engine.store.tables import METADATA
from engine.store.tables.passages import PASSAGES
from tests.intake.files import csv_file, xlsx_file
from tests.people import BUILDING, ZHANG

PIECE = 10
"""So many of its digits in a row would tell a number."""
HEAD = ("重点问题", "任务", "责任领导", "牵头单位", "化解措施", "承诺时限", "编号", "来源")
GOOD = ("某小区停工", "复工", ZHANG.name, BUILDING.name, "筹资", "2026-06-30", "", "")


class Planted:
    """Gives out numbers, each another one, and knows them again."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._shapes = cycle([_line, _apart, _identity, _mistyped, _account])
        self.given: list[str] = []

    def one(self) -> str:
        """Give a number that nothing knows yet."""
        self.given.append(next(self._shapes)(self._rng))
        return self.given[-1]

    def told_in(self, text: str) -> list[str]:
        """List the numbers of which a text tells a part, however they are written there."""
        pieces = {text[i : i + PIECE] for i in range(len(text) - PIECE + 1)}
        plain = "".join(c for c in text if c not in " -")
        pieces |= {plain[i : i + PIECE] for i in range(len(plain) - PIECE + 1)}
        return [number for number in self.given if not pieces.isdisjoint(_pieces(number))]


def _pieces(number: str) -> Iterator[str]:
    digits = "".join(c for c in number if c.isdigit())
    yield from (digits[i : i + PIECE] for i in range(len(digits) - PIECE + 1))


def _line(rng: Random) -> str:
    return f"13{rng.randrange(10**9):09}"


def _apart(rng: Random) -> str:
    digits = _line(rng)
    return f"+86 {digits[:3]}-{digits[3:7]}-{digits[7:]}"


def _identity(rng: Random) -> str:
    born = f"19{rng.randrange(40, 99)}0{rng.randrange(1, 10)}1{rng.randrange(10)}"
    return f"50{rng.randrange(10**4):04}{born}{rng.randrange(10**4):04}"


def _mistyped(rng: Random) -> str:
    """Write a bank card, whatever its last digit should be."""
    return f"6217999{rng.randrange(10**12):012}"


def _account(rng: Random) -> str:
    """Write a card of no shape that anybody knows, with what it is before it."""
    return f"账号4{rng.randrange(10**15):015}"


def wrong_rows(planted: Planted) -> list[list[str]]:
    """Write a table in every cell of which a number may stand, one does."""
    rows = [[f"填表人{planted.one()}"], [*HEAD, "联系电话", f"备注{planted.one()}"]]
    for place in range(len(HEAD)):
        row = list(GOOD)
        row[place] = f"{row[place]} {planted.one()}".strip()
        rows.append([*row, planted.one(), planted.one()])
    long = "长" * 188 + planted.one()
    return [*rows, [*GOOD[:4], long, *GOOD[5:], "", ""]]


def good_rows(planted: Planted) -> list[list[str]]:
    """Write a table that can be imported, with numbers in all that is not read of it."""
    head = [*HEAD, "联系电话", f"备注{planted.one()}", "银行账号"]
    return [[f"填表人{planted.one()}"], head, [*GOOD, planted.one(), planted.one(), planted.one()]]


def as_files(planted: Planted, rows: list[list[str]]) -> Iterator[tuple[str, bytes]]:
    """Write a table as files, with numbers in their names and in sheets that are not read."""
    yield f"{planted.one()}.csv", csv_file(rows)
    yield f"表{planted.one()}.xlsx", xlsx_file(rows, sheets={"说明": [[planted.one()]]})


def everything(connection: Connection) -> Iterator[str]:
    """Read every row of every table, unpacked."""
    for kept in (*METADATA.sorted_tables, PASSAGES):
        for row in connection.execute(select(kept)):
            yield f"{kept.name} {' '.join(map(_plain, row))}"


def _plain(value: Any) -> str:  # noqa: ANN401  # of a column
    if isinstance(value, bytes | memoryview):
        content = bytes(value)
        is_packed = content.startswith(b"\x1f\x8b")
        return (decompress(content) if is_packed else content).decode("utf-8", "replace")
    return str(value)


def leaks(planted: Planted, texts: Iterable[str]) -> list[str]:
    """List what tells a planted number."""
    return [text[:200] for text in texts if planted.told_in(text)]
