"""Accounts, for the administrator: add, change, give roles and passwords, shut and open again."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from starlette.responses import RedirectResponse, Response

from engine.domain.access import ROLES, Principal
from engine.domain.events import Kind
from engine.errors import DubanError, NotFoundError
from engine.service import account_upkeep, accounts, identities
from engine.service.account_upkeep import AccountChange
from engine.service.accounts import NewAccount
from engine.service.desk import Desk
from engine.service.duties import duties_of, led_by_shut
from engine.service.errands import provider_of
from engine.service.office import account_by_login, wrong
from web.forms import Field, blame_at, field, fill, worded
from web.pages import account_left, proof
from web.pages.choices import units
from web.pages.part import CORRECTABLE
from web.refusals import status_of_form, waits
from web.routing import Routes
from web.shell import page
from web.visit import Visit, Visiting

ROUTES = Routes("page")
AT = {
    "account-taken": "login", "unit-unknown": "unit", "account-still-leads": "roles",
    "account-last-admin": "roles", "identity-taken": "subject", "identity-there": "subject",
}  # fmt: skip
"""The fields at which refusals stand that name none."""
Act = Callable[[Desk, Principal, str, Visit], object]


@ROUTES.get("/accounts", permission="account.add", object="account")
def show_all(visit: Visiting) -> Response:
    """List all accounts, those shut too."""
    with visit.reading() as (desk, who):
        listed, left = accounts.list_accounts(desk, who), led_by_shut(desk, who)
    return page(visit, "pages/accounts.html", accounts=listed, left=left)


@ROUTES.get("/accounts/new", permission="account.add", object="account")
def ask(visit: Visiting) -> Response:
    """Show the form for a new account."""
    return _new(visit, None)


@ROUTES.post(
    "/accounts/new", permission="account.add", object="account",
    events=(Kind.ACCOUNT_ADDED, Kind.PASSWORD_SET),
)  # fmt: skip
def add(visit: Visiting) -> Response:
    """Add an account."""
    order = NewAccount(
        login=visit.text("login"), roles=visit.texts("roles"),
        password=visit.text("password") or None, **_typed(visit),
    )  # fmt: skip
    try:
        proof.take(visit)
        proof.require_fresh(visit)
        with visit.writing() as (desk, who):
            login = accounts.add_account(desk, who, order)["login"]
    except proof.UnprovenError as error:
        return _new(visit, error.refusal)
    except (*CORRECTABLE, NotFoundError) as error:  # what is not there is the unit
        return _new(visit, error)
    return _done(login, "account")


@ROUTES.get("/accounts/{login}", permission="account.change", object="account")
def show(login: str, visit: Visiting) -> Response:
    """Show an account with its forms."""
    return _show(visit, login, "", None)


@ROUTES.post(
    "/accounts/{login}", permission="account.change", object="account",
    events=(Kind.ACCOUNT_CHANGED,),
)  # fmt: skip
def change(login: str, visit: Visiting) -> Response:
    """Change its particulars."""
    return _act(visit, login, "particulars", _change)


@ROUTES.post(
    "/accounts/{login}/roles", permission="account.roles", object="account",
    events=(Kind.ACCOUNT_CHANGED,),
)  # fmt: skip
def set_roles(login: str, visit: Visiting) -> Response:
    """Give it just the roles that are ticked."""
    return _act(visit, login, "roles", _set_roles)


@ROUTES.post(
    "/accounts/{login}/password", permission="account.password", object="account",
    events=(Kind.PASSWORD_SET,),
)  # fmt: skip
def set_password(login: str, visit: Visiting) -> Response:
    """Set its password; its sessions end."""
    return _act(visit, login, "password", _set_password)


@ROUTES.post(
    "/accounts/{login}/disable", permission="account.disable", object="account",
    events=(Kind.ACCOUNT_DISABLED,),
)  # fmt: skip
def disable(login: str, visit: Visiting) -> Response:
    """Shut it; its sessions and tokens end at once."""
    return _act(visit, login, "open", _disable, "account-shut")


@ROUTES.post(
    "/accounts/{login}/enable", permission="account.enable", object="account",
    events=(Kind.ACCOUNT_ENABLED,),
)  # fmt: skip
def enable(login: str, visit: Visiting) -> Response:
    """Open it again."""
    return _act(visit, login, "open", lambda desk, who, one, _: account_upkeep.enable_account(
        desk, who, one
    ), "account-opened")  # fmt: skip


@ROUTES.post(
    "/accounts/{login}/identity", permission="identity.link", object="account",
    events=(Kind.IDENTITY_LINKED,),
)  # fmt: skip
def link(login: str, visit: Visiting) -> Response:
    """Link it to who its owner is to the identity provider."""
    issuer = provider_of(visit.application).issuer
    return _act(visit, login, "identity", lambda desk, who, one, typed: identities.link_account(
        desk, who, one, issuer, typed.text("subject")
    ))  # fmt: skip


@ROUTES.post(
    "/accounts/{login}/identity/end", permission="identity.unlink", object="account",
    events=(Kind.IDENTITY_UNLINKED,),
)  # fmt: skip
def unlink(login: str, visit: Visiting) -> Response:
    """End that link; its sessions end."""
    issuer = visit.text("issuer")
    return _act(visit, login, "identity", lambda desk, who, one, _: identities.unlink_account(
        desk, who, one, issuer
    ))  # fmt: skip


def _act(visit: Visit, login: str, form: str, act: Act, done: str = "") -> Response:
    """Do one thing to an account; what was typed stays where it is refused."""
    try:
        proof.take(visit)
        proof.require_fresh(visit)
        with visit.writing() as (desk, who):
            act(desk, who, login, visit)
    except proof.UnprovenError as error:
        return _show(visit, login, form, error.refusal)
    except (*CORRECTABLE, NotFoundError) as error:
        if error.message.code in {"account-unknown", "identity-none"}:
            raise
        return _show(visit, login, form, error)
    return _done(login, done or f"account-{form}")


def _disable(desk: Desk, who: Principal, login: str, visit: Visit) -> None:
    account_left.require_consent(duties_of(desk, who, login), visit, account_left.OPEN)
    accounts.disable_account(desk, who, login)


def _change(desk: Desk, who: Principal, login: str, visit: Visit) -> None:
    account_upkeep.change_account(desk, who, login, AccountChange(**_typed(visit)))


def _set_roles(desk: Desk, who: Principal, login: str, visit: Visit) -> None:
    wanted, left = visit.texts("roles"), duties_of(desk, who, login)
    before = account_by_login(desk, login).roles
    after = accounts.change_roles(desk, who, login, wanted, set(ROLES) - set(wanted))["roles"]
    if not set(before) <= set(after):  # asked last: what is refused for good need not be ticked
        account_left.require_consent(left, visit, account_left.ROLES)


def _set_password(desk: Desk, who: Principal, login: str, visit: Visit) -> None:
    if visit.text("password") != visit.text("repeated"):
        raise wrong("repeated", "password-repeat")
    accounts.set_password(desk, who, login, visit.text("password"))


def _typed(visit: Visit) -> dict[str, Any]:
    names = ("name", "post", "unit", "email", "robot")
    return {name: visit.text(name).strip() for name in names}


def _done(login: str, word: str) -> Response:
    return RedirectResponse(f"/accounts/{quote(login, safe='')}?done={word}", 303)


def _new(visit: Visit, error: DubanError | None) -> Response:
    with visit.reading() as (desk, who):
        fields = [
            field(visit.locale, "login", "line", required=True, hint="hint-login"),
            *_particulars(desk, who, visit), _roles(visit),
            field(visit.locale, "password", "password", hint="hint-no-password"),
        ]  # fmt: skip
    asked = proof.due_fields(visit) if error else []
    errors = _blame(visit, [*fields, *asked], error)
    status = status_of_form(error) if error else 200
    shown = {"fields": fields, "asked": asked, "errors": errors}
    response = page(visit, "pages/account_new.html", status, **shown)
    response.headers.update(waits(error) if error else {})
    return response


def _show(visit: Visit, login: str, form: str, error: DubanError | None) -> Response:
    """Show an account with its forms, each sent by itself; a refusal stands at the one sent."""
    with visit.reading() as (desk, who):
        account, row = account_upkeep.show_account(desk, who, login)
        given, left = {**account, "robot": row.robot}, duties_of(desk, who, login)
        forms = {
            "particulars": _particulars(desk, who, visit, given),
            "roles": [
                _roles(visit, account["roles"]),
                *(account_left.fields(visit, left, account_left.ROLES) if form == "roles" else ()),
            ],
            "open": account_left.fields(visit, left, account_left.OPEN) if row.enabled else [],
            "password": [
                field(visit.locale, "password", "password", label="label-new-password",
                      required=True),
                field(visit.locale, "repeated", "password", required=True),
            ],
            "identity": [field(visit.locale, "subject", "line", required=True,
                               hint="hint-subject")],
        }  # fmt: skip
        links = identities.identities_of(desk, who, login)
    asked = proof.due_fields(visit) if error else []
    errors = _blame(visit, [*forms.get(form, []), *asked], error)
    status = status_of_form(error) if error else 200
    response = page(
        visit, "pages/account_of.html", status, account=account, forms=forms, sent=form, left=left,
        links=links, provider=proof.provider_name(visit),
        asked=asked, errors=errors, blamed=[*forms.get(form, []), *asked],
    )  # fmt: skip
    response.headers.update(waits(error) if error else {})
    return response


def _blame(visit: Visit, fields: Sequence[Field], error: DubanError | None) -> list[str]:
    if error is None:
        return []
    fill([one for one in fields if one["kind"] != "hidden"], visit)
    account_left.untick(fields, visit)
    return blame_at(fields, error, visit.locale, AT)


def _particulars(
    desk: Desk, who: Principal, visit: Visit, given: dict[str, Any] | None = None
) -> list[Field]:
    fields = [
        field(visit.locale, "name", "line", label="account-name", required=True),
        field(visit.locale, "post", "line", label="me-post"),
        field(visit.locale, "unit", "unit", label="me-unit", required=True,
              options=units(desk, who)),
        field(visit.locale, "email", "line", hint="hint-email"),
        field(visit.locale, "robot", "line", hint="hint-robot"),
    ]  # fmt: skip
    for one in fields:
        one["value"] = (given or {}).get(one["name"]) or ""
    return fields


def _roles(visit: Visit, held: Sequence[str] = ()) -> Field:
    offered = worded(visit.locale, "role", ROLES)
    return field(
        visit.locale, "roles", "units", label="me-roles", required=True, value=list(held),
        options=offered, hint="hint-roles",
    )  # fmt: skip
