"""What a check found: each finding names where it is, and says in words what differs."""

from collections.abc import Callable
from dataclasses import dataclass, field

from typing_extensions import TypedDict

from engine.domain.events import OFFICE_STREAM
from engine.words import Locale, Message, Param, Text, message, say

Beat = Callable[[], None]
"""Is called for every event that a check has looked at."""
MOST = 1000
"""How many findings are kept; a log that was replaced would give one for every row."""


def unheard() -> None:
    """Take no note of progress."""


class FindingAnswer(TypedDict):
    """A finding as it is shown; `seq` is the event of the case's (or the office's) stream."""

    kind: str
    case: str | None
    seq: int | None
    table: str | None
    column: str | None
    detail: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold; `stream` is a case's id, 0 the office, None the whole log."""

    kind: str
    table: str
    column: str | None
    stream: int | None
    seq: int | None
    detail: Message


@dataclass(slots=True)
class Findings:
    """Collects findings, and the codes of the cases that they are about."""

    listed: list[Finding] = field(default_factory=list)
    left_off: int = 0
    codes: dict[int, str] = field(default_factory=dict)

    def add(self, finding: Finding) -> None:
        """Add one finding; from the 1,001st on they are only counted."""
        if len(self.listed) < MOST:
            self.listed.append(finding)
        else:
            self.left_off += 1

    def note(
        self,
        kind: str,
        table: str,
        column: str | None = None,
        *,
        stream: int | None = None,
        seq: int | None = None,
        **params: Param | Text | Message,
    ) -> None:
        """Add a finding whose sentence is the one of its kind."""
        self.add(Finding(kind, table, column, stream, seq, message(f"verify-{kind}", **params)))

    def answers(self, locale: Locale) -> list[FindingAnswer]:
        """Give the findings in one language."""
        shown = [self._answer(finding, locale) for finding in self.listed]
        if self.left_off:
            words = say(message("verify-more", count=self.left_off), locale)
            shown.append(_plain("more", words))
        return shown

    def _answer(self, finding: Finding, locale: Locale) -> FindingAnswer:
        stream = finding.stream
        code = None if stream in {None, OFFICE_STREAM} else self.codes.get(stream or 0)
        answer = _plain(finding.kind, say(finding.detail, locale))
        answer["case"], answer["seq"] = code, finding.seq
        answer["table"], answer["column"] = finding.table, finding.column
        return answer


def _plain(kind: str, detail: str) -> FindingAnswer:
    return {
        "kind": kind, "case": None, "seq": None, "table": None, "column": None, "detail": detail,
    }  # fmt: skip
