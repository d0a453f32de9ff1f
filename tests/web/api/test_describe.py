"""The API describes itself, and the reference says the same as what is served."""

import re
from pathlib import Path

from engine.words import catalogue
from web.api.description import describe
from web.api.everything import described, operations
from web.api.forms.kinds import Form
from web.api.operations import Operation
from web.api.turn import MULTIPART

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "api.md"
CALL = re.compile(r"^\| `([A-Z]+ /[^`]*)` \|(.*)\|(.*)\|$", re.MULTILINE)


def fields(form: type[Form]) -> list[str]:
    """Name the fields of a form; a question mark follows those that may be left out."""
    return [
        (field.alias or name) + ("" if field.is_required() else "?")
        for name, field in form.model_fields.items()
    ]


def row(operation: Operation) -> tuple[str, str, str]:
    """Tell an operation as the reference does: the call, what it takes, what it answers."""
    turn = operation.turn
    taken = fields(turn.query) + fields(turn.form)
    if turn.sends == "multipart":
        taken = ["file", *taken]
    media = {name.partition(";")[0] for name in operation.media} - {"application/json"}
    told = " ".join([str(operation.status), *sorted(media)])
    path = operation.path.removeprefix("/api/v1")
    takes = f"`{{{', '.join(taken)}}}`" if taken else ""
    return (
        f"{operation.method} {path}",
        takes + (" multipart" if turn.sends == "multipart" else ""),
        told,
    )


def test_the_reference_lists_every_call_with_what_it_takes_and_answers() -> None:
    told = {
        call: (takes.strip(), answers.strip().partition(":")[0].replace("`", ""))
        for call, takes, answers in CALL.findall(REFERENCE.read_text(encoding="utf-8"))
    }
    served = {call: (takes, answers) for call, takes, answers in map(row, operations())}
    assert told == served


def test_every_operation_says_what_it_does_and_how_it_may_be_refused() -> None:
    for path, methods in described()["paths"].items():
        for method, told in methods.items():
            assert told["summary"], path
            assert told["operationId"], path
            statuses = set(told["responses"])
            assert {"422", "503"} <= statuses, (method, path)
            if method != "get":
                assert {"401", "403", "404", "409", "413", "415", "429"} <= statuses, path


def test_operations_have_names_of_their_own() -> None:
    names = [operation.turn.verb.__name__ for operation in operations()]
    assert len(set(names)) == len(names)


def test_all_references_in_the_description_lead_somewhere() -> None:
    told = described()
    wanted = set(re.findall(r"#/components/schemas/([^'\"]+)", str(told)))
    assert wanted <= set(told["components"]["schemas"])


def test_describing_one_operation_needs_no_other() -> None:
    for operation in operations():
        assert describe([operation])["paths"][operation.path]


def test_an_upload_is_described_with_its_file() -> None:
    content = described()["paths"]["/api/v1/imports"]["post"]["requestBody"]["content"]
    shape = content[MULTIPART]["schema"]
    assert shape["required"] == ["file"]
    assert set(shape["properties"]) == {"file", "kind", "sheet", "map", "create_missing"}


def test_every_sentence_about_a_field_is_in_both_languages() -> None:
    for code, words in catalogue().items():
        if code.startswith(("field-", "body-", "query-", "column-")):
            assert words.zh, code
            assert words.en, code
