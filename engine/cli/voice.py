"""In which language this run of the command line speaks, and its own words."""

import os
from contextvars import ContextVar

from engine.errors import SettingsError
from engine.settings import load_settings
from engine.words import LOCALES, Locale, Message, Param, Text, message, say

PACKAGE = "engine.cli"
"""Whose catalogue holds the words of the help, so that no other need be read to show it."""
_LOCALE: ContextVar[Locale] = ContextVar("locale", default="zh")


def listen() -> None:
    """Choose the language by the settings; a faulty setting must not keep the help from showing."""
    try:
        chosen = load_settings().locale
    except SettingsError:
        asked = os.environ.get("DUBAN_LOCALE")
        chosen = next((known for known in LOCALES if known == asked), "zh")
    speak(chosen)


def speak(language: Locale) -> None:
    """Choose the language of this run."""
    _LOCALE.set(language)


def locale() -> Locale:
    """Give the language of this run."""
    return _LOCALE.get()


def told(words: str | Message, **params: Param | Text | Message) -> str:
    """Say a catalogue code or a message in the language of this run."""
    return say(words if isinstance(words, Message) else message(words, **params), locale())
