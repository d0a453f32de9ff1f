"""Who is told when a letter is issued, answered, and judged."""

from collections.abc import Iterable

from engine.service.addressees import accounts_of
from engine.service.case_answers import LetterAnswer
from engine.service.case_room import Room
from engine.service.notices import notify
from engine.store import holders

ANSWERING = ("lead-leader", "liaison", "officer")
"""Those who sign for a letter and answer it."""
JUDGING = ("supervision",)


def tell_of(room: Room, letter: LetterAnswer, kind: str, parties: Iterable[str]) -> None:
    """Tell parties of a case what became of a letter, but for whoever did it."""
    case = room.facts.case
    words = {
        "code": case.code,
        "letter": letter["no"],
        "number": letter["number"] or "",
        "day": letter["answer_by"],
    }
    for account in accounts_of(room, parties, holders.holders(room.desk.conn)):
        if account != room.who.account_id:
            notify(room.desk, account, kind, words, case_id=case.id)
