"""Files and functions stay small enough to be read."""

import ast
from collections.abc import Iterator

from tests.house.tree import FunctionNode, is_under, modules

FILE_LINES = 300
FUNCTION_LINES = 60
COMPLEXITY = 10
FORKS = (ast.If, ast.IfExp, ast.For, ast.AsyncFor, ast.While, ast.ExceptHandler)


def complexity(function: FunctionNode) -> int:
    """Count the ways through a function: one, and one more for each fork. Nested ones are apart."""
    total, waiting = 1, list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        if isinstance(node, FunctionNode | ast.ClassDef):
            continue
        total += forks(node)
        waiting.extend(ast.iter_child_nodes(node))
    return total


def forks(node: ast.AST) -> int:
    """Count the forks of one node: conditions, loops, `and`, `or`, comprehensions, cases."""
    if isinstance(node, ast.BoolOp):
        return len(node.values) - 1
    if isinstance(node, ast.comprehension):
        return 1 + len(node.ifs)
    if isinstance(node, ast.match_case):
        return int(not (isinstance(node.pattern, ast.MatchAs) and node.pattern.name is None))
    return int(isinstance(node, FORKS))


def reached(graph: dict[str, set[str]], start: str) -> Iterator[str]:
    """Give every module that one imports, directly or not."""
    seen: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(graph[name])
            yield name


def import_graph() -> dict[str, set[str]]:
    """Map each module to those of ours that it imports."""
    known = modules()
    graph: dict[str, set[str]] = {}
    for name, module in known.items():
        wanted = (found.name for found in module.imports())
        ours = (full if full in known else full.rpartition(".")[0] for full in wanted)
        graph[name] = {other for other in ours if other in known and other != name}
    return graph


def test_no_file_is_longer_than_its_budget() -> None:
    assert [(m.name, m.lines) for m in modules().values() if m.lines > FILE_LINES] == []


def test_no_function_is_longer_than_its_budget() -> None:
    long = [
        f"{module.name}.{function.name}"
        for module in modules().values()
        if not is_under(module.name, "engine.store.migrations.versions")
        for function in module.functions()
        if (function.end_lineno or 0) - function.lineno >= FUNCTION_LINES
    ]
    assert long == []


def test_no_function_forks_more_than_its_budget() -> None:
    knotted = [
        (f"{module.name}.{function.name}", complexity(function))
        for module in modules().values()
        for function in module.functions()
        if complexity(function) > COMPLEXITY
    ]
    assert knotted == []


def test_no_import_runs_in_a_circle() -> None:
    graph = import_graph()
    assert [name for name in graph if name in reached(graph, name)] == []


def test_complexity_counts_what_it_says() -> None:
    source = "def f(a):\n  if a and a or a: pass\n  return [x for x in a if x]\n"
    function = ast.parse(source).body[0]
    assert isinstance(function, ast.FunctionDef)
    assert complexity(function) == 1 + 1 + 2 + 2
