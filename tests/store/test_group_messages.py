"""Messages that were told for one reason are read as one entry, page by page."""

from random import Random

from engine.store import messages
from engine.store.database import Database
from tests.service import people_office
from tests.store.stock import NOW

TOLD = 80
ME, OTHER = 1, 2


def test_entries_are_those_of_the_messages_whatever_page_they_are_read_by(
    database: Database, rng: Random
) -> None:
    people_office.build(database)
    with database.transaction() as conn:
        entries: dict[object, list[int]] = {}
        for _ in range(TOLD):
            name, account = rng.choice([None, "a", "b", "c", "d"]), rng.choice([ME, ME, OTHER])
            given = {"kind": "note", "words": {}, "at": NOW, "entry": name}
            number = messages.tell(conn, account, case_id=None, **given)  # type: ignore[arg-type]  # by name
            if account == ME:
                entries.setdefault(name or number, []).append(number)
        read = rng.randrange(TOLD)
        messages.mark_read(conn, ME, read, NOW)
        wanted = [
            messages.Entry(
                ids[-1], key if isinstance(key, str) else None, len(ids), sum(i > read for i in ids)
            )
            for key, ids in sorted(entries.items(), key=lambda pair: -pair[1][-1])
        ]
        size = rng.randrange(1, len(wanted) + 2)
        found: list[messages.Entry] = []
        while more := messages.entries(conn, ME, found[-1].newest if found else None, size):
            found += more
        assert found == wanted
        named = {key: ids for key, ids in entries.items() if isinstance(key, str)}
        first = messages.first_of(conn, ME, list(named), 3)
        told = {name: [row.id for row in rows] for name, rows in first.items()}
        assert told == {name: ids[::-1][:3] for name, ids in named.items()}
