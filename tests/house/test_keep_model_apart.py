"""The model that the engine is held against knows nothing of the engine."""

import ast
from collections.abc import Iterator
from pathlib import Path

MODEL = Path(__file__).parents[1] / "model"


def imported(file: Path) -> Iterator[str]:
    """Name what a file imports."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_the_model_imports_nothing_but_itself_and_the_standard_library() -> None:
    files = sorted(MODEL.glob("*.py"))
    assert len(files) > 5
    ours = {name for file in files for name in imported(file) if name.startswith("tests")}
    foreign = {name.split(".")[0] for file in files for name in imported(file)} - {"tests"}
    assert all(name.startswith("tests.model") for name in ours)
    assert foreign <= {"collections", "dataclasses", "datetime", "pathlib", "tomllib", "typing",
                       "zoneinfo"}  # fmt: skip
