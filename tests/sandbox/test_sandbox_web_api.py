"""Slack's side of the workspace, asked by the real SDK."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.sandbox import Keys, Sandbox, open_sandbox
from handlers.sandbox.cast import Cast
from tests.sandbox.kit import button, refused, section


async def test_the_token_decides(sandbox: Sandbox) -> None:
    for token, error in (
        (None, "not_authed"),
        ("xoxb-other", "invalid_auth"),
        ("xapp-sandbox", "not_allowed_token_type"),
    ):
        client = AsyncWebClient(token, base_url=sandbox.slack_api_url)
        assert (await refused(client.auth_test()))["error"] == error
    bot = AsyncWebClient(Keys().bot_token, base_url=sandbox.slack_api_url)
    assert (await refused(bot.apps_connections_open(app_token=Keys().bot_token)))[
        "error"
    ] == "not_allowed_token_type"
    answer = await bot.auth_test()
    assert answer["user_id"] == "U0SOCRATES"
    assert answer.headers["x-oauth-scopes"].split(",") == list(Keys().scopes)


async def test_a_method_without_its_scope_says_which_is_needed(slack: AsyncWebClient) -> None:
    answer = await refused(slack.conversations_history(channel="C0GENERAL"))
    assert (answer["error"], answer["needed"]) == ("missing_scope", "channels:history")
    assert "chat:write" in answer["provided"]


async def test_other_scopes_can_be_granted() -> None:
    keys = Keys(scopes=("channels:history",))
    async with open_sandbox(keys=keys) as sandbox:
        slack = AsyncWebClient(keys.bot_token, base_url=sandbox.slack_api_url)
        assert (await slack.conversations_history(channel="C0COMPLY"))["messages"] == []
        assert (await refused(slack.chat_postMessage(channel="U0ADA", text="x")))["needed"] == "chat:write"


async def test_unknown_methods_and_refusals_are_remembered(slack: AsyncWebClient, cast: Cast) -> None:
    assert (await refused(slack.api_call("pins.add")))["error"] == "unknown_method"
    assert (await refused(slack.chat_delete(channel="D0ADA", ts="1.1")))["error"] == "unknown_method"
    await refused(slack.chat_postMessage(channel="U0ADA", blocks=[section("")], text="x"))
    calls = await cast.calls()
    assert calls["unknown"] == ["pins.add", "chat.delete"]
    assert calls["methods"] == {"pins.add": 1, "chat.delete": 1, "chat.postMessage": 1}
    assert calls["refused"][2]["error"] == "invalid_blocks"
    assert "json-pointer:/blocks/0/text/text" in calls["refused"][2]["detail"][0]


async def test_people_come_in_pages_with_zone_and_standing(slack: AsyncWebClient) -> None:
    people, cursor = [], None
    while cursor != "":
        page = await slack.users_list(limit=4, cursor=cursor)
        assert len(page["members"]) <= 4
        people += page["members"]
        cursor = page["response_metadata"]["next_cursor"]
    by_id = {person["id"]: person for person in people}
    assert len(by_id) == len(people) == 11
    assert (by_id["U0DAN"]["tz"], by_id["U0DAN"]["tz_offset"]) == ("America/New_York", -4 * 3600)
    assert by_id["U0HUGO"]["deleted"]
    assert by_id["U0OMAR"]["is_restricted"]
    assert by_id["U0SOCRATES"]["is_bot"]
    assert not by_id["USLACKBOT"]["is_bot"]  # as Slack has it
    assert (await refused(slack.users_list(cursor="bad")))["error"] == "invalid_cursor"


async def test_posting_to_a_person_opens_the_dm(slack: AsyncWebClient, cast: Cast) -> None:
    posted = await slack.chat_postMessage(channel="U0ADA", text="hello")
    assert posted["channel"] == "D0ADA"
    assert (await slack.conversations_open(users="U0ADA"))["channel"]["id"] == "D0ADA"
    assert (await refused(slack.chat_update(channel="U0ADA", ts=posted["ts"], text="x")))[
        "error"
    ] == "channel_not_found"
    assert (await refused(slack.conversations_open(users="U0HUGO")))["error"] == "user_disabled"
    for channel, error in (("C0NONE", "channel_not_found"), ("U0NOBODY", "channel_not_found")):
        assert (await refused(slack.chat_postMessage(channel=channel, text="x")))["error"] == error
    assert (await refused(slack.api_call("chat.postMessage", json={"channel": "U0ADA", "text": ""})))[
        "error"
    ] == "no_text"


async def test_history_has_roots_only_and_metadata_only_when_asked(slack: AsyncWebClient) -> None:
    key = {"event_type": "delivery", "event_payload": {"key": "abc"}}
    root = await slack.chat_postMessage(channel="U0ADA", text="root", metadata=key)
    channel, ts = root["channel"], root["ts"]
    reply = await slack.chat_postMessage(channel=channel, text="reply", thread_ts=ts, metadata=key)
    later = await slack.chat_postMessage(channel=channel, text="later")
    history = await slack.conversations_history(channel=channel)
    assert [message["text"] for message in history["messages"]] == ["later", "root"]
    assert history["messages"][1]["reply_count"] == 1
    assert "metadata" not in history["messages"][1]
    history = await slack.conversations_history(
        channel=channel, include_all_metadata=True, latest=later["ts"]
    )
    assert [message["metadata"] for message in history["messages"]] == [key]
    replies = await slack.conversations_replies(channel=channel, ts=ts, include_all_metadata=True)
    assert [message["ts"] for message in replies["messages"]] == [ts, reply["ts"]]
    assert replies["messages"][1]["metadata"] == key
    newer = await slack.conversations_history(channel=channel, oldest=ts)
    assert [message["text"] for message in newer["messages"]] == ["later"]
    first = await slack.conversations_history(channel=channel, limit=1)
    assert first["has_more"]
    cursor = first["response_metadata"]["next_cursor"]
    rest = await slack.conversations_history(channel=channel, limit=1, cursor=cursor)
    assert [message["text"] for message in rest["messages"]] == ["root"]


async def test_threads_need_a_root(slack: AsyncWebClient) -> None:
    root = await slack.chat_postMessage(channel="U0ADA", text="root")
    reply = await slack.chat_postMessage(channel="D0ADA", text="reply", thread_ts=root["ts"])
    for thread_ts, error in (("1.000001", "thread_not_found"), (reply["ts"], "cannot_reply_to_message")):
        call = slack.chat_postMessage(channel="D0ADA", text="x", thread_ts=thread_ts)
        assert (await refused(call))["error"] == error


async def test_an_update_keeps_what_it_does_not_name(slack: AsyncWebClient, cast: Cast) -> None:
    key = {"event_type": "delivery", "event_payload": {"key": "abc"}}
    actions = {"type": "actions", "elements": [button("Do", "do")]}
    posted = await slack.chat_postMessage(channel="U0BEN", text="due", blocks=[actions], metadata=key)
    await slack.chat_update(channel="D0BEN", ts=posted["ts"], text="done")
    message = await cast.person("Ben").hears("[Do]")
    assert (message.fallback, message.edited, message.metadata) == ("done", True, key)
    await slack.chat_update(channel="D0BEN", ts=posted["ts"], text="done", blocks=[])
    assert (await cast.person("Ben").hears("done")).buttons == []
    too_long = slack.chat_update(channel="D0BEN", ts=posted["ts"], text="x" * 4001)
    assert (await refused(too_long))["error"] == "msg_too_long"
    ts = await cast.person("Ben").says("mine")
    assert (await refused(slack.chat_update(channel="D0BEN", ts=ts, text="x")))[
        "error"
    ] == "cant_update_message"


async def test_an_ephemeral_message_is_seen_by_one_and_is_not_in_history(
    slack: AsyncWebClient, cast: Cast
) -> None:
    ephemeral = await slack.chat_postEphemeral(channel="C0SECURITY", user="U0BEN", text="only you")
    assert (await cast.person("Ben").hears("only you", "#security")).ephemeral
    await cast.person("Ada").hears_nothing_of("only you", "#security", within=0)
    missed = await refused(slack.chat_postEphemeral(channel="C0SECURITY", user="U0EVA", text="x"))
    assert missed["error"] == "user_not_in_channel"
    update = slack.chat_update(channel="C0SECURITY", ts=ephemeral["message_ts"], text="x")
    assert (await refused(update))["error"] == "message_not_found"
    await slack.conversations_open(users="U0BEN")
    await slack.chat_postEphemeral(channel="D0BEN", user="U0BEN", text="hush")
    assert (await slack.conversations_history(channel="D0BEN"))["messages"] == []


async def test_prompts_with_a_thread_change_nothing_under_agent_view(
    slack: AsyncWebClient, cast: Cast
) -> None:
    await slack.conversations_open(users="U0ADA")
    prompts = [{"title": "One", "message": "What is SOC 1?"}]
    await slack.assistant_threads_setSuggestedPrompts(channel_id="D0ADA", prompts=prompts, thread_ts="1.1")
    assert (await cast.person("Ada").state())["prompts"] == []
    await slack.assistant_threads_setSuggestedPrompts(channel_id="D0ADA", prompts=prompts)
    assert (await cast.person("Ada").state())["prompts"] == prompts
    five = slack.assistant_threads_setSuggestedPrompts(channel_id="D0ADA", prompts=prompts * 5)
    assert (await refused(five))["error"] == "invalid_arguments"


async def test_failures_on_demand(slack: AsyncWebClient, cast: Cast) -> None:
    ada = cast.person("Ada")

    async def count() -> int:
        return len(await ada.messages())

    await cast.fails("chat.postMessage", "lost_answer")
    with pytest.raises(Exception, match=r"disconnected|reset"):
        await slack.chat_postMessage(channel="U0ADA", text="x")
    assert await count() == 1
    await cast.fails("chat.postMessage", "error_after_accept")
    with pytest.raises(SlackApiError) as raised:
        await slack.chat_postMessage(channel="U0ADA", text="x")
    assert raised.value.response.status_code == 500
    assert await count() == 2
    await cast.fails("chat.postMessage", "refuse")
    with pytest.raises(Exception, match=r"disconnected|reset"):
        await slack.chat_postMessage(channel="U0ADA", text="x")
    await cast.fails("chat.postMessage", "rate_limited", seconds=7)
    limited = await refused(slack.chat_postMessage(channel="U0ADA", text="x"))
    assert (limited["error"], limited.status_code, limited.headers["Retry-After"]) == (
        "ratelimited",
        429,
        "7",
    )
    await cast.fails("*", "error", error="fatal_error")
    assert (await refused(slack.chat_postMessage(channel="U0ADA", text="x")))["error"] == "fatal_error"
    assert await count() == 2
    await cast.fails("chat.postMessage", "slow", seconds=0.05)
    await slack.chat_postMessage(channel="U0ADA", text="x")
    assert await count() == 3
    await cast.fails("chat.postMessage", "error", times=5)
    await cast.fails("chat.postMessage", "error", times=0)
    await slack.chat_postMessage(channel="U0ADA", text="x")
    assert await count() == 4
