"""Replies: one question as it is, several with their headings and buttons, and their worst cases."""

import pytest

from bot.answers.views.answers import ROOMS, ReviewState, did_you_mean, entry_answer, unknown_answer
from bot.answers.views.replies import ReplyPart, follow_up_modal, question_modal, reply_message
from bot.blocks import limits
from bot.blocks.ids import Action, Callback, Field
from bot.blocks.kit import Message
from content.library import load_library
from tests.bot.answers.test_answers_views import LONG, WIDE, entry
from tests.bot.samples import Faults, transcript

CAPACITOR = ReplyPart("what is a <flux> capacitor?", unknown_answer("q1.2"))


def window(question_id: str = "q1", room: int = 1) -> ReplyPart:
    message = entry_answer(
        entry(), ReviewState(), [("type-2", "What a Type 2 report is")], question_id, ROOMS[room - 1]
    )
    return ReplyPart("how long is the window?", message)


def test_one_question_gets_its_answer_and_nothing_else():
    part = window()
    assert reply_message([part]) == part.message


def test_each_of_several_questions_has_its_heading_and_its_buttons():
    message = reply_message([window(room=2), CAPACITOR], closing="No more.")
    words = transcript(message.blocks).splitlines()
    assert words[:3] == [
        "1. “how long is the window?”",
        "How long a Type 2 window is",
        "A Type 2 window is usually 3 to 12 months long.",
    ]
    assert "Sources: SOC primer article; Practice & custom" in words
    assert words[-5:-3] == [
        "2. “what is a <flux> capacitor?”",
        "I do not know. Nothing that has been written down for me answers this, and I do not guess.",
    ]
    assert words[-1] == "No more."
    values = [
        element["value"] for row in message.blocks if row["type"] == "actions" for element in row["elements"]
    ]
    assert values == ["type-2", "q1", "q1", "q1", "q1.2"]
    assert message.text.startswith("1. “how long is the window?”\n\nA Type 2 window is")
    assert "2. “what is a &lt;flux&gt; capacitor?”\n\nI do not know." in message.text
    assert message.text.endswith("No more.")


def test_a_channel_s_answer_says_who_asked_what_and_how_to_go_on():
    message = reply_message([CAPACITOR], asked_by="Ben Castillo asked", follow_up="q1")
    words = transcript(message.blocks).splitlines()
    assert words[0] == "Ben Castillo asked: “what is a <flux> capacitor?”"
    assert words[-1] == "[Ask a follow-up in this thread]"
    assert message.blocks[-1]["elements"][0]["value"] == "q1"
    assert message.text.startswith(
        "Ben Castillo asked: “what is a &lt;flux&gt; capacitor?”\n\nI do not know."
    )
    assert message.text.endswith("To go on from this answer, press “Ask a follow-up”.")
    assert reply_message([window(), CAPACITOR], asked_by="You asked").text.startswith(
        "You asked 2 questions:\n\n1. "
    )


def test_the_forms_ask_one_thing():
    asks, follows = question_modal(), follow_up_modal("q1", "what is <it>?")
    assert [block["block_id"] for block in asks["blocks"]] == [Field.QUESTION]
    assert (asks["callback_id"], asks["private_metadata"]) == (Callback.ASK, "")
    assert (follows["callback_id"], follows["private_metadata"]) == (Callback.FOLLOW_UP, "q1")
    assert transcript(follows["blocks"]).splitlines()[0] == "Goes on from: “what is <it>?”"


@pytest.mark.parametrize("words", [LONG, WIDE, "\n\n".join(["- point"] * 300)])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_worst_reply_keeps_every_button(words: str, count: int, faults: Faults):
    huge = entry(title=words, answer=words, detail=words, sources=[words] * 9)
    offers = [("x" * 75, words)] * 3
    answers = [
        entry_answer(huge, ReviewState(), offers, "q" * 75, ROOMS[count - 1]) for _ in range(count - 1)
    ]
    parts = [ReplyPart(words, message) for message in (*answers, did_you_mean(offers, "q" * 75))]
    message = reply_message(parts, asked_by=words[:200], closing="No more.", follow_up="q" * 75)

    assert faults(message.blocks) == []
    assert len(message.text.encode()) <= limits.MESSAGE_TEXT_BYTES
    assert pressed(message).count(Action.ASK_COMPLIANCE) == count
    assert pressed(message)[-1] == Action.OPEN_FOLLOW_UP
    assert faults(follow_up_modal("q" * 75, words)["blocks"], "modal") == []


@pytest.mark.parametrize("count", [2, 3])
def test_each_answer_beside_others_names_its_source(count: int, faults: Faults):
    library = load_library()
    for known in library.knowledge:
        related = [(other, library.entry(other).title) for other in known.related]
        message = entry_answer(known, ReviewState(), related, "q1", ROOMS[count - 1])
        message = reply_message([ReplyPart(known.title, message)] * count, follow_up="q1")
        assert faults(message.blocks) == [], known.id
        assert transcript(message.blocks).count(f"Entry {known.id} v{known.version}") == count, known.id
        assert transcript(message.blocks).count("Sources: ") == count, known.id
        assert message.text.count(f"Entry {known.id} v{known.version}") == count, known.id
        for action in (Action.HELPFUL, Action.NOT_HELPFUL, Action.ASK_COMPLIANCE):
            assert pressed(message).count(action) == count, known.id
        assert pressed(message).count(Action.ASK_RELATED) == count * min(2, len(related)), known.id


def pressed(message: Message) -> list[str]:
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return [element["action_id"] for row in rows for element in row]
