"""What leads approved, laid over the content: entries of their own, more phrasings, ids, and the version."""

from dataclasses import replace

import pytest

from bot.blocks import limits
from bot.search.overlay import PHRASINGS_TOGETHER, overlaid, phrasings_of, split_answer, with_phrasings
from bot.search.words import Lexicon
from content.library import load_library

LIBRARY = load_library()
LEXICON = Lexicon(LIBRARY.vocabulary)
BRIDGE = LIBRARY.entry("bridge-letter")
OWN = BRIDGE.model_copy(
    update={"id": "naming-our-auditor", "title": "Naming our auditor", "phrasings": ("may we name them",)}
)


def test_an_own_entry_is_one_more():
    library = overlaid(LIBRARY, [OWN], {})
    assert library.knowledge == (*LIBRARY.knowledge, OWN)
    assert library.entry(OWN.id) is OWN
    assert library.version != LIBRARY.version
    assert len(library.version) == len(LIBRARY.version)


def test_nothing_approved_is_the_content_itself():
    assert overlaid(LIBRARY, [], {}) is LIBRARY
    assert overlaid(LIBRARY, [], {"gone-since": ["a b"], BRIDGE.id: [BRIDGE.title]}) is LIBRARY


@pytest.mark.parametrize(("version", "counts"), [(1, False), (2, True)])
def test_a_file_from_git_counts_until_a_newer_version_is_approved(version: int, counts: bool):
    edited = BRIDGE.model_copy(update={"answer": "Another.", "version": version})
    assert (overlaid(LIBRARY, [edited], {}).entry(BRIDGE.id) == edited) is counts


def test_the_highest_version_counts():
    second = OWN.model_copy(update={"version": 2, "answer": "Second."})
    for order in ([OWN, second], [second, OWN]):
        assert overlaid(LIBRARY, order, {}).entry(OWN.id) == second


def test_an_edit_keeps_what_no_form_asks_for():
    """The file that came back from git has more than leads write in Slack."""
    edited = OWN.model_copy(
        update={"id": BRIDGE.id, "version": 2, "sources": ("Answer by Dan, Mon 5 Oct 2026",), "tags": ()}
    )
    by_git = ("Answer by Cleo, Mon 5 Oct 2026", *BRIDGE.sources)
    rich = BRIDGE.model_copy(update={"aliases": ("gap paper",), "sources": by_git, "review_every": 90})
    content = replace(LIBRARY, knowledge=(rich,))
    kept = overlaid(content, [edited.model_copy(update={"aliases": (), "related": ()})], {}).entry(BRIDGE.id)
    assert (kept.title, kept.version, kept.phrasings) == (OWN.title, 2, OWN.phrasings)
    assert (kept.aliases, kept.tags, kept.related, kept.review_every) == (
        ("gap paper",),
        BRIDGE.tags,
        BRIDGE.related,
        90,
    )
    assert kept.sources == ("Answer by Dan, Mon 5 Oct 2026", *BRIDGE.sources)


def test_the_version_follows_what_is_approved_and_not_the_order_of_phrasings_by_entry():
    one = overlaid(LIBRARY, [OWN], {BRIDGE.id: ["gap paper please"], OWN.id: ["naming them"]})
    other = overlaid(LIBRARY, [OWN], {OWN.id: ["naming them"], BRIDGE.id: ["gap paper please"]})
    assert one == other
    assert one.version not in (LIBRARY.version, overlaid(LIBRARY, [OWN], {}).version)
    assert (
        overlaid(replace(LIBRARY, version="0" * 12), [OWN], {}).version
        != overlaid(LIBRARY, [OWN], {}).version
    )


def test_more_phrasings_come_last_and_none_twice():
    entry = with_phrasings(
        BRIDGE, ["gap paper please", BRIDGE.phrasings[0].upper(), "Gap paper, PLEASE?", "of the"], LEXICON
    )
    assert entry.phrasings == (*BRIDGE.phrasings, "gap paper please", "of the")
    assert with_phrasings(BRIDGE, BRIDGE.phrasings, LEXICON) is BRIDGE


def test_what_was_asked_becomes_one_line_each():
    assert phrasings_of([" may we\nname them? ", "May we name them", "", "\u200b", "x " * 400], LEXICON) == [
        "May we name them",
        ("x " * 150).strip(),
    ]


def test_no_more_ways_to_ask_are_proposed_at_once_than_can_be_read_and_edited():
    phrasings = phrasings_of([f"{number} {'x' * 290}" for number in range(150)], LEXICON)
    assert len(phrasings) == 10
    assert len("\n".join(phrasings)) <= PHRASINGS_TOGETHER == limits.INPUT_TEXT


@pytest.mark.parametrize(
    ("text", "answer", "detail"),
    [
        ("One\nline.", "One line.", ""),
        (" Short. \r\n\r\n Long.\r\n\r\n- more \n", "Short.", "Long.\n\n- more"),
        ("", "", ""),
    ],
)
def test_the_first_paragraph_is_the_short_answer(text: str, answer: str, detail: str):
    assert split_answer(text) == (answer, detail)
