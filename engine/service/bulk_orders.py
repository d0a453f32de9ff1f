"""What can be done to many cases at once: each order says what is wrong with it, and does one."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.domain.access import Principal
from engine.service import cases, letters, nudges
from engine.service.case_answers import CaseAnswer
from engine.service.case_fields import Reader
from engine.service.case_room import Directory
from engine.service.cases import StepOrder
from engine.service.desk import Desk
from engine.words import Message, listed, message

ASSIGN = "assign"


@dataclass(frozen=True, slots=True)
class Assignment:
    """Whom registered cases are assigned to; what is not given is as each was planned."""

    lead_leader: str | None = None
    lead_unit: str | None = None
    due: date | str | None = None
    reason: str | None = None

    def check(self, desk: Desk, who: Principal) -> None:
        """Raise InvalidError with every field that is wrong for whichever case."""
        read = Reader(Directory(desk, who))
        read.leader("lead_leader", self.lead_leader)
        read.unit("lead_unit", self.lead_unit)
        read.day("due", self.due)
        read.refuse("invalid")

    def do(self, desk: Desk, who: Principal, case: CaseAnswer, version: int) -> Message:
        """Assign one case; say to whom."""
        data = {name: value for name, value in self._data(case).items() if value}
        order = StepOrder(ASSIGN, version, self.reason, data)
        after = cases.take_step(desk, who, case["code"], order)
        leader, unit = after["lead_leader"], after["lead_unit"]
        return message(
            "bulk-assigned", leader=leader and leader["name"], unit=unit and unit["name"],
            due=after["due"] and date.fromisoformat(after["due"]),
        )  # fmt: skip

    def _data(self, case: CaseAnswer) -> dict[str, Any]:
        plan = case["planned"]
        leader, unit = plan["lead_leader"], plan["lead_unit"]
        chosen = self.lead_unit or (unit and unit["name"])
        supporting = [one["name"] for one in plan["supporting_units"] if one["name"] != chosen]
        due = self.due.isoformat() if isinstance(self.due, date) else self.due
        return {
            "lead_leader": self.lead_leader or (leader and leader["login"]),
            "lead_unit": chosen,
            "supporting_units": supporting,
            "due": due or plan["due"],
        }


@dataclass(frozen=True, slots=True)
class Nudging:
    """What whoever must act in each case is told."""

    text: str

    def check(self, desk: Desk, who: Principal) -> None:
        """Raise InvalidError where the text is missing or too long."""
        del desk, who
        read = Reader()
        read.text("text", self.text, longest=nudges.LONGEST)
        read.refuse("invalid")

    def do(self, desk: Desk, who: Principal, case: CaseAnswer, version: int) -> Message:
        """Nudge one case, in whichever version; say who was told."""
        del version
        told = nudges.nudge(desk, who, case["code"], self.text)["told"]
        return message("bulk-nudged", who=listed(one["name"] for one in told))


@dataclass(frozen=True, slots=True)
class Urging:
    """What a draft of an urging letter on each case demands, by when, and on what it rests."""

    demands: str
    answer_by: date | str | None
    basis: str | None = None

    def check(self, desk: Desk, who: Principal) -> None:
        """Raise InvalidError with every field that is wrong for whichever case."""
        del who
        letters.check_order(desk, self._order)

    def do(self, desk: Desk, who: Principal, case: CaseAnswer, version: int) -> Message:
        """Draft a letter on one case, in whichever version; say to whom it would go."""
        del version
        drafted = letters.draft_letter(desk, who, case["code"], self._order)
        addressee = drafted["addressee"]
        return message("bulk-drafted", unit=addressee and addressee["name"])

    @property
    def _order(self) -> letters.LetterOrder:
        by: Any = self.answer_by
        return letters.LetterOrder(self.demands, by, self.basis)


Order = Assignment | Nudging | Urging
