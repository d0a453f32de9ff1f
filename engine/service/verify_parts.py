"""What stands beside the log: published definitions, and the bytes of files."""

from hashlib import sha256

from sqlalchemy import Connection

from engine.domain.replay import arcs_of
from engine.service.findings import Findings
from engine.store import scan

Arcs = frozenset[tuple[str | None, str, str | None]]
Definitions = dict[str, tuple[str, Arcs]]
"""By `name@version`: the digest of the source as it is, and its (from, trigger, to)."""


def definitions(connection: Connection, findings: Findings) -> Definitions:
    """Read the published definitions; each must fit its digest and be readable."""
    found: Definitions = {}
    for row in scan.definitions(connection):
        label, source = f"{row.name}@{row.version}", str(row.source)
        digest, arcs = sha256(source.encode()).hexdigest(), arcs_of(source)
        if digest != row.digest:
            findings.note("definition-digest", "workflow", "source", workflow=label)
        if arcs is None:
            findings.note("definition-form", "workflow", "source", workflow=label)
        found[label] = (digest, arcs or frozenset())
    return found


def files(connection: Connection, findings: Findings) -> None:
    """Check that the bytes of every file are there, of its size, and those of its hash."""
    for row in scan.files_and_sizes(connection):
        where = {"stream": row.case_id, "row": f"file {row.case_id}/{row.no}"}
        if row.stored is None:
            findings.note("file-missing", "blob", "content", **where)
        elif row.stored != row.size:
            findings.note("file-size", "blob", "content", **where)
    for name in scan.blob_names(connection):
        if sha256(scan.blob(connection, name)).hexdigest() != name:
            findings.note("file-bytes", "blob", "content", sha256=str(name))
