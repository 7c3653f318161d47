"""What a lead answered once answers everybody, once another lead has approved it; and it is edited in versions."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answers.answering import answer_question
from bot.answers.incoming import IncomingQuestion
from bot.answers.proposals import approve_proposal
from bot.approved import ApprovedAnswers, IndexedLibrary
from handlers.sandbox.cast import Cast, Player, ScreenMessage
from handlers.stack import Stage, open_stage
from storage.knowledge import Proposal
from storage.obligations import Obligation
from storage.programme import EntryReview
from storage.questions import Question
from storage.record.entries import entries_from
from storage.terms import Event, ObligationKind, ObligationState, Outcome, ProposalState, Via
from tests.dialogs.postbox import open_postbox
from tests.dialogs.steps import ADA, BEN, CLEO, DAN, QUESTION, kinds, nothing_waits, only, proved, rows

ASKED = "what is a flux capacitor?"
ANSWER = "It is what makes time travel possible.\n\nOurs stands in the server room."
TITLE = "The flux capacitor"


async def replies(lead: Player, **values: str) -> dict[str, str]:
    """The lead opens the form from Home; the errors that it shows."""
    await lead.presses("Answer", await lead.home(ASKED))
    form = await lead.modal("Ada Okafor asks:")
    labels = {"answer": "Your answer", "title": "Title of the answer for everybody", "keep": "Afterwards"}
    labels["entry"] = "Or the entry that answers it already"
    return await lead.submits(form, {labels[name]: value for name, value in values.items()})


async def asks_compliance(ada: Player) -> None:
    await ada.says(ASKED)
    await ada.presses("Ask compliance", await ada.hears("I do not know."))


async def proposed(cast: Cast, **values: str) -> None:
    """Ada asks what nobody wrote down, and Cleo answers."""
    await asks_compliance(cast.person("Ada"))
    assert await replies(cast.person("Cleo"), **{"answer": ANSWER, "title": TITLE, **values}) == {}


async def decided(lead: Player, what: str = "Approve") -> None:
    await lead.presses(what, await lead.home("proposed"))


async def edits(lead: Player, values: dict[str, str]) -> None:
    """The lead opens the form of the one answer of their own, and proposes it with other values."""
    await lead.presses("Answers of your own", await lead.home("Answers of your own"))
    await lead.presses("Edit", await lead.modal("Answers of your own"))
    assert await lead.submits(await lead.modal("answers until this version is approved."), values) == {}


async def hears_the_answer(person: Player, text: str = "tell me about the flux capacitor") -> ScreenMessage:
    before = await person.so_far()
    await person.says(text)
    return await person.hears("Entry own-", after=before)


async def test_a_lead_s_answer_answers_everybody_once_another_lead_approves(stage: Stage, cast: Cast):
    ben, cleo, dan = cast.person("Ben"), cast.person("Cleo"), cast.person("Dan")
    await proposed(cast)
    await ben.says(ASKED)
    await ben.hears("I do not know.")
    assert "proposed an answer" not in (await cleo.home()).text

    request = await dan.home("Cleo Marchetti proposed an answer for everybody: The flux capacitor")
    for words in ("It is what makes time travel possible.", "Ours stands in the server room.", f"“{ASKED}”"):
        assert words in request.text
    await dan.presses("Approve", request)

    answer = await hears_the_answer(ben)
    proposal = await only(stage, Proposal)
    assert f"Entry {proposal.entry_id} v1 · approved by Dan Whitfield on Mon 5 Oct 2026" in answer.text
    assert "Sources: Answer by Cleo Marchetti, Mon 5 Oct 2026" in answer.text
    assert "Ours stands in the server room." in answer.text
    await dan.home("Nothing is waiting for you, Dan Whitfield.")
    assert (proposal.state, proposal.proposed_by, proposal.decided_by, proposal.version) == (
        ProposalState.APPROVED,
        CLEO,
        DAN,
        1,
    )
    assert (await only(stage, EntryReview)).reviewed_by == DAN
    assert {Event.PROPOSAL_MADE, Event.PROPOSAL_APPROVED} <= set(await kinds(stage))
    first, *_, last = sorted(await rows(stage, Question), key=lambda row: row.asked_at)
    assert (last.outcome, last.entry_version) == (Outcome.ANSWERED, 1)
    assert first.content_version != last.content_version
    await proved(stage)


async def test_the_record_has_no_word_of_what_was_asked(stage: Stage, cast: Cast):
    """The form begins with the question as the title, and many a lead leaves it."""
    await asks_compliance(cast.person("Ada"))
    assert await replies(cast.person("Cleo"), answer=ANSWER) == {}
    await decided(cast.person("Dan"))
    await hears_the_answer(cast.person("Ben"))
    assert (await only(stage, Proposal)).title == ASKED
    await nothing_waits(stage)
    async with stage.service.desk.sessions.reading() as session:
        entries = await entries_from(session, 0, 100_000)
    assert Event.PROPOSAL_APPROVED in {entry.kind for entry in entries}
    assert [
        entry.leaf for entry in entries if re.search("flux|capacitor", f"{entry.subject} {entry.leaf}")
    ] == []


async def test_a_title_of_blanks_is_none(stage: Stage, cast: Cast):
    await proposed(cast, title="   ")
    assert (await only(stage, Proposal)).title == ASKED
    dan = cast.person("Dan")
    await decided(dan)
    await edits(dan, {"Title": "  ", "Answer": "It makes time travel possible."})
    assert {row.title for row in await rows(stage, Proposal)} == {ASKED}


async def test_the_proposer_cannot_approve_while_somebody_else_leads(stage: Stage, cast: Cast):
    await proposed(cast)
    proposal = await only(stage, Proposal)
    async with open_postbox(stage) as slack:
        assert (await slack.presses(CLEO, "approve_proposal", proposal.id)).status == 200
    await cast.person("Cleo").hears("You proposed this, so another lead has to decide: Dan Whitfield.")
    assert (await only(stage, Proposal)).state is ProposalState.PROPOSED


async def test_the_second_lead_reads_the_last_line_before_approving(stage: Stage, cast: Cast):
    detail = "\n\n".join(f"Step {number} of the start." for number in range(1, 31))
    await proposed(cast, answer=f"It makes time travel possible.\n\n{detail}")
    request = await cast.person("Dan").home("Cleo Marchetti proposed an answer for everybody")
    assert "Step 30 of the start." in request.text
    assert "not shown here" not in request.text


async def test_who_leads_alone_may_and_the_record_and_the_answer_say_so(data_folder: Path):
    async with open_stage(data_folder, compliance_leads=(CLEO,)) as stage, Cast(stage.sandbox.url) as cast:
        cleo = cast.person("Cleo")
        await proposed(cast)
        assert "Nobody else leads compliance" in (await cleo.home("You proposed an answer")).text
        await decided(cleo)

        answer = await hears_the_answer(cast.person("Ben"))
        assert "approved by Cleo Marchetti, who wrote it, on Mon 5 Oct 2026" in answer.text
        async with stage.service.desk.sessions.reading() as session:
            [entry] = [
                each for each in await entries_from(session, 0) if each.kind == Event.PROPOSAL_APPROVED
            ]
        assert '"four_eyes":false' in entry.leaf


async def test_a_second_lead_takes_the_decision_over_from_the_one_who_was_alone(data_folder: Path):
    async with (
        open_stage(data_folder, compliance_leads=(CLEO,), keep=True) as stage,
        Cast(stage.sandbox.url) as cast,
    ):
        await proposed(cast)
        await nothing_waits(stage)
    async with open_stage(data_folder, keep=True) as stage, Cast(stage.sandbox.url) as cast:
        await stage.service.settle()
        obligations = [
            row for row in await rows(stage, Obligation) if row.kind is ObligationKind.DECIDE_PROPOSAL
        ]
        assert {row.person_id: row.state for row in obligations} == {
            CLEO: ObligationState.WITHDRAWN,
            DAN: ObligationState.OPEN,
        }
        await decided(cast.person("Dan"))
        await hears_the_answer(cast.person("Ben"))


async def test_a_declined_answer_answers_nobody_and_the_reason_is_kept(stage: Stage, cast: Cast):
    dan = cast.person("Dan")
    await proposed(cast)
    await decided(dan, "Decline")
    form = await dan.modal("This will not answer anybody: The flux capacitor")
    assert await dan.submits(form, {"Why": " "}) == {
        "reason": "Please give a reason, so that the other side knows what to do."
    }
    assert await dan.submits(form, {"Why": "Nobody may know."}) == {}

    await cast.person("Ben").says(ASKED)
    await cast.person("Ben").hears("I do not know.")
    proposal = await only(stage, Proposal)
    assert (proposal.state, proposal.reason) == (ProposalState.DECLINED, "Nobody may know.")
    async with open_postbox(stage) as slack:
        await slack.presses(DAN, "approve_proposal", proposal.id)
    await dan.hears("Dan Whitfield has already declined this.")
    await proved(stage)


async def test_the_question_becomes_one_more_way_to_ask_for_an_entry_that_is_there(stage: Stage, cast: Cast):
    ben, dan = cast.person("Ben"), cast.person("Dan")
    await proposed(cast, entry="window-length")
    request = await dan.home("Cleo Marchetti proposed that this entry also answers what people asked")
    assert f"“{ASKED}”" in request.text
    assert "usually 3 to 12 months" in request.text

    await dan.presses("Approve", request)

    await ben.says(ASKED)
    await ben.hears("A Type 2 window is usually 3 to 12 months long.")
    assert (await only(stage, Proposal)).version is None
    await proved(stage)


async def test_what_is_only_for_who_asked_is_not_kept(stage: Stage, cast: Cast):
    await proposed(cast, keep="Only for those who asked")
    await cast.person("Ada").hears("It is what makes time travel possible.")
    assert await rows(stage, Proposal) == []


async def test_an_answer_that_could_not_be_shown_whole_is_refused_at_its_field(stage: Stage, cast: Cast):
    await asks_compliance(cast.person("Ada"))
    errors = await replies(cast.person("Cleo"), answer="Long. " * 400)
    assert errors["answer"].startswith("This is too long to be shown as an answer.")
    assert await rows(stage, Proposal) == []


async def test_an_edit_is_the_next_version_and_the_last_one_answers_until_it_is_approved(
    stage: Stage, cast: Cast
):
    ben, cleo, dan = cast.person("Ben"), cast.person("Cleo"), cast.person("Dan")
    await proposed(cast)
    await decided(dan)

    words = "It is what makes time travel possible, at 88 miles an hour."
    await edits(dan, {"Answer": words, "Ways to ask": f"{ASKED}\nhow fast is time travel"})
    assert "v1" in (await hears_the_answer(ben)).text
    async with open_postbox(stage) as slack:
        first = next(row for row in await rows(stage, Proposal) if row.version == 1)
        await slack.presses(CLEO, "open_edit_answer", first.id)
    await cleo.hears("A new version of this answer already waits for a decision.")

    await decided(cleo)

    answer = await hears_the_answer(ben, "how fast is time travel")
    assert "88 miles an hour" in answer.text
    assert "v2 · approved by Cleo Marchetti" in answer.text
    assert "Sources: Answer by Dan Whitfield" in answer.text
    async with open_postbox(stage) as slack:
        await slack.presses(CLEO, "open_edit_answer", first.id)
    await cleo.hears("This answer was edited meanwhile.")
    await proved(stage)


async def test_an_edit_withdraws_a_way_to_ask_that_was_approved_apart(stage: Stage, cast: Cast):
    ada, cleo, dan, ben = (cast.person(name) for name in ("Ada", "Cleo", "Dan", "Ben"))
    await proposed(cast)
    await decided(dan)
    await nothing_waits(stage)
    entry_id = (await only(stage, Proposal)).entry_id
    before = await ada.so_far()
    await ada.says("gizmo backwards compatibility")
    await ada.presses("Ask compliance", await ada.hears("I do not know.", after=before))
    await cleo.presses("Answer", await cleo.home("gizmo"))
    also = {"Your answer": "See there.", "Or the entry that answers it already": entry_id}
    assert await cleo.submits(await cleo.modal("gizmo"), also) == {}

    await dan.presses("Answers of your own", await dan.home("Answers of your own"))
    await dan.presses("Edit", await dan.modal("Answers of your own"))
    early = await dan.modal("answers until this version is approved.")
    await nothing_waits(stage)
    second = next(row for row in await rows(stage, Proposal) if row.state is ProposalState.PROPOSED)
    await approve_proposal(stage.service.desk, DAN, second.id)
    assert await dan.submits(early, {"Answer": "Time travel."}) == {
        "answer": "This answer was edited meanwhile. Open it once more."
    }
    assert "capacitor" in (await hears_the_answer(ben, "gizmo backwards compatibility")).text
    await dan.closes(early)

    await edits(dan, {"Ways to ask": ASKED})
    await decided(cleo)
    await nothing_waits(stage)
    before = await ben.so_far()
    await ben.says("gizmo backwards compatibility")
    await ben.hears("I do not know.", after=before)
    await proved(stage)


async def test_another_replica_notices_at_the_next_question(stage: Stage, cast: Cast):
    """Each process keeps an index of its own, and has only the database in common with the others."""
    await proposed(cast)
    desk = stage.service.desk
    replica = replace(desk, approved=ApprovedAnswers(IndexedLibrary(desk.library)))
    async with replica.reading() as work:
        before = await work.library()
    await decided(cast.person("Dan"))
    await nothing_waits(stage)
    entry_id = (await only(stage, Proposal)).entry_id
    assert entry_id not in {entry.id for entry in before.knowledge}
    answered = await answer_question(
        replica, IncomingQuestion(BEN, ASKED, Via.DM, BEN, event_id="Ev0REPLICA")
    )
    assert answered
    [question] = [row for row in await rows(stage, Question) if row.id == answered.first_id]
    assert (question.outcome, question.offered_ids) == (Outcome.ANSWERED, [entry_id])
    async with replica.reading() as work:
        assert (await work.library()).entry(entry_id).title == TITLE


@pytest.mark.parametrize(
    "action", ["approve_proposal", "open_decline_proposal", "open_edit_answer", "open_own_answers"]
)
async def test_nobody_but_a_lead_decides_or_edits(stage: Stage, cast: Cast, action: str):
    await proposed(cast)
    proposal = await only(stage, Proposal)
    async with open_postbox(stage) as slack:
        assert (await slack.presses(BEN, action, proposal.id)).status == 200
        for callback, field in (("decline_proposal", "reason"), ("edit_answer", "answer")):
            answer = await slack.submits(BEN, callback, proposal.id, {field: {"value": "No."}})
            assert "Only a compliance lead can do this" in answer.json["errors"][field]
    await cast.person("Ben").hears("Only a compliance lead can do this: Cleo Marchetti or Dan Whitfield.")
    assert (await only(stage, Proposal)).state is ProposalState.PROPOSED


async def test_votes_change_no_ranking(stage: Stage, cast: Cast):
    """Everybody says that an answer did not help; the next person still gets it, and a lead sees the votes."""
    desk = stage.service.desk
    for name in ("Ada", "Ben", "Eva", "Farid"):
        person = cast.person(name)
        await person.says(QUESTION)
        await person.presses("Not helpful", await person.hears("Entry window-length v1"))
        await person.hears("Noted: this answer did not help you.")
    await cast.person("Grace").says(QUESTION)
    await cast.person("Grace").hears("Entry window-length v1")
    async with desk.reading() as work:
        assert await work.library() == desk.library
    assert len({row.content_version for row in await rows(stage, Question)}) == 1
    assert ADA in {row.asker_id for row in await rows(stage, Question)}
