"""The people and units that a table names: matched to those there are, or made on request."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.domain.access import Principal, is_fit
from engine.domain.records import Account, Unit
from engine.errors import ConflictError
from engine.intake.cells import Person
from engine.service.accounts import NewAccount, make_account
from engine.service.desk import Desk
from engine.service.office import clean
from engine.service.units import make_unit
from engine.store import people, rows
from engine.words import Message, listed, message

LONGEST = 100
"""Of a name or a post, as accounts and units have it."""


@dataclass(slots=True)
class Names:
    """Who and what there is by name, and what would have to be made."""

    accounts: dict[str, list[Account]]
    units: dict[str, Unit]
    creates: bool
    new_people: dict[Person, list[int]] = field(default_factory=dict)
    """People that nobody knows, with the rows that name them."""
    new_units: dict[str, list[int]] = field(default_factory=dict)
    _found: dict[tuple[Person, bool], Account] = field(default_factory=dict)
    """Whom a name meant when it was first looked up; what is made later does not blur that."""

    @classmethod
    def of(cls, desk: Desk, *, creates: bool) -> "Names":
        """Read all accounts and units; `creates` says that unknown ones are made."""
        accounts: dict[str, list[Account]] = {}
        for account in rows.fetch(desk.conn, "account"):
            accounts.setdefault(clean(account.name), []).append(account)
        units = {clean(unit.name): unit for unit in rows.fetch(desk.conn, "unit")}
        return cls(accounts, units, creates)

    def leader(self, person: Person, row: int, *, is_open: bool) -> Account | Message | None:
        """Find a lead leader; a message says what is wrong, None that the account will be made.

        Whoever answered for a matter that is over may have left since.
        """
        known = (person, is_open)
        if known not in self._found:
            found = self._match(person, row, is_open=is_open)
            if not isinstance(found, Account):
                return found
            self._found[known] = found
        return self._found[known]

    def _match(self, person: Person, row: int, *, is_open: bool) -> Account | Message | None:
        known = self.accounts.get(person.name, [])
        fit = _of_post(known, person.post)
        if not fit:
            return self._unknown(person, row, known)
        leaders = [a for a in fit if is_fit(a.roles, "lead-leader") and (a.enabled or not is_open)]
        if len(leaders) > 1:
            posts = "、".join(f"{a.post or '-'} ({a.login})" for a in leaders)
            return message("import-leader-which", name=person.name, posts=posts)
        return leaders[0] if leaders else message("import-leader-role", name=person.name)

    def unit(self, name: str, row: int) -> Unit | Message | None:
        """Find a unit; a message says what is wrong, None that it will be made."""
        found = self.units.get(name)
        if found is not None:
            return found
        if len(name) > LONGEST or not name.isprintable():
            return message("import-name-shape", longest=LONGEST)
        self.new_units.setdefault(name, []).append(row)
        return None if self.creates else message("import-unit-unknown", name=name)

    def nobody_knows(self) -> dict[Person, list[int]]:
        """Give the people that would be made; where none is, those whose very name is unknown.

        Of somebody whose name is known, and whose post differs, his row tells what is wrong.
        """
        told = self.new_people.items()
        return {p: at for p, at in told if self.creates or p.name not in self.accounts}

    def doubtful(self) -> Iterator[tuple[int, Message]]:
        """Name the rows that give no post to somebody whom other rows give several."""
        posts: dict[str, list[str]] = {}
        for person in self.new_people:
            posts.setdefault(person.name, []).extend(filter(None, [person.post]))
        for person, named_in in self.new_people.items():
            if person.post is None and len(has := posts[person.name]) > 1:
                words = message("import-leader-which", name=person.name, posts=listed(has))
                yield from ((row, words) for row in named_in)

    def to_make(self) -> list[Person]:
        """List the people to be made; one without a post may be one who has it in another row."""
        with_post = {person.name for person in self.new_people if person.post}
        return [p for p in self.new_people if p.post or p.name not in with_post]

    def _unknown(self, person: Person, row: int, called_so: list[Account]) -> Message | None:
        texts = [person.name, person.post or "-"]
        if any(len(text) > LONGEST or not text.isprintable() for text in texts):
            return message("import-name-shape", longest=LONGEST)
        self.new_people.setdefault(person, []).append(row)
        if self.creates:
            return None
        if called_so:
            has = "、".join(a.post or "" for a in called_so)
            return message("import-leader-post", name=person.name, post=person.post, has=has)
        return message("import-leader-unknown", name=str(person))


def _of_post(known: list[Account], post: str | None) -> list[Account]:
    """Choose the accounts of a post; where none has it, those of which no post is known."""
    if post is None:
        return known
    return [a for a in known if a.post == post] or [a for a in known if not a.post]


def make(desk: Desk, who: Principal, names: Names) -> tuple[list[str], list[str]]:
    """Make what is unknown, below the office's top unit; give the logins and the units made."""
    top = _top(desk, who)
    for name in names.new_units:
        make_unit(desk, who, name, top)
        names.units[name] = rows.fetch_one(desk.conn, "unit", name=name)
    logins = []
    for person in names.to_make():
        logins.append(_make_leader(desk, who, person, top))
        account = rows.fetch_one(desk.conn, "account", login=logins[-1])
        names.accounts.setdefault(person.name, []).append(account)
    return logins, list(names.new_units)


def _make_leader(desk: Desk, who: Principal, person: Person, top: str | None) -> str:
    if top is None:
        raise ConflictError("import-no-unit")
    login = _free_login(desk, person.name)
    made = make_account(desk, who, NewAccount(login, person.name, top, ("leader",), person.post))
    return made["login"]


def _free_login(desk: Desk, name: str) -> str:
    """Call somebody who does not sign in by name; an administrator may see that it is taken."""
    word = "".join(c for c in name.lower() if c.isalnum() or c in "._-")[:50].strip("._-")
    word = word or "leader"
    number = 1
    while people.taken(desk.conn, login := word if number == 1 else f"{word}-{number}"):
        number += 1
    return login


def _top(desk: Desk, who: Principal) -> str | None:
    """Name the unit above all that the caller is in, or the first of all."""
    tops: list[Unit] = rows.fetch(desk.conn, "unit", parent_id=None)
    return next((unit.name for unit in tops if not who.above or unit.id in who.above), None)
