"""What a lead reads before deciding on an answer for everybody, and the forms around it."""

from typing import Any

import pytest

from bot.answers.views import proposals
from bot.answers.views.answers import cut_parts
from bot.blocks.ids import Action, Callback, Field
from bot.reminders.views import bundles
from bot.search.overlay import phrasings_of
from bot.search.words import Lexicon
from content.library import load_library
from content.models import KnowledgeEntry
from storage.knowledge import Proposal
from storage.terms import ProposalKind, ProposalState
from tests.bot.samples import LONG, NINE, SPELL, TODAY, Faults, actions_of, read, sound

LIBRARY = load_library()
ENTRY = KnowledgeEntry.model_validate(
    {
        "id": "naming-our-auditor",
        "title": "Naming our auditor",
        "answer": "Only with the firm's written consent.",
        "detail": "Write to *Cleo* first.",
        "phrasings": ["may we name our auditor?", "who audits us"],
        "sources": ["Answer by Cleo Marchetti, Mon 5 Oct 2026"],
        "written_on": "2026-10-05",
        "review_every": "365",
        "version": "1",
    }
)


def proposal(**changes: Any) -> Proposal:
    values: dict[str, Any] = {
        "id": "p1",
        "kind": ProposalKind.PHRASINGS,
        "entry_id": ENTRY.id,
        "phrasings": "may we name our auditor?\nwho audits us",
        "proposed_by": "U0CLEO",
        "proposed_at": NINE,
    }
    return Proposal(**{**values, **changes})


def test_dan_reads_the_whole_answer_and_what_his_press_does():
    shown = proposals.entry_request("p1", ENTRY, "Cleo Marchetti")
    assert read(shown) == (
        "Cleo Marchetti proposed an answer for everybody: Naming our auditor\n"
        "Only with the firm's written consent.\n"
        "Write to Cleo first.\n"
        "Asked as:\n"
        "- “may we name our auditor?”\n"
        "- “who audits us”\n"
        "Once you approve, I answer with it, and say that Cleo Marchetti wrote it and you approved it.\n"
        "[Approve] [Decline]"
    )
    assert actions_of(shown) == {Action.APPROVE_PROPOSAL: "p1", Action.OPEN_DECLINE_PROPOSAL: "p1"}
    for words in ("Naming our auditor", "written consent", "Write to Cleo", "who audits us", "Press Approve"):
        assert words in shown.text


def test_nothing_that_the_press_stands_for_is_hidden(faults: Faults):
    """The longest that a form lets through, with as many ways to ask as a proposal may have."""
    detail = "\n\n".join(f"Paragraph {number}." for number in range(30))
    phrasings = phrasings_of(
        [f"{number} may we name our auditor in a tender " * 6 for number in range(150)],
        Lexicon(LIBRARY.vocabulary),
    )
    longest = ENTRY.model_copy(
        update={"answer": "Yes. " * 190, "detail": f"{detail} {'more ' * 200}", "phrasings": tuple(phrasings)}
    )
    assert cut_parts(longest) == []
    shown = proposals.entry_request("p1", longest, "Cleo Marchetti")
    sound(shown, faults)
    assert bundles.bundle_message([shown], "Dan", TODAY).blocks[-1] == shown.blocks[-1], (
        "it fits into a message"
    )
    for words in (
        "Paragraph 0.",
        "Paragraph 29.",
        "more more",
        phrasings[0],
        phrasings[-1],
        "[Approve] [Decline]",
    ):
        assert words in read(shown)
    assert len(phrasings) > 8
    more = proposals.phrasings_request(proposal(phrasings="\n".join(phrasings)), longest, "Cleo Marchetti")
    assert all(text in read(more) for text in phrasings)


def test_what_a_form_would_cut_is_not_edited_in_one():
    assert proposals.fits_form(ENTRY)
    for change in (
        {"title": "Naming " * 12},
        {"detail": "[a](https://example.com/a) " * 120},
        {"phrasings": ("may we name our auditor " * 10,) * 13},
    ):
        assert not proposals.fits_form(ENTRY.model_copy(update=change)), change


def test_more_ways_to_ask_for_an_entry_that_is_gone_can_only_be_declined():
    shown = proposals.missing_entry_request(proposal(), "Cleo Marchetti")
    assert read(shown) == (
        "Cleo Marchetti proposed more ways to ask for the entry naming-our-auditor, which is not in the content any "
        "more. Press Decline, and nobody is asked again.\n"
        "- “may we name our auditor?”\n- “who audits us”\n[Decline]"
    )
    assert actions_of(shown) == {Action.OPEN_DECLINE_PROPOSAL: "p1"}


def test_an_edit_says_which_version_it_is():
    second = ENTRY.model_copy(update={"version": 2})
    assert "proposed an answer for everybody, version 2 of it: Naming" in read(
        proposals.entry_request("p1", second, "Cleo")
    )


def test_who_is_alone_reads_what_the_record_will_say():
    assert "answers and record say that you approved what you wrote." in read(
        proposals.entry_request("p1", ENTRY, "You")
    )


def test_more_phrasings_come_with_what_the_entry_says():
    shown = proposals.phrasings_request(proposal(), ENTRY, "Cleo Marchetti")
    assert read(shown).splitlines()[:5] == [
        "Cleo Marchetti proposed that this entry also answers what people asked: Naming our auditor",
        "Asked as:",
        "- “may we name our auditor?”",
        "- “who audits us”",
        "Only with the firm's written consent.",
    ]
    assert "It says: Only with" in shown.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"state": ProposalState.APPROVED}, "Approved by Dan: Naming our auditor"),
        ({"state": ProposalState.DECLINED, "reason": "No."}, "Declined by Dan: Naming our auditor: “No.”"),
    ],
)
def test_decided_it_has_no_button(changes: dict[str, Any], words: str):
    shown = proposals.proposal_receipt(proposal(**changes), ENTRY.title, "Dan")
    assert (read(shown), shown.text, actions_of(shown)) == (words, words, {})
    assert read(proposals.withdrawn_proposal("A")) == "Closed, another lead decides on this answer: A"


def test_the_form_of_a_reply_offers_every_entry():
    form = proposals.reply_modal(
        Callback.ANSWER,
        "q1",
        proposals.quoted_question("Ada", "May we?"),
        "May we?",
        LIBRARY.knowledge,
        "Ada gets it.",
    )
    assert form["private_metadata"] == "q1"
    inputs = {block["block_id"]: block for block in form["blocks"] if block["type"] == "input"}
    assert list(inputs) == [Field.ANSWER, Field.KEEP, Field.TITLE, Field.ENTRY]
    assert [inputs[field]["optional"] for field in inputs] == [False, False, True, True]
    assert inputs[Field.TITLE]["element"]["initial_value"] == "May we?"
    groups = inputs[Field.ENTRY]["element"]["option_groups"]
    assert sum(len(group["options"]) for group in groups) == len(LIBRARY.knowledge)
    assert read(form).startswith("Ada asks:\n> May we?\nYour answer: … Ada gets it. The first paragraph")


def test_editing_begins_with_what_answers_now():
    form = proposals.edit_answer_modal("p1", ENTRY)
    values = {
        block["block_id"]: block["element"]["initial_value"]
        for block in form["blocks"]
        if block["type"] == "input"
    }
    assert values == {
        Field.TITLE: "Naming our auditor",
        Field.ANSWER: "Only with the firm's written consent.\n\nWrite to *Cleo* first.",
        Field.PHRASINGS: "may we name our auditor?\nwho audits us",
    }


def test_own_answers_are_listed_with_their_source():
    shown = proposals.own_answers_modal([("p1", ENTRY)] * 50)
    assert read(shown).startswith(
        "Naming our auditor v1 · Answer by Cleo Marchetti, Mon 5 Oct 2026\n[Edit]"
    ) or ("Naming our auditor\nv1 · Answer by Cleo Marchetti, Mon 5 Oct 2026" in read(shown))
    assert read(shown).endswith("and 5 older answers: socrates content export writes them all")


@pytest.mark.parametrize("words", [SPELL, LONG[:600]])
def test_whatever_was_written(words: str, faults: Faults):
    worst = ENTRY.model_copy(
        update={"title": words, "answer": words, "detail": words, "phrasings": (words,) * 4}
    )
    few = "\n".join([words] * 4)
    declined = proposal(phrasings=few, reason=words, state=ProposalState.DECLINED)
    for shown in (
        proposals.entry_request("p1", worst, words[:60]),
        proposals.missing_entry_request(declined, words[:60]),
        proposals.phrasings_request(declined, worst, words[:60]),
        proposals.proposal_receipt(declined, words[:75], words[:60]),
        proposals.withdrawn_proposal(words[:75]),
        proposals.decline_proposal_modal("p1", words),
        proposals.own_answers_modal([("p1", worst)] * 60),
        proposals.edit_answer_modal("p1", worst),
        proposals.reply_modal(
            Callback.ANSWER, "q1", proposals.quoted_question(words, words), words, [worst] * 300, words[:60]
        ),
    ):
        sound(shown, faults)
