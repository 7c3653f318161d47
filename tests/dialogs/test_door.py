"""What is not Slack's, not ours, or not known is turned away at the door, and a fault of ours is shown as one."""

import contextlib
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.blocks.ids import Action
from handlers.sandbox import SlackPatience
from handlers.sandbox.cast import Cast, NoAnswer
from handlers.stack import Stage, open_stage
from storage.questions import Question
from tests.dialogs.postbox import FORM, Postbox, open_postbox, signature
from tests.dialogs.steps import kinds, only, rows

WINDOW = "how long is a type 2 window?"
ANSWER = "A Type 2 window is usually 3 to 12 months long."
CLOSED = "This request has closed."
BODY = b'{"type": "event_callback", "team_id": "T0NORTHWIND", "event_id": "Ev1", "event": {"type": "x"}}'


@pytest.fixture
async def slack(stage: Stage) -> AsyncGenerator[Postbox]:
    async with open_postbox(stage) as opened:
        yield opened


@contextlib.asynccontextmanager
async def questions_out_of_reach(stage: Stage) -> AsyncGenerator[list[Any]]:
    """Every verb that touches a question meets a fault that nobody foresaw; gives what is logged of it."""

    async def rename(old: str, new: str) -> None:
        async with stage.service.desk.sessions.transaction() as session:
            await (await session.connection()).exec_driver_sql(f"ALTER TABLE {old} RENAME TO {new}")

    await rename("question", "question_away")
    with capture_logs() as logged:
        yield logged
    await rename("question_away", "question")


async def test_what_slack_signed_now_is_let_in(slack: Postbox):
    assert (await slack.post(BODY)).status == 200
    assert (await slack.post(BODY, **signature(BODY, age=290))).status == 200
    challenge = b'{"type": "url_verification", "challenge": "3eZbrw1aB", "token": "x"}'
    assert (await slack.post(challenge)).json == {"challenge": "3eZbrw1aB"}


async def test_forged_and_stale_requests_are_refused(stage: Stage, slack: Postbox):
    genuine = signature(BODY)
    refused: tuple[dict[str, str], ...] = (
        signature(BODY, secret="guessed"),
        signature(BODY + b" "),
        signature(BODY, age=310),
        signature(BODY, age=-310),
        genuine | {"X-Slack-Request-Timestamp": "rubbish"},
        genuine | {"X-Slack-Request-Timestamp": ""},
        genuine | {"X-Slack-Signature": "v0=é"},
        genuine | {"X-Slack-Signature": ""},
    )
    for headers in refused:
        assert (await slack.post(BODY, **headers)).status == 401, headers
    assert (await slack.post(b"{rubbish", **genuine)).status == 401
    assert (await slack.says("U0ADA", WINDOW)).status == 200
    await only(stage, Question)


async def test_without_a_signing_secret_nothing_gets_in_by_http(data_folder: Path):
    nothing = SecretStr("")
    async with (
        open_stage(data_folder, socket_mode=True, slack_signing_secret=nothing) as stage,
        open_postbox(stage) as slack,
    ):
        for secret in ("", "sandbox-signing-secret"):
            assert (await slack.post(BODY, **signature(BODY, secret=secret))).status == 401


async def test_a_request_larger_than_any_of_slack_s_is_refused(slack: Postbox):
    async def endless() -> AsyncGenerator[bytes]:
        for _ in range(11):
            yield b"x" * 100_000

    assert (await slack.post(b"x" * 1_000_001)).status == 413
    assert (await slack.post(endless())).status == 413


async def test_what_cannot_be_read_is_refused(slack: Postbox):
    for body in (b"\xff\xfe{}", b"{rubbish", b"[1]", b"3", b'{"a":' * 100_000, b'{"authorizations": [3]}'):
        assert (await slack.post(body)).status == 400, body[:40]
    for form in (b"payload=rubbish", b"payload=%5B%5D"):
        assert (await slack.post(form, FORM)).status == 400, form


async def test_a_button_that_nothing_stands_behind_has_closed(stage: Stage, cast: Cast, slack: Postbox):
    cleo = cast.person("Cleo")
    await cleo.opens_dm()
    before = await kinds(stage)
    about_nothing = {Action.ADOPT_ENTRIES, Action.OPEN_PUBLISH, Action.OPEN_CHOOSER, Action.OPEN_ASK}
    about_nothing |= {Action.OPEN_CONTROLS, Action.OPEN_ASSIGN_MANY}
    about_nothing |= {Action.OPEN_EXAMINATIONS, Action.OPEN_ADD_EXAMINATION, Action.OPEN_SAMPLE}
    about_nothing |= {Action.OPEN_EVENTS, Action.OPEN_REPORT}
    for action in (*sorted(set(Action) - about_nothing), "never_heard_of"):
        so_far = await cleo.so_far()
        assert (await slack.presses(cleo.id, action, "rubbish <!channel>")).status == 200
        assert (await cleo.hears(CLOSED, after=so_far)).ephemeral, action
    assert await kinds(stage) == before


async def test_unknown_names_are_answered_and_change_nothing(stage: Stage, slack: Postbox):
    before = await kinds(stage)
    typed = {"reason": {"type": "plain_text_input", "value": "x"}}
    told = await slack.submits("U0ADA", "never_heard_of", "1", typed)
    assert CLOSED in told.json["errors"]["reason"]
    whole = await slack.submits("U0ADA", "never_heard_of", "1", {})
    assert whole.json["response_action"] == "update"
    assert CLOSED in str(whole.json["view"]["blocks"])
    assert CLOSED in (await slack.commands("U0ADA", "x", "/never")).json["text"]
    assert (await slack.event({"type": "never_heard_of", "user": "U0ADA"})).status == 200
    person: dict[str, Any] = {"user": {"id": "U0ADA"}, "team": {"id": "T0NORTHWIND"}}
    for kind in ("view_closed", "message_action", "shortcut", "block_suggestion", "never_heard_of"):
        view = {"type": "modal", "callback_id": "x", "blocks": [], "state": {"values": {}}}
        payload = person | {"type": kind, "callback_id": "x", "view": view, "action_id": "x", "value": "x"}
        assert (await slack.interaction(payload)).status == 200, kind
    assert await kinds(stage) == before


async def test_another_workspace_is_answered_and_has_no_effect(stage: Stage, cast: Cast, slack: Postbox):
    before, team = await kinds(stage), "T0ELSEWHERE"
    assert (await slack.says("U0ADA", WINDOW, team=team)).status == 200
    assert (await slack.presses("U0CLEO", "adopt_entries", "", team=team)).status == 200
    chosen = {"control": {"type": "static_select", "selected_option": {"value": "AC-01"}}}
    owner = {"owner": {"type": "users_select", "selected_user": "U0BEN"}}
    assert (await slack.submits("U0CLEO", "assign", "", chosen | owner, team=team)).status == 200
    assert CLOSED in (await slack.commands("U0ADA", WINDOW, team=team)).json["text"]

    assert await kinds(stage) == before
    assert await rows(stage, Question) == []
    assert "chat.postEphemeral" not in (await cast.calls())["methods"]


async def test_an_event_that_met_a_fault_comes_again(data_folder: Path):
    patience = SlackPatience(event_retries=(0.5, 0.5, 0.5))
    async with open_stage(data_folder, patience=patience) as stage, Cast(stage.sandbox.url) as cast:
        ada = cast.person("Ada")
        async with questions_out_of_reach(stage):
            ts = await ada.says(WINDOW)
            await stage.sandbox.deliveries.quiet()
            (sent,) = await cast.deliveries()
            assert [attempt["status"] for attempt in sent["attempts"]] == [500]

        await ada.hears(ANSWER, thread=ts)
        await only(stage, Question)


async def test_a_fault_is_shown_by_its_number(stage: Stage, cast: Cast, slack: Postbox):
    ada = cast.person("Ada")
    await ada.says(WINDOW)
    answer = await ada.hears(ANSWER)
    await stage.service.settle()
    before = await kinds(stage)
    async with questions_out_of_reach(stage) as logged:
        with pytest.raises(NoAnswer) as failed:
            await ada.presses("Helpful", answer)
        reply = await ada.commands(f"/soc {WINDOW}")
        typed = {"answer": {"type": "plain_text_input", "value": "x"}}
        told = await slack.submits("U0CLEO", "answer", "rubbish", typed)

    assert failed.value.status == 500
    shown = next(message for message in await ada.messages() if message.ephemeral)
    assert reply is not None
    for words, fault in zip((shown.text, reply.text, told.json["errors"]["answer"]), logged, strict=True):
        assert words.endswith(f"tell your compliance lead: fault {fault['id']}.")
    assert await kinds(stage) == before


async def test_a_fault_on_a_message_opens_a_notice(stage: Stage, cast: Cast):
    ada = cast.person("Ada")
    await cast.person("Ben").says(WINDOW, channel="#general")
    message = await ada.hears("how long", channel="#general")
    async with questions_out_of_reach(stage):
        with pytest.raises(NoAnswer):
            await ada.uses_shortcut("ask_about_message", message)
    await ada.modal("Something went wrong on my side.")


async def test_when_slack_is_too_slow_for_a_form_the_presser_hears_it(data_folder: Path):
    patience = SlackPatience(trigger_lives=-1.0)
    async with open_stage(data_folder, patience=patience) as stage, Cast(stage.sandbox.url) as cast:
        cleo = cast.person("Cleo")
        await cleo.presses("Assign a control", await cleo.home())

        await cleo.hears("That took too long for Slack. Please press the button once more.")


async def test_a_home_that_is_behind_says_so_in_a_notice(cast: Cast):
    ada, cleo, dan = cast.person("Ada"), cast.person("Cleo"), cast.person("Dan")
    await ada.says("what is a flux capacitor?")
    await ada.presses("Ask compliance", await ada.hears("I do not know."))
    behind, home = await cleo.home("flux capacitor"), await dan.home("flux capacitor")
    await dan.presses("Answer", home)
    form = await dan.modal("Ada Okafor asks:")
    await cast.fails("views.publish", "error", times=50, error="ratelimited")
    assert await dan.submits(form, {"Your answer": "No idea."}) == {}

    await cleo.presses("Answer", behind)

    await cleo.modal("Dan Whitfield has already answered this question.")
