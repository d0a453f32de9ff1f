"""The source tree as the house rules see it: files, imports, definitions. Nothing of it is run."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = ("engine", "workflows", "web")
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Import:
    """One name that a module imports, spelt in full."""

    module: str
    name: str
    line: int

    def __str__(self) -> str:
        return f"{self.module}:{self.line} imports {self.name}"


@dataclass(frozen=True)
class Module:
    """One Python file of the product."""

    name: str
    path: Path
    tree: ast.Module
    lines: int

    @property
    def is_package(self) -> bool:
        """Say whether this is the `__init__` of a package."""
        return self.path.name == "__init__.py"

    def imports(self) -> Iterator[Import]:
        """Give every import, deferred ones included."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (Import(self.name, alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                stem = self._stem(node)
                for alias in node.names:
                    yield Import(self.name, f"{stem}.{alias.name}", node.lineno)

    def functions(self) -> Iterator[FunctionNode]:
        """Give every function and method, nested ones included."""
        yield from (node for node in ast.walk(self.tree) if isinstance(node, FunctionNode))

    def _stem(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        own = self.name.split(".")
        kept = own[: len(own) - node.level + self.is_package]
        return ".".join([*kept, *([node.module] if node.module else [])])


@cache
def modules() -> dict[str, Module]:
    """Parse all code of the product, by dotted name."""
    found = [_read(path) for top in CODE for path in sorted((ROOT / top).rglob("*.py"))]
    return {module.name: module for module in found}


def _read(path: Path) -> Module:
    source = path.read_text(encoding="utf-8")
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    return Module(".".join(parts), path, ast.parse(source), len(source.splitlines()))


def is_under(name: str, *tops: str) -> bool:
    """Say whether a dotted name is one of the given ones or lies below it."""
    return any(f"{name}.".startswith(f"{top}.") for top in tops)


def files(*suffixes: str, under: tuple[str, ...] = (*CODE,)) -> list[Path]:
    """List files of the product by ending."""
    every = (path for top in under for path in (ROOT / top).rglob("*"))
    return sorted(path for path in every if path.suffix in suffixes)


@cache
def kept() -> tuple[Path, ...]:
    """List what git keeps or is about to keep; every file where there is no git."""
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    told = subprocess.run(asked, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    paths = (ROOT / name for name in sorted(filter(None, told.split("\0"))))
    return tuple(path for path in paths if path.is_file())
