"""Dialogs over the whole protocol: the cast on one side, a real Bolt app on the other."""

from datetime import UTC, datetime

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from handlers.sandbox import Sandbox
from handlers.sandbox.cast import Cast, NoAnswer, Unheard
from tests.sandbox.kit import bolt_app, button, entry, listening, modal, section


async def test_ada_asks_and_hears_the_answer_in_the_thread(
    sandbox: Sandbox, slack: AsyncWebClient, cast: Cast
) -> None:
    app = bolt_app(sandbox, slack)
    events = []

    @app.event("message")
    async def answer(event, client):
        events.append(event)
        if "bot_id" not in event:
            await client.chat_postMessage(channel=event["channel"], thread_ts=event["ts"], text="Six months.")

    async with listening(app, sandbox):
        ada = cast.person("Ada")
        ts = await ada.says("how long is a *type 2* window, R&D? <!channel>")
        reply = await ada.hears("Six months")
        assert reply.root_ts == ts
    assert events[0]["channel_type"] == "im"
    assert events[0]["text"] == "how long is a *type 2* window, R&amp;D? &lt;!channel&gt;"
    assert (await ada.messages())[0].text == "how long is a type 2 window, R&D? <!channel>"


async def test_a_mention_in_a_channel_and_a_command_are_answered(
    sandbox: Sandbox, slack: AsyncWebClient, cast: Cast
) -> None:
    app = bolt_app(sandbox, slack)

    @app.event("app_mention")
    async def mentioned(event, client):
        await client.chat_postMessage(channel=event["channel"], thread_ts=event["ts"], text="In the thread.")

    @app.command("/soc")
    async def commanded(ack, command):
        await ack(
            {"response_type": "ephemeral", "text": f"You asked: {command['text']} {command['user_id']}"}
        )

    async with listening(app, sandbox):
        ben, ada = cast.person("Ben"), cast.person("Ada")
        await ben.says("what is SOC 1?", channel="#general", mention=True)
        await ada.hears("In the thread", channel="#general")
        reply = await ben.commands("/soc ask @Cleo", channel="#security")
        assert reply is not None
        assert reply.ephemeral
        assert reply.text == "You asked: ask @Cleo Marchetti U0BEN"
        assert all("You asked" not in message.text for message in await ada.messages("#security"))


async def test_a_press_opens_a_modal_and_the_submission_edits_the_message(
    sandbox: Sandbox, slack: AsyncWebClient, cast: Cast
) -> None:
    app = bolt_app(sandbox, slack)
    bodies = {}

    @app.action("upload")
    async def pressed(ack, body, client):
        bodies["press"] = body
        reason = entry("Reason", {"type": "plain_text_input", "action_id": "text"}, block_id="reason")
        on = entry("Performed on", {"type": "datepicker", "action_id": "date"}, block_id="on")
        proof = entry("File", {"type": "file_input", "action_id": "file", "max_files": 1}, block_id="file")
        who = entry("Reviewer", {"type": "users_select", "action_id": "who"}, block_id="who", optional=True)
        view = modal(reason, on, proof, who, private_metadata=body["container"]["message_ts"])
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    @app.view("evidence")
    async def submitted(ack, body, client):
        bodies["view"] = body["view"]
        if body["view"]["state"]["values"]["reason"]["text"]["value"] == "no":
            await ack(response_action="errors", errors={"reason": "Say more."})
            return
        ts = body["view"]["private_metadata"]
        await client.chat_update(channel="D0BEN", ts=ts, text="Receipt", blocks=[section("*Receipt* no. 1")])
        await ack()

    async with listening(app, sandbox):
        ben = cast.person("Ben")
        blocks = [section("AC-01 is due"), {"type": "actions", "elements": [button("Upload", "upload", "7")]}]
        await slack.chat_postMessage(channel="U0BEN", text="AC-01 is due", blocks=blocks)
        request = await ben.hears("AC-01")
        assert request.buttons == ["Upload"]
        await ben.presses("Upload", request)
        view = await ben.modal()
        assert view.labels == ["Reason", "Performed on", "File", "Reviewer"]

        required = "Please complete this required field."
        assert await ben.submits(view, {"Reason": "x"}) == {"on": required, "file": required}
        file_id = await ben.uploads("proof.pdf", b"%PDF-1.7")
        values = {"Reason": "no", "Performed on": "2026-10-01", "File": file_id, "Reviewer": "Farid"}
        assert await ben.submits(view, values) == {"reason": "Say more."}
        assert await ben.submits(view, {"Reason": "done"}) == {}
        receipt = await ben.hears("Receipt no. 1")
        assert receipt.ts == request.ts
        assert receipt.edited
        with pytest.raises(Unheard, match="none is open"):
            await ben.modal(within=0)

    press = bodies["press"]
    assert press["actions"][0]["value"] == "7"
    assert press["message"]["blocks"][1]["elements"][0]["action_id"] == "upload"
    assert press["user"] == {"id": "U0BEN", "username": "ben", "name": "ben", "team_id": "T0NORTHWIND"}
    values = bodies["view"]["state"]["values"]
    assert values["on"]["date"] == {"type": "datepicker", "selected_date": "2026-10-01"}
    assert values["who"]["who"] == {"type": "users_select", "selected_user": "U0FARID"}
    file = values["file"]["file"]["files"][0]
    assert (file["id"], file["name"], file["size"], file["mimetype"]) == (
        file_id,
        "proof.pdf",
        8,
        "application/pdf",
    )


async def test_a_moment_travels_as_unix_seconds(sandbox: Sandbox, slack: AsyncWebClient, cast: Cast) -> None:
    """docs.slack.dev/reference/block-kit/block-elements/datetime-picker-element: ten digits, in whatever zone."""
    app = bolt_app(sandbox, slack)
    values = []

    @app.action("state")
    async def pressed(ack, body, client):
        moment = entry("As of", {"type": "datetimepicker", "action_id": "at"}, block_id="as_of")
        await client.views_open(trigger_id=body["trigger_id"], view=modal(moment))
        await ack()

    @app.view("evidence")
    async def submitted(ack, body):
        values.append(body["view"]["state"]["values"]["as_of"]["at"])
        await ack()

    async with listening(app, sandbox):
        ben = cast.person("Ben")
        blocks = [{"type": "actions", "elements": [button("State it", "state")]}]
        await slack.chat_postMessage(channel="U0BEN", text="AC-01", blocks=blocks)
        await ben.presses("State it", await ben.hears("AC-01"))
        view = await ben.modal()
        assert await ben.submits(view) == {"as_of": "Please complete this required field."}
        for unusable in ("2026-10-02T06:30", 1_790_922_600_000, 99):
            assert await ben.submits(view, {"As of": unusable}) == {"as_of": "Enter a date and time."}
        assert await ben.submits(view, {"As of": datetime(2026, 10, 2, 6, 30, tzinfo=UTC)}) == {}

    assert values == [{"type": "datetimepicker", "selected_date_time": 1_790_922_600}]


async def test_home_is_published_when_it_is_opened(
    sandbox: Sandbox, slack: AsyncWebClient, cast: Cast
) -> None:
    app = bolt_app(sandbox, slack)

    @app.event("app_home_opened")
    async def opened(event, client):
        hello = {"type": "home", "blocks": [section(f"Hello <@{event['user']}>")]}
        if event["tab"] == "home":
            await client.views_publish(user_id=event["user"], view=hello)
        else:
            prompts = [{"title": "Type 2?", "message": "What is a Type 2 report?"}]
            await client.assistant_threads_setSuggestedPrompts(channel_id=event["channel"], prompts=prompts)

    async with listening(app, sandbox):
        cleo = cast.person("Cleo")
        assert (await cleo.home()).text == "Hello @Cleo Marchetti"
        assert (await cleo.home()).text == "Hello @Cleo Marchetti"
        await cleo.opens_dm()
        await sandbox.deliveries.quiet()
        assert (await cleo.state())["prompts"] == [
            {"title": "Type 2?", "message": "What is a Type 2 report?"}
        ]


async def test_what_is_not_heard_is_told_with_what_was(
    sandbox: Sandbox, slack: AsyncWebClient, cast: Cast
) -> None:
    await slack.chat_postMessage(channel="U0BEN", text="Your reminder")
    ben = cast.person("Ben")
    with pytest.raises(
        Unheard, match=r"Ben did not hear 'Receipt' within 0.05 s in 'bot'; heard:\s+- Your reminder"
    ):
        await ben.hears("Receipt", within=0.05)


async def test_a_press_that_is_not_answered_is_told_to_the_person(
    sandbox: Sandbox, slack: AsyncWebClient, cast: Cast
) -> None:
    blocks = [{"type": "actions", "elements": [button("Accept", "accept")]}]
    await slack.chat_postMessage(channel="U0BEN", text="AC-01", blocks=blocks)
    ben = cast.person("Ben")
    message = await ben.hears("AC-01")
    with pytest.raises(NoAnswer, match="did not answer in time"):
        await ben.presses("Accept", message)
    with pytest.raises(AssertionError, match="nothing called 'Decline' to press; there is: 'Accept'"):
        await ben.presses("Decline", message)
    with pytest.raises(NoAnswer, match=r"/soc failed"):
        await ben.commands("/soc help")
    await ben.hears("/soc failed with the error 'dispatch_failed'")
