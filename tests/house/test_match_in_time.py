"""No pattern takes longer than its text is long: none of ours can be made slow by what is sent.

Every regular expression of the code is found by reading it, with how it is used: a search may be
slow where a match from the beginning is not. Each is tried on texts made of what it looks for, of
growing length; four times the text may take four times as long, and some. Time is that of this
thread alone, and only how it grows is held. `DUBAN_TEST_PATTERN_LENGTH` is how long the longest
text is (100,000 at full size); with `-s` the slowest are printed.
"""

import ast
import importlib
import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby, product
from re import _constants as known  # how the library reads a pattern
from re import _parser as reader
from typing import Any

import pytest

from engine.service import daily_words
from tests.house.tree import modules

LONGEST = int(os.environ.get("DUBAN_TEST_PATTERN_LENGTH", "2000"))
LADDER = (8, 16, 24, 100, 500)
"""Short texts first: with a pattern that doubles its work for each sign, nobody waits for more."""
FEW_SECONDS = 0.0004
"""Less than that is lost in the noise, whatever it grows by."""
MOST_GROWTH = 2.5
"""How much faster than its text the time may grow from one rung to the next; squares give 5."""
ENDS = ("", "\x00", "!")
MOST_ATOMS = 7
USES = frozenset({
    "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer",
})  # fmt: skip


GIVEN: dict[str, dict[str, str]] = {
    "engine.service.daily_words": {
        "phrase": daily_words._pattern(f"已交办{daily_words._PLACE}项 handed out"),  # noqa: SLF001  # is made
    },
}
"""What patterns are made of that are no constants."""


FLAGS_AT = {"compile": 1, "sub": 4, "subn": 4, "split": 3}
"""Which argument of the library's functions the flags are; of the others the third."""


@dataclass(frozen=True)
class Found:
    """A pattern, where it stands, and how it is used."""

    where: str
    compiled: re.Pattern[Any]
    uses: frozenset[str] = field(default=frozenset())


def patterns() -> Iterator[Found]:
    """Find every regular expression of the product."""
    trees = {name: module.tree for name, module in modules().items()}
    for name, tree in trees.items():
        named = {
            id(node.value): node.targets[0].id
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for call in calls(tree):
            where = f"{name}:{call.lineno}"
            used = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            uses = {used}
            if used == "compile":
                called = named.get(id(call))
                assert called, f"{where}: a pattern that is no constant of its module"
                among = trees.values() if not called.startswith("_") else [tree]
                uses = {use for one in among for use in uses_of(one, called)}
            assert uses, f"{where}: nobody uses it"
            yield Found(where, compiled(name, call), frozenset(uses))


def calls(tree: ast.Module) -> Iterator[ast.Call]:
    """Find the calls of the library."""
    for node in ast.walk(tree):
        called = node.func if isinstance(node, ast.Call) else None
        if (
            isinstance(node, ast.Call)
            and isinstance(called, ast.Attribute)
            and isinstance(called.value, ast.Name)
            and called.value.id == "re"
            and called.attr in USES | {"compile"}
        ):
            yield node


def uses_of(tree: ast.Module, name: str) -> Iterator[str]:
    """Give the ways in which a module uses a pattern of that name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in USES:
            owner = node.value
            if getattr(owner, "id", getattr(owner, "attr", None)) == name:
                yield node.attr


def compiled(module: str, call: ast.Call) -> re.Pattern[Any]:
    """Build a pattern as its module does, from its own constants."""
    used = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    given = [call.args[0], *call.args[FLAGS_AT.get(used, 2) :]]
    names = {**vars(importlib.import_module(module)), **GIVEN.get(module, {})}
    values = [
        eval(compile(ast.Expression(one), module, "eval"), names)  # noqa: S307  # our own code
        for one in given
    ]
    flags = next((word.value for word in call.keywords if word.arg == "flags"), None)
    assert flags is None, f"{module}:{call.lineno}: flags stand in second place"
    return re.compile(*values)


# --- texts that are as bad as can be --------------------------------------------------------------


def atoms(parsed: Any) -> Iterator[str]:  # noqa: ANN401  # the library's own
    """Give, for each part of a pattern that looks at a sign, one that it takes; and whole words."""
    yield from words(parsed)
    for kind, value in parsed:
        if kind in {known.LITERAL, known.NOT_LITERAL, known.ANY, known.IN, known.CATEGORY}:
            yield taken(kind, value)
        elif kind in {known.MAX_REPEAT, known.MIN_REPEAT, known.POSSESSIVE_REPEAT}:
            yield from atoms(value[2])
            yield "".join(atoms(value[2]))
        elif kind is known.SUBPATTERN:
            yield from atoms(value[3])
        elif kind is known.BRANCH:
            for one in value[1]:
                yield from atoms(one)
        elif kind in {known.ASSERT, known.ASSERT_NOT}:
            yield from atoms(value[1])
        elif kind is known.ATOMIC_GROUP:
            yield from atoms(value)


def words(parsed: Any) -> Iterator[str]:  # noqa: ANN401  # the library's own
    """Give the letters that stand side by side."""
    for is_word, letters in groupby(parsed, lambda part: part[0] is known.LITERAL):
        if is_word:
            yield "".join(chr(value) for _, value in letters)


CATEGORIES = {
    known.CATEGORY_DIGIT: "7", known.CATEGORY_WORD: "a", known.CATEGORY_SPACE: " ",
    known.CATEGORY_NOT_DIGIT: "a", known.CATEGORY_NOT_WORD: " ", known.CATEGORY_NOT_SPACE: "a",
}  # fmt: skip


def taken(kind: Any, value: Any) -> str:  # noqa: ANN401  # the library's own
    """Give a sign that a part of a pattern takes."""
    if kind is known.LITERAL:
        return chr(value)
    if kind is known.CATEGORY:
        return CATEGORIES[value]
    if kind is known.NOT_LITERAL:
        return "a" if value != ord("a") else "b"
    if kind is known.ANY:
        return "a"
    if value[0][0] is known.NEGATE:
        wrong = re.compile("[" + "".join(map(re.escape, members(value[1:]))) + "]|\\Z")
        return next(sign for sign in "aA7 -~甲\t" if not wrong.match(sign))
    return next(members(value))


def members(value: Any) -> Iterator[str]:  # noqa: ANN401  # the library's own
    """Give signs of a class, of a span the first and the last."""
    for kind, one in value:
        if kind is known.RANGE:
            yield chr(one[0])
            yield chr(one[1])
        elif kind is not known.NEGATE:
            yield taken(kind, one)


def texts(found: Found) -> Iterator[tuple[str, str]]:
    """Give what to repeat and how to end, each likely to be taken for a while and then refused."""
    source = found.compiled.pattern
    shape = source.decode("latin-1") if isinstance(source, bytes) else source
    parsed = reader.parse(shape, found.compiled.flags & ~re.UNICODE)
    parts = list(dict.fromkeys(filter(None, atoms(parsed))))
    longest = sorted(parts, key=len)[-2:]
    few = list(dict.fromkeys([*parts[:MOST_ATOMS], *longest]))
    for one in parts:
        yield from product([one], ENDS)
    for one, other in product(few, few):
        if one != other:
            yield one + other, "\x00"


# --- how long it takes ----------------------------------------------------------------------------


def run(found: Found, use: str, text: str) -> float:
    """Use a pattern once; give the seconds of this thread."""
    given: Any = (
        text.encode("latin-1", "replace") if isinstance(found.compiled.pattern, bytes) else text
    )
    ask = getattr(found.compiled, use)
    if use in {"sub", "subn"}:
        empty = given[:0]
        begun = time.thread_time()
        ask(empty, given)
    elif use == "finditer":
        begun = time.thread_time()
        for _ in ask(given):
            pass
    else:
        begun = time.thread_time()
        ask(given)
    return time.thread_time() - begun


def growth(found: Found, use: str, pump: str, end: str) -> tuple[float, float]:
    """Climb the ladder; give the worst growth beyond that of the text, and the longest time."""
    rungs = [*LADDER, *(n for n in (LONGEST // 4, LONGEST) if n > LADDER[-1])]
    former, worst, taken_most = 0.0, 0.0, 0.0
    for number, length in enumerate(rungs):
        text = (pump * (length // len(pump) + 1))[:length] + end
        took = run(found, use, text)
        if took > FEW_SECONDS:
            took = min(took, *(run(found, use, text) for _ in range(2)))
        taken_most = max(taken_most, took)
        if number and took > FEW_SECONDS:
            grown = took / max(former, FEW_SECONDS / 10)
            worst = max(worst, grown / (length / rungs[number - 1]))
            if worst > MOST_GROWTH:
                break
        former = took
    return worst, taken_most


FOUND = list(patterns())


def test_all_patterns_are_found() -> None:
    """Nobody takes the library's functions by another name, where they would not be found."""
    for name, module in modules().items():
        for one in module.imports():
            assert not one.name.startswith("re."), one
        written = [node for node in ast.walk(module.tree) if isinstance(node, ast.Attribute)
                   and isinstance(node.value, ast.Name) and node.value.id == "re"
                   and node.attr in USES | {"compile"}]  # fmt: skip
        assert len(written) == len(list(calls(module.tree))), name
    assert len(FOUND) > 60


def slow(found: Found) -> list[tuple[str, str, str, float, float]]:
    """Give the texts that a pattern is slow at, with how it is used and how much slower it gets."""
    told = []
    for use in sorted(found.uses):
        for pump, end in texts(found):
            worst, took = growth(found, use, pump, end)
            if worst > MOST_GROWTH:
                told.append((use, pump, end, worst, took))
    return told


@pytest.mark.parametrize("found", FOUND, ids=lambda found: found.where)
def test_a_pattern_takes_no_longer_than_its_text_is_long(found: Found) -> None:
    assert slow(found) == []


@pytest.mark.parametrize(
    ("pattern", "use"),
    [
        (r"(a+)+b", "fullmatch"), (r"(?:a|a)*b", "match"), (r"(?:\w+\s?)*!", "fullmatch"),
        (r"\s+$", "search"), (r"[ \t]*\n", "sub"), (r"(\d+)(\d+)x", "fullmatch"),
        (r"<!--.*-->", "findall"), (r"[ ]*[\r\n]+[ ]*", "sub"), (r"\w+@\w+\.cn", "search"),
        (r"(?:x[0-9]*)*y", "finditer"),
    ],
)  # fmt: skip
def test_a_pattern_that_can_be_made_slow_is_found(pattern: str, use: str) -> None:
    assert slow(Found(pattern, re.compile(pattern), frozenset({use})))
