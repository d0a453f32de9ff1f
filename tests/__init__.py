"""Tests, laid out as the floors of the product are; `people.py` holds the named cast."""
