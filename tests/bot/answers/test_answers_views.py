"""Answers as people get them: their words in order, and their worst cases."""

from datetime import date

import pytest

from bot.answers.views.answers import (
    ReviewState,
    did_you_mean,
    entry_answer,
    foreign_answer,
    rating_receipt,
    unknown_answer,
)
from bot.answers.views.routed_questions import lead_answer, routing_receipt
from bot.blocks.ids import Action
from bot.blocks.kit import Message
from bot.blocks.text import escaped
from content.library import Decoy, KnowledgeEntry, load_library
from tests.bot.samples import transcript

NOBODY = ReviewState()
LONG = "<!channel> & more, " * 800
WIDE = "漢字 & " * 4000


def entry(**changes) -> KnowledgeEntry:
    words = {
        "id": "soc2-type2-window",
        "title": "How long a Type 2 window is",
        "answer": "A Type 2 window is *usually* 3 to 12 months long.",
        "detail": "Common choices:\n\n- 3 months for a first report\n- 12 months after that",
        "phrasings": [f"how long is it {n}" for n in range(6)],
        "sources": ["SOC primer article", "Practice & custom"],
        "written_on": date(2026, 7, 1),
        "review_every": 365,
        "version": 1,
    }
    return KnowledgeEntry.model_validate(words | changes)


def decoy(say: str) -> Decoy:
    return Decoy(id="socks", title="Socks", phrasings=tuple("abcde"), say=say)


def test_an_answer_shows_its_source_and_that_nobody_here_reviewed_it():
    related = [("bridge-letter", "Bridge letters"), ("type-2", "What a Type 2 report is"), ("soc-3", "SOC 3")]
    message = entry_answer(entry(), NOBODY, related, "q1")
    assert transcript(message.blocks).splitlines() == [
        "How long a Type 2 window is",
        "A Type 2 window is usually 3 to 12 months long.",
        "Common choices:",
        "- 3 months for a first report",
        "- 12 months after that",
        "Entry soc2-type2-window v1 · starter content, not yet reviewed at your company",
        "Sources: SOC primer article; Practice & custom",
        "Related:",
        "[Bridge letters]",
        "[What a Type 2 report is]",
        "[This answer was helpful] [This answer was not helpful] "
        "[Ask compliance: a person answers your question]",
    ]
    assert message.text == (
        "A Type 2 window is usually 3 to 12 months long.\n\n"
        "Common choices:\n\n- 3 months for a first report\n- 12 months after that\n\n"
        "Entry soc2-type2-window v1 · starter content, not yet reviewed at your company\n"
        "Sources: SOC primer article; Practice &amp; custom\n\n"
        "Related: Bridge letters; What a Type 2 report is\n"
        "Not what you needed? Press Ask compliance, and a person answers you."
    )


def test_what_may_be_meant_as_well_stands_below_with_its_short_answer_and_a_button():
    other = entry(
        id="type-2", title="What a Type 2 report is", answer="It covers a *window* & its <controls>."
    )
    message = entry_answer(entry(), NOBODY, [("type-2", "What a Type 2 report is")], "q1", also=other)
    shown = transcript(message.blocks).splitlines()
    line = "If you meant “What a Type 2 report is”: It covers a window & its <controls>."
    assert shown.index("- 12 months after that") + 1 == shown.index(line)
    assert shown[shown.index(line) + 1].startswith("Entry soc2-type2-window v1")
    assert "[What a Type 2 report is]" in shown
    assert escaped(line) in message.text


def test_a_reviewed_answer_names_who_and_when():
    message = entry_answer(entry(version=3), ReviewState("Cleo Marchetti", date(2026, 10, 5)), [], "q1")
    line = "Entry soc2-type2-window v3 · reviewed by Cleo Marchetti on Mon 5 Oct 2026"
    assert line in transcript(message.blocks)
    assert line in message.text
    assert "Related" not in message.text + transcript(message.blocks)


def test_a_review_that_is_overdue_says_since_when():
    since = date(2026, 10, 5)
    for state, line in (
        (
            ReviewState(overdue_since=since),
            "not yet reviewed at your company, review overdue since Mon 5 Oct 2026",
        ),
        (
            ReviewState("Cleo Marchetti", date(2025, 10, 5), since),
            "reviewed by Cleo Marchetti on Sun 5 Oct 2025, review overdue since Mon 5 Oct 2026",
        ),
    ):
        message = entry_answer(entry(), state, [], "q1")
        assert line in transcript(message.blocks)
        assert line in message.text


def test_buttons_carry_opaque_ids_only():
    message = entry_answer(entry(), NOBODY, [("bridge-letter", "Bridge letters")], "q1")
    assert pressed(message) == {
        Action.ASK_RELATED: "bridge-letter",
        Action.HELPFUL: "q1",
        Action.NOT_HELPFUL: "q1",
        Action.ASK_COMPLIANCE: "q1",
    }
    assert pressed(did_you_mean([("type-1", "Type 1")], "q2")) == {
        Action.DID_YOU_MEAN: "type-1",
        Action.ASK_COMPLIANCE: "q2",
    }
    assert (
        pressed(unknown_answer("q3"))
        == pressed(foreign_answer(decoy("No."), "q3"))
        == {Action.ASK_COMPLIANCE: "q3"}
    )


def test_did_you_mean_offers_three_at_most():
    matches = [
        ("type-1", "What a Type 1 report is"),
        ("type-2", "What a Type 2 report is"),
        ("a", "A"),
        ("b", "B"),
    ]
    message = did_you_mean(matches, "q1")
    assert transcript(message.blocks).splitlines() == [
        "I am not sure what you are asking. Did you mean one of these?",
        "[What a Type 1 report is]",
        "[What a Type 2 report is]",
        "[A]",
        "None of them? Put it in other words, or "
        "press Ask compliance: your question goes to the compliance team, with your name.",
        "[Ask compliance: a person answers your question]",
    ]
    assert "1. What a Type 1 report is\n2. What a Type 2 report is\n3. A\n" in message.text


def test_a_question_without_a_topic_gets_an_example():
    message = did_you_mean([], "q1")
    assert pressed(message) == {Action.ASK_COMPLIANCE: "q1"}
    assert "“How long is a Type 2 window?”" in message.text
    assert "Did you mean" not in message.text


def test_what_is_not_known_is_said_and_a_person_offered():
    assert unknown_answer("q1").text == (
        "I do not know. Nothing that has been written down for me answers this, and I do not guess.\n"
        "Put it in other words, or "
        "press Ask compliance: your question goes to the compliance team, with your name."
    )
    assert foreign_answer(decoy("I know nothing of socks."), "q1").text.startswith(
        "I know nothing of socks.\nIf it is"
    )


def test_receipts_say_what_happened():
    assert routing_receipt().text == (
        "Your question is with the compliance team. You get their answer in a message from me."
    )
    assert rating_receipt(helpful=True) == "Noted: this answer helped you."
    assert rating_receipt(helpful=False).startswith("Noted: this answer did not help you.")


def test_a_person_s_answer_names_the_person_and_the_question():
    message = lead_answer("Do we <log> it?", "Yes, *since* May.", "Cleo Marchetti")
    assert transcript(message.blocks).splitlines() == [
        "Cleo Marchetti from compliance answers your question:",
        "> Do we <log> it?",
        "Yes, *since* May.",
        "This is a person's answer, not a curated entry.",
    ]
    assert message.text == (
        "Cleo Marchetti from compliance answers your question:\n\n“Do we &lt;log&gt; it?”\n\n"
        "Yes, *since* May.\n\nThis is a person's answer, not a curated entry."
    )


@pytest.mark.parametrize(
    "words", [LONG, WIDE, "\n\n".join(["- point"] * 300), "| a | b |\n|---|---|\n| x | y |"]
)
def test_the_worst_case_stays_within_every_limit(words, faults):
    huge = entry(title=words, answer=words, detail=words, sources=[words] * 9)
    related = [("x" * 75, words)] * 9
    messages = [
        entry_answer(huge, ReviewState(words[:200], date(2026, 10, 5)), related, "q" * 75),
        did_you_mean(related, "q1"),
        foreign_answer(decoy(words), "q1"),
        lead_answer(words, words, words[:200]),
    ]
    for message in messages:
        assert faults(message.blocks) == []
        assert len(message.text.encode()) <= 4000
    assert Action.ASK_COMPLIANCE in pressed(messages[0])
    assert "Entry soc2-type2-window v1" in messages[0].text
    assert "Sources: " in messages[0].text


def test_every_packaged_entry_is_shown_whole(faults):
    library = load_library()
    for known in library.knowledge:
        related = [(other, library.entry(other).title) for other in known.related]
        message = entry_answer(known, NOBODY, related, "q1")
        assert faults(message.blocks) == [], known.id
        assert "not shown here" not in transcript(message.blocks), known.id
        assert "…" not in message.text, known.id
    for known in library.decoys:
        assert faults(foreign_answer(known, "q1").blocks) == [], known.id


def pressed(message: Message) -> dict[str, str]:
    """Each button's action and the value that a press sends."""
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return {element["action_id"]: element["value"] for row in rows for element in row}
