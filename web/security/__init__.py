"""Stands between a request and the pages: the door, its locks, and what every answer carries."""
