"""A draft of what a verb changes in a case: facts before, facts after, and the rows that differ."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from engine.domain.events import Delta
from engine.domain.facts import CaseFacts
from engine.domain.records import CASE_PARTS, columns

Part = TypeVar("Part")
_RECORD_OF = {kind: record for record, kind in CASE_PARTS.items()}


class Draft:
    """Collects the changes of one verb to one case. `facts` always shows them as if done."""

    def __init__(self, facts: CaseFacts, now: datetime) -> None:
        self.before = facts
        self.facts = facts
        self.now = now

    def set_case(self, **values: Any) -> None:  # noqa: ANN401  # columns of Case
        """Change columns of the case's own row."""
        self.facts = self.facts.having(case=replace(self.facts.case, **values))

    def bump(self) -> None:
        """Count a change of the case, so that whoever read it before is told to read it again."""
        self.set_case(version=self.before.case.version + 1)

    def number(self) -> int:
        """Take the number of the case's next part."""
        taken = self.facts.case.next_no
        self.set_case(next_no=taken + 1)
        return taken

    def add(self, kind: type[Part], /, **values: Any) -> Part:  # noqa: ANN401  # columns of the part
        """Add a part under the next number."""
        keys: dict[str, Any] = {"case_id": self.facts.case.id, "no": self.number()}
        part = kind(**keys, **values)
        record = _RECORD_OF[kind]
        self.facts = self.facts.having(**{record: (*getattr(self.facts, record), part)})
        return part

    def change(self, part: Part, /, **values: Any) -> Part:  # noqa: ANN401  # columns of the part
        """Change columns of a part that is there, or was added in this draft."""
        record = _RECORD_OF[type(part)]
        changed: Part = replace(part, **values)  # type: ignore[type-var]  # parts are dataclasses
        rows = tuple(changed if row is part else row for row in getattr(self.facts, record))
        self.facts = self.facts.having(**{record: rows})
        return changed

    def deltas(self) -> tuple[Delta, ...]:
        """Tell every row that differs, the case's own first."""
        return tuple(self._case()) + tuple(
            delta for record in CASE_PARTS for delta in self._parts(record)
        )

    def _case(self) -> Iterator[Delta]:
        if delta := _difference("case", (self.before.case.id,), self.before.case, self.facts.case):
            yield delta

    def _parts(self, record: str) -> Iterator[Delta]:
        before = {row.no: row for row in getattr(self.before, record)}
        for row in getattr(self.facts, record):
            former = before.get(row.no)
            if former is None:
                new = {name: getattr(row, name) for name in columns(record)}
                yield Delta(record, (row.case_id, row.no), new)
            elif former is not row:
                delta = _difference(record, (row.case_id, row.no), former, row)
                if delta:
                    yield delta


def _difference(record: str, key: tuple[int, ...], old: object, new: object) -> Delta | None:
    """Tell the columns in which two states of a row differ; None where there are none."""
    changed = [n for n in columns(record) if getattr(old, n) != getattr(new, n)]
    if not changed:
        return None
    return Delta(
        record,
        key,
        {name: getattr(new, name) for name in changed},
        {name: getattr(old, name) for name in changed},
    )
