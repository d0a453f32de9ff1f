import pytest

from engine.domain.access import OPERATOR
from engine.domain.loader import load
from engine.errors import ConflictError, DefinitionError, ForbiddenError
from engine.service import installation
from engine.service.desk import Desk
from engine.service.publishing import publish_workflow
from engine.service.workflows import list_workflows
from engine.store import definitions
from engine.store.database import Database
from tests.people import ZHAO
from tests.service.case_office import CaseOffice, settle
from tests.service.people_office import START, ZONE
from tests.service.versions import version
from workflows.needs import VOCABULARY


def test_a_higher_version_is_published_once_and_told_of(database: Database) -> None:
    settle(database)
    with database.transaction() as conn:
        desk = Desk(conn, START, "en", "cli", ZONE)
        first = publish_workflow(desk, OPERATOR, "other.toml", version(3))
        told = len(definitions.announcements(conn))
        assert publish_workflow(desk, OPERATOR, "other.toml", version(3)) == first
        assert len(definitions.announcements(conn)) == told == 3
        listed = [(w["name"], w["version"]) for w in list_workflows(desk, OPERATOR)]
    assert (first["name"], first["version"]) == ("key-issue", 3)
    assert listed == [("key-issue", 3), ("key-issue", 2), ("petition", 2)]
    CaseOffice(database).assert_intact()


def test_a_version_with_other_bytes_or_an_older_one_is_refused(database: Database) -> None:
    settle(database)
    with database.transaction() as conn:
        desk = Desk(conn, START, "en", "cli", ZONE)
        with pytest.raises(ConflictError, match="version 2"):
            publish_workflow(desk, OPERATOR, "other.toml", version(2, ("days = 15", "days = 16")))
        publish_workflow(desk, OPERATOR, "other.toml", version(4))
        with pytest.raises(ConflictError, match="newer version 4"):
            publish_workflow(desk, OPERATOR, "other.toml", version(3))


def test_a_definition_with_a_fault_is_refused(database: Database) -> None:
    settle(database)
    wrong = version(3, ('needs = ["suspended"]', 'needs = ["suspendet"]'))
    with database.transaction() as conn:
        desk = Desk(conn, START, "en", "cli", ZONE)
        with pytest.raises(DefinitionError, match="suspended"):
            publish_workflow(desk, OPERATOR, "other.toml", wrong)
        assert definitions.versions(conn) == [("key-issue", 2), ("petition", 2)]


def test_it_is_the_administrators(database: Database) -> None:
    settle(database)
    with pytest.raises(ForbiddenError):
        CaseOffice(database).does(ZHAO, publish_workflow, "other.toml", version(3))


def test_a_release_leaves_what_the_office_has_made_its_own(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(database)
    texts = (version(3), version(3, name="petition"))
    release = [(load(text, "next.toml", VOCABULARY), text) for text in texts]
    with database.transaction() as conn:
        desk = Desk(conn, START, "en", "cli", ZONE)
        publish_workflow(desk, OPERATOR, "other.toml", version(3, ("days = 15", "days = 16")))
        monkeypatch.setattr(installation, "shipped", lambda: iter(release))
        assert installation.publish_shipped(desk) == ["petition@3"]
        assert installation.publish_shipped(desk) == []
