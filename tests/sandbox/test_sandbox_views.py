"""Modals and Home tabs: triggers, stacks, hashes, and what a submission's answer does."""

import asyncio
import json
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from handlers.sandbox import Sandbox, SlackPatience, open_sandbox
from handlers.sandbox.cast import Cast, NoAnswer, NotPossible, Player, View
from tests.sandbox.kit import Listener, button, entry, form, modal, refused, section

TEXT = {"type": "plain_text_input", "action_id": "text"}
RADIO = {
    "type": "radio_buttons",
    "action_id": "kind",
    "options": [
        {"text": {"type": "plain_text", "text": word}, "value": word.lower()} for word in ("File", "Link")
    ],
}


async def trigger(person: Player, listener: Listener) -> str:
    await person.uses_shortcut("open")
    return form(listener.bodies[-1])["trigger_id"]


async def opened(person: Player, slack: AsyncWebClient, listener: Listener, view: dict[str, Any]) -> View:
    await slack.views_open(trigger_id=await trigger(person, listener), view=view)
    return await person.modal()


async def test_a_trigger_opens_one_modal_and_expires(
    listener: Listener, slack: AsyncWebClient, cast: Cast
) -> None:
    ben = cast.person("Ben")
    once = await trigger(ben, listener)
    view = modal(entry("Reason", TEXT))
    opened_view = (await slack.views_open(trigger_id=once, view=view))["view"]
    assert opened_view["state"]["values"][opened_view["blocks"][0]["block_id"]]["text"]["value"] is None
    assert (await refused(slack.views_open(trigger_id=once, view=view)))["error"] == "exchanged_trigger_id"
    assert (await refused(slack.views_open(trigger_id="1.2.3", view=view)))["error"] == "invalid_trigger_id"


async def test_an_old_trigger_opens_nothing() -> None:
    async with open_sandbox(patience=SlackPatience(trigger_lives=0.01)) as sandbox, Cast(sandbox.url) as cast:
        slack = AsyncWebClient(sandbox.keys.bot_token, base_url=sandbox.slack_api_url)
        with pytest.raises(NoAnswer, match="connection_failed"):
            await cast.person("Ben").uses_shortcut("open")
        await asyncio.sleep(0.02)
        (old,) = sandbox.workspace.triggers
        call = slack.views_open(trigger_id=old, view=modal(section("x")))
        assert (await refused(call))["error"] == "expired_trigger_id"


async def test_a_stack_holds_three(listener: Listener, slack: AsyncWebClient, cast: Cast) -> None:
    ben = cast.person("Ben")
    first = await opened(ben, slack, listener, modal(section("1")))
    for depth in ("2", "3"):
        await slack.views_push(trigger_id=await trigger(ben, listener), view=modal(section(depth)))
    call = slack.views_push(trigger_id=await trigger(ben, listener), view=modal(section("4")))
    assert (await refused(call))["error"] == "push_limit_reached"
    views = (await ben.state())["views"]
    assert [view["root_view_id"] for view in views] == [first.id] * 3
    assert views[2]["previous_view_id"] == views[1]["id"]
    await ben.closes(await ben.modal("3"))
    assert (await ben.modal()).text.splitlines()[1] == "2"


async def test_an_update_is_guarded_by_hash_and_keeps_what_was_typed(
    listener: Listener, slack: AsyncWebClient, cast: Cast
) -> None:
    ben = cast.person("Ben")
    reason = entry("Reason", TEXT, block_id="reason")
    kind = entry("Kind", RADIO, block_id="kind_of", dispatch_action=True)
    actions = {"type": "actions", "block_id": "more", "elements": [button("More", "more")]}
    view = await opened(ben, slack, listener, modal(reason, kind, actions))
    await ben.presses("More", view, values={"Reason": "half a word"})
    pressed = form(listener.bodies[-1])
    assert pressed["view"]["state"]["values"]["reason"]["text"]["value"] == "half a word"
    await ben.presses("kind", view, selected="Link")
    assert form(listener.bodies[-1])["actions"][0]["selected_option"]["value"] == "link"
    fuller = modal(reason, kind, actions, section("more"))
    first = await slack.views_update(view_id=view.id, hash=view.hash, view=fuller)
    values = first["view"]["state"]["values"]
    assert values["reason"]["text"]["value"] == "half a word"
    assert values["kind_of"]["kind"]["selected_option"]["value"] == "link"
    conflict = slack.views_update(view_id=view.id, hash=view.hash, view=fuller)
    assert (await refused(conflict))["error"] == "hash_conflict"
    await ben.closes(view)
    assert (await refused(slack.views_update(view_id=view.id, view=fuller)))["error"] == "not_found"


async def test_home_is_guarded_by_hash(slack: AsyncWebClient, cast: Cast) -> None:
    home = {"type": "home", "blocks": [section("one")]}
    first = (await slack.views_publish(user_id="U0CLEO", view=home))["view"]
    second = (await slack.views_publish(user_id="U0CLEO", view=home, hash=first["hash"]))["view"]
    assert second["id"] == first["id"]
    late = slack.views_publish(user_id="U0CLEO", view=home, hash=first["hash"])
    assert (await refused(late))["error"] == "hash_conflict"
    wrong = slack.views_publish(user_id="U0CLEO", view=modal(section("x")))
    assert (await refused(wrong))["error"] == "invalid_arguments"
    assert (await refused(slack.views_publish(user_id="U0NONE", view=home)))["error"] == "user_not_found"


async def test_what_the_answer_to_a_submission_does(
    listener: Listener, slack: AsyncWebClient, cast: Cast
) -> None:
    ben = cast.person("Ben")
    reason = entry("Reason", TEXT, block_id="reason")
    view = await opened(ben, slack, listener, modal(reason))

    listener.answer = json.dumps({"response_action": "update", "view": modal(section("Saved"))}).encode()
    assert await ben.submits(view, {"Reason": "x"}) == {}
    assert (await ben.modal("Saved")).id == view.id
    listener.answer = json.dumps({"response_action": "update", "view": modal(reason, title="Next")}).encode()
    assert await ben.submits(await ben.modal(), {}) == {}
    updated = await ben.modal("Next")
    listener.answer = json.dumps({"response_action": "errors", "errors": {"nowhere": "no"}}).encode()
    with pytest.raises(NoAnswer, match="invalid_errors"):
        await ben.submits(updated, {"Reason": "x"})
    listener.answer = b'{"response_action": "update"}'
    with pytest.raises(NoAnswer, match="Slack refused the answer: invalid_arguments"):
        await ben.submits(updated, {"Reason": "x"})
    listener.statuses = [500]
    with pytest.raises(NoAnswer, match="Socrates answered 500") as raised:
        await ben.submits(updated, {"Reason": "x"})
    assert raised.value.status == 500
    listener.answer = b""
    assert await ben.submits(updated, {"Reason": "x"}) == {}
    assert (await ben.state())["views"] == []


async def test_inputs_are_checked_before_the_app_hears(
    listener: Listener, slack: AsyncWebClient, cast: Cast
) -> None:
    ben = cast.person("Ben")
    elements = {
        "short": {**TEXT, "max_length": 3},
        "date": {"type": "datepicker", "action_id": "on"},
        "number": {"type": "number_input", "action_id": "n", "is_decimal_allowed": False},
        "kind": RADIO,
    }
    view = await opened(
        ben,
        slack,
        listener,
        modal(*(entry(name, element, block_id=name) for name, element in elements.items())),
    )
    deliveries = len(listener.bodies)
    bad = {"short": "long", "date": "5 May", "number": "1.5"}
    assert set(await ben.submits(view, bad)) == set(elements)
    with pytest.raises(NotPossible, match="'x' is not an option of 'kind'; there is: file, link"):
        await ben.submits(view, {"kind": "x"})
    with pytest.raises(AssertionError, match="has no input 'Nope'; it has: 'short', 'date'"):
        await ben.submits(view, {"Nope": "x"})
    assert len(listener.bodies) == deliveries
    good = {
        "short": "abc",
        "date": "2026-05-05",
        "number": "-3",
        "kind": "File",
    }
    assert await ben.submits(view, good) == {}


async def test_a_view_is_of_one_person(
    listener: Listener, slack: AsyncWebClient, cast: Cast, sandbox: Sandbox
) -> None:
    view = await opened(cast.person("Ben"), slack, listener, modal(section("x")))
    with pytest.raises(NotPossible, match="Ada Okafor has no such view open"):
        await cast.person("Ada").submits(view)
