"""The tree of the log, rebuilt from the bytes of its events."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from sqlalchemy import Connection

from engine.domain.canonical import leaf_hash
from engine.domain.merkle import WIDTH, Frontier, node_hash
from engine.service.findings import Beat, Findings, unheard
from engine.store import scan

Tiles = dict[tuple[int, int], bytes]


@dataclass(frozen=True, slots=True)
class Tree:
    """The rebuilt tree: its size and root, and its roots at the sizes that were asked for."""

    size: int
    root: bytes
    roots: dict[int, bytes]


@dataclass(slots=True)
class _Subtrees:
    """Rebuilds the hashes of full subtrees, and compares them with the stored ones."""

    stored: Tiles
    findings: Findings
    _rows: list[list[bytes]] = field(default_factory=lambda: [[]])
    _counts: list[int] = field(default_factory=lambda: [0])

    def append(self, hashed: bytes, level: int = 0) -> None:
        """Add the next hash of a level."""
        if level == len(self._rows):
            self._rows.append([])
            self._counts.append(0)
        self._rows[level].append(hashed)
        if len(self._rows[level]) == WIDTH:
            self._fold(level)

    def _fold(self, level: int) -> None:
        row, place = self._rows[level], (level + 1, self._counts[level])
        while len(row) > 1:
            row = [node_hash(a, b) for a, b in zip(row[::2], row[1::2], strict=True)]
        self._rows[level] = []
        self._counts[level] += 1
        if self.stored.pop(place, None) != row[0]:
            self.findings.note("tile-differs", "log_tile", "hash", level=place[0], start=place[1])
        self.append(row[0], level + 1)

    def end(self) -> None:
        """Tell of hashes that are stored though their subtree is not full."""
        for level, start in self.stored:
            self.findings.note("tile-extra", "log_tile", level=level, start=start)


def rebuild(
    connection: Connection, sizes: AbstractSet[int], findings: Findings, beat: Beat = unheard
) -> Tree:
    """Rebuild the tree; give its roots at those of the sizes that it has."""
    frontier = Frontier()
    subtrees = _Subtrees(scan.hashes_kept(connection), findings)
    roots = {0: frontier.root()}
    ahead = 0
    for row in scan.leaves(connection):
        beat()
        ahead = _in_turn(row.log_index, frontier.size, ahead, findings)
        body = row.body if isinstance(row.body, bytes) else str(row.body).encode()
        hashed = leaf_hash(body)
        frontier.append(hashed)
        subtrees.append(hashed)
        if frontier.size in sizes:
            roots[frontier.size] = frontier.root()
    subtrees.end()
    return Tree(frontier.size, frontier.root(), roots)


def _in_turn(index: int, expected: int, ahead: int, findings: Findings) -> int:
    """Tell of entries that are missing before this one; give how many are missing so far."""
    if index == expected + ahead:
        return ahead
    findings.note("log-gap", "event", "log_index", expected=expected + ahead, found=str(index))
    return index - expected if isinstance(index, int) else ahead
