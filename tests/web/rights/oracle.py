"""The rules of who may do what, told once more from the product's description, for the tests.

Nothing here asks the table that the code draws from. A rule takes a caller and the matter that a
request is about, and gives IN, CLOSED (403) or NONE (404).
"""

from collections.abc import Callable
from typing import Literal

from tests.people import Person
from tests.web.rights.cast import ABOVE, Matter

Verdict = Literal["in", 403, 404]
Rule = Callable[[Person, Matter], Verdict]
IN: Verdict = "in"
CLOSED: Verdict = 403
NONE: Verdict = 404

EVERY_CASE = {"office", "supervision", "head", "auditor"}


# --- sight ----------------------------------------------------------------------------------------


def reads(who: Person, matter: Matter) -> bool:
    """Tell whether somebody reads a case in full."""
    if not matter.is_there:
        return False
    if EVERY_CASE & set(who.roles):
        return True
    if "duty" in who.roles and matter.registrar == who.login:
        return True
    return not matter.is_old and _has_a_part(who, matter)


def _has_a_part(who: Person, matter: Matter) -> bool:
    """Leaders and officers, by what they or their unit or one below it have, had or are offered."""
    people = {matter.lead, matter.offered, *matter.had, *matter.deputies, *matter.owners}
    above = {ABOVE.get(unit, "") for unit in matter.units}
    return who.login in people or who.unit in {*matter.units, *above}


def knows(who: Person, matter: Matter) -> bool:
    """Tell whether somebody knows of a case, at least in summary."""
    return matter.is_there and ("duty" in who.roles or reads(who, matter))


# --- parties --------------------------------------------------------------------------------------


def holds(party: str, who: Person, matter: Matter) -> bool:
    """Tell whether somebody is a party of a case: in a role, or by name."""
    if party == "lead-leader":
        return bool(matter.lead) and who.login in {matter.lead, *matter.deputies}
    if party == "officer":
        return "unit" in who.roles and bool(matter.lead_unit) and who.unit == matter.lead_unit
    if party == "owner":
        return who.login in matter.owners
    if party == "successor":
        return who.login == matter.offered
    return party in who.roles


MAY_WRITE = {
    "task-force": ("lead-leader",),
    "plan.adopt": ("lead-leader",),
    "plan": ("lead-leader", "officer"),
    "progress": ("owner", "officer", "lead-leader"),
    "claim": ("lead-leader", "officer", "office"),
    "reply": ("lead-leader", "officer", "office"),
    "note": ("lead-leader", "officer", "owner", "office", "supervision"),
    "file": ("lead-leader", "officer", "owner", "office", "supervision"),
    "nudge": ("office", "supervision", "head", "lead-leader"),
    "letter": ("supervision",),
    "letter.answer": ("lead-leader", "officer"),
}
"""Who writes what: `interface.md`, Settled details; notes and files whoever writes any part."""

MAY_STEP: dict[str, dict[str, tuple[str, ...]]] = {
    "in-resolution": {
        "stabilize": ("lead-leader",),
        "hand-over": ("lead-leader", "office"),
        "accept-handover": ("successor",),
        "refuse-handover": ("successor",),
        "request-extension": ("lead-leader",),
        "grant-extension": ("head",),
        "refuse-extension": ("head",),
        "request-suspension": ("lead-leader",),
        "grant-suspension": ("head",),
        "refuse-suspension": ("head",),
        "resume": ("lead-leader", "head"),
    },
    "registered": {
        "assign": ("office",),
        "refer": ("office", "supervision"),
        "merge": ("office", "supervision"),
        "void": ("office", "supervision"),
    },
    "closed": {"reopen": ("supervision", "head")},
}
"""The default workflow's table: who fires what in the state that a case of the tests is in."""


def is_party(parties: tuple[str, ...], who: Person, matter: Matter) -> bool:
    """Tell whether somebody is any of these parties."""
    return any(holds(party, who, matter) for party in parties)


# --- rules ----------------------------------------------------------------------------------------


def everybody(_who: Person, _matter: Matter) -> Verdict:
    """One's own account, messages and what the whole office reads."""
    return IN


def roles(*named: str) -> Rule:
    """For some roles, whatever the matter."""
    return lambda who, _matter: IN if set(named) & set(who.roles) else CLOSED


def none_for(*named: str) -> Rule:
    """For some roles, who find that there is none such; others are not even told that."""
    return lambda who, _matter: NONE if set(named) & set(who.roles) else CLOSED


def anybodys_none(_who: Person, _matter: Matter) -> Verdict:
    """There is none such, or it is another's: the two sound alike."""
    return NONE


def _reading(sees: Callable[[Person, Matter], bool]) -> Rule:
    def rule(who: Person, matter: Matter) -> Verdict:
        if "admin" in who.roles:
            return CLOSED
        return IN if sees(who, matter) else NONE

    return rule


in_full = _reading(reads)
in_summary = _reading(knows)


def works_on_cases(who: Person, _matter: Matter) -> Verdict:
    """The lists, each of which shows its reader's own cases: for all but the administrator."""
    return CLOSED if "admin" in who.roles else IN


def writes(part: str) -> Rule:
    """Write a part of a case: unseen 404, another's 403."""

    def rule(who: Person, matter: Matter) -> Verdict:
        if not knows(who, matter):
            return NONE
        return IN if is_party(MAY_WRITE[part], who, matter) else CLOSED

    return rule


def form_of(part: str) -> Rule:
    """See the form of a part: in a closed case only what may still be written has one."""

    def rule(who: Person, matter: Matter) -> Verdict:
        found = writes(part)(who, matter)
        rests = matter.state == "closed" and part != "note"
        return CLOSED if found == IN and rests else found

    return rule


def steps(trigger: str) -> Rule:
    """Take a step: unseen 404, another's 403."""

    def rule(who: Person, matter: Matter) -> Verdict:
        if not knows(who, matter):
            return NONE
        return IN if is_party(MAY_STEP[matter.state][trigger], who, matter) else CLOSED

    return rule


def sees_steps(who: Person, matter: Matter) -> Verdict:
    """See the form of a step, or why it is closed: whoever reads the case."""
    if not knows(who, matter):
        return NONE
    return IN if reads(who, matter) else CLOSED


def reads_letter(*, draft: bool) -> Rule:
    """Read a letter: an issued one whoever reads the case, a draft whoever reads every case."""

    def rule(who: Person, matter: Matter) -> Verdict:
        if "admin" in who.roles:
            return CLOSED
        if not reads(who, matter):
            return NONE
        return IN if not draft or EVERY_CASE & set(who.roles) else NONE

    return rule


def acts_on_letter(part: str, *, draft: bool) -> Rule:
    """Act on a letter from its page: unread 404, another's 403."""

    def rule(who: Person, matter: Matter) -> Verdict:
        found = reads_letter(draft=draft)(who, matter)
        return found if found != IN else writes(part)(who, matter)

    return rule


def sees_issue(who: Person, matter: Matter) -> Verdict:
    """Read a key issue: whoever knows of one of its cases, the duty officer of every one."""
    if "admin" in who.roles:
        return CLOSED
    return IN if knows(who, matter) else NONE


def registers(who: Person, matter: Matter) -> Verdict:
    """Register a case of an issue: the office and the duty officer."""
    if not {"office", "duty"} & set(who.roles):
        return CLOSED
    return IN if matter.is_there else NONE


def in_summary_or_none(who: Person, matter: Matter) -> Verdict:
    """Send a step that cannot be read: whoever knows of the case is told, others find none."""
    return IN if knows(who, matter) else NONE


def own_import(who: Person, _matter: Matter) -> Verdict:
    """Look at an upload: it is its uploader's alone."""
    if "office" not in who.roles:
        return CLOSED
    return IN if who.login == "clerk" else NONE


def ends_deputy_of_lead(who: Person, _matter: Matter) -> Verdict:
    """End the time of LEAD's deputy: LEAD itself, the office, the administrator."""
    return IN if who.login == "lead" or {"office", "admin"} & set(who.roles) else CLOSED


def prints_annex(who: Person, matter: Matter) -> Verdict:
    """Print the annex of an issue: whoever reads reports, of an issue that they see."""
    if not {"leader", "unit", *EVERY_CASE} & set(who.roles):
        return CLOSED
    return IN if knows(who, matter) else NONE


def anybodys_none_on_cases(who: Person, _matter: Matter) -> Verdict:
    """Ask for what nobody ordered: none, for whoever works on cases."""
    return CLOSED if "admin" in who.roles else NONE


def administrators_none(who: Person, _matter: Matter) -> Verdict:
    """Ask the administrator's page for what is not there: none, for the administrator."""
    return NONE if "admin" in who.roles else CLOSED
