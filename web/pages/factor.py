"""One's own second factor: setting it up, with recovery codes shown once, and giving it up."""

from collections.abc import Sequence
from io import BytesIO

import segno
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from engine.domain.events import Kind
from engine.errors import InvalidError
from engine.service import second_factor
from web.forms import Field, blame, field
from web.pages import proof, prove
from web.refusals import status_of
from web.routing import Routes
from web.security import cookies
from web.shell import page
from web.visit import Visit, Visiting

ROUTES = Routes("page")


@ROUTES.get("/account/factor", permission="self.read", object="account")
def show(visit: Visiting) -> Response:
    """Show how the second factor stands: the form that gives it up, or the one that begins it."""
    return _show(visit, [])


@ROUTES.post("/account/factor/begin", permission="self.read", object="account")
def begin(visit: Visiting) -> Response:
    """Make a secret and show it as a QR code; asked again before it is used, the same one.

    It takes a proof of late: whoever finds a browser open must not bind the account to a device of
    their own.
    """
    if proof.is_old(visit):
        return prove.first()
    return _begin(visit, [])


@ROUTES.post("/account/factor", permission="self.read", object="account", events=(Kind.FACTOR_SET,))
def confirm(visit: Visiting) -> Response:
    """Put it to use, show the recovery codes once, and end all sessions."""
    if proof.is_old(visit):
        return prove.first()
    try:
        with visit.writing() as (desk, who):
            codes = second_factor.confirm(desk, who, visit.application.seal, visit.text("code"))
    except InvalidError as error:
        return _begin(visit, _asked(visit), error)
    response = page(visit, "pages/factor_done.html", codes=codes)
    cookies.take_cookie(response, cookies.SESSION, visit.application.settings)
    return response


@ROUTES.post(
    "/account/factor/drop", permission="self.read", object="account", events=(Kind.FACTOR_REMOVED,)
)
def drop(visit: Visiting) -> Response:
    """Give it up; all one's sessions end."""
    given, seal = (visit.text("current"), visit.text("code")), visit.application.seal
    try:
        with visit.writing() as (desk, who):
            second_factor.drop(desk, who, seal, *given)
    except InvalidError as error:
        fields = _to_drop(visit)
        return _show(visit, fields, status_of(error), blame(fields, error, visit.locale))
    return RedirectResponse("/login?done=factor-off", 303)


def _show(
    visit: Visit, fields: list[Field], status: int = 200, errors: Sequence[str] = ()
) -> Response:
    with visit.reading() as (desk, who):
        enrolled = second_factor.is_enrolled(desk, who.account_id or 0)
    fields = fields or (_to_drop(visit) if enrolled else [])
    shown = {"enrolled": enrolled, "fields": fields, "errors": errors}
    return page(visit, "pages/factor.html", status, **shown)


def _begin(visit: Visit, fields: list[Field], error: InvalidError | None = None) -> Response:
    with visit.writing() as (desk, who):
        made = second_factor.enrol(desk, who, visit.application.seal)
    fields = fields or _asked(visit)
    errors = blame(fields, error, visit.locale) if error else []
    return page(
        visit, "pages/factor_begin.html", status_of(error) if error else 200, fields=fields,
        errors=errors, secret=made.secret, picture=_picture(made.link),
    )  # fmt: skip


def _asked(visit: Visit) -> list[Field]:
    return [field(visit.locale, "code", "line", required=True, autocomplete="one-time-code")]


def _to_drop(visit: Visit) -> list[Field]:
    return [
        field(visit.locale, "current", "password", required=True, autocomplete="current-password"),
        *_asked(visit),
    ]


def _picture(link: str) -> Markup:
    """Draw a QR code (ISO/IEC 18004) as SVG without styles of its own."""
    out = BytesIO()
    segno.make_qr(link).save(
        out, kind="svg", xmldecl=False, svgns=False, omitsize=True, svgclass="qr", lineclass=None
    )
    return Markup(out.getvalue().decode())  # noqa: S704  # drawn from numbers by the library
