"""One's own account, and how one likes to see things."""

from starlette.responses import RedirectResponse, Response

from engine.domain.access import may
from engine.domain.events import Kind
from engine.errors import InvalidError, UnauthenticatedError
from engine.service import accounts, feed, own_sessions, preferences
from engine.service.office import wrong
from engine.service.principals import me
from web.feed import PATH as FEED
from web.forms import Field, blame, field
from web.locations import own_path
from web.pages import proof, prove
from web.refusals import status_of
from web.routing import PUBLIC, Routes
from web.security.cookies import keep_look
from web.shell import page
from web.visit import Visit, Visiting

ROUTES = Routes("page")


@ROUTES.get("/account", permission="self.read", object="account")
def show(visit: Visiting) -> Response:
    """Show who one is to Duban, and the form for another password."""
    return _show(visit, _fields(visit))


@ROUTES.post(
    "/account/password",
    permission="self.read",
    object="account",
    events=("account.password-set",),
)
def change_password(visit: Visiting) -> Response:
    """Change one's own password; all one's sessions end, this one too."""
    fields = _fields(visit)
    try:
        _require_repeated(visit)
        with visit.writing() as (desk, who):
            accounts.change_password(desk, who, visit.text("current"), visit.text("password"))
    except (InvalidError, UnauthenticatedError) as error:
        return _show(visit, fields, status_of(error), blame(fields, error, visit.locale))
    return RedirectResponse("/login?done=password", 303)


@ROUTES.post("/account/end-session", permission="self.read", object="session")
def end_session(visit: Visiting) -> Response:
    """End one of one's own sessions, or all but this one."""
    with visit.writing() as (desk, who):
        if chosen := visit.text("session"):
            own_sessions.end_one(desk, who, chosen)
        else:
            own_sessions.end_others(desk, who, visit.secret or "")
    return RedirectResponse("/account?done=session", 303)


@ROUTES.post(
    "/account/feed", permission="token.create", object="token",
    events=(Kind.TOKEN_CREATED, Kind.TOKEN_REVOKED),
)  # fmt: skip
def make_feed(visit: Visiting) -> Response:
    """Make the address of one's own calendar feed and show it once; the former one ends."""
    if proof.is_old(visit):
        return prove.first()
    with visit.writing() as (desk, who):
        made = feed.make_address(desk, who)
    base = visit.application.settings.public_url.rstrip("/")
    address = f"{base}{FEED}?token={made['token']}"
    return page(visit, "pages/feed_made.html", address=address, expires=made["expires"])


@ROUTES.post(
    "/account/feed/end", permission="token.revoke", object="token", events=(Kind.TOKEN_REVOKED,)
)
def end_feed(visit: Visiting) -> Response:
    """End the address of one's own calendar feed."""
    with visit.writing() as (desk, who):
        feed.end_address(desk, who)
    return RedirectResponse("/account?done=feed", 303)


@ROUTES.post("/preferences", permission=PUBLIC, object="account")
def prefer(visit: Visiting) -> Response:
    """Keep language and theme, with the account or in a cookie, and go back."""
    locale, theme = visit.text("locale") or None, visit.text("theme") or None
    response = RedirectResponse(own_path(visit.text("next")), 303)
    if visit.who is None:
        kept = preferences.checked(locale, theme)
        keep_look(
            response,
            kept.locale or visit.locale,
            kept.theme or visit.theme,
            visit.application.settings,
        )
        return response
    with visit.writing() as (desk, who):
        preferences.prefer(desk, who, locale=locale, theme=theme)
    return response


def _require_repeated(visit: Visit) -> None:
    if visit.text("password") != visit.text("repeated"):
        raise wrong("repeated", "password-repeat")


def _fields(visit: Visit) -> list[Field]:
    current = {"autocomplete": "current-password", "required": True}
    return [
        field(visit.locale, "current", "password", **current),
        field(visit.locale, "password", "password", label="label-new-password", required=True),
        field(visit.locale, "repeated", "password", required=True),
    ]


def _show(
    visit: Visit, fields: list[Field], status: int = 200, errors: list[str] | None = None
) -> Response:
    ways = proof.ways(visit)
    with visit.reading() as (desk, who):
        mine = me(desk, who)
        sessions = own_sessions.own_sessions(desk, who, visit.secret or "")
        has_feed = may(who, "case.read").allowed
        address = feed.address_of(desk, who)
    return page(
        visit,
        "pages/account.html",
        status,
        me=mine,
        enrolled=ways.code,
        provider=proof.provider_name(visit),
        linked=ways.linked,
        with_password=ways.password,
        sessions=sessions,
        has_feed=has_feed,
        feed=address,
        fields=fields,
        errors=errors or [],
    )
