"""The Merkle tree of RFC 6962: roots, proofs, and what checks them.

Nodes are SHA-256 of a one byte, the left and the right hash; leaves are `canonical.leaf_hash`. What
proves reads the tree through a `Hashes` reader; what verifies (RFC 9162, 2.1.3.2 and 2.1.4.2) needs
nothing but the proof, and gives False for anything malformed.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

from engine.errors import InvalidError

Hashes = Callable[[int, int, int], list[bytes]]
"""Reads the hashes of a level from one index to another (not included).

The hash at index i of level n covers the 256**n leaves from i * 256**n on. Raises ValueError where
the tree does not have them.
"""

WIDTH = 256
EMPTY_ROOT = sha256(b"").digest()
"""The root of the tree without leaves."""


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash an inner node (RFC 6962, 2.1)."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: all that appending and the root need."""

    def __init__(self) -> None:
        self.size = 0
        self._edge: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add the hash of the next leaf."""
        ones, hashed = self.size, leaf
        while ones & 1:
            hashed = node_hash(self._edge.pop(), hashed)
            ones >>= 1
        self._edge.append(hashed)
        self.size += 1

    def root(self) -> bytes:
        """Give the root over all leaves so far."""
        if not self._edge:
            return EMPTY_ROOT
        root = self._edge[-1]
        for left in reversed(self._edge[:-1]):
            root = node_hash(left, root)
        return root


def root_of(size: int, hashes: Hashes) -> bytes:
    """Give the root over the first `size` leaves. Raises ValueError where the tree is shorter."""
    return EMPTY_ROOT if size == 0 else _subtree(0, size, hashes)


def inclusion_proof(index: int, size: int, hashes: Hashes) -> list[bytes]:
    """Prove that the leaf at an index (from 0) is in the tree of a size (RFC 6962, 2.1.1).

    Raises InvalidError when the tree of that size has no such leaf.
    """
    if not 0 <= index < size:
        raise InvalidError("proof-index", index=index, size=size)
    proof: list[bytes] = []
    low, high = 0, size
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            proof.append(_subtree(middle, high, hashes))
            high = middle
        else:
            proof.append(_subtree(low, middle, hashes))
            low = middle
    return proof[::-1]


def consistency_proof(old: int, new: int, hashes: Hashes) -> list[bytes]:
    """Prove that the tree of size `old` is the beginning of that of size `new` (RFC 6962, 2.1.2).

    Raises InvalidError unless 1 <= old <= new: of the empty tree there is nothing to prove.
    """
    if not 1 <= old <= new:
        raise InvalidError("proof-sizes", old=old, new=new)
    proof: list[bytes] = []
    low, high, whole = 0, new, True
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            proof.append(_subtree(middle, high, hashes))
            high = middle
        else:
            proof.append(_subtree(low, middle, hashes))
            low, whole = middle, False
    if not whole:
        proof.append(_subtree(low, high, hashes))
    return proof[::-1]


def verify_inclusion(
    index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> bool:
    """Say whether a proof shows a leaf's hash to be at an index of the tree with this root."""
    if not 0 <= index < size or not _are_hashes([leaf, root, *proof]):
        return False
    at, last, hashed = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            hashed = node_hash(sibling, hashed)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            hashed = node_hash(hashed, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and hashed == root


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Say whether a proof shows the tree of size `old` to be the beginning of that of size `new`.

    False for the empty tree: it is the beginning of all, and says nothing of any.
    """
    if not 1 <= old <= new or not _are_hashes([old_root, new_root, *proof]):
        return False
    if old == new:
        return not proof and old_root == new_root
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    return bool(path) and _replayed(old, new, path) == (old_root, new_root)


def _replayed(old: int, new: int, path: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Rebuild both roots from a consistency path (RFC 9162, 2.1.4.2, steps 3 to 7)."""
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return None
        if at & 1 or at == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        at, last = at >> 1, last >> 1
    return (first, second) if last == 0 else None


def _are_hashes(values: Sequence[bytes]) -> bool:
    return all(len(value) == sha256().digest_size for value in values)


def _split(count: int) -> int:
    """Give the largest power of two below a count of at least two."""
    return 1 << ((count - 1).bit_length() - 1)


def _subtree(low: int, high: int, hashes: Hashes) -> bytes:
    """Give the root over the leaves from `low` on; full subtrees are read from their level."""
    count = high - low
    if count & (count - 1):
        middle = low + _split(count)
        return node_hash(_subtree(low, middle, hashes), _subtree(middle, high, hashes))
    level = (count.bit_length() - 1) // (WIDTH.bit_length() - 1)
    covered = WIDTH**level
    row = hashes(level, low // covered, high // covered)
    while len(row) > 1:
        row = [node_hash(a, b) for a, b in zip(row[::2], row[1::2], strict=True)]
    return row[0]
