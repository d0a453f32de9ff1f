"""An index of search that does not agree with the texts is told by the doctor, and made anew."""

from contextlib import closing

from engine.bootstrap import open_application
from engine.service.issues import NewIssue, open_issue
from engine.service.principals import principal_of
from engine.settings import load_settings
from engine.store.database import open_database
from tests.cli.conftest import Terminal
from tests.people import ZHAO

EMPTY = {
    "sqlite": "INSERT INTO passage (passage) VALUES ('delete-all')",
    "postgresql": "DELETE FROM passage",
}
MORE = "INSERT INTO passage (rowid, text) VALUES (7, '无此 此')"
OTHER = "UPDATE issue SET title = '另一标题' WHERE id = 1"
AS_LONG = "UPDATE issue SET title = replace(title, '另', '开') WHERE id = 1"


def test_an_index_that_was_spoilt_is_told_and_made_anew(office: Terminal) -> None:
    application = open_application(load_settings())
    with closing(application), application.writing("cli") as desk:
        open_issue(desk, principal_of(desk, ZHAO.login), NewIssue("某某小区停工", "district"))
    assert told(office)[0] is True
    for spoil in ("", MORE, OTHER, AS_LONG):
        with closing(open_database(office.url)) as database, database.transaction() as connection:
            connection.exec_driver_sql(spoil or EMPTY[connection.dialect.name])
        sound, says = told(office)
        assert sound is False
        assert "duban reindex" in says
        assert "texts in it: 1." in office.done("reindex").out
        assert told(office)[0] is True


def told(office: Terminal) -> tuple[bool, str]:
    """Give what the doctor says of the index."""
    checks = {check["check"]: check for check in office("doctor").json()}
    return checks["search index"]["ok"], checks["search index"]["says"]
