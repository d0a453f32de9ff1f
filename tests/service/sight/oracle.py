"""What one reader may be shown of an office: the rules told once more, knowing nothing of SQL.

Written from the product's description. `read` are the cases of which one reads everything, `known`
those that one knows at least in summary: code, title, state, lead unit and due date.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.service.sight.furnish import Full
from tests.service.sight.marks import Mark
from tests.store.sight import NOW, Account

EVERYTHING = frozenset({"office", "supervision", "head", "auditor"})
DRAFTS = frozenset({"basis", "demands", "answer", "verdict"})
IN_SUMMARY = frozenset({"title"})
OF_ISSUES = frozenset({"issue", "issuesummary", "category"})
OWN = frozenset({"message", "view", "upload"})
OF_THE_DAY = frozenset({"unitreport", "daily"})
REPORTING = EVERYTHING | {"leader", "unit"}


@dataclass(frozen=True)
class Sight:
    """What one account may see of a furnished office."""

    full: Full
    account: Account

    @cached_property
    def roles(self) -> frozenset[str]:
        """The reader's roles."""
        return self.account.roles

    def has(self, *roles: str) -> bool:
        """Tell whether the reader has one of some roles."""
        return not self.roles.isdisjoint(roles)

    @property
    def works(self) -> bool:
        """Whether the reader works on cases at all."""
        return "admin" not in self.roles

    @property
    def reports(self) -> bool:
        """Whether reports are the reader's."""
        return not self.roles.isdisjoint(REPORTING)

    @cached_property
    def read(self) -> frozenset[int]:
        """The cases of which everything is read."""
        office = self.full.office
        return frozenset(c.id for c in office.cases if office.reads(self.account, c))

    @cached_property
    def known(self) -> frozenset[int]:
        """The cases that are known at least in summary."""
        every = frozenset(case.id for case in self.full.office.cases)
        return every if "duty" in self.roles else self.read

    @cached_property
    def issues(self) -> frozenset[int]:
        """The key issues that are seen: of a case that is read; all by whoever may register."""
        if self.has(*EVERYTHING, "duty"):
            return frozenset(row["id"] for row in self.full.rows["issue"])
        return frozenset(c.issue for c in self.full.office.cases if c.id in self.read)

    @cached_property
    def open(self) -> frozenset[int]:
        """The open ones of the cases that are read."""
        return frozenset(
            c.id for c in self.full.office.cases if c.id in self.read and c.closed_at is None
        )

    @cached_property
    def late(self) -> frozenset[int]:
        """The open cases that are read and of which a running limit has passed."""
        clocks = self.full.rows.get("clock", ())
        return frozenset(c["case_id"] for c in clocks if c["due_at"] < NOW) & self.open

    @cached_property
    def letters(self) -> frozenset[tuple[int, int]]:
        """The letters of the cases that are read; drafts by those alone who read every case."""
        return frozenset(
            (row["case_id"], row["no"])
            for row in self.full.rows.get("letter", ())
            if row["case_id"] in self.read and (row["status"] != "draft" or self.has(*EVERYTHING))
        )

    def may(self, mark: Mark) -> bool:
        """Tell whether a text may be shown to the reader, wherever it is."""
        kind, of, no = mark
        if kind in OF_ISSUES:
            return of in self.issues
        if kind in OWN:
            return of == self.account.id and (kind != "message" or self._is_read(of, no))
        if kind in OF_THE_DAY:
            own = kind == "unitreport" and self.has("unit") and of == self.account.unit
            return own or self.has(*EVERYTHING, "duty")
        if kind in IN_SUMMARY:
            return of in self.known
        if kind in DRAFTS:
            return (of, no) in self.letters
        return of in self.read

    def messages(self) -> list[dict[str, Any]]:
        """Give the reader's messages, the newest first."""
        mine = [row for row in self.full.messages if row["account_id"] == self.account.id]
        return mine[::-1]

    def _is_read(self, account: int, no: int) -> bool:
        """Tell whether a message is about a case that its owner reads today."""
        mine = [row for row in self.full.messages if row["account_id"] == account]
        return mine[no]["case_id"] in self.read

    def merging(self) -> frozenset[int]:
        """Give the cases that those which are read are to be merged into: their codes are told."""
        asked = self.full.rows["request"]
        return frozenset(r["into_id"] for r in asked if r["into_id"] and r["case_id"] in self.read)

    def holding(self, record: str, *, of: frozenset[int] | None = None) -> frozenset[int]:
        """Give the cases that are read, or some others, and have a part of a kind."""
        found = self.full.rows.get(record, ())
        return frozenset(row["case_id"] for row in found) & (self.read if of is None else of)
