"""Verify: recompute all that the log claims, and compare the tables with what it implies.

Memory stays bounded: the tree is rebuilt in log order with its right edge alone, each case is
folded by itself, and only the rows of the office are held all at once.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection
from typing_extensions import TypedDict

from engine.domain.note import Verifier
from engine.service import verify_marks, verify_parts, verify_tree
from engine.service.findings import Beat, FindingAnswer, Findings, unheard
from engine.service.verify_streams import Streams
from engine.store.database import Database
from engine.words import Locale


class VerifyAnswer(TypedDict):
    """The outcome; `root` is base64, as in checkpoints.

    Nothing proves the entries from index `unprovable_after` on: they are newer than the newest
    checkpoint given to this check or, where none was given, than the newest that was kept.
    """

    intact: bool
    size: int
    root: str
    findings: list[FindingAnswer]
    unprovable_after: int


@dataclass(frozen=True, slots=True)
class Examined:
    """The outcome before it is put into words."""

    size: int
    root: bytes
    findings: Findings
    unprovable_after: int


def verify(
    database: Database,
    verifiers: Sequence[Verifier],
    against: Sequence[str] = (),
    locale: Locale = "zh",
    beat: Beat = unheard,
) -> VerifyAnswer:
    """Check everything, in one consistent state of the database.

    `verifiers` are the public keys whose signatures count, `against` signed notes that somebody
    kept outside. `beat` is called for every event, twice in all. Raises InvalidError for a note
    that is none: that is no finding about the log.
    """
    with database.reading() as connection:
        examined = examine(connection, verifiers, against, beat)
    found = examined.findings.answers(locale)
    return {
        "intact": not found,
        "size": examined.size,
        "root": b64encode(examined.root).decode(),
        "findings": found,
        "unprovable_after": examined.unprovable_after,
    }


def examine(
    connection: Connection,
    verifiers: Sequence[Verifier],
    against: Sequence[str] = (),
    beat: Beat = unheard,
) -> Examined:
    """Check everything in an open transaction; see `verify`."""
    findings = Findings()
    given = [verify_marks.given(note) for note in against]
    kept = verify_marks.kept(connection, findings)
    sizes = {mark.point.size for mark in (*given, *kept)}
    tree = verify_tree.rebuild(connection, sizes, findings, beat)
    outside = verify_marks.check(given, tree, verifiers, findings)
    inside = verify_marks.check(kept, tree, verifiers, findings)
    arcs = verify_parts.definitions(connection, findings)
    Streams(connection, arcs, findings, beat).check()
    verify_parts.files(connection, findings)
    return Examined(tree.size, tree.root, findings, outside if given else inside)
