"""Several questions in one message, against the packaged entries."""

import pytest

from bot.answers.rules.message_questions import rank_each
from bot.search.rank import build_index, rank
from content.library import load_library
from storage.terms import Outcome

LIBRARY = load_library()
INDEX = build_index(LIBRARY.knowledge, LIBRARY.decoys, LIBRARY.vocabulary, LIBRARY.thresholds)
BRIDGE, ASSERTION, CAPACITOR = (
    "what is a bridge letter?",
    "who signs the assertion?",
    "what is a flux capacitor?",
)


def found(message: str, *before: str) -> list[tuple[Outcome, str | None]]:
    parts, _ = rank_each(message, INDEX, before)
    return [(part.ranking.outcome, part.entry_id) for part in parts]


def answered(*entries: str) -> list[tuple[Outcome, str | None]]:
    return [(Outcome.ANSWERED, entry) for entry in entries]


@pytest.mark.parametrize(
    "message",
    ["how long is a type 2 window?", "window", CAPACITOR, "", "we are a startup. how long does it take?"],
)
def test_one_question_is_ranked_as_it_stands(message: str):
    parts, more = rank_each(message, INDEX, ["what is a bridge letter?"])
    assert [(part.text, part.ranking) for part in parts] == [
        (message, rank(message, INDEX, ["what is a bridge letter?"]))
    ]
    assert not more


def test_each_question_finds_its_own_answer():
    assert found(f"{BRIDGE} and {ASSERTION}") == answered("bridge-letter", "management-assertion")
    assert found("1. what is soc 1\n2. what is soc 2\n3. what is soc 3") == answered(
        "soc-1", "soc-2", "soc-3"
    )


def test_a_part_leans_on_the_parts_before_it():
    assert found("what is a type 1 report? and type 2?") == answered("type-1", "type-2")
    assert found("how long does a soc 2 take? and how much does it cost?") == answered("timeline", "cost")


def test_it_does_not_lean_on_what_is_not_ours():
    assert found("best pizza in town? and what is a cuec?")[-1] == (Outcome.ANSWERED, "cuec")


def test_two_parts_with_one_answer_are_one_question():
    message = "what is a bridge letter? how long is it? who signs the assertion?"
    parts, more = rank_each(message, INDEX)
    assert [part.text for part in parts] == ["what is a bridge letter? how long is it?", ASSERTION]
    assert not more


def test_a_fragment_that_finds_nothing_stays_with_its_question():
    message = "what is a bridge letter? 24h? a week?"
    assert [part.text for part in rank_each(message, INDEX)[0]] == [message]


def test_what_is_not_known_is_a_part_of_its_own():
    assert found(f"{BRIDGE} {CAPACITOR}") == [*answered("bridge-letter"), (Outcome.UNKNOWN, None)]


def test_a_message_that_nothing_answers_is_one_question():
    message = f"{CAPACITOR} where is the warp drive?"
    assert [part.text for part in rank_each(message, INDEX)[0]] == [message]


def test_what_is_asked_again_is_one_question():
    parts, more = rank_each(f"{BRIDGE} {CAPACITOR} {CAPACITOR} {BRIDGE}", INDEX)
    assert [part.text for part in parts] == [f"{BRIDGE} {BRIDGE}", f"{CAPACITOR} {CAPACITOR}"]
    assert not more


def test_what_the_record_answers_stands_by_itself():
    parts, _ = rank_each("what do I owe? and who owns CC6.1?", INDEX)
    assert [part.text for part in parts] == ["what do I owe?", "and who owns CC6.1?"]


def test_in_one_sentence_it_is_parted_from_what_the_entries_answer():
    parts, _ = rank_each("Good morning. What do I owe, and how long is a type 2 window?", INDEX)
    assert [(part.intent is not None, part.entry_id) for part in parts] == [
        (True, None),
        (False, "window-length"),
    ]


def test_a_paste_of_questions_is_read_so_far_only():
    paste = " ".join(f"what is soc {number}?" for number in range(10_000))
    parts, more = rank_each(paste, INDEX)
    assert (len(parts), more) == (3, True)


def test_the_clauses_of_a_message_are_shared_among_its_questions():
    """Only when nothing was found so, is the message asked as one question with all the clauses that are tried."""

    def asked(told: str) -> list[str | None]:
        clauses = [f"the {letter}zebrax ate {letter}quokkaz under {letter}walrusy" for letter in told]
        parts, _ = rank_each(f"who signs the bridge letter; {'; '.join(clauses)}? {CAPACITOR}", INDEX)
        return [part.entry_id for part in parts]

    assert asked("abcde") == ["bridge-letter", None]
    assert asked("abcdef") == ["bridge-letter"]
    assert asked("abcdefghijkl") == [None]


def test_three_are_answered_and_a_fourth_is_counted():
    three = f"{BRIDGE} {ASSERTION} what is a cuec?"
    parts, more = rank_each(f"{three} what is soc 3?", INDEX)
    assert [part.entry_id for part in parts] == ["bridge-letter", "management-assertion", "cuec"]
    assert more
    assert not rank_each(three, INDEX)[1]
