"""What the log hands out over HTTP can be checked with nothing but the key and the standard."""

from base64 import b64decode

import pytest

from engine.domain.merkle import verify_consistency, verify_inclusion
from engine.domain.note import Checkpoint, Note, Verifier, verified
from tests.people import CHEN, HAN, SHEN, ZHAO
from tests.web.api.api_office import Api
from tests.web.api.story import registered


def checkpoint(api: Api) -> Checkpoint:
    """Ask for a checkpoint and check its signature with the key that is handed out."""
    key = api.ask(HAN, "GET", "/audit/key").text.strip()
    note = Note.parse(api.ask(HAN, "GET", "/audit/checkpoint").text)
    assert verified(note, [Verifier.parse(key)])
    return Checkpoint.parse(note.text)


def test_an_event_of_a_case_is_proved_to_be_in_the_signed_log(api: Api) -> None:
    code = registered(api)
    point = checkpoint(api)
    assert point.size == api.told()
    event = api.get(CHEN, f"/cases/{code}/history")["items"][-1]
    asked = f"/audit/proofs/inclusion?index={event['index']}&size={point.size}"
    proof = api.get(HAN, asked)
    assert (proof["index"], proof["size"]) == (event["index"], point.size)
    hashes = [b64decode(text) for text in proof["hashes"]]
    leaf = bytes.fromhex(event["hash"])
    assert verify_inclusion(event["index"], point.size, leaf, hashes, point.root)


def test_a_later_log_is_proved_to_go_on_from_an_earlier_one(api: Api) -> None:
    registered(api)
    before = checkpoint(api)
    registered(api)
    after = checkpoint(api)
    assert after.size > before.size
    proof = api.get(HAN, f"/audit/proofs/consistency?old={before.size}&new={after.size}")
    hashes = [b64decode(text) for text in proof["hashes"]]
    assert verify_consistency(before.size, after.size, before.root, after.root, hashes)


def test_the_same_log_is_signed_once(api: Api) -> None:
    first = api.ask(HAN, "GET", "/audit/checkpoint").content
    assert api.ask(ZHAO, "GET", "/audit/checkpoint").content == first


NOT_THERE = (
    "inclusion?index=999&size=1", "inclusion?index=0&size=9999", "inclusion?index=0",
    "consistency?old=9&new=3", "consistency",
)  # fmt: skip


@pytest.mark.parametrize("path", NOT_THERE)
def test_what_is_not_in_the_log_is_not_proved(api: Api, path: str) -> None:
    assert api.ask(SHEN, "GET", f"/audit/proofs/{path}").status_code == 422
