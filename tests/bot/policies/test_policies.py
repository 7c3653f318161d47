"""Policies: the hash of the exact text, and a difference that says what changed and loses nothing."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policies.rules import ChangeKind, ParagraphChange, paragraph_changes, text_paragraphs
from storage.policies import text_hash

OLD = """# Access

Accounts are personal. Passwords have
twelve characters.

- Leavers lose access within 24 hours.
- Access is reviewed each quarter.

Ask compliance.
"""
NEW = OLD.replace("24 hours", "8 hours").replace("Ask compliance.", "Ask compliance.\n\nMFA is always on.")

SENTENCES = st.sampled_from(
    ["Lock your screen.", "Report incidents.", "Use MFA.", "Keep data at home.", "Ask."]
)
TEXTS = st.lists(SENTENCES, max_size=12).map("\n\n".join) | st.text(max_size=80)


def test_a_change_names_the_paragraph_and_its_place():
    assert paragraph_changes(OLD, NEW) == [
        ParagraphChange(ChangeKind.REMOVED, 3, "- Leavers lose access within 24 hours."),
        ParagraphChange(ChangeKind.ADDED, 3, "- Leavers lose access within 8 hours."),
        ParagraphChange(ChangeKind.ADDED, 6, "MFA is always on."),
    ]


def test_paragraphs_are_blocks_headings_and_list_items():
    assert text_paragraphs(OLD + "## Why\nIt matters.\n1. First\n2) Second,\n   on two lines\n") == [
        "# Access",
        "Accounts are personal. Passwords have twelve characters.",
        "- Leavers lose access within 24 hours.",
        "- Access is reviewed each quarter.",
        "Ask compliance.",
        "## Why",
        "It matters.",
        "1. First",
        "2) Second, on two lines",
    ]


def test_a_person_who_acknowledged_nothing_sees_all_of_it_as_new():
    changes = paragraph_changes(None, OLD)
    assert {change.kind for change in changes} == {ChangeKind.ADDED}
    assert [change.text for change in changes] == text_paragraphs(OLD)


@pytest.mark.parametrize(
    "after",
    [
        OLD.replace("have\ntwelve", "have twelve"),
        OLD.replace("\n", "\r\n"),
        OLD + "\n\n",
        OLD.replace("\n\n", "\n\n\n"),
    ],
)
def test_layout_is_no_change_of_words_but_another_text(after):
    assert paragraph_changes(OLD, after) == []
    assert text_hash(OLD) != text_hash(after)


@given(TEXTS)
def test_equal_texts_have_no_changes(text):
    assert paragraph_changes(text, text) == []


@given(before=st.none() | TEXTS, after=TEXTS)
def test_the_changes_turn_the_old_text_into_the_new(before, after):
    changes = paragraph_changes(before, after)
    assert _applied(changes, text_paragraphs(before or "")) == text_paragraphs(after)


def _applied(changes: list[ParagraphChange], old: list[str]) -> list[str]:
    gone = {change.number: change.text for change in changes if change.kind is ChangeKind.REMOVED}
    assert all(old[number - 1] == text for number, text in gone.items())
    new = [text for number, text in enumerate(old, 1) if number not in gone]
    for change in changes:
        if change.kind is ChangeKind.ADDED:
            new.insert(change.number - 1, change.text)
    return new


def test_the_hash_is_of_the_exact_bytes():
    assert text_hash("Zutritt für Gäste\n") == hashlib.sha256("Zutritt für Gäste\n".encode()).hexdigest()
    assert text_hash("a") != text_hash("a\n")
