"""Faults that only show between entries: each is found, and named with the entry that has it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.answers.rules.content_checks import (
    ContentFault,
    Finding,
    near_equal_answers,
    review_due,
    shared_questions,
    stale_reviews,
    too_few_phrasings,
    two_meanings,
    unfound_phrasings,
    unfound_titles,
    unserved,
)
from bot.search.rank import build_index
from bot.search.words import Lexicon
from content.library import load_library
from content.models import ControlSpec, Decoy, KnowledgeEntry

LIBRARY = load_library()
SOC_1, SOC_2, BRIDGE = (LIBRARY.entry(entry_id) for entry_id in ("soc-1", "soc-2", "bridge-letter"))
WRITTEN = SOC_1.written_on


@pytest.mark.parametrize(
    ("days", "stale"), [(SOC_1.review_every, False), (SOC_1.review_every + 1, True), (-1, False)]
)
def test_a_review_is_overdue_after_its_day(days: int, stale: bool):
    found = list(stale_reviews((SOC_1,), WRITTEN + timedelta(days=days)))
    due = WRITTEN + timedelta(days=SOC_1.review_every)
    assert found == ([Finding(ContentFault.STALE, "soc-1", f"its review was due on {due}.")] if stale else [])


def test_an_entry_is_asked_in_six_ways():
    assert list(too_few_phrasings((with_(SOC_1, phrasings=SOC_1.phrasings[:6]),))) == []
    assert list(too_few_phrasings((with_(SOC_1, phrasings=SOC_1.phrasings[:5]),))) == [
        Finding(ContentFault.FEW_WAYS, "soc-1", "it needs 6 phrasings, and has 5.")
    ]


@pytest.mark.parametrize(
    "claimed",
    [
        {"title": "What is SOC\u00a02?"},
        {"aliases": ("what is soc two",)},
        {"phrasings": (*BRIDGE.phrasings, "what is SOC-2")},
    ],
)
def test_a_question_of_two_entries_is_named_with_both(claimed: dict[str, object]):
    known = with_(SOC_2, phrasings=(*SOC_2.phrasings[1:], "what is soc 2"))
    index = build_index((known, with_(BRIDGE, **claimed)), (), LIBRARY.vocabulary, LIBRARY.thresholds)
    words = [(each.topic_id, each.words) for each in shared_questions(index)]
    assert words in (
        [("soc-2", "“what is soc 2” stands in bridge-letter too.")],
        [("soc-2", "“What is SOC 2” stands in bridge-letter too.")],
    )


def test_a_question_of_an_entry_and_a_foreign_topic_is_named_with_both():
    chips = Decoy(id="chips", title="Chips", phrasings=("what is soc 1", "a", "b", "c", "d"), say="Not mine.")
    entry = with_(SOC_1, phrasings=("what is soc 1",), aliases=(), title="SOC 1 at length")
    index = build_index((entry,), (chips,), LIBRARY.vocabulary, LIBRARY.thresholds)
    [found] = shared_questions(index)
    assert (found.topic_id, found.words) == (
        "soc-1",
        "“what is soc 1” stands in the foreign topic chips too.",
    )


def test_an_answer_with_other_small_words_is_near_equal_and_another_is_not():
    copied = with_(SOC_2, answer=f"Well, {SOC_1.answer} Auditors say so.")
    [found] = near_equal_answers((SOC_1, BRIDGE, copied), Lexicon(LIBRARY.vocabulary))
    assert (found.topic_id, found.words) == ("soc-1", "its answer says nearly the same as that of soc-2.")


def test_a_synonym_that_differs_from_one_of_another_line_by_its_ending_alone_is_named():
    more = (*LIBRARY.vocabulary.synonyms, ("sampling", "bridge letters"))
    vocabulary = LIBRARY.vocabulary.model_copy(update={"synonyms": more})
    [found] = two_meanings(vocabulary, Lexicon(vocabulary))
    assert found.words == "“bridge letters” means both “bridge letter” and “sampling”."


def test_a_title_that_finds_another_entry_is_named():
    index = build_index(
        (with_(SOC_1, title=SOC_2.title), SOC_2, BRIDGE), (), LIBRARY.vocabulary, LIBRARY.thresholds
    )
    assert [(each.topic_id, each.words) for each in unfound_titles(index)] == [
        ("soc-1", f"its title “{SOC_2.title}” finds soc-2.")
    ]


def test_a_phrasing_that_only_finds_its_entry_by_being_listed_is_named():
    index = build_index(
        (with_(SOC_1, phrasings=("who signs a bridge letter for a customer",)), BRIDGE),
        (),
        LIBRARY.vocabulary,
        LIBRARY.thresholds,
    )
    assert [each.words for each in unfound_phrasings(index) if each.topic_id == "soc-1"] == [
        "were “who signs a bridge letter for a customer” not listed, it would find bridge-letter; "
        "list one more in like words."
    ]


def test_a_request_and_a_criterion_that_no_control_serves_are_named():
    few = replace(LIBRARY, catalogue=tuple(without(each, "CC9.1", 39) for each in LIBRARY.catalogue))
    assert [(each.topic_id, each.words) for each in unserved(few)] == [
        ("request 39", "no control serves it: “The business continuity plan, and proof of insurance.”"),
        ("CC9.1", "no control serves it: “The risk of business disruption is reduced in advance.”"),
    ]


def test_the_packaged_content_has_no_fault_of_other_kinds():
    index = build_index(LIBRARY.knowledge, LIBRARY.decoys, LIBRARY.vocabulary, LIBRARY.thresholds)
    assert [
        *shared_questions(index),
        *two_meanings(LIBRARY.vocabulary, index.lexicon),
        *near_equal_answers(LIBRARY.knowledge, index.lexicon),
        *unfound_titles(index),
    ] == []
    assert list(stale_reviews(LIBRARY.knowledge, date(2027, 1, 1))) == []


def with_(entry: KnowledgeEntry, **changes: object) -> KnowledgeEntry:
    return entry.model_copy(update=changes)


def without(control: ControlSpec, criterion: str, request: int) -> ControlSpec:
    criteria = tuple(each for each in control.criteria if each != criterion)
    requests = tuple(each for each in control.requests if each != request)
    return control.model_copy(update={"criteria": criteria, "requests": requests})


def test_a_review_counts_from_the_last_one():
    year = timedelta(days=SOC_1.review_every)
    assert review_due(SOC_1) == WRITTEN + year
    assert review_due(SOC_1, date(2027, 3, 1)) == date(2027, 3, 1) + year
