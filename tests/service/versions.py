"""Other versions of the shipped workflows: the same text with a few words changed."""

from pathlib import Path

from engine.domain.access import OPERATOR
from engine.service.desk import Desk
from engine.service.publishing import publish_workflow
from engine.store.database import Database
from tests.service.people_office import START, ZONE

FOLDER = Path(__file__).parents[2] / "workflows"
SHIPPED = 2
"""The version that ships of either workflow."""
STATE = ("stabilized", "settled")
"""Another name for a state."""


def version(number: int, *changes: tuple[str, str], name: str = "key-issue") -> str:
    """Give a shipped definition under another number, with words replaced wherever they stand."""
    text = (FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    text = text.replace(f"version = {SHIPPED}\n", f"version = {number}\n", 1)
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def publish(database: Database, text: str) -> None:
    """Publish a definition as the operator."""
    with database.transaction() as conn:
        publish_workflow(Desk(conn, START, "en", "cli", ZONE), OPERATOR, "other.toml", text)
