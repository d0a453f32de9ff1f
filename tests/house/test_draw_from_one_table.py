"""Who may do what is said in one table; no other file names a role in order to decide by it."""

import ast
from collections.abc import Iterator

import pytest

from engine.domain.access import ACTS, FIT, HELD_BY, READS_ALL, ROLES, SEES, WRITERS, roles_of
from engine.domain.parties import PARTIES
from tests.house import permission_words, permissions
from tests.house.tree import Module, is_under, modules

AT_HOME = ("engine.domain.access", "engine.domain.parties", "engine.service.sample")
"""The table, the parties that bear a role's name, and the cast of the sample office."""
ASKED = {"admin": {"engine.service.accounts", "engine.store.people"}}
"""The one role that goes with no other: giving and taking it has rules of its own."""


def named(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Give every role that a file decides by: `x.has("role")`, `"role" in x.roles`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Attribute) and function.attr == "has":
                yield from _roles(node.args, node.lineno)
        elif isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any("roles" in _name(side) for side in sides):
                yield from _roles([node.left], node.lineno)
        elif isinstance(node, ast.BinOp) and "roles" in ast.unparse(node):
            yield from _roles([node.left, node.right], node.lineno)


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _roles(nodes: list[ast.expr], line: int) -> Iterator[tuple[int, str]]:
    for node in nodes:
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and part.value in ROLES:
                yield line, str(part.value)


def strays(module: Module) -> list[str]:
    """List the roles that a module decides by and should not."""
    if any(is_under(module.name, home) for home in AT_HOME):
        return []
    return [
        f"{module.name}:{line} decides by the role {role!r}"
        for line, role in named(module.tree)
        if module.name not in ASKED.get(role, ())
    ]


def test_no_file_beside_the_table_decides_by_a_role() -> None:
    assert [stray for module in modules().values() for stray in strays(module)] == []


@pytest.mark.parametrize(
    "written",
    [
        'who.has("duty")',
        'who.has("duty", *MORE)',
        '"leader" in account.roles',
        '"leader" not in roles',
        '{"office"} & set(row.roles)',
        'not {"leader", "unit"} & set(owner.roles)',
    ],
)
def test_a_role_that_is_decided_by_is_seen(written: str) -> None:
    assert list(named(ast.parse(written)))


def test_a_page_that_only_mentions_a_word_decides_nothing() -> None:
    for written in ('replay.has("case", key)', '"leader" in filters', 'columns["unit"]'):
        assert not list(named(ast.parse(written)))


def test_the_table_speaks_of_roles_and_parties_that_there_are() -> None:
    for named_roles in (*ACTS.values(), *HELD_BY.values(), *SEES.values(), *FIT.values()):
        assert named_roles
        assert named_roles <= set(ROLES)
    parties = {party for part in WRITERS.values() for party in part}
    assert parties - {"owner"} <= set(PARTIES)
    assert roles_of(parties - {"owner"}) <= set(ROLES)
    assert set().union(*SEES.values()) == set(ROLES)
    assert SEES["all"] == READS_ALL


def test_the_page_on_permissions_is_written_from_the_table() -> None:
    told = "run: python -m tests.house.permissions"
    assert permissions.on_the_page() == permissions.written(), told


def test_the_words_of_the_page_are_those_of_the_table() -> None:
    assert list(permission_words.ACTS_SAID) == list(ACTS)
    assert list(permission_words.PARTS_SAID) == list(WRITERS)
    assert list(permission_words.SIGHT_SAID) == list(SEES)
    assert list(permission_words.FIT_SAID) == list(FIT)
