"""Operations on what officials and other programs are told: inbox, webhooks, timers."""

from engine.domain.access import Principal
from engine.domain.events import Kind
from engine.service import hooks, notices, timers
from engine.service.desk import Desk
from web.api.answers import Listing, whole
from web.api.forms.listings import PageForm
from web.api.forms.urging import ForeseeForm, HookForm, ReadForm
from web.api.operations import Operations

OPERATIONS = Operations("notices")


@OPERATIONS.get("/inbox", permission="self.read", object="message")
def show_inbox(desk: Desk, who: Principal, query: PageForm) -> notices.InboxAnswer:
    """Show the caller's inbox, the newest first."""
    return notices.show_inbox(desk, who, query.order())


@OPERATIONS.post("/inbox/read", permission="self.read", object="message", status=204)
def read_inbox(desk: Desk, who: Principal, form: ReadForm) -> None:
    """Note up to which message the caller has read."""
    notices.read_inbox(desk, who, form.up_to)


@OPERATIONS.post(
    "/webhooks", permission="webhook.add", object="webhook", events=(Kind.WEBHOOK_ADDED,),
    status=201,
)  # fmt: skip
def add_hook(desk: Desk, who: Principal, form: HookForm) -> hooks.HookMadeAnswer:
    """Have signed events sent to an address; the answer alone ever holds the secret."""
    return hooks.add_hook(desk, who, form.order())


@OPERATIONS.get("/webhooks", permission="webhook.list", object="webhook")
def list_hooks(desk: Desk, who: Principal) -> Listing[hooks.HookAnswer]:
    """List the addresses that events go to."""
    return whole(hooks.list_hooks(desk, who))


@OPERATIONS.delete(
    "/webhooks/{id}", permission="webhook.end", object="webhook", events=(Kind.WEBHOOK_ENDED,),
    status=204,
)  # fmt: skip
def end_hook(desk: Desk, who: Principal, id: int) -> None:  # noqa: A002  # as the address has it
    """End a webhook."""
    hooks.end_hook(desk, who, id)


@OPERATIONS.get("/timers", permission="outbox.list", object="timer")
def list_rules(desk: Desk, who: Principal) -> Listing[timers.RuleAnswer]:
    """Say when each rule of the timers was last evaluated."""
    return whole(timers.list_rules(desk, who))


@OPERATIONS.get("/timers/rungs", permission="supervision.read", object="timer")
def foresee(desk: Desk, who: Principal, query: ForeseeForm) -> Listing[timers.RungAnswer]:
    """Foresee which rungs of the ladder would be due at an instant."""
    return whole(timers.preview_rungs(desk, who, query.at))
