"""Publish a definition of the office's own, or another version of one that shipped.

What is published is never changed: cases go by it. New cases take the newest version; running ones
stay on theirs until they are migrated.
"""

from engine.domain.access import Principal, require
from engine.domain.events import Doer, Happening, Kind
from engine.domain.loader import load
from engine.domain.replay import read
from engine.domain.workflow import Workflow
from engine.errors import ConflictError
from engine.service.almanac import CalendarDesk
from engine.service.desk import Desk
from engine.service.workflows import WorkflowAnswer, show_workflow
from engine.store import definitions, hooks, ledger
from engine.store.definitions import Published
from workflows.needs import VOCABULARY


def publish_workflow(desk: Desk, who: Principal, file: str, source: str) -> WorkflowAnswer:
    """Publish a definition from its source; the same one again changes nothing.

    Raises ForbiddenError; DefinitionError with every fault; ConflictError where the version is
    published with another content, or a newer one is.
    """
    require(who, "workflow.publish")
    workflow = load(source, file, VOCABULARY)
    if not is_there(desk, workflow):
        newest = definitions.published(desk.conn, workflow.name)
        if newest is not None and newest.version > workflow.version:
            raise ConflictError("workflow-older", label=workflow.label, newest=newest.version)
        keep(desk, who, workflow, source, own=True)
    return show_workflow(desk, who, workflow.name, workflow.version)


def is_there(desk: CalendarDesk, workflow: Workflow) -> bool:
    """Tell whether a definition is published. Raises ConflictError where it is with other bytes."""
    former = definitions.digest(desk.conn, workflow.name, workflow.version)
    if former is not None and former != workflow.digest:
        raise ConflictError("workflow-altered", name=workflow.name, version=workflow.version)
    return former is not None


def keep(desk: CalendarDesk, who: Principal, workflow: Workflow, source: str, *, own: bool) -> None:
    """Write a definition and its event; `own` says that the office brought it, not a release."""
    definitions.publish(
        desk.conn, Published(workflow.name, workflow.version, workflow.digest, source, desk.now)
    )
    happening = Happening(
        Kind.WORKFLOW_PUBLISHED, desk.now, desk.now, Doer(who.account_id, via=desk.via), [],
        workflow=workflow.label, workflow_digest=workflow.digest,
        facts={"own": True} if own else {},
    )  # fmt: skip
    hooks.announce(desk.conn, ledger.append(desk.conn, happening), desk.now)


def owned(desk: CalendarDesk) -> set[str]:
    """Name the workflows of which the office has published a version of its own."""
    told = map(read, definitions.announcements(desk.conn))
    own = (event for event in told if event and (event.get("facts") or {}).get("own"))
    return {event.get("wf").rpartition("@")[0] for event in own}
