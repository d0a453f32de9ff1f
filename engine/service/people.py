"""Everything about people in one place: units, accounts, deputies, tokens and sessions."""

from engine.service.accounts import (
    NewAccount,
    add_account,
    change_password,
    change_roles,
    disable_account,
    list_accounts,
    make_account,
    set_password,
)
from engine.service.deputies import NewDeputy, end_deputy, list_deputies, name_deputy
from engine.service.principals import me, principal_of
from engine.service.sessions import Given, Session, session, sign_in, sign_out, touch
from engine.service.tokens import NewToken, bearer, create_token, list_tokens, revoke_token
from engine.service.units import add_unit, list_units, make_unit

__all__ = [
    "Given", "NewAccount", "NewDeputy", "NewToken", "Session", "add_account", "add_unit", "bearer",
    "change_password", "change_roles", "create_token", "disable_account", "end_deputy",
    "list_accounts", "list_deputies", "list_tokens", "list_units", "make_account", "make_unit",
    "me", "name_deputy", "principal_of", "revoke_token", "session", "set_password", "sign_in",
    "sign_out", "touch",
]  # fmt: skip
