"""Signed notes and checkpoints, against published vectors and against forgery."""

import json
from base64 import b64encode
from pathlib import Path
from random import Random
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.domain.note import (
    MOST_SIGNATURES,
    WITNESS,
    Checkpoint,
    Cosigned,
    Note,
    Signer,
    Verifier,
    verified,
)
from engine.errors import InvalidError

VECTORS = Path(__file__).parents[1] / "data" / "merkle"
KNOWN = json.loads((VECTORS / "signed_note.json").read_text(encoding="utf-8"))
CHECKPOINTS = json.loads((VECTORS / "checkpoints.json").read_text(encoding="utf-8"))["cases"]
SEED = bytes(range(32))
LOG = Signer.make("duban.local/test", SEED)
POINT = Checkpoint(LOG.name, 7, bytes(32))
SIGNED = LOG.sign(POINT.text())


def refusal(code: str) -> Any:  # noqa: ANN401  # pytest's context
    """Expect the refusal with a code, said in both languages."""

    def fits(error: InvalidError) -> bool:
        return error.message.code == code and bool(error.say("zh") and error.say("en"))

    return pytest.RaisesExc(InvalidError, check=fits)


def test_the_published_key_signs_the_published_note() -> None:
    signer = Signer.parse(KNOWN["signer_key"])
    assert signer.sign(KNOWN["text"]) == KNOWN["signed_note"]
    assert str(signer.verifier()) == KNOWN["verifier_key"]
    assert signer.secret_text() == KNOWN["signer_key"]


def test_the_published_note_is_verified_by_its_published_key() -> None:
    verifier = Verifier.parse(KNOWN["verifier_key"])
    note = Note.parse(KNOWN["signed_note"])
    assert note.text == KNOWN["text"]
    assert verified(note, [verifier]) == [Cosigned("PeterNeumann", None)]


@pytest.mark.parametrize("case", CHECKPOINTS, ids=lambda c: c["text"][:8].strip())
def test_published_checkpoints_are_read_or_refused_as_published(case: dict[str, Any]) -> None:
    if not case["ok"]:
        with refusal("note-no-checkpoint"):
            Checkpoint.parse(case["text"])
        return
    point = Checkpoint.parse(case["text"])
    assert (point.origin, point.size) == (case["origin"], case["size"])
    assert b64encode(point.root).decode() == case["hash_b64"]
    assert point.text() == case["text"]


def test_a_checkpoint_comes_back_as_it_was_signed() -> None:
    note = Note.parse(SIGNED)
    assert verified(note, [LOG.verifier()])
    assert Checkpoint.parse(note.text) == POINT


def test_a_changed_text_is_refused() -> None:
    with refusal("note-signature"):
        verified(Note.parse(SIGNED.replace("\n7\n", "\n8\n")), [LOG.verifier()])


def test_any_changed_character_is_refused(rng: Random) -> None:
    for _ in range(300):
        place = rng.randrange(len(SIGNED))
        other = chr(rng.randrange(32, 127))
        changed = SIGNED[:place] + other + SIGNED[place + 1 :]
        if changed != SIGNED:
            with pytest.raises(InvalidError):
                verified(Note.parse(changed), [LOG.verifier()])


def test_a_note_that_only_strangers_signed_is_refused() -> None:
    other = Signer.make("duban.local/test", bytes(32))
    with refusal("note-unknown"):
        verified(Note.parse(SIGNED), [other.verifier()])


def test_lines_of_unknown_keys_are_passed_over() -> None:
    stranger = Signer.make("stranger", bytes(32)).sign(POINT.text()).rpartition("\n\n")[2]
    assert verified(Note.parse(SIGNED + stranger), [LOG.verifier()]) == [Cosigned(LOG.name, None)]


def test_a_cosignature_is_read_with_its_time() -> None:
    key = Ed25519PrivateKey.from_private_bytes(SEED)
    witness = Verifier("witness.local", key.public_key().public_bytes_raw(), WITNESS)
    assert Verifier.parse(str(witness)) == witness
    said = b"cosignature/v1\ntime 1772521200\n" + POINT.text().encode()
    payload = witness.key_id + (1772521200).to_bytes(8, "big") + key.sign(said)
    note = Note.parse(SIGNED + f"— witness.local {b64encode(payload).decode()}\n")
    assert verified(note, [LOG.verifier(), witness])[1] == Cosigned("witness.local", 1772521200)
    later = witness.key_id + (1772521201).to_bytes(8, "big") + key.sign(said)
    forged = Note.parse(SIGNED + f"— witness.local {b64encode(later).decode()}\n")
    with refusal("note-signature"):
        verified(forged, [witness])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "text\n",
        "text\n\n",
        SIGNED[:-1],
        SIGNED.replace("\n\n", "\n"),
        SIGNED + "\n",
        SIGNED.replace("7", "\t7"),
        SIGNED.replace("7", "\r7"),
        SIGNED.replace("7", "\ud8007"),
    ],
    ids=ascii,
)
def test_what_is_no_note_is_refused(text: str) -> None:
    with pytest.raises(InvalidError):
        Note.parse(text)


@pytest.mark.parametrize(
    "line",
    ["— duban.local AAAA", "- x AAAAAAAA", "— a+b AAAAAAAA", "— x AAAAAAA", "—  AAAAAAAA", "— x"],
)
def test_a_wrong_signature_line_is_refused(line: str) -> None:
    with pytest.raises(InvalidError):
        Note.parse(f"text\n\n{line}\n")


def test_a_note_with_too_many_lines_is_refused() -> None:
    line = SIGNED.rpartition("\n\n")[2]
    with refusal("note-many"):
        Note.parse(f"text\n\n{line * (MOST_SIGNATURES + 1)}")


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u3000b", "a\n"])
def test_a_name_that_notes_forbid_makes_no_key(name: str) -> None:
    with refusal("note-name"):
        Signer.make(name, SEED)


@pytest.mark.parametrize("text", ["", "x", "a+b", "a+00000000+!!!!", "a+00000000+AAAA", "+1+A"])
def test_a_wrong_key_is_refused(text: str) -> None:
    with refusal("note-key"):
        Verifier.parse(text)
    with refusal("note-private-key"):
        Signer.parse(text)


def test_a_key_under_another_name_or_id_is_refused() -> None:
    with refusal("note-key-id"):
        Verifier.parse(str(LOG.verifier()).replace("test", "tent"))
    with refusal("note-private-key"):
        Signer.parse(LOG.secret_text().replace("test", "tent"))


def test_a_text_that_notes_forbid_is_not_signed() -> None:
    for text in ("no end", "tab\t\n"):
        with refusal("note-form"):
            LOG.sign(text)


def test_a_signing_key_does_not_show_itself() -> None:
    assert repr(LOG) == "Signer('duban.local/test')"


@pytest.mark.parametrize(
    "text", ["a\n01\nAA==\n", "a\n-1\nAA==\n", "a\n1\nA\n", "\n1\nAA==\n", "a"]
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with refusal("note-no-checkpoint"):
        Checkpoint.parse(text)
