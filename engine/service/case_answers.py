"""The exact JSON shape in which one case is answered."""

from typing_extensions import TypedDict

from engine.service.people_answers import PersonAnswer


class NamedUnit(TypedDict):
    """A unit as others see it."""

    name: str


class IssueRef(TypedDict):
    """The key issue that a case belongs to."""

    code: str
    title: str


class DaysAnswer(TypedDict):
    """A length in calendar days and in working days."""

    calendar: int
    working: int


class WorkflowRef(TypedDict):
    """The definition that a case follows."""

    name: str
    version: int


class MemberAnswer(TypedDict):
    """An officer of the task force, and the unit that the officer stands for."""

    account: PersonAnswer
    unit: NamedUnit


class TaskForceAnswer(TypedDict):
    """The task force 工作专班 as it is now."""

    liaison: PersonAnswer | None
    members: list[MemberAnswer]


class ProgressAnswer(TypedDict):
    """A report on a measure."""

    id: int
    status: str
    note: str
    date: str
    files: list[int]
    by: PersonAnswer
    at: str


class MeasureAnswer(TypedDict):
    """A measure of the newest plan. `proved` says that its status came with evidence."""

    id: int
    title: str
    owner: PersonAnswer | None
    unit: NamedUnit | None
    start: str | None
    due: str | None
    evidence: str | None
    status: str
    proved: bool
    progress: list[ProgressAnswer]


class PlanAnswer(TypedDict):
    """The newest version of the resolution plan; `adopted_at` is None for a draft."""

    version: int
    written_by: PersonAnswer
    written_at: str
    adopted_by: PersonAnswer | None
    adopted_at: str | None
    measures: list[MeasureAnswer]


class ClaimAnswer(TypedDict):
    """What a group of those affected is owed and was paid, in fen."""

    id: int
    kind: str
    people: int
    owed_fen: int
    paid_fen: int | None
    difference_reason: str | None


class ReplyAnswer(TypedDict):
    """A reply to those affected."""

    id: int
    kind: str
    text: str
    delivered_on: str
    means: str
    by: PersonAnswer
    at: str


class NoteAnswer(TypedDict):
    """A note on a case."""

    id: int
    text: str
    by: PersonAnswer
    at: str


class FileAnswer(TypedDict):
    """A file of a case; `sha256` is that of its bytes, `size` their number."""

    id: int
    name: str
    sha256: str
    size: int
    media: str
    by: PersonAnswer
    at: str


class RequestAnswer(TypedDict):
    """A request that waits for a decision, or had one."""

    id: int
    kind: str
    disposal: str | None
    state: str
    asked_by: PersonAnswer
    asked_at: str
    to: PersonAnswer | None
    new_due: str | None
    review_on: str | None
    outcome: str | None
    summary: str | None
    body: str | None
    into: str | None
    decided_by: PersonAnswer | None
    decided_at: str | None


class ClockAnswer(TypedDict):
    """One row of a clock, ended ones included; `derivation` is in the caller's language."""

    id: int
    kind: str
    subject: int | None
    started_at: str
    due_at: str
    stopped_at: str | None
    ended_by: str | None
    paused_at: str | None
    limit: bool
    provisional: bool
    derivation: str
    accountable: PersonAnswer | None


class UnmetAnswer(TypedDict):
    """What a step still needs, in words, and who can supply it."""

    need: str
    message: str
    who: str


class FieldAnswer(TypedDict):
    """A field that a step takes."""

    name: str
    kind: str
    required: bool


class StepAnswer(TypedDict):
    """A door of the present state, for the caller: the state after it, and who may open it."""

    trigger: str
    to: str
    title: str
    who: str
    allowed: bool
    mine: bool
    unmet: list[UnmetAnswer]
    fields: list[FieldAnswer]
    reason_required: bool


class PlannedAnswer(TypedDict):
    """What the decomposition table planned, which `assign` offers."""

    lead_leader: PersonAnswer | None
    lead_unit: NamedUnit | None
    supporting_units: list[NamedUnit]
    due: str | None
    measures_text: str | None


class HeldAnswer(TypedDict):
    """Who answered for a case when it was closed: responsibility outlives closure."""

    lead_leader: PersonAnswer | None
    lead_unit: NamedUnit | None
    supporting_units: list[NamedUnit]
    task_force: TaskForceAnswer


class SummaryAnswer(TypedDict):
    """All that the duty officer sees of a case that was not registered on duty."""

    code: str
    title: str
    state: str
    lead_unit: NamedUnit | None
    due: str | None


class LetterAnswer(TypedDict):
    """An urging letter 督办函; `no` names it in addresses, `number` is that on its paper."""

    no: str
    number: str | None
    status: str
    colour: str
    case: IssueRef
    addressee: NamedUnit | None
    basis: str | None
    demands: str
    answer_by: str
    drafted_by: PersonAnswer | None
    drafted_at: str
    issued_by: PersonAnswer | None
    issued_at: str | None
    signed_by: PersonAnswer | None
    signed_at: str | None
    answer: str | None
    answered_by: PersonAnswer | None
    answered_at: str | None
    verdict: str | None
    decided_by: PersonAnswer | None
    decided_at: str | None


class CaseAnswer(TypedDict):
    """One case with everything in it, and the doors that stand open or closed for the caller."""

    code: str
    title: str
    state: str
    outcome: str | None
    version: int
    workflow: WorkflowRef
    issue: IssueRef
    registered_at: str
    acknowledged_at: str | None
    closed_at: str | None
    lead_leader: PersonAnswer | None
    deputy: PersonAnswer | None
    lead_unit: NamedUnit | None
    supporting_units: list[NamedUnit]
    planned: PlannedAnswer
    held_at_closure: HeldAnswer | None
    summary: str | None
    due: str | None
    overdue: bool
    days_overdue: DaysAnswer
    suspended: bool
    declines: int
    relapses: int
    reopenings: int
    imported: bool
    task_force: TaskForceAnswer
    plan: PlanAnswer | None
    claims: list[ClaimAnswer]
    replies: list[ReplyAnswer]
    urges: list[LetterAnswer]
    notes: list[NoteAnswer]
    files: list[FileAnswer]
    requests: list[RequestAnswer]
    clocks: list[ClockAnswer]
    steps: list[StepAnswer]
    writes: list[str]
