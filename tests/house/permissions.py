"""Writes the page on permissions from the one table and the workflows themselves.

`python -m tests.house.permissions` writes the tables of `docs/reference/permissions.md`, from the
line that begins them; a test holds the two together. Only the words for an act stand apart
(`permission_words.py`); who may do it is read from the table.
"""

from collections.abc import Iterable

from engine.domain.access import ACTS, FIT, ROLES, SEES, WRITERS
from engine.domain.loader import load
from engine.domain.workflow import Workflow
from engine.words import Locale, Text, message, say
from tests.house.permission_words import (
    ACTS_SAID,
    FIT_SAID,
    PARTS_SAID,
    ROLES_SAID,
    SIGHT_SAID,
    Said,
)
from tests.house.tree import ROOT
from workflows.needs import VOCABULARY

PAGE = ROOT / "docs" / "reference" / "permissions.md"
SHIPPED = ("key-issue", "petition")
BEGINS = "## Acts of roles 角色的权限\n"
COLUMNS = tuple(ROLES)
ASSIGNER = Text("领导小组办公室；退回满次后督查组", "the office; after many declines supervision")


def written() -> str:
    """Write the tables."""
    return "\n".join([_acts(), _sight(), _parts(), _fit(), *map(_steps, SHIPPED)])


def on_the_page() -> str:
    """Give the tables as they stand on the page."""
    text = PAGE.read_text(encoding="utf-8")
    return text[text.index(BEGINS) :]


def _acts() -> str:
    head = ["act", "办什么", "what", *(f"{ROLES_SAID[role][0]} {role}" for role in COLUMNS)]
    rows = (_marked(act, ACTS_SAID[act], roles) for act, roles in ACTS.items())
    return f"{BEGINS}\n" + _table(head, rows)


def _sight() -> str:
    head = ["sight", "能看到", "sees", *(f"{ROLES_SAID[role][0]} {role}" for role in COLUMNS)]
    rows = (_marked(kind, SIGHT_SAID[kind], roles) for kind, roles in SEES.items())
    return "## Who sees which cases 谁能看到哪些事项\n\n" + _table(head, rows)


def _fit() -> str:
    head = ["as", "担任", "what for", *(f"{ROLES_SAID[role][0]} {role}" for role in COLUMNS)]
    rows = (_marked(what, FIT_SAID[what], roles) for what, roles in FIT.items())
    return "## Who can be named for what 谁可以担任什么\n\n" + _table(head, rows)


def _marked(name: str, said: Said, roles: frozenset[str]) -> list[str]:
    return [f"`{name}`", *said, *("●" if role in roles else "" for role in COLUMNS)]


def _parts() -> str:
    head = ["part", "写什么", "what", "由谁写", "by"]
    rows = (
        [f"`{part}`", *PARTS_SAID[part], _parties(parties, "zh"), _parties(parties, "en")]
        for part, parties in WRITERS.items()
    )
    return "## Parts of a case 事项的各部分\n\n" + _table(head, rows)


def _steps(name: str) -> str:
    text = (ROOT / "workflows" / f"{name}.toml").read_text(encoding="utf-8")
    flow = load(text, f"{name}.toml", VOCABULARY)
    head = ["step", "步骤", "title", "由谁办", "by"]
    title = f"## Steps of `{name}` {flow.title.zh}\n\n"
    return title + _table(head, _staffed(flow))


def _staffed(flow: Workflow) -> list[list[str]]:
    """Give each step with who may take it, once where several states have the same."""
    rows = [
        [
            f"`{step.trigger}`", step.title.zh, step.title.en, _parties(step.by, "zh"),
            _parties(step.by, "en"),
        ]
        for step in flow.transitions
    ]  # fmt: skip
    return [row for place, row in enumerate(rows) if row not in rows[:place]]


def _parties(parties: Iterable[str], locale: Locale) -> str:
    """Name parties as they are named to whoever is refused."""
    words = (
        ASSIGNER.in_(locale) if party == "assigner" else say(message(f"party-{party}"), locale)
        for party in parties
    )
    return ("、" if locale == "zh" else "; ").join(words)


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def main() -> None:
    """Write the tables anew, and leave the words above them."""
    text = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(text[: text.index(BEGINS)] + written(), encoding="utf-8")


if __name__ == "__main__":
    main()
