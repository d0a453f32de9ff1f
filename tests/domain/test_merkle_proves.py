"""The Merkle tree: roots, proofs and their checks, against published vectors and the definition."""

import json
from base64 import b64decode
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from engine.domain.canonical import leaf_hash
from engine.domain.merkle import (
    EMPTY_ROOT,
    WIDTH,
    Frontier,
    Hashes,
    consistency_proof,
    inclusion_proof,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from engine.errors import InvalidError

VECTORS = Path(__file__).parents[1] / "data" / "merkle"
MOST = 2 * WIDTH + 70
LEAVES = [leaf_hash(str(n).encode()) for n in range(MOST)]


def read(name: str) -> Any:  # noqa: ANN401  # JSON
    """Read a file of vectors."""
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


def defined(leaves: list[bytes]) -> bytes:
    """Give the root as RFC 6962, 2.1 defines it."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"").digest()
    k = 1 << ((len(leaves) - 1).bit_length() - 1)
    return sha256(b"\x01" + defined(leaves[:k]) + defined(leaves[k:])).digest()


def reader(leaves: list[bytes]) -> Hashes:
    """Read a tree whose full subtrees are computed on the spot."""

    def hashes(level: int, start: int, end: int) -> list[bytes]:
        wide = WIDTH**level
        if end * wide > len(leaves):
            raise ValueError
        return [defined(leaves[i * wide : (i + 1) * wide]) for i in range(start, end)]

    return hashes


TREE = reader(LEAVES)


def decoded(vector: dict[str, Any], *names: str) -> list[bytes]:
    """Decode fields of a vector."""
    return [b64decode(vector[name] or "") for name in names]


@pytest.mark.parametrize("entry", read("inclusion.json"), ids=lambda e: e["file"])
def test_inclusion_vectors_hold_or_are_refused_as_published(entry: dict[str, Any]) -> None:
    vector = entry["vector"]
    root, leaf = decoded(vector, "root", "leafHash")
    proof = [b64decode(p) for p in vector["proof"] or []]
    held = verify_inclusion(vector["leafIdx"], vector["treeSize"], leaf, proof, root)
    assert held != vector["wantErr"]


@pytest.mark.parametrize("entry", read("consistency.json"), ids=lambda e: e["file"])
def test_consistency_vectors_hold_or_are_refused_as_published(entry: dict[str, Any]) -> None:
    vector = entry["vector"]
    root1, root2 = decoded(vector, "root1", "root2")
    proof = [b64decode(p) for p in vector["proof"] or []]
    held = verify_consistency(vector["size1"], vector["size2"], root1, root2, proof)
    assert held != vector["wantErr"]


def test_the_published_tree_has_its_published_roots_and_nodes() -> None:
    tree = read("tree8.json")
    leaves = [leaf_hash(bytes.fromhex(data)) for data in tree["leaf_inputs_hex"]]
    levels = [[bytes.fromhex(h) for h in level] for level in tree["node_hashes_hex_by_level"]]
    assert leaves == levels[0]
    for below, above in pairwise(levels):
        assert [node_hash(*below[i : i + 2]) for i in range(0, len(below), 2)] == above
    frontier, roots = Frontier(), [EMPTY_ROOT.hex()]
    for leaf in leaves:
        frontier.append(leaf)
        roots.append(frontier.root().hex())
    assert roots == tree["root_hashes_hex_by_size"]


def test_a_growing_tree_has_the_root_that_the_definition_gives() -> None:
    frontier = Frontier()
    assert frontier.root() == root_of(0, TREE) == EMPTY_ROOT
    for size, leaf in enumerate(LEAVES[: WIDTH + 5], start=1):
        frontier.append(leaf)
        assert frontier.size == size
        if size % 17 == 0 or size > WIDTH - 3:
            assert frontier.root() == root_of(size, TREE) == defined(LEAVES[:size])


def test_roots_are_those_of_another_library() -> None:
    other = InmemoryTree(algorithm="sha256")
    for n in range(100):
        other.append_entry(str(n).encode())
        assert root_of(n + 1, TREE) == other.get_root(n + 1)


@given(st.data())
def test_every_leaf_of_a_tree_is_proved(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, MOST))
    index = data.draw(st.integers(0, size - 1))
    proof, root = inclusion_proof(index, size, TREE), root_of(size, TREE)
    assert verify_inclusion(index, size, LEAVES[index], proof, root)
    for place in range(len(proof)):
        changed = [*proof[:place], leaf_hash(b"other"), *proof[place + 1 :]]
        assert not verify_inclusion(index, size, LEAVES[index], changed, root)
    assert not verify_inclusion(index, size, leaf_hash(b"other"), proof, root)
    assert not verify_inclusion(index, size, LEAVES[index], [*proof, root], root)
    if size > 1:
        assert not verify_inclusion(index, size, LEAVES[index], proof[:-1], root)
        assert not verify_inclusion((index + 1) % size, size, LEAVES[index], proof, root)


@given(st.data())
def test_every_beginning_of_a_tree_is_proved(data: st.DataObject) -> None:
    new = data.draw(st.integers(1, MOST))
    old = data.draw(st.integers(1, new))
    proof = consistency_proof(old, new, TREE)
    old_root, new_root = root_of(old, TREE), root_of(new, TREE)
    assert verify_consistency(old, new, old_root, new_root, proof)
    for place in range(len(proof)):
        changed = [*proof[:place], leaf_hash(b"other"), *proof[place + 1 :]]
        assert not verify_consistency(old, new, old_root, new_root, changed)
    assert not verify_consistency(old, new, leaf_hash(b"other"), new_root, proof)
    assert not verify_consistency(old, new, old_root, leaf_hash(b"other"), proof)
    assert not verify_consistency(old, new, old_root, new_root, [*proof, old_root])


def test_a_forged_tree_has_no_proof_by_chance(rng: Random) -> None:
    old_root, new_root = root_of(5, TREE), root_of(9, TREE)
    for _ in range(200):
        proof = [rng.randbytes(32) for _ in range(rng.randrange(6))]
        assert not verify_consistency(5, 9, old_root, new_root, proof)
        assert not verify_inclusion(3, 9, LEAVES[3], proof, new_root)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_no_leaf_outside_the_tree_is_proved(index: int, size: int) -> None:
    with pytest.raises(InvalidError, match=f"size {size} has no entry {index}"):
        inclusion_proof(index, size, TREE)
    assert not verify_inclusion(index, size, LEAVES[0], [], LEAVES[0])


@pytest.mark.parametrize(("old", "new"), [(0, 5), (6, 5), (-1, 5)])
def test_no_consistency_is_proved_between_senseless_sizes(old: int, new: int) -> None:
    with pytest.raises(InvalidError, match="cannot be proved consistent"):
        consistency_proof(old, new, TREE)
    assert not verify_consistency(old, new, LEAVES[0], LEAVES[0], [])


def test_a_hash_of_another_length_proves_nothing() -> None:
    assert not verify_inclusion(0, 1, b"short", [], b"short")
    assert not verify_consistency(1, 1, b"short", b"short", [])
