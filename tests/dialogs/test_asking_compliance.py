"""What is not known is passed to a person, and the answer comes back to where it was asked."""

from pathlib import Path

from handlers.sandbox.cast import Cast, Player, ScreenMessage
from handlers.stack import Stage, open_stage
from storage.obligations import Obligation
from storage.questions import Question
from storage.terms import Event, ObligationKind, ObligationState, QuestionState
from tests.dialogs.postbox import open_postbox
from tests.dialogs.steps import kinds, only, proved, rows

UNKNOWN = "what is a flux capacitor?"
TOLD = "It is what makes time travel possible."
ROUTED = "Your question is with the compliance team."


async def asks_compliance(ada: Player, channel: str = "bot") -> ScreenMessage:
    """Ada asks what nobody wrote down, and passes it on."""
    await ada.says(UNKNOWN, channel=channel, mention=channel != "bot")
    unknown = await ada.hears("I do not know.", channel=channel)
    await ada.presses("Ask compliance", unknown)
    return unknown


async def answers(lead: Player, words: str = TOLD) -> dict[str, str]:
    """From Home; the errors that the form shows."""
    await lead.presses("Answer", await lead.home(UNKNOWN))
    form = await lead.modal("Ada Okafor asks:")
    assert UNKNOWN in form.text
    return await lead.submits(form, {"Your answer": words})


async def test_a_lead_s_answer_reaches_the_asker_in_the_same_thread(stage: Stage, cast: Cast):
    ada, cleo = cast.person("Ada"), cast.person("Cleo")
    unknown = await asks_compliance(ada)
    await ada.hears(ROUTED, thread=unknown)

    assert await answers(cleo) == {}

    answer = await ada.hears(TOLD)
    assert answer.thread_ts == unknown.thread_ts
    assert "Cleo Marchetti from compliance answers your question:" in answer.text
    await cleo.home("Nothing is waiting for you, Cleo Marchetti.")
    question = await only(stage, Question)
    assert (question.state, question.answer, question.answered_by) == (
        QuestionState.ANSWERED,
        TOLD,
        cleo.id,
    )
    obligations = {
        row.person_id: row.state for row in await rows(stage, Obligation) if row.kind is ObligationKind.ANSWER
    }
    assert obligations == {cleo.id: ObligationState.DONE, "U0DAN": ObligationState.WITHDRAWN}
    assert {Event.QUESTION_ROUTED, Event.QUESTION_SETTLED} <= set(await kinds(stage))
    await proved(stage)


async def test_in_a_channel_everyone_in_the_thread_reads_it(cast: Cast):
    ada = cast.person("Ada")
    unknown = await asks_compliance(ada, "#general")

    await answers(cast.person("Cleo"))

    answer = await cast.person("Ben").hears(TOLD, channel="#general")
    assert answer.thread_ts == unknown.thread_ts


async def test_a_command_s_asker_gets_it_in_private(cast: Cast):
    ada = cast.person("Ada")
    unknown = await ada.commands(f"/soc {UNKNOWN}", channel="#general")
    assert unknown is not None
    await ada.presses("Ask compliance", unknown)
    await ada.hears(ROUTED)

    await answers(cast.person("Cleo"))

    assert (await ada.hears(TOLD)).channel == "D0ADA"
    assert await cast.person("Ben").messages("#general") == []


async def test_each_lead_is_asked_at_half_past_nine_where_they_are(cast: Cast):
    ada, cleo, dan = cast.person("Ada"), cast.person("Cleo"), cast.person("Dan")
    await cast.clock.to("2026-10-06T08:00:00Z")  # Tuesday, past Cleo's half past nine and before Dan's
    await asks_compliance(ada)
    await ada.hears(ROUTED)
    assert not [message for message in await cleo.messages() if UNKNOWN in message.text]

    await cast.clock.to("2026-10-06T13:30:00Z")
    assert "[Answer]" in (await dan.hears(UNKNOWN)).text
    await cast.clock.to("2026-10-07T07:30:00Z")
    request = await cleo.hears(UNKNOWN)
    assert "Ada Okafor asked yesterday:" in request.text

    await cleo.presses("Answer", request)
    await cleo.submits(await cleo.modal(), {"Your answer": TOLD})
    done = await cleo.hears("Answered by Cleo Marchetti:")
    assert (done.ts, done.buttons) == (request.ts, [])
    assert UNKNOWN in (await dan.hears("Answered by Cleo Marchetti:")).text


async def test_a_lead_reads_when_it_was_asked_by_their_own_calendar(cast: Cast):
    await cast.clock.to("2026-10-07T02:00:00Z")  # Tuesday evening where Dan is
    await asks_compliance(cast.person("Ada"))

    await cast.clock.to("2026-10-07T13:30:00Z")

    request = await cast.person("Dan").hears("Ada Okafor asked yesterday:")
    assert "asked yesterday:" in request.fallback


async def test_the_second_answer_hears_of_the_first(stage: Stage, cast: Cast):
    ada, cleo, dan = cast.person("Ada"), cast.person("Cleo"), cast.person("Dan")
    unknown = await asks_compliance(ada)
    await dan.presses("Answer", await dan.home(UNKNOWN))
    form = await dan.modal("Ada Okafor asks:")
    await answers(cleo)

    errors = await dan.submits(form, {"Your answer": "Nonsense."})

    assert errors == {"answer": "Cleo Marchetti has already answered this question."}
    await ada.presses("Ask compliance", unknown)
    await ada.hears("Cleo Marchetti has already answered this question.")
    assert (await only(stage, Question)).answer == TOLD


async def test_an_empty_answer_is_an_error_at_its_field(stage: Stage, cast: Cast):
    await asks_compliance(cast.person("Ada"))

    assert await answers(cast.person("Cleo"), " \n ") == {"answer": "Please write an answer."}

    assert (await only(stage, Question)).state is QuestionState.ROUTED


async def test_only_the_asker_passes_it_on_and_only_once(stage: Stage, cast: Cast):
    ada, ben = cast.person("Ada"), cast.person("Ben")
    await ada.says(UNKNOWN, channel="#general", mention=True)
    unknown = await ada.hears("I do not know.", channel="#general")

    await ben.presses("Ask compliance", unknown)
    refused = await ben.hears("Only the person who asked can pass this question on.", channel="#general")
    assert refused.thread_ts == unknown.thread_ts
    assert await rows(stage, Obligation) == []

    await ada.presses("Ask compliance", unknown)
    await ada.presses("Ask compliance", unknown)
    await ada.hears("Your question is already with the compliance team.", channel="#general")
    obligations = await rows(stage, Obligation)
    assert {row.person_id for row in obligations} == {"U0CLEO", "U0DAN"}
    assert {row.kind for row in obligations} == {ObligationKind.ANSWER}


async def test_a_question_that_nobody_passed_on_cannot_be_answered(stage: Stage, cast: Cast):
    await cast.person("Ada").says(UNKNOWN)
    await cast.person("Ada").hears("I do not know.")
    question = await only(stage, Question)
    async with open_postbox(stage) as slack:
        typed = {"answer": {"type": "plain_text_input", "value": TOLD}}
        answer = await slack.submits("U0CLEO", "answer", question.id, typed)

    assert "This request has closed." in answer.json["errors"]["answer"]
    assert (await only(stage, Question)).state is QuestionState.SETTLED


async def test_without_a_lead_it_says_so_kindly(data_folder: Path):
    async with open_stage(data_folder, compliance_leads=()) as stage, Cast(stage.sandbox.url) as cast:
        ada = cast.person("Ada")
        await asks_compliance(ada)

        await ada.hears("Nobody leads compliance in this workspace yet")
        assert (await only(stage, Question)).state is QuestionState.SETTLED
