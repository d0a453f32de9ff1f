"""Publish a definition of the office's own, or another version of one that shipped.

What is published is never changed: cases go by it. New cases take the newest version; running ones
stay on theirs until they are migrated.
"""

from dataclasses import dataclass

from engine.domain.access import Principal, require
from engine.domain.events import Doer, Happening, Kind
from engine.domain.loader import load
from engine.domain.replay import read
from engine.domain.workflow import Workflow
from engine.errors import ConflictError
from engine.service.almanac import CalendarDesk
from engine.service.desk import Desk
from engine.service.office import line, refuse_private
from engine.service.overseers import tell_overseers
from engine.service.workflow_changes import former_version
from engine.service.workflows import WorkflowAnswer, show_workflow
from engine.store import definitions, hooks, ledger
from engine.store.definitions import Published
from workflows.needs import VOCABULARY

LONGEST_REASON = 500


def publish_workflow(
    desk: Desk, who: Principal, file: str, source: str, reason: str | None = None
) -> WorkflowAnswer:
    """Publish a definition from its source; the same one again changes nothing.

    Office, supervision and group head are told. Raises InvalidError for the reason; ForbiddenError;
    DefinitionError with every fault; ConflictError where the version is published with another
    content, or a newer one is.
    """
    require(who, "workflow.publish")
    workflow = load(source, file, VOCABULARY)
    if not is_there(desk, workflow):
        newest = definitions.published(desk.conn, workflow.name)
        if newest is not None and newest.version > workflow.version:
            raise ConflictError("workflow-older", label=workflow.label, newest=newest.version)
        keep(desk, who, Brought(workflow, source, own=True, reason=reason_of(reason)))
    return show_workflow(desk, who, workflow.name, workflow.version)


def is_there(desk: CalendarDesk, workflow: Workflow) -> bool:
    """Tell whether a definition is published. Raises ConflictError where it is with other bytes."""
    former = definitions.digest(desk.conn, workflow.name, workflow.version)
    if former is not None and former != workflow.digest:
        raise ConflictError("workflow-altered", name=workflow.name, version=workflow.version)
    return former is not None


@dataclass(frozen=True, slots=True)
class Brought:
    """A definition to be published; `own` says that the office brought it, not a release."""

    workflow: Workflow
    source: str
    own: bool
    reason: str | None = None


def keep(desk: CalendarDesk, who: Principal, it: Brought) -> None:
    """Write a definition and its event, and tell of it; what a release begins with is no news."""
    flow = it.workflow
    former = former_version(desk.conn, flow.name, flow.version)
    definitions.publish(
        desk.conn, Published(flow.name, flow.version, flow.digest, it.source, desk.now)
    )
    happening = Happening(
        Kind.WORKFLOW_PUBLISHED, desk.now, desk.now, Doer(who.account_id, via=desk.via), [],
        workflow=flow.label, workflow_digest=flow.digest, reason=it.reason,
        facts={"own": True} if it.own else {},
    )  # fmt: skip
    hooks.announce(desk.conn, ledger.append(desk.conn, happening), desk.now)
    if it.own or former is not None:
        words = {"workflow": flow.name, "old": former, "new": flow.version}
        told = {**words, "by": who.name or None, "why": it.reason}
        tell_overseers(desk, Kind.WORKFLOW_PUBLISHED, told)


def reason_of(reason: str | None) -> str | None:
    """Give the reason of a change of the rules, which is the office's and no person's."""
    if reason is None:
        return None
    return refuse_private("reason", line("reason", reason, LONGEST_REASON))


def owned(desk: CalendarDesk) -> set[str]:
    """Name the workflows of which the office has published a version of its own."""
    told = map(read, definitions.announcements(desk.conn))
    own = (event for event in told if event and (event.get("facts") or {}).get("own"))
    return {event.get("wf").rpartition("@")[0] for event in own}
