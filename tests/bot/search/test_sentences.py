"""What is one question and what is several: only a second question divides a message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.search.sentences import begins_like_a_question, questions_in, without_opener
from bot.search.words import Lexicon
from content.library import load_library

LEXICON = Lexicon(load_library().vocabulary)
BRIDGE, ASSERTION = "what is a bridge letter?", "and who signs the assertion?"


@pytest.mark.parametrize(
    "message",
    [
        "",
        "???",
        "how long is a type 2 window?",
        "we are a startup. how long does it take?",
        "We are a startup.\nWe sell payroll software.\nHow long does a SOC 2 take?",
        "hi! can you help me? what is a bridge letter?",
        "what is a bridge letter? anyone?",
        "what is a bridge letter? thanks\nBob",
        "is soc 2 type 1 or type 2 better? which one?",
        "see https://example.com/?page=2 what is a cuec",
        "def f(x):\n    return x\nwhat is a control objective?",
        "What must we send:\n- the report\n- the letter",
    ],
)
def test_one_question_stays_whole(message: str):
    assert questions_in(message, LEXICON) == [message]


@pytest.mark.parametrize(
    ("message", "questions"),
    [
        (f"{BRIDGE} {ASSERTION}", [BRIDGE, ASSERTION]),
        ("what is a bridge letter\nwho signs the assertion\nthanks\nBob", [BRIDGE[:-1], ASSERTION[4:-1]]),
        (
            "1. what is soc 1\n2) what is soc 2\n- soc 3?\n• Type 1?",
            ["what is soc 1", "what is soc 2", "soc 3?", "Type 1?"],
        ),
        (
            "We are a startup. How long does a soc 2 take? How much does it cost?",
            ["We are a startup. How long does a soc 2 take?", "How much does it cost?"],
        ),
        (
            "What is a CUEC?\nOur auditor says we have none. Who writes the assertion?",
            ["What is a CUEC?", "Our auditor says we have none. Who writes the assertion?"],
        ),
        (
            "(what is a bridge letter?) *who signs the assertion?*",
            ["(what is a bridge letter?", "who signs the assertion?*"],
        ),
    ],
)
def test_a_second_question_divides_a_message(message: str, questions: list[str]):
    assert [each.strip("*") for each in questions_in(message, LEXICON)] == [
        each.strip("*") for each in questions
    ]


def test_a_fragment_goes_with_the_question_before():
    assert questions_in("what is a bridge letter? right? who signs the assertion?", LEXICON) == [
        "what is a bridge letter? right?",
        "who signs the assertion?",
    ]


def test_only_a_question_of_its_own_begins_like_one():
    assert all(map(begins_like_a_question, ("Who signs it", "and what is a CUEC", "ok, do we need one")))
    assert not any(map(begins_like_a_question, ("24h?", "and for newcomers?", "we need it by June?", "")))


def test_what_stands_by_itself_needs_no_and():
    assert without_opener("And also, what is a CUEC?") == "what is a CUEC?"
    assert without_opener("Android phones?") == "Android phones?"


@given(st.text(alphabet=st.sampled_from('what is soc2 ?\n1.-*)"and '), max_size=60) | st.text())
def test_nothing_is_made_up(message: str):
    found = questions_in(message, LEXICON)
    assert found
    assert found == [message] or all(
        word in message.split() or word in message for q in found for word in q.split()
    )
