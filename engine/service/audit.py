"""What the log hands out: signed checkpoints, its verifier key, and proofs."""

from base64 import b64encode
from datetime import datetime
from functools import partial
from typing import NotRequired, Protocol

from sqlalchemy import Connection
from typing_extensions import TypedDict

from engine.domain.access import Principal, require
from engine.domain.merkle import consistency_proof as prove_consistency
from engine.domain.merkle import inclusion_proof as prove_inclusion
from engine.domain.merkle import root_of
from engine.domain.note import Checkpoint, Signer
from engine.errors import ConflictError, InvalidError
from engine.store import checkpoints, ledger


class ProofAnswer(TypedDict):
    """A proof as RFC 6962 has it; hashes are base64, from the leaf's side up."""

    index: NotRequired[int]
    old: NotRequired[int]
    size: int
    hashes: list[str]


class AuditDesk(Protocol):
    """What these verbs need of a desk."""

    @property
    def conn(self) -> Connection:
        """The open transaction."""

    @property
    def now(self) -> datetime:
        """The office's instant, aware."""


def checkpoint(desk: AuditDesk, who: Principal, signer: Signer) -> str:
    """Sign size and root of the log as it is now, and keep the note; a size is signed once.

    It covers every event committed before. Needs a writing desk; show the note to nobody before
    its transaction is committed. Raises ConflictError where the log is not a continuation of what
    was signed before: a log must never sign both sides of a fork (C2SP tlog-checkpoint).
    """
    require(who, "audit.read")
    ledger.sequence(desk.conn, wait=True)
    size, before = ledger.head(desk.conn), checkpoints.newest(desk.conn)
    if before is not None:
        _refuse_fork(desk.conn, before, size)
        if before.size == size:
            return before.note
    root = _root(desk.conn, size)
    note = signer.sign(Checkpoint(signer.name, size, root).text())
    checkpoints.keep(desk.conn, checkpoints.Kept(size, root, note), desk.now)
    return note


def newest_checkpoint(desk: AuditDesk, who: Principal) -> str | None:
    """Give the newest signed checkpoint; None where nothing was signed yet."""
    require(who, "audit.read")
    kept = checkpoints.newest(desk.conn)
    return None if kept is None else kept.note


def key(who: Principal, signer: Signer) -> str:
    """Give the log's verifier key, `name+id+base64`."""
    require(who, "audit.read")
    return str(signer.verifier())


def inclusion_proof(desk: AuditDesk, who: Principal, index: int, size: int) -> ProofAnswer:
    """Prove that the event at an index is in the log of a size.

    Raises InvalidError for an index or a size that the log has not.
    """
    require(who, "audit.read")
    _refuse_beyond(desk.conn, size)
    proof = prove_inclusion(index, size, partial(ledger.hashes, desk.conn))
    return {"index": index, "size": size, "hashes": _spelt(proof)}


def consistency_proof(desk: AuditDesk, who: Principal, old: int, new: int) -> ProofAnswer:
    """Prove that the log of size `old` is the beginning of that of size `new`.

    Raises InvalidError for sizes that the log has not, or that are in the wrong order.
    """
    require(who, "audit.read")
    _refuse_beyond(desk.conn, new)
    proof = prove_consistency(old, new, partial(ledger.hashes, desk.conn))
    return {"old": old, "size": new, "hashes": _spelt(proof)}


def _root(conn: Connection, size: int) -> bytes:
    return root_of(size, partial(ledger.hashes, conn))


def _refuse_fork(conn: Connection, before: checkpoints.Kept, size: int) -> None:
    if size < before.size or _root(conn, before.size) != before.root:
        raise ConflictError("checkpoint-fork", have=size, size=before.size)


def _refuse_beyond(conn: Connection, size: int) -> None:
    have = ledger.head(conn)
    if size > have:
        raise InvalidError("proof-beyond", have=have, size=size)


def _spelt(hashes: list[bytes]) -> list[str]:
    return [b64encode(hashed).decode() for hashed in hashes]
