"""The documentation as its tests see it: pages, headings, links, tables, and the code they name."""

import ast
import re
from functools import cache
from pathlib import Path

from tests.house.tree import ROOT

DOCS = ROOT / "docs"
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]+\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
_PATH = re.compile(r"`((?:engine|web|workflows|tests|tools|bench|docs|requirements)/[\w./-]*)`")
_PLACED = re.compile(r"((?:`\w+`(?:, | and )?)+) in `([\w/]+\.py)`")


def pages() -> list[Path]:
    """List every page of the documentation."""
    return [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]


def text(name: str) -> str:
    """Read a page by its path from the top of the tree."""
    return (ROOT / name).read_text(encoding="utf-8")


def prose(page: Path) -> str:
    """Read a page without its fenced blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def links(page: Path) -> list[str]:
    """List where a page points to within the tree."""
    return [to for to in _LINK.findall(prose(page)) if not re.match(r"[a-z]+:", to)]


def anchors(page: Path) -> set[str]:
    """Name the headings of a page as links spell them."""
    kept = (re.sub(r"[^\w\s-]", "", heading.lower()) for heading in _HEADING.findall(prose(page)))
    return {re.sub(r"\s", "-", words.strip()) for words in kept}


def paths(page: Path) -> set[str]:
    """List the files and folders of the tree that a page names."""
    return set(_PATH.findall(page.read_text(encoding="utf-8")))


def placed(page: Path) -> list[tuple[str, str]]:
    """List what a page says of names: each with the file in which it says that it stands."""
    found = _PLACED.findall(page.read_text(encoding="utf-8"))
    return [(name, file) for names, file in found for name in re.findall(r"\w+", names)
            if name != "and"]  # fmt: skip


@cache
def defined(file: str) -> frozenset[str]:
    """Name what a Python file defines: functions, methods, classes, and names at its top."""
    tree = ast.parse(text(file) if (ROOT / file).is_file() else "")
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    names = {node.name for node in ast.walk(tree) if isinstance(node, kinds)}
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return frozenset(names)


def part(name: str, heading: str) -> str:
    """Read what stands under one heading of a page, up to the next."""
    return text(name).split(f"\n## {heading}\n", 1)[1].split("\n## ", 1)[0]


def cells(words: str) -> list[list[str]]:
    """Read the rows of the tables in a text, without their heads and rules."""
    lines = words.splitlines()
    rows = [n for n, line in enumerate(lines) if line.startswith("|")]
    heads = {n for n in rows if re.match(r"\|[-| ]+\|$", lines[n])}
    kept = [lines[n] for n in rows if n not in heads and n + 1 not in heads]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in kept]


def first_words(words: str) -> list[str]:
    """Give the code word in the first cell of each row of the tables in a text."""
    return [row[0].strip("` ") for row in cells(words)]
