"""What several people asked in vain is one line in the leads' Home; one answer reaches them all, once each."""

from handlers.sandbox.cast import Cast, Player
from handlers.stack import Stage
from storage.knowledge import Proposal
from storage.obligations import Obligation
from storage.questions import Question
from storage.terms import ObligationKind, ObligationState, QuestionState
from tests.dialogs.postbox import open_postbox
from tests.dialogs.steps import BEN, CLEO, QUESTION, nothing_waits, only, proved, rows, sleeps_until

ASKED = "what is a flux capacitor?"
ALSO = "where do we keep the flux capacitor"
ANSWER = "It is what makes time travel possible."
QUEUE = "What I could not answer"


async def asks(person: Player, text: str = ASKED) -> None:
    before = await person.so_far()
    await person.says(text)
    await person.hears("I do not know", after=before)


async def answers_heard(person: Player) -> int:
    """How often this person was told the answer."""
    return len([message for message in await person.messages() if message.bot and ANSWER in message.text])


async def test_everybody_in_the_group_gets_the_answer_once(stage: Stage, cast: Cast):
    ada, ben, cleo, dan = (cast.person(name) for name in ("Ada", "Ben", "Cleo", "Dan"))
    for person, text in ((ada, ASKED), (ada, ALSO), (ben, ASKED)):
        await asks(person, text)

    home = await cleo.home(QUEUE)
    assert f"“{ASKED}”: asked by 2 people, 3 times" in home.text
    assert QUEUE in (await dan.home()).text
    await cleo.presses("Answer", home)
    form = await cleo.modal("This was asked by 2 people, 3 times:")
    assert f"Ada Okafor: “{ALSO}”" in form.text
    assert await cleo.submits(form, {"Your answer": ANSWER}) == {}

    for person in (ada, ben):
        message = await person.hears(ANSWER)
        assert message.channel.startswith("D")
        assert "Cleo Marchetti from compliance answers your question:" in message.text
    await nothing_waits(stage)
    assert [await answers_heard(person) for person in (ada, ben)] == [1, 1]
    assert QUEUE not in (await dan.home()).text
    assert {row.state for row in await rows(stage, Question)} == {QuestionState.ANSWERED}
    proposal = await only(stage, Proposal)
    assert proposal.phrasing_list == [ASKED, ALSO]
    await proved(stage)


async def test_what_one_of_them_passed_on_is_answered_with_it(stage: Stage, cast: Cast):
    ada, ben, cleo = cast.person("Ada"), cast.person("Ben"), cast.person("Cleo")
    await asks(ada)
    assert QUEUE in (await cleo.home()).text
    await ada.presses("Ask compliance", await ada.hears("I do not know."))
    await ada.hears("Your question is with the compliance team.")
    assert QUEUE not in (await cleo.home("Ada Okafor asked")).text, "it is a request of its own"
    await asks(ben)

    async with open_postbox(stage) as slack:
        ids = " ".join(row.id for row in await rows(stage, Question))
        await slack.submits(CLEO, "answer_gap", ids, {"answer": {"value": ANSWER}})

    await ada.hears(ANSWER)
    await ben.hears(ANSWER)
    obligations = [row for row in await rows(stage, Obligation) if row.kind is ObligationKind.ANSWER]
    assert ObligationState.OPEN not in {row.state for row in obligations}
    await proved(stage)


async def test_an_answer_that_did_not_help_is_in_the_queue(stage: Stage, cast: Cast):
    ada, cleo = cast.person("Ada"), cast.person("Cleo")
    await ada.says(QUESTION)
    helpful = await ada.hears("Entry window-length")
    assert QUEUE not in (await cleo.home()).text
    await ada.presses("Not helpful", helpful)
    await ada.hears("Noted: this answer did not help you.")
    assert f"“{QUESTION}”: asked by 1 person" in (await cleo.home(QUEUE)).text


async def test_who_pressed_what_was_meant_is_served(stage: Stage, cast: Cast):
    ada, cleo = cast.person("Ada"), cast.person("Cleo")
    await ada.says("window")
    offered = await ada.hears("Did you mean one of these?")
    assert "“window”: asked by 1 person" in (await cleo.home(QUEUE)).text
    await ada.presses(offered.buttons[0], offered)
    await ada.hears("Sources:")
    assert QUEUE not in (await cleo.home()).text


async def test_foreign_and_answered_questions_are_none(stage: Stage, cast: Cast):
    ada = cast.person("Ada")
    for text in (QUESTION, "which phone has the best system on a chip", "hello"):
        before = await ada.so_far()
        await ada.says(text)
        await ada.hears("", after=before)
    await nothing_waits(stage)
    assert QUEUE not in (await cast.person("Cleo").home()).text


async def test_after_ninety_days_it_is_forgotten(stage: Stage, cast: Cast):
    await asks(cast.person("Ada"))
    await sleeps_until(stage, cast, "2027-01-02T08:00:00Z")
    assert QUEUE in (await cast.person("Cleo").home()).text
    await cast.clock.to("2027-01-04T08:00:00Z")
    assert QUEUE not in (await cast.person("Cleo").home()).text


async def test_the_second_lead_hears_of_the_first(stage: Stage, cast: Cast):
    ada, cleo, dan = cast.person("Ada"), cast.person("Cleo"), cast.person("Dan")
    await asks(ada)
    await dan.presses("Answer", await dan.home(QUEUE))
    late = await dan.modal("This was asked by 1 person:")
    home = await cleo.home(QUEUE)
    await cleo.presses("Answer", home)
    await cleo.submits(await cleo.modal(), {"Your answer": ANSWER})

    errors = await dan.submits(late, {"Your answer": "Nonsense."})

    assert errors == {"answer": "Cleo Marchetti has already answered this."}
    await nothing_waits(stage)
    assert await answers_heard(ada) == 1
    question = await only(stage, Question)
    async with open_postbox(stage) as slack:
        await slack.presses(CLEO, "open_gap", question.id)
    await cleo.hears("Cleo Marchetti has already answered this.")


async def test_the_digest_names_each_topic_with_how_many_asked(stage: Stage, cast: Cast):
    ada, ben, cleo = cast.person("Ada"), cast.person("Ben"), cast.person("Cleo")
    for person, text in ((ada, ASKED), (ada, ALSO), (ben, ASKED), (ben, "where is the dilithium crystal")):
        await asks(person, text)
    await cast.clock.to("2026-10-05T08:00:00Z")
    digest = await cleo.hears("Digest for week 41 of 2026")
    assert "Asked in vain, to be answered from Home: 2" in digest.text
    assert f"2 people, 3 times: “{ASKED}”" in digest.text
    assert "1 person: “where is the dilithium crystal”" in digest.text


async def test_nobody_but_a_lead_sees_or_answers_it(stage: Stage, cast: Cast):
    ada, ben = cast.person("Ada"), cast.person("Ben")
    await asks(ada)
    assert QUEUE not in (await ben.home()).text
    question = await only(stage, Question)
    async with open_postbox(stage) as slack:
        assert (await slack.presses(BEN, "open_gap", question.id)).status == 200
        await ben.hears("Only a compliance lead can do this: Cleo Marchetti or Dan Whitfield.")
        forged = await slack.submits(BEN, "answer_gap", question.id, {"answer": {"value": ANSWER}})
        assert "Only a compliance lead" in forged.json["errors"]["answer"]
        rubbish = await slack.submits(CLEO, "answer_gap", "rubbish", {"answer": {"value": ANSWER}})
        assert "This request has closed." in rubbish.json["errors"]["answer"]
        empty = await slack.submits(CLEO, "answer_gap", question.id, {"answer": {"value": " "}})
        assert empty.json["errors"] == {"answer": "Please write an answer."}
    assert (await only(stage, Question)).state is QuestionState.SETTLED
