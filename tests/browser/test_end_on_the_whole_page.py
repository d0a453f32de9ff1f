"""Where a session is over, the page goes to the sign-in page; none of that appears inside it."""

import re

from engine.domain.access import OPERATOR
from engine.service.accounts import change_roles, disable_account
from tests.browser.window import Site
from tests.people import QIAN, ZHAO


def test_a_filter_used_after_the_session_is_over_leads_to_the_sign_in_page(site: Site) -> None:
    window = site.window(ZHAO)
    window.open("/cases?view=overdue")
    with site.application.writing("cli") as at:
        disable_account(at, OPERATOR, ZHAO.login)
    with window.page.expect_navigation(url=re.compile("/login")):
        window.page.locator("main form.filters select").first.select_option(index=1)
    assert window.page.url.startswith(f"{site.address}/login?next=/cases")
    assert window.page.locator('main [name="password"]').count() == 1
    assert window.page.locator("#list").count() == 0


def test_a_filter_used_after_a_role_was_taken_shows_the_refusal_as_a_page(site: Site) -> None:
    with site.application.writing("cli") as at:
        change_roles(at, OPERATOR, QIAN.login, add=["office"])
    window = site.window(QIAN)
    window.open("/cases")
    with site.application.writing("cli") as at:
        change_roles(at, OPERATOR, QIAN.login, add=["admin"], remove=[*QIAN.roles, "office"])
    with window.page.expect_navigation():
        window.page.locator("main form.filters select").first.select_option(index=1)
    assert "此项不由您办理" in window.words()
    assert window.page.locator("#list").count() == 0
