"""The people, units and words that forms offer to choose from."""

from collections.abc import Collection

from engine.domain.access import Principal
from engine.service.accounts import Offered, fit_accounts
from engine.service.case_answers import CaseAnswer
from engine.service.desk import Desk
from engine.service.units import list_units
from web.forms import Option, options


def people(desk: Desk, who: Principal, roles: Collection[str]) -> list[Option]:
    """Offer the enabled accounts that hold one of these roles."""
    return options((one.login, _label(one)) for one in fit_accounts(desk, who, roles))


def units(desk: Desk, who: Principal) -> list[Option]:
    """Offer every unit, those below others set in."""
    return options(
        (unit["name"], "　" * unit["depth"] + unit["name"]) for unit in list_units(desk, who)
    )


def units_of(case: CaseAnswer) -> list[Option]:
    """Offer the units of a case, the lead unit first."""
    lead = [case["lead_unit"]] if case["lead_unit"] else []
    return options((unit["name"], unit["name"]) for unit in [*lead, *case["supporting_units"]])


def files_of(case: CaseAnswer) -> list[Option]:
    """Offer the files of a case, the newest first."""
    return options((str(file["id"]), file["name"]) for file in reversed(case["files"]))


def _label(account: Offered) -> str:
    post = f" {account.post}" if account.post else ""
    return f"{account.name}{post} · {account.unit}"
