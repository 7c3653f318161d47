"""Going on: several questions at once, a follow-up under an answer in a channel, and a question from Home."""

from handlers.sandbox.cast import Cast, Player, ScreenMessage
from handlers.stack import Stage
from storage.outbox import Delivery
from storage.questions import Question
from storage.terms import Event, Feedback, Outcome, QuestionState, Via
from tests.dialogs.postbox import Postbox, open_postbox
from tests.dialogs.steps import ADA, BEN, kinds, nothing_waits, only, proved, rows

BRIDGE = "what is a bridge letter?"
BOTH = f"{BRIDGE} and who signs the assertion?"
SIGNED = "It is signed by management"
CLOSED = "This request has closed."


async def stored_questions(stage: Stage) -> list[Question]:
    return sorted(await rows(stage, Question), key=lambda question: (question.asked_at, question.id))


async def follows_up(player: Player, answer: ScreenMessage, text: str) -> dict[str, str]:
    await player.presses("Ask a follow-up", answer)
    return await player.submits(await player.modal("Your question"), {"Your question": text})


async def test_two_questions_get_two_answers_in_one_message(stage: Stage, cast: Cast):
    ada = cast.person("Ada")
    before = await kinds(stage)
    ts = await ada.says(BOTH)

    reply = await ada.hears("Entry management-assertion")

    assert reply.thread_ts == ts
    for words in (
        "“what is a bridge letter?”",
        "Entry bridge-letter v1",
        "“and who signs the assertion?”",
        SIGNED,
    ):
        assert words in reply.text
        assert words in reply.fallback
    assert [reply.buttons.count(each) for each in ("Helpful", "Not helpful", "Ask compliance")] == [2, 2, 2]
    first, second = await stored_questions(stage)
    assert (first.text, first.offered_ids[0]) == (BRIDGE, "bridge-letter")
    assert (second.text, second.offered_ids[0]) == ("and who signs the assertion?", "management-assertion")
    assert second.id == f"{first.id}.2"
    await stage.service.settle()
    assert (await kinds(stage))[len(before) :] == [Event.QUESTION_ANSWERED] * 2 + [Event.MESSAGE_SENT]
    await only(stage, Delivery)
    await proved(stage)


async def test_each_answer_of_a_message_has_its_own_opinion_and_its_own_way_to_a_person(
    stage: Stage, cast: Cast
):
    ada = cast.person("Ada")
    await ada.says(f"{BRIDGE} what is a flux capacitor?")
    await ada.hears("I do not know.")
    first, second = await stored_questions(stage)

    async with open_postbox(stage) as slack:
        await slack.presses(ada.id, "helpful", first.id)
        await slack.presses(ada.id, "ask_compliance", second.id)

    await ada.hears("Your question is with the compliance team.")
    first, second = await stored_questions(stage)
    assert (first.feedback, first.state) == (Feedback.HELPFUL, QuestionState.SETTLED)
    assert (second.feedback, second.state) == (None, QuestionState.ROUTED)
    assert "what is a flux capacitor?" in (await cast.person("Cleo").home("flux")).text


async def test_of_more_than_three_questions_three_are_answered_and_it_says_so(stage: Stage, cast: Cast):
    ada = cast.person("Ada")
    await ada.says("1. what is soc 1\n2. what is soc 2\n3. what is soc 3\n4. what is a cuec")

    reply = await ada.hears("I answer up to three questions of one message.")

    assert [f"Entry soc-{number} v1" in reply.text for number in (1, 2, 3)] == [True] * 3
    assert "Entry cuec" not in reply.text
    assert "I answer up to three questions of one message." in reply.fallback
    assert len(await stored_questions(stage)) == 3


async def test_a_command_answers_several_questions_too(stage: Stage, cast: Cast):
    reply = await cast.person("Ada").commands(
        f"/soc {BOTH} what is soc 3? what is a cuec?", channel="#general"
    )

    assert reply is not None
    for words in ("Entry bridge-letter v1", SIGNED, "Entry soc-3 v1", "up to three questions"):
        assert words in reply.text
    assert "Ask a follow-up" not in reply.buttons
    assert await rows(stage, Delivery) == []
    assert {question.via for question in await stored_questions(stage)} == {Via.COMMAND}


async def test_an_introduction_is_no_question_of_its_own(stage: Stage, cast: Cast):
    ada = cast.person("Ada")
    await ada.says("we are a startup. how long does it take?")

    await ada.hears("Ask compliance")

    assert (await only(stage, Question)).text == "we are a startup. how long does it take?"


async def test_any_member_goes_on_from_an_answer_in_a_channel(stage: Stage, cast: Cast):
    ada, ben = cast.person("Ada"), cast.person("Ben")
    ts = await ada.says(BRIDGE, channel="#general", mention=True)
    answer = await ben.hears("Entry bridge-letter", channel="#general")
    assert "press “Ask a follow-up”" in answer.fallback

    assert await follows_up(ben, answer, "how long is it?") == {}

    reply = await ada.hears("Ben Castillo asked: “how long is it?”", channel="#general")
    assert reply.thread_ts == ts
    assert "Entry bridge-letter v1" in reply.text
    assert "Ask a follow-up" in reply.buttons
    _, followed = await stored_questions(stage)
    assert (followed.asker_id, followed.via, followed.text) == (BEN, Via.FOLLOW_UP, "how long is it?")
    assert (followed.outcome, followed.thread_ts) == (Outcome.ANSWERED, ts)
    await nothing_waits(stage)
    await proved(stage)


async def test_who_has_asked_in_the_thread_goes_on_from_the_question_that_the_form_names(
    stage: Stage, cast: Cast
):
    ada, ben = cast.person("Ada"), cast.person("Ben")
    await ada.says(BRIDGE, channel="#general", mention=True)
    answer = await ada.hears("Entry bridge-letter", channel="#general")
    await follows_up(ben, answer, "what is a type 1 report?")
    his = await ben.hears("Entry type-1 v1", channel="#general")

    await ben.presses("Ask a follow-up", answer)
    form = await ben.modal("Goes on from: “what is a bridge letter?”")
    await ben.submits(form, {"Your question": "how long is it?"})
    await ben.hears("Entry bridge-letter v1", channel="#general", after=his)

    await follows_up(ben, his, "and type 2?")
    await ben.hears("Entry type-2 v1", channel="#general")
    assert [question.asker_id for question in await stored_questions(stage)] == [ADA, BEN, BEN, BEN]


async def test_two_follow_ups_at_once_are_answered_in_one_reply(cast: Cast):
    ada = cast.person("Ada")
    await ada.says(BRIDGE, channel="#general", mention=True)
    answer = await ada.hears("Entry bridge-letter", channel="#general")

    await follows_up(ada, answer, "who signs the assertion? and what is a cuec?")

    reply = await ada.hears("Ada Okafor asked 2 questions:", channel="#general", thread=answer)
    assert SIGNED in reply.text
    assert "Entry cuec v1" in reply.text


async def test_where_one_can_simply_write_there_is_no_button_to_follow_up(stage: Stage, cast: Cast):
    ada = cast.person("Ada")
    await ada.says(BRIDGE)
    in_dm = await ada.hears("Entry bridge-letter")
    by_command = await ada.commands(f"/soc {BRIDGE}", channel="#general")

    assert by_command is not None
    assert "Ask a follow-up" not in (*in_dm.buttons, *by_command.buttons)
    assert "Ask a follow-up" not in in_dm.fallback + by_command.fallback
    mine = (await stored_questions(stage))[0].id
    async with open_postbox(stage) as slack:
        assert CLOSED in await errors_of(slack, BEN, mine, "how long is it?")
        assert CLOSED in await errors_of(slack, BEN, "rubbish", "how long is it?")


async def test_a_follow_up_is_heard_once_and_never_empty(stage: Stage, cast: Cast):
    ada = cast.person("Ada")
    await ada.says(BRIDGE, channel="#general", mention=True)
    await ada.hears("Entry bridge-letter", channel="#general")
    about = (await only(stage, Question)).id
    async with open_postbox(stage) as slack:
        for callback in ("follow_up", "ask"):
            assert "Please write a question." in await errors_of(slack, ADA, about, " \n ", callback)
        for _ in range(2):
            assert await errors_of(slack, ADA, about, "how long is it?", view_id="V0SAME") == ""
        for callback in ("follow_up", "ask"):
            assert "Only full members" in await errors_of(slack, "U0OMAR", about, "how long is it?", callback)

    assert len(await stored_questions(stage)) == 2


async def test_from_home_a_question_is_answered_in_the_direct_conversation(stage: Stage, cast: Cast):
    ada = cast.person("Ada")
    await ada.presses("Ask a question", await ada.home("How to ask"))

    assert await ada.submits(await ada.modal("Your question"), {"Your question": BRIDGE}) == {}

    reply = await ada.hears("You asked: “what is a bridge letter?”")
    assert (reply.channel, reply.thread_ts) == ("D0ADA", None)
    assert "Entry bridge-letter v1" in reply.text
    assert "Helpful" in reply.buttons
    question = await only(stage, Question)
    assert (question.via, question.asker_id) == (Via.HOME, ADA)
    await proved(stage)


async def test_below_an_answer_that_came_from_home_it_is_known_what_was_asked(stage: Stage, cast: Cast):
    ada = cast.person("Ada")
    await ada.presses("Ask a question", await ada.home("How to ask"))
    await ada.submits(await ada.modal("Your question"), {"Your question": BRIDGE})
    reply = await ada.hears("You asked: “what is a bridge letter?”")

    for words in ("how long is it?", "who signs it?"):
        so_far = await ada.so_far()
        await ada.says(words, reply)
        await ada.hears("Entry bridge-letter v1", thread=reply, after=so_far)

    assert [question.outcome for question in await stored_questions(stage)] == [Outcome.ANSWERED] * 3


async def test_below_the_answer_to_a_message_shortcut_it_is_known_too(cast: Cast):
    ada = cast.person("Ada")
    await cast.person("Ben").says(BOTH, channel="#general")
    await ada.uses_shortcut("ask_about_message", await ada.hears(BOTH, channel="#general"))
    reply = await ada.hears("You asked about 2 questions:")

    await ada.says("is it mandatory?", reply)

    await ada.hears("Entry management-assertion v1", thread=reply, after=reply)


async def test_a_guest_opens_no_form(cast: Cast):
    ada, omar = cast.person("Ada"), cast.person("Omar")
    await ada.says(BRIDGE, channel="#general", mention=True)
    answer = await omar.hears("Entry bridge-letter", channel="#general")

    await omar.presses("Ask a follow-up", answer)

    assert (await omar.hears("Only full members", channel="#general")).ephemeral


async def errors_of(
    slack: Postbox,
    person: str,
    about: str,
    text: str,
    callback: str = "follow_up",
    view_id: str | None = None,
) -> str:
    """The words beside the form's input; empty when it was taken."""
    typed = {"question": {"type": "plain_text_input", "value": text}}
    response = await slack.submits(person, callback, about, typed, view_id=view_id)
    assert response.status == 200
    return response.json["errors"]["question"] if response.text else ""
