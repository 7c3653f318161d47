"""The record's key and its signed heads, in the form that other tools for transparency logs read."""

import base64
import os
import stat
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from storage.record.keys import RecordKey, signed_by
from tests.storage.children import child, die_at, status_of

ROOT = sha256(b"root").hexdigest()
FIXED = RecordKey(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


def test_a_checkpoint_is_a_signed_note() -> None:
    """c2sp.org/tlog-checkpoint and c2sp.org/signed-note: origin, size, root, blank line, signature line."""
    note = FIXED.sign(42, ROOT)
    body, signature_line = note.split("\n\n")
    assert body == f"socrates/record\n42\n{base64.b64encode(bytes.fromhex(ROOT)).decode()}"
    assert signature_line.startswith("— socrates/record ")
    assert signature_line.endswith("\n")
    blob = base64.b64decode(signature_line.split(" ")[2])
    name, key_id, public = FIXED.verifier.split("+", 2)
    assert name == "socrates/record"
    assert base64.b64decode(public) == b"\x01" + FIXED.public
    assert blob[:4].hex() == key_id
    assert sha256(b"socrates/record\n\x01" + FIXED.public).digest()[:4] == blob[:4]
    Ed25519PublicKey.from_public_bytes(FIXED.public).verify(blob[4:], (body + "\n").encode())


def test_only_this_key_over_this_head_verifies(key: RecordKey) -> None:
    note = key.sign(42, ROOT)
    assert signed_by(note, 42, ROOT, key.public)
    assert not signed_by(note, 42, ROOT, FIXED.public)
    assert not signed_by(note, 43, ROOT, key.public)
    assert not signed_by(note, 42, sha256(b"other").hexdigest(), key.public)


def test_no_character_of_a_note_can_change_or_be_cut() -> None:
    note = FIXED.sign(42, ROOT)
    for place, before in enumerate(note):
        for other in {"A", "B", "\n", "="} - {before}:
            assert not signed_by(note[:place] + other + note[place + 1 :], 42, ROOT, FIXED.public)
            assert not signed_by(note[:place] + other + note[place:], 42, ROOT, FIXED.public)
        assert not signed_by(note[:place], 42, ROOT, FIXED.public)
        assert not signed_by(note[:place] + note[place + 1 :], 42, ROOT, FIXED.public)


@pytest.mark.parametrize(
    "note", ["", "x", "\n\n", "socrates/record\n42\n\n\n— socrates/record !!\n", "\x00" * 9]
)
@pytest.mark.parametrize("root", [ROOT, "", "no hex"])
def test_what_is_no_note_is_not_signed(note: str, root: str) -> None:
    assert not signed_by(note, 42, root, FIXED.public)


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "data" / "record.key"
    made = RecordKey.load(path)
    assert RecordKey.load(path).public == made.public
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["record.key"]


def test_a_first_start_that_dies_leaves_no_half_key(tmp_path: Path) -> None:
    path = tmp_path / "record.key"

    def load_and_die() -> None:
        die_at(os, "fsync")
        RecordKey.load(path)

    with child(load_and_die) as pid:
        assert status_of(pid) == 9
    assert RecordKey.load(path).sign(1, ROOT)
