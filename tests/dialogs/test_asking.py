"""Ada asks, and hears an answer that says where it comes from and who stands behind it."""

import asyncio
from pathlib import Path

from pydantic import SecretStr

from content.library import load_library
from handlers.sandbox.cast import Cast
from handlers.stack import Stage, open_stage
from storage.outbox import Delivery
from storage.questions import Question
from storage.terms import Event, Feedback, Outcome, Via
from tests.dialogs.postbox import open_postbox
from tests.dialogs.steps import kinds, only, proved, rows

WINDOW = "how long is a type 2 window?"
ANSWER = "A Type 2 window is usually 3 to 12 months long."
PROVENANCE = ("Entry window-length v1", "starter content, not yet reviewed at your company", "Sources: ")
MEMBERS_ONLY = "Only full members of this workspace can do this."


async def test_in_a_direct_message_the_answer_comes_in_a_thread(stage: Stage, cast: Cast):
    ada = cast.person("Ada")
    ts = await ada.says(WINDOW)

    reply = await ada.hears(ANSWER)

    assert reply.thread_ts == ts
    for words in PROVENANCE:
        assert words in reply.text
        assert words in reply.fallback
    question = await only(stage, Question)
    assert (question.asker_id, question.text, question.via) == (ada.id, WINDOW, Via.DM)
    assert (question.outcome, question.offered_ids[0], question.entry_version) == (
        Outcome.ANSWERED,
        "window-length",
        1,
    )
    await stage.service.settle()
    assert (await kinds(stage))[-2:] == [Event.QUESTION_ANSWERED, Event.MESSAGE_SENT]
    await proved(stage)


async def test_what_is_nearly_as_likely_meant_is_told_as_well(stage: Stage, cast: Cast):
    ada = cast.person("Ada")
    await ada.says("soc 1 or soc 2")

    reply = await ada.hears("If you meant “")

    answer, other = map(load_library().entry, (await only(stage, Question)).offered_ids)
    assert reply.text.startswith(answer.title)
    assert f"Entry {answer.id} v1" in reply.text
    assert f"If you meant “{other.title}”: {other.answer}" in reply.text
    assert other.title in reply.buttons


async def test_a_mention_is_answered_in_its_thread_for_all_to_read(cast: Cast):
    ts = await cast.person("Ada").says(WINDOW, channel="#general", mention=True)

    reply = await cast.person("Ben").hears(ANSWER, channel="#general")

    assert reply.thread_ts == ts
    assert all(words in reply.text for words in PROVENANCE)


async def test_a_command_is_answered_at_once_for_the_asker_alone(stage: Stage, cast: Cast):
    reply = await cast.person("Ada").commands(f"/soc {WINDOW}", channel="#general")

    assert reply is not None
    assert reply.ephemeral
    assert ANSWER in reply.text
    assert all(words in reply.text for words in PROVENANCE)
    assert await cast.person("Ben").messages("#general") == []
    assert (await only(stage, Question)).via is Via.COMMAND
    assert await rows(stage, Delivery) == []


async def test_the_command_says_what_it_is_for(stage: Stage, cast: Cast):
    for typed in ("/soc help", "/soc"):
        reply = await cast.person("Ada").commands(typed)
        assert reply is not None
        assert "/soc how long is a type 2 window?" in reply.text
        assert "/soc assign" not in reply.text
    lead = await cast.person("Cleo").commands("/soc help me")
    assert lead is not None
    assert "/soc assign AC-01 @Ada" in lead.text
    assert await rows(stage, Question) == []


async def test_a_command_may_speak_of_a_payload(cast: Cast):
    reply = await cast.person("Ada").commands("/soc payload of a type 2 window?")

    assert reply is not None
    assert "Ask compliance" in reply.buttons


async def test_a_message_shortcut_answers_the_chooser_in_private(stage: Stage, cast: Cast):
    ada = cast.person("Ada")
    await cast.person("Ben").says(WINDOW, channel="#general")
    heard = await ada.hears("how long", channel="#general")

    await ada.uses_shortcut("ask_about_message", heard)

    answer = await ada.hears(f"You asked about: “{WINDOW}”")
    assert all(words in answer.text for words in (ANSWER, *PROVENANCE))
    assert answer.thread_ts is None
    assert len(await ada.messages("#general")) == 1
    assert (await only(stage, Question)).via is Via.SHORTCUT


async def test_a_follow_up_is_understood_from_its_thread(stage: Stage, cast: Cast):
    ada = cast.person("Ada")
    await ada.says("what is a bridge letter?")
    first = await ada.hears("Entry bridge-letter")

    await ada.says("how long is it?", first)
    await ada.hears("Entry bridge-letter", thread=first, after=first)

    so_far = await ada.so_far()
    await ada.says("how long is it?")
    await ada.hears("Ask compliance", after=so_far)
    outcomes = [(question.outcome, question.offered[:13]) for question in await rows(stage, Question)]
    assert outcomes.count((Outcome.ANSWERED, "bridge-letter")) == 2
    assert len(outcomes) == 3


async def test_a_vague_question_is_asked_back_and_a_press_answers_it_once(stage: Stage, cast: Cast):
    ada = cast.person("Ada")
    ts = await ada.says("window")
    offer = await ada.hears("Did you mean one of these?")
    assert len(offer.buttons) == 4

    await ada.presses("How long a Type 2 window is", offer)
    await ada.presses("How long a Type 2 window is", offer)

    assert (await ada.hears(ANSWER)).thread_ts == ts
    assert (await ada.hears("I have answered this below already.")).ephemeral
    outcomes = [question.outcome for question in await rows(stage, Question)]
    assert sorted(outcomes) == [Outcome.ANSWERED, Outcome.CLARIFY]


async def test_a_related_question_is_one_press_away(cast: Cast):
    ada = cast.person("Ada")
    await ada.says(WINDOW)
    answer = await ada.hears(ANSWER)

    await ada.presses("What a Type 2 report is", answer)

    related = await ada.hears("Entry type-2 v1")
    assert related.thread_ts == answer.thread_ts


async def test_a_related_question_of_a_command_is_answered_in_private(cast: Cast):
    ada = cast.person("Ada")
    answer = await ada.commands(f"/soc {WINDOW}", channel="#general")
    assert answer is not None

    await ada.presses("What a Type 2 report is", answer)

    related = await ada.hears("Entry type-2 v1")
    assert await cast.person("Ben").messages("#general") == []
    await ada.presses("What a Type 2 report is", answer)
    await ada.hears("I have answered this in our direct messages already.", channel="#general")

    await ada.says("how long is it?", related)
    await ada.hears("Entry window-length", thread=related)


async def test_what_is_not_known_is_said_and_what_is_not_its_field_is_declined(stage: Stage, cast: Cast):
    ada = cast.person("Ada")
    await ada.says("what is a flux capacitor?")
    unknown = await ada.hears("I do not know.")
    await ada.says("best mobile chipset for gaming")
    foreign = await ada.hears("the hardware or engineering team is the right place")

    assert unknown.buttons == foreign.buttons == ["Ask compliance"]
    outcomes = [question.outcome for question in await rows(stage, Question)]
    assert sorted(outcomes) == [Outcome.FOREIGN, Outcome.UNKNOWN]


async def test_an_opinion_counts_once_and_only_the_asker_s(stage: Stage, cast: Cast):
    ada, ben = cast.person("Ada"), cast.person("Ben")
    await ada.says(WINDOW, channel="#general", mention=True)
    answer = await ada.hears(ANSWER, channel="#general")

    await ben.presses("Helpful", answer)
    refused = await ben.hears("Only the person who asked can rate this answer.", channel="#general")
    assert refused.ephemeral
    await ada.presses("Not helpful", answer)
    await ada.presses("Not helpful", answer)

    noted = await ada.hears("Noted: this answer did not help you.", channel="#general")
    assert (noted.ephemeral, noted.thread_ts) == (True, answer.thread_ts)
    assert (await only(stage, Question)).feedback is Feedback.NOT_HELPFUL
    assert (await kinds(stage)).count(Event.QUESTION_RATED) == 1


async def test_a_press_where_it_was_not_invited_is_answered_in_private(cast: Cast):
    ada = cast.person("Ada")
    answer = await ada.commands(f"/soc {WINDOW}", channel="#general")
    assert answer is not None
    await cast.fails("chat.postEphemeral", "error", error="not_in_channel")

    await ada.presses("Helpful", answer)

    await ada.hears("Noted: this answer helped you.")


async def test_a_bare_mention_is_told_what_to_ask(cast: Cast):
    ada = cast.person("Ada")
    await ada.says("", channel="#general", mention=True)

    assert "How long is a Type 2 window?" in (await ada.hears("Name the topic", channel="#general")).text


async def test_a_file_in_a_conversation_gets_the_way_to_hand_it_in(stage: Stage, cast: Cast):
    ada = cast.person("Ada")
    ts = await ada.says("", files=[await ada.uploads("review.csv", b"user,decision\n")])
    hint = await ada.hears("To hand in evidence, press “Upload evidence”")
    assert hint.thread_ts == ts
    assert await rows(stage, Question) == []

    ts = await ada.says(WINDOW, files=[await ada.uploads("again.csv", b"user,decision\n")])
    await ada.hears(ANSWER, thread=ts)
    await ada.hears("To hand in evidence", thread=ts)


async def test_only_people_speaking_are_heard(stage: Stage, cast: Cast):
    ada = cast.person("Ada")
    await ada.says(WINDOW)
    answer = await ada.hears(ANSWER)
    message = {"channel": answer.channel, "ts": "1.2", "user": ada.id, "text": WINDOW}
    async with open_postbox(stage) as slack:
        for unheard in (
            {"type": "message", "channel_type": "im", "subtype": "message_changed", "message": message},
            {"type": "message", "channel_type": "im", "subtype": "bot_message", "text": WINDOW},
            {"type": "message", "channel_type": "im", **message, "bot_id": "B0OTHER"},
            {"type": "message", "channel_type": "channel", **message},
            {"type": "app_mention", "channel": "C0GENERAL", "text": WINDOW, "ts": "1.2", "bot_id": "B0X"},
            {"type": "app_mention", **message},
        ):
            assert (await slack.event(unheard)).status == 200

    events = [sent["payload"]["event"] for sent in await cast.deliveries()]
    assert any(event.get("bot_id") and event["text"] for event in events)
    await only(stage, Question)


async def test_an_event_that_comes_again_has_one_effect(stage: Stage, cast: Cast):
    ada = cast.person("Ada")
    ts = await ada.says("what is a bridge letter?")
    await ada.hears("Entry bridge-letter")
    event = {"type": "message", "channel_type": "im", "channel": "D0ADA", "user": ada.id, "ts": ts}
    async with open_postbox(stage) as slack:
        copies = [slack.event(event | {"text": WINDOW}, event_id="EvTWICE") for _ in range(4)]
        statuses = [answer.status for answer in await asyncio.gather(*copies)]
        statuses.append((await slack.event(event | {"text": WINDOW}, event_id="EvTWICE")).status)

    assert statuses == [200] * 5
    await ada.hears(ANSWER, thread=ts)
    assert len(await rows(stage, Question)) == 2
    assert len([message for message in await ada.messages() if message.bot]) == 2


async def test_guests_and_people_who_have_left_hear_that_they_cannot_ask(stage: Stage, cast: Cast):
    omar = cast.person("Omar")
    ts = await omar.says(WINDOW)
    assert (await omar.hears(MEMBERS_ONLY)).thread_ts == ts
    reply = await omar.commands(f"/soc {WINDOW}")
    assert reply is not None
    assert MEMBERS_ONLY in reply.text
    await omar.says("", files=[await omar.uploads("x.csv", b"x")])
    await omar.hears(MEMBERS_ONLY, after=reply)
    async with open_postbox(stage) as slack:
        reply = await slack.commands("U0HUGO", WINDOW)
        assert (await slack.says("U0HUGO", WINDOW)).status == 200

    assert MEMBERS_ONLY in reply.json["text"]
    assert await rows(stage, Question) == []


async def test_the_first_question_waits_for_no_word_of_slack_s(cast: Cast):
    await cast.fails("auth.test", "error", times=5, error="internal_error")

    await cast.person("Ada").says(WINDOW)

    await cast.person("Ada").hears(ANSWER)


async def test_by_socket_mode_the_same_is_heard(data_folder: Path):
    """With no signing secret nothing could come by HTTP."""
    nothing = SecretStr("")
    async with (
        open_stage(data_folder, socket_mode=True, slack_signing_secret=nothing) as stage,
        Cast(stage.sandbox.url) as cast,
    ):
        ada = cast.person("Ada")
        await ada.says(WINDOW)
        answer = await ada.hears(ANSWER)
        await ada.presses("Helpful", answer)
        await ada.hears("Noted: this answer helped you.")
        reply = await ada.commands(f"/soc {WINDOW}")
        assert reply is not None
        assert ANSWER in reply.text
        await ada.says(WINDOW, channel="#general", mention=True)
        await ada.hears(ANSWER, channel="#general")
        await proved(stage)
