"""Whoever runs commands on the machine itself, in the part that a command needs.

The operator has no account: events name nobody and the face `cli`. Who can run commands there can
read the database file, so refusing to show it would protect nothing; a step of a case is always
taken as somebody (`--as`).
"""

from engine.domain.access import OPERATOR, Principal

READER = Principal(None, "", "", None, frozenset({"auditor"}), None)
"""The operator looking things up: reads every case, takes no step."""
IMPORTER = Principal(None, "", "", None, frozenset({"office"}), None)
"""The operator carrying a table in for the office."""

__all__ = ["IMPORTER", "OPERATOR", "READER"]
