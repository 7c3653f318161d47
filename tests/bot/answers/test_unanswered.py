"""What people asked in vain: what counts, what belongs together, and in which order a lead sees it."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.rules.unanswered import EntryRead, UnansweredQuestion, group_questions, still_unanswered
from bot.search.rank import build_index
from content.library import load_library
from storage.terms import Outcome

LIBRARY = load_library()
INDEX = build_index(LIBRARY.knowledge, LIBRARY.decoys, LIBRARY.vocabulary, LIBRARY.thresholds)
NOON = datetime(2026, 10, 5, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def unanswered(number: int, text: str, asker: str | None = None, **more: object) -> UnansweredQuestion:
    question = UnansweredQuestion(
        f"q{number:02}",
        asker or f"U{number}",
        text,
        NOON + number * MINUTE,
        Outcome.UNKNOWN,
        (),
        routed=False,
    )
    return replace(question, **more)


def grouped(*texts: str) -> list[set[str]]:
    questions = [unanswered(number, text) for number, text in enumerate(texts)]
    return [{question.text for question in group.questions} for group in group_questions(questions, INDEX)]


@pytest.mark.parametrize(
    "alike",
    [
        ("what is a flux capacitor?", "a flux capacitor", "Flux capacitors, please"),
        (
            "what is our vpn provider",
            "which vpn provider do we use",
            "who is the vpn provider of our company",
        ),
        ("can interns have admin rights", "are interns allowed to have admin access"),
        ("where is the pen test report of 2025", "can you send me the pentest report 2025"),
        ("how do i reset my yubikey", "yubikey reset"),
    ],
)
def test_what_asks_the_same_is_one_gap(alike: tuple[str, ...]):
    assert grouped(*alike) == [set(alike)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("soc 2 auditor lunch", "soc 2 auditor dinner"),
        ("who approves firewall rules", "who approves holidays"),
        ("is soc 2 needed in brazil", "is soc 2 needed in japan"),
    ],
)
def test_what_only_sounds_alike_is_two(one: str, other: str):
    assert sorted(map(sorted, grouped(one, other))) == sorted([[one], [other]])


@pytest.mark.parametrize("text", ["", "hello", "and now?", "\U0001f600", "what do i need to do", "???"])
def test_what_names_no_topic_is_no_gap(text: str):
    assert grouped(text) == []


def test_most_people_come_first_then_most_questions_then_the_oldest():
    questions = [
        unanswered(1, "the lunch menu"),
        unanswered(2, "the parking garage", "U1"),
        unanswered(3, "parking garage?", "U1"),
        unanswered(4, "a flux capacitor", "U1"),
        unanswered(5, "flux capacitor", "U2"),
        unanswered(6, "badge for visitors"),
    ]
    groups = group_questions(questions, INDEX)
    assert [(group.text, group.people, len(group.questions)) for group in groups] == [
        ("a flux capacitor", 2, 2),
        ("the parking garage", 1, 2),
        ("the lunch menu", 1, 1),
        ("badge for visitors", 1, 1),
    ]
    assert [question.id for question in groups[0].questions] == ["q05", "q04"]


def test_the_most_frequent_wording_names_the_gap():
    questions = [
        unanswered(1, "flux capacitor purchase"),
        unanswered(2, "flux capacitor"),
        unanswered(3, "a flux capacitor"),
    ]
    assert [group.text for group in group_questions(questions, INDEX)] == ["flux capacitor"]


def test_what_everybody_passed_on_is_with_the_leads_already():
    one, other = unanswered(1, "a flux capacitor", routed=True), unanswered(2, "flux capacitor")
    assert group_questions([one], INDEX) == []
    assert [group.people for group in group_questions([one, other], INDEX)] == [2]


@pytest.mark.parametrize(
    ("change", "is_open"),
    [
        ({}, False),
        ({"asker_id": "U2"}, True),
        ({"asked_at": NOON}, True),
        ({"entry_id": "soc-3"}, True),
    ],
)
def test_who_went_on_to_an_entry_that_came_near_is_served(change: dict[str, object], is_open: bool):
    question = unanswered(1, "which one", "U1", outcome=Outcome.CLARIFY, offered=("soc-1", "soc-2"))
    press = replace(EntryRead("U1", NOON + 2 * MINUTE, "soc-2"), **change)
    assert bool(still_unanswered([question], [press])) is is_open


def test_an_answer_that_did_not_help_stays_though_others_were_read_since():
    question = unanswered(1, "what is soc 2", "U1", outcome=Outcome.ANSWERED, offered=("soc-2",))
    assert still_unanswered([question], [EntryRead("U1", NOON + 2 * MINUTE, "soc-2")]) == [question]


@given(st.permutations(range(12)), st.integers(0, 5))
def test_the_order_in_which_they_are_given_changes_nothing(order: list[int], seed: int):
    words = "flux vpn intern admin auditor tender badge office printer".split()
    pick = random.Random(seed)
    questions = [unanswered(number, " ".join(pick.sample(words, 3))) for number in range(12)]
    assert group_questions([questions[number] for number in order], INDEX) == group_questions(
        questions, INDEX
    )
