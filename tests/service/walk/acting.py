"""Each kind of order, given to the engine and to the model at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.service import case_files, cases, parts, plans
from engine.service import task_forces as forces
from engine.store import rows
from tests.model import deeds, planning, ticking, writing
from tests.model.deeds import DONE, Verdict
from tests.model.filling import text
from tests.model.judging import Try, sees
from tests.model.matter import Matter, Owed
from tests.model.planning import Wanted
from tests.model.writing import WRITERS, Reported, Said
from tests.service.walk.pair import Pair

NO_STEP = (None, None, None)
Answer = Any


def register(pair: Pair, login: str, title: str, planned: Sequence[str] = ()) -> None:
    """Register a case, as somebody who may or may not, with the supporting units planned for it."""
    office = pair.world.office
    verdict = DONE if office.has(login, "office", "duty") else Verdict("forbidden")
    if verdict == DONE and not writing.is_text(title):
        verdict = Verdict("invalid", frozenset({"title"}))

    def call() -> Answer:
        order = cases.NewCase(title, supporting_units=planned)
        return cases.register_case(pair.desk, pair.who(login), pair.issue, order)

    answer = pair.order(verdict, call, lambda _: None)
    if answer is None:
        return
    matter = Matter(answer["code"], text(title), login, office.now, planned=tuple(planned))
    matter.stages.append(("registered", office.now))
    ticking.begin(office, matter, "assign")
    pair.world.matters[matter.code] = matter
    pair.ids[matter.code] = rows.fetch_one(pair.conn, "case", code=matter.code).id
    pair.agree(matter.code, login, answer)
    step = ("register", None, "registered")
    pair.agree_on_log(matter.code, login, "case.registered", (None, step))


@dataclass(frozen=True)
class Written:
    """A part that is written: the verb with its order, and the event that tells of it."""

    part: str
    kind: str
    verb: Callable[..., Answer]
    order: Sequence[Any]


@dataclass
class Hand:
    """Somebody at work on a case; every act is held against the model at once."""

    pair: Pair
    login: str
    code: str

    @property
    def matter(self) -> Matter:
        """The model's case."""
        return self.pair.matter(self.code)

    @property
    def seen(self) -> Try:
        """How the model sees the attempt."""
        return Try(self.pair.world, self.matter, self.login)

    # --- steps -----------------------------------------------------------------------------------

    def step(
        self, trigger: str, data: Mapping[str, Any], why: str | None = None, behind: int = 0
    ) -> None:
        """Try a step; `behind` makes the version stale."""
        pair, matter, version = self.pair, self.matter, self.matter.version - behind
        t = Try(pair.world, matter, self.login, data)
        verdict, arc = deeds.judge(t, trigger, version, why)
        before = matter.state
        on_behalf = writing.for_whom(pair.world.office, matter, self.login, arc.by) if arc else None

        def call() -> Answer:
            order = cases.StepOrder(trigger, version, why, data)
            return cases.take_step(pair.desk, pair.who(self.login), self.code, order)

        answer = pair.order(verdict, call, lambda _: deeds.do(t, arc) if arc else None)
        if answer is None or arc is None:
            return
        pair.tally.fired[f"{trigger} {arc.to or ''}".strip()] += 1
        pair.agree(self.code, self.login, answer)
        told = (trigger, before, matter.state)
        pair.agree_on_log(self.code, self.login, "case.stepped", (on_behalf, told))
        pair.agree_on_versions()

    # --- parts -----------------------------------------------------------------------------------

    def _may(self, part: str, version: int | None, judge: Callable[[], Verdict]) -> Verdict:
        verdict = writing.open_to(self.seen, part, version)
        return judge() if verdict == DONE else verdict

    def _write(self, verdict: Verdict, what: Written, done: Callable[[Answer], object]) -> None:
        """Write a part, and hold the case against the model as its writer sees it afterwards."""
        pair, code = self.pair, self.code
        by = writing.for_whom(pair.world.office, self.matter, self.login, WRITERS[what.part])
        me = pair.who(self.login)
        answer = pair.order(verdict, lambda: what.verb(pair.desk, me, code, *what.order), done)
        if answer is None:
            return
        pair.tally.fired[what.part] += 1
        pair.agree_on_log(code, self.login, what.kind, (by, NO_STEP))
        whole = "steps" in answer
        shown = answer if whole else cases.show_case(pair.desk, pair.who(self.login), code)
        pair.agree(code, self.login, shown)
        pair.agree_on_versions()

    def task_force(self, liaison: str, members: Sequence[tuple[str, str]]) -> None:
        """Name a task force; who leaves at the instant of a closure cannot be told from the rest.

        So the clock goes on a second before and after.
        """
        self.pair.wait(1)
        t, version = self.seen, self.matter.version
        verdict = self._may("task-force", version, lambda: writing.judge_force(t, liaison, members))
        order = forces.TaskForceOrder(version, liaison, members)
        part = Written("task-force", "task-force.set", forces.set_task_force, [order])
        self._write(verdict, part, lambda _: writing.set_force(t, liaison, members))
        self.pair.wait(1)

    def plan(self, measures: Sequence[Wanted], why: str | None, behind: int = 0) -> None:
        """Write a plan."""
        t, version = self.seen, self.matter.version - behind
        verdict = self._may("plan", version, lambda: planning.judge_plan(t, measures, why))
        orders = [
            plans.MeasureOrder(m.title, m.owner, m.unit, m.start, m.due, m.evidence, m.id)
            for m in measures
        ]
        order = plans.PlanOrder(version, orders, why)
        part = Written("plan", "plan.written", plans.write_plan, [order])

        def done(answer: Answer) -> None:
            ids = [measure["id"] for measure in answer["plan"]["measures"]]
            planning.write_plan(t, measures, ids)

        self._write(verdict, part, done)

    def adopt(self) -> None:
        """Adopt the newest plan."""
        t, version = self.seen, self.matter.version
        verdict = self._may("plan.adopt", version, lambda: planning.judge_adoption(t))
        part = Written("plan.adopt", "plan.adopted", plans.adopt_plan, [version])
        self._write(verdict, part, lambda _: planning.adopt(t))

    def progress(self, measure: int, what: Reported) -> None:
        """Report on a measure."""
        t = self.seen
        verdict = self._may("progress", None, lambda: writing.judge_progress(t, measure, what))
        order = plans.ProgressOrder(what.status, what.note, what.on, what.files)
        part = Written("progress", "measure.progressed", plans.record_progress, [measure, order])
        self._write(verdict, part, lambda _: writing.report(t, measure, what))

    def claim(self, what: Owed) -> None:
        """Record a claim."""
        t = self.seen
        verdict = self._may("claim", None, lambda: writing.judge_claim(what))
        order = parts.ClaimOrder(what.kind, what.people, what.owed, what.paid)

        def done(answer: Answer) -> None:
            what.id = answer["id"]
            writing.wrote(t).claims.append(what)

        part = Written("claim", "claim.recorded", parts.record_claim, [order])
        self._write(verdict, part, done)

    def change_claim(self, number: int, paid: int | None, why: str | None) -> None:
        """Record what was paid, or why it differs."""
        t = self.seen
        found = writing.find_claim(t.matter, number)
        verdict = self._may("claim", None, lambda: DONE if found else Verdict("not-found"))
        order = parts.ClaimChange(paid, why)

        def done(_: Answer) -> None:
            writing.wrote(t)
            if found is not None:
                found.paid, found.reason = paid, why

        self._write(
            verdict, Written("claim", "claim.changed", parts.change_claim, [number, order]), done
        )

    def reply(self, what: Said) -> None:
        """Record a reply."""
        t = self.seen
        verdict = self._may("reply", None, lambda: writing.judge_reply(t, what))
        order = parts.ReplyOrder(what.kind, what.text, what.on, what.means)
        part = Written("reply", "reply.recorded", parts.record_reply, [order])
        self._write(verdict, part, lambda _: writing.wrote(t).replies.append(what.kind))

    def note(self, body: str) -> None:
        """Add a note."""
        t = self.seen
        wrong = set() if writing.is_text(body) else {"text"}
        verdict = self._may("note", None, lambda: writing.invalid(wrong))
        part = Written("note", "note.added", parts.add_note, [body])
        self._write(verdict, part, lambda _: writing.wrote(t).notes.append(body.strip()))

    def file(self, name: str, content: bytes) -> None:
        """Add a file."""
        t = self.seen

        def judge() -> Verdict:
            if not name or not content:
                return writing.invalid({"file"})
            return DONE if content.startswith(b"%PDF-") else Verdict("unsupported")

        part = Written("file", "file.added", case_files.add_file, [name, content])
        verdict = self._may("file", None, judge)
        self._write(verdict, part, lambda answer: writing.wrote(t).files.append(answer["id"]))

    # --- looking ---------------------------------------------------------------------------------

    def look(self) -> None:
        """Look at a case and its history, as somebody who may see it, or not, or in part."""
        pair, matter = self.pair, self.matter
        sight = sees(pair.world.office, matter, self.login)
        verdict = Verdict("not-found") if sight == "nothing" else DONE
        seen = pair.order(
            verdict,
            lambda: cases.show_case(pair.desk, pair.who(self.login), self.code),
            lambda _: None,
        )
        if sight == "full" and seen is not None:
            pair.agree(self.code, self.login, seen)
            told = cases.history(pair.desk, pair.who(self.login), self.code)
            assert [event["seq"] for event in told] == list(range(1, matter.events + 1))
        elif seen is not None:
            assert set(seen) == {"code", "title", "state", "lead_unit", "due"}
