"""Operations on workflow definitions."""

from engine.domain.access import Principal
from engine.service import workflows
from engine.service.desk import Desk
from engine.service.workflows import WorkflowAnswer
from web.api.answers import Listing, whole
from web.api.operations import Operations

OPERATIONS = Operations("workflows")


@OPERATIONS.get("/workflows", permission="workflow.read", object="workflow")
def list_workflows(desk: Desk, who: Principal) -> Listing[WorkflowAnswer]:
    """List every workflow in all its versions, the newest of each first."""
    return whole(workflows.list_workflows(desk, who))


@OPERATIONS.get("/workflows/{name}", permission="workflow.read", object="workflow")
def show_workflow(desk: Desk, who: Principal, name: str) -> WorkflowAnswer:
    """Show a workflow in its newest version."""
    return workflows.show_workflow(desk, who, name)
