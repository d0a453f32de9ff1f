"""Duban 督办: the case-tracking engine for assigned key issues."""

__version__ = "0.1.0"
