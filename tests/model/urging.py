"""Urging letters in the model: what waits for an answer, and the two clocks of each."""

from datetime import date

from tests.model import ticking
from tests.model.matter import Matter
from tests.model.office import Office


def issue(office: Office, matter: Matter, no: int, until: date) -> None:
    """Issue a letter: it is to be signed for within a working day, and answered by its date."""
    matter.urges[no] = ("issued", until)
    ticking.urge(office, matter, no, until, signed=False)


def sign(office: Office, matter: Matter, no: int) -> None:
    """Sign for a letter."""
    matter.urges[no] = ("signed", matter.urges[no][1])
    ticking.answered(office, matter, "urge-receipt", no)


def answer(office: Office, matter: Matter, no: int) -> None:
    """Answer a letter."""
    matter.urges[no] = ("answered", matter.urges[no][1])
    ticking.answered(office, matter, "urge", no)


def judge(office: Office, matter: Matter, no: int, *, accepted: bool) -> None:
    """Accept an answer; or return it: then it is due again by the same date."""
    until = matter.urges[no][1]
    matter.urges[no] = ("accepted" if accepted else "returned", until)
    if not accepted:
        ticking.urge(office, matter, no, until, signed=True)
