import dataclasses
import hashlib

import pytest

from engine.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from engine.failpoints import FailpointError, arm, read_failpoints
from engine.intake.kept import is_kept
from engine.service import imports
from engine.service.accounts import list_accounts
from engine.service.cases import StepOrder, history, take_step
from engine.service.imports import (
    ImportOrder,
    confirm,
    find_upload,
    preview,
    run_import,
    show_upload,
    upload,
)
from engine.service.operator import IMPORTER
from engine.store import files
from engine.store import imports as stored
from engine.store.database import Database
from tests.intake.files import HEADER, ROW, csv_file
from tests.people import CHEN, QIAN, SHEN, SUN, ZHANG
from tests.service.import_office import (
    all_of,
    build,
    everything,
    is_intact,
    office,
    sample,
    shown,
    writing,
)

SUFFIXES = (".docx", ".xlsx", ".csv", ".gb18030.csv")
ISSUE = "示例新城住宅项目及美丽乡村项目群众诉求问题"


def order(*rows: list[str], **how: object) -> ImportOrder:
    """Give a table of the cast's people and units as an order."""
    return ImportOrder("分解表.csv", csv_file([HEADER, *rows]), **how)  # type: ignore[arg-type]  # by name


def test_each_of_the_four_files_makes_the_same_two_cases_under_one_key_issue(
    database: Database,
) -> None:
    build(database)
    with writing(database) as desk:
        done = [run_import(desk, office(desk), sample(suffix)) for suffix in SUFFIXES]
        assert [answer["imported"] for answer in done] == [2, 0, 0, 0]
        assert [answer["there"] for answer in done] == [0, 2, 2, 2]
        assert done[0]["codes"] == ["DB-2026-0001", "DB-2026-0002"]
        assert [row.title for row in all_of(desk, "issue")] == [ISSUE]
        case = shown(desk, "DB-2026-0001")
        assert (case["title"], case["state"]) == ("住宅项目停工与交付问题", "registered")
        assert case["planned"]["lead_unit"] == {"name": "建管办"}
        assert [u["name"] for u in case["planned"]["supporting_units"]] == ["平安办", "派出所"]
        assert case["planned"]["lead_leader"] is not None
        assert case["planned"]["lead_leader"]["post"] == "镇党委副书记"
        assert "每周公布复工节点" in (case["planned"]["measures_text"] or "")
        assert [clock["kind"] for clock in case["clocks"]] == ["assign"]
    assert is_intact(database)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_what_is_made_does_not_depend_on_the_kind_of_file(database: Database, suffix: str) -> None:
    build(database)
    with writing(database) as desk:
        run_import(desk, office(desk), sample(suffix))
        cases = [
            (row.title, row.state, row.imported, row.registered_by, len(row.planned_supporting))
            for row in all_of(desk, "case")
        ]
        clerk = office(desk).account_id
    assert cases == [
        ("住宅项目停工与交付问题", "registered", False, clerk, 2),
        ("农民工欠薪问题", "registered", False, clerk, 2),
    ]


def test_an_imported_case_goes_on_like_any_other(database: Database) -> None:
    build(database)
    with writing(database) as desk:
        run_import(desk, office(desk), order(ROW))
        data = {"lead_leader": ZHANG.login, "lead_unit": "乙建设办", "due": "2026-05-01"}
        step = StepOrder("assign", 1, data=data)
        case = take_step(desk, office(desk), "DB-2026-0001", step)
        assert case["state"] == "assigned"
        told = history(desk, office(desk), "DB-2026-0001")
        assert [event["kind"] for event in told] == ["case.registered", "case.stepped"]
        assert "imported" not in told[0]
    assert is_intact(database)


def test_unknown_names_are_row_errors_and_nothing_is_written(database: Database) -> None:
    build(database)
    with writing(database) as desk:
        before = everything(desk)
        rows = [ROW, ["乙", "丙", "无名(主任)", "某办", "乙建设办、某所", ""]]
        with pytest.raises(InvalidError, match="1 row is wrong") as refused:
            run_import(desk, office(desk), order(*rows))
        assert [fault.field for fault in refused.value.faults] == [
            "rows.3.lead_leader", "rows.3.lead_unit", "rows.3.supporting_units",
        ]  # fmt: skip
        assert everything(desk) == before


def test_unknown_names_are_made_without_sign_in_where_asked(database: Database) -> None:
    build(database)
    rows = [ROW, ["乙", "丙", "无名(主任)", "某办", "", ""], ["乙", "丁", "无名", "某办", "", ""]]
    with writing(database) as desk:
        told = preview(desk, office(desk), order(*rows, create_missing=True))
        assert told["unmatched"]["units"] == [
            {"name": "某办", "post": None, "count": 2, "rows": [3, 4]}
        ]
        done = run_import(desk, office(desk), order(*rows, create_missing=True))
        assert (done["accounts"], done["units"]) == (["无名"], ["某办"])
        made = next(a for a in list_accounts(desk, office(desk)) if a["login"] == "无名")
        assert (made["post"], made["roles"], made["sign_in"]) == ("主任", ["leader"], False)
        assert made["unit"] == "甲镇"
    assert is_intact(database)


@pytest.mark.parametrize(
    ("leader", "sentence"),
    [
        ("张三(镇长)", "with the post 副镇长, not 镇长"),
        ("孙八(主任)", "no usable account with the role leader"),
        ("无名", "no account of “无名”"),
    ],
)
def test_a_leader_who_does_not_fit_is_named(database: Database, leader: str, sentence: str) -> None:
    build(database)
    with writing(database) as desk:
        told = preview(desk, office(desk), order([*ROW[:2], leader, *ROW[3:]]))
    assert [p["name"] for p in told["unmatched"]["people"]] == [leader] * (leader == "无名")
    (row,) = told["rows"]
    assert (row["fate"], told["can_confirm"]) == ("wrong", False)
    assert sentence in row["errors"][0]["message"]


def test_a_namesake_with_another_post_is_made_only_where_asked(database: Database) -> None:
    build(database)
    rows = [[*ROW[:2], "张三", *ROW[3:]], [ROW[0], "欠薪", "张三(镇长)", *ROW[3:]]]
    with writing(database) as desk:
        done = run_import(desk, office(desk), order(*rows, create_missing=True))
        assert done["accounts"] == ["张三"]
        leads = [row.planned_lead_id for row in all_of(desk, "case")]
        posts = {row.id: row.post for row in all_of(desk, "account")}
    assert [posts[lead] for lead in leads] == ["副镇长", "镇长"]


def test_one_task_stands_in_one_row_and_a_unit_once(database: Database) -> None:
    build(database)
    with writing(database) as desk:
        rows = [ROW, ROW, [*ROW[:1], "欠薪", *ROW[2:4], ROW[3], ""]]
        told = preview(desk, office(desk), order(*rows))
    errors = [e["message"] for row in told["rows"] for e in row["errors"]]
    assert len(errors) == 2
    assert "row 2" in errors[0]


def test_a_dry_run_tells_each_row_and_writes_nothing(database: Database) -> None:
    build(database)
    with writing(database) as desk:
        run_import(desk, office(desk), order(ROW))
        before = everything(desk)
        rows = [["序", *HEADER], ["1", *ROW], ["2", "新", *ROW[1:]], ["3", "", *ROW[1:]]]
        told = preview(desk, office(desk), ImportOrder("x.csv", csv_file(rows)))
        assert everything(desk) == before
    assert [(row["row"], row["fate"], row["code"]) for row in told["rows"]] == [
        (2, "there", "DB-2026-0001"), (3, "new", None), (4, "wrong", None),
    ]  # fmt: skip
    assert told["ignored_columns"] == ["序"]
    assert (told["new"], told["there"], told["wrong"], told["total"]) == (1, 1, 1, 3)
    assert told["rows"][1]["cells"]["supporting_units"] == "丙劳动所、丁司法所"
    assert told["rows"][2]["errors"][0]["column"] == "重点问题"


def test_of_many_rows_the_wrong_ones_are_shown_first(database: Database) -> None:
    build(database)
    rows = [["甲", f"任务{n}", *ROW[2:]] for n in range(20)]
    rows[15][0] = ""
    with writing(database) as desk:
        told = preview(desk, office(desk), order(*rows), most=3)
    assert [row["row"] for row in told["rows"]] == [2, 3, 17]
    assert told["rows_left_off"] == 17


def test_an_upload_is_confirmed_by_its_own_bytes_and_only_once(database: Database) -> None:
    build(database)
    with writing(database) as desk:
        kept = upload(desk, office(desk), sample())
        assert (kept["state"], kept["can_confirm"], kept["new"]) == ("previewed", True, 2)
        assert kept["sha256"] == hashlib.sha256(sample().content).hexdigest()
        assert [is_kept(row.content) for row in all_of(desk, "blob")] == [True]
        assert show_upload(desk, office(desk), kept["id"]) == kept
        with pytest.raises(ConflictError, match="SHA-256"):
            confirm(desk, office(desk), kept["id"], "0" * 64)
    with writing(database) as desk:
        done = confirm(desk, office(desk), kept["id"], kept["sha256"])
        before = everything(desk)
        assert confirm(desk, office(desk), kept["id"], kept["sha256"]) == done
        assert everything(desk) == before
        told = show_upload(desk, office(desk), kept["id"])
        assert (told["state"], told["result"]) == ("confirmed", done)
        assert all_of(desk, "blob") == []  # what a table says beside its columns is not kept
    assert is_intact(database)


def test_an_upload_with_wrong_rows_can_be_looked_at_and_not_confirmed(database: Database) -> None:
    build(database)
    with writing(database) as desk:
        kept = upload(desk, office(desk), order(["", *ROW[1:]]))
        with pytest.raises(InvalidError):
            confirm(desk, office(desk), kept["id"], kept["sha256"])
        assert all_of(desk, "case") == []


def test_an_upload_is_nobody_elses(database: Database) -> None:
    build(database)
    with writing(database) as desk:
        kept = upload(desk, office(desk), sample())
        with pytest.raises(NotFoundError):
            show_upload(desk, office(desk, QIAN), kept["id"])
        with pytest.raises(NotFoundError):
            confirm(desk, office(desk, QIAN), kept["id"], kept["sha256"])


def test_an_upload_that_nobody_confirms_is_forgotten(database: Database) -> None:
    build(database)
    with writing(database) as desk:
        old = upload(desk, office(desk), sample(".csv"))
        later = desk.now + imports.KEPT * 2
    with writing(database, later) as desk:
        new = upload(desk, office(desk), sample(".docx"))
        with pytest.raises(NotFoundError):
            show_upload(desk, office(desk), old["id"])
        assert show_upload(desk, office(desk), new["id"]) == new
        assert len(all_of(desk, "blob")) == 1


def test_an_upload_of_which_an_older_version_kept_the_file_is_read_and_confirmed(
    database: Database,
) -> None:
    build(database)
    with writing(database) as desk:
        told, content = upload(desk, office(desk), sample()), sample().content
        row = find_upload(desk, office(desk), told["id"])
        files.keep(desk.conn, told["sha256"], content)
        options = {name: value for name, value in row.options.items() if name != "file"}
        of_old = dataclasses.replace(row, id=99, sha256=told["sha256"], options=options)
        stored.keep_upload(desk.conn, of_old)
        assert show_upload(desk, office(desk), 99) == {**told, "id": 99}
        assert confirm(desk, office(desk), 99, told["sha256"])["imported"] == told["new"]
        assert [is_kept(row.content) for row in all_of(desk, "blob")] == [True]


@pytest.mark.parametrize("person", [ZHANG, SUN, CHEN, SHEN])
def test_only_the_office_imports(database: Database, person: object) -> None:
    build(database)
    with writing(database) as desk:
        caller = office(desk, person)  # type: ignore[arg-type]  # of the cast
        for verb in (preview, run_import, upload):
            with pytest.raises(ForbiddenError):
                verb(desk, caller, sample())


def test_the_operator_imports_for_the_office_but_uploads_nothing(database: Database) -> None:
    build(database)
    with writing(database) as desk:
        with pytest.raises(ForbiddenError, match="account"):
            upload(desk, IMPORTER, sample())
        assert run_import(desk, IMPORTER, sample())["imported"] == 2
        assert [row.registered_by for row in all_of(desk, "case")] == [None, None]


def test_a_fault_in_the_middle_leaves_nothing(database: Database) -> None:
    build(database)
    with writing(database) as desk:
        before = everything(desk)
    arm(read_failpoints("import.mid:error"))
    try:
        with pytest.raises(FailpointError), writing(database) as desk:
            run_import(desk, office(desk), sample())
    finally:
        arm(())
    with writing(database) as desk:
        assert everything(desk) == before
        assert run_import(desk, office(desk), sample())["codes"][0] == "DB-2026-0001"
    assert is_intact(database)
