"""Operations on the log: its newest checkpoint, its proofs, its verifier key."""

from engine.bootstrap import Application, log_signer
from engine.domain.access import Principal
from engine.failpoints import failpoint
from engine.service import audit
from engine.service.desk import Desk
from web.api.forms.audit import ConsistencyForm, InclusionForm
from web.api.operations import Operations

OPERATIONS = Operations("audit")
TEXT = ("text/plain",)


@OPERATIONS.get("/audit/checkpoint", permission="audit.read", object="log", media=TEXT, writes=True)
def show_checkpoint(desk: Desk, who: Principal, application: Application) -> str:
    """Give a signed checkpoint that covers every event committed before."""
    note = audit.checkpoint(desk, who, log_signer(application.settings))
    failpoint("checkpoint.before-publish")
    return note


@OPERATIONS.get("/audit/key", permission="audit.read", object="log", media=TEXT)
def show_key(desk: Desk, who: Principal, application: Application) -> str:  # noqa: ARG001
    """Give the log's verifier key."""
    return audit.key(who, log_signer(application.settings)) + "\n"


@OPERATIONS.get("/audit/proofs/inclusion", permission="audit.read", object="log")
def prove_inclusion(desk: Desk, who: Principal, query: InclusionForm) -> audit.ProofAnswer:
    """Prove that an event is in the log of a size."""
    return audit.inclusion_proof(desk, who, query.index, query.size)


@OPERATIONS.get("/audit/proofs/consistency", permission="audit.read", object="log")
def prove_consistency(desk: Desk, who: Principal, query: ConsistencyForm) -> audit.ProofAnswer:
    """Prove that the log of one size is the beginning of that of another."""
    return audit.consistency_proof(desk, who, query.old, query.new)
