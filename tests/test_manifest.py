"""The manifest has the form that Slack's published schema (v2) demands, and asks for no more than is used."""

import ast
import re
from collections.abc import Callable, Iterator
from inspect import iscoroutinefunction
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.ids import Callback, Command
from handlers.sandbox.api import web_api
from handlers.sandbox.workspace.installation import GRANTED
from handlers.slack import routes
from handlers.slack.manifest import EVENTS, METHODS, SCOPES, manifest

ROOT = Path(__file__).parent.parent
BOTH = [manifest("http", "https://soc.northwind.example/"), manifest("socket", None)]

Check = Callable[[Any], bool]


def text(most: int, pattern: str = "") -> Check:
    return lambda value: isinstance(value, str) and 0 < len(value) <= most and bool(re.match(pattern, value))


def flag(value: Any) -> bool:
    return isinstance(value, bool)


def whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


URL = text(3000, "https?://")
NAMES = [255, text(50)]
SHAPE = {
    "_metadata": {"major_version": whole, "minor_version": whole},
    "display_information": {
        "name!": text(35),
        "description": text(140),
        "background_color": text(7, "#[0-9a-fA-F]{6}$"),
    },
    "features": {
        "agent_view": {
            "agent_description": text(300),
            "suggested_prompts": [4, {"title!": text(300), "message!": text(300)}],
        },
        "app_home": {
            "home_tab_enabled": flag,
            "messages_tab_enabled": flag,
            "messages_tab_read_only_enabled": flag,
        },
        "bot_user": {"display_name!": text(80), "always_online": flag},
        "shortcuts": [
            10,
            {
                "name!": text(24),
                "type!": text(7, "(message|global)$"),
                "callback_id!": text(255),
                "description!": text(150),
            },
        ],
        "slash_commands": [
            50,
            {
                "command!": text(32, "/."),
                "description!": text(2000),
                "usage_hint": text(1000),
                "should_escape": flag,
                "url": URL,
            },
        ],
    },
    "oauth_config": {"scopes": {"bot": NAMES}},
    "settings": {
        "event_subscriptions": {"request_url": URL, "bot_events": [100, text(50)]},
        "interactivity": {"is_enabled!": flag, "request_url": URL},
        "org_deploy_enabled": flag,
        "socket_mode_enabled": flag,
        "token_rotation_enabled": flag,
    },
}


def misfits(value: Any, shape: Any, path: str = "") -> Iterator[str]:
    """Where the value leaves the shape: a key with "!" is compulsory, a list is [most items, item shape]."""
    if callable(shape):
        if not shape(value):
            yield path
    elif isinstance(shape, list):
        most, item_shape = shape
        if not 0 < len(value) <= most:
            yield path
        for index, item in enumerate(value):
            yield from misfits(item, item_shape, f"{path}[{index}]")
    else:
        shapes = {key.rstrip("!"): inner for key, inner in shape.items()}
        yield from (f"{path}.{key} is unknown" for key in value.keys() - shapes.keys())
        yield from (
            f"{path}.{key[:-1]} is missing" for key in shape if key[-1] == "!" and key[:-1] not in value
        )
        for key in value.keys() & shapes.keys():
            yield from misfits(value[key], shapes[key], f"{path}.{key}")


@pytest.mark.parametrize("made", BOTH, ids=["http", "socket"])
def test_it_has_the_form_that_slack_s_schema_demands(made):
    assert list(misfits(made, SHAPE)) == []


def test_the_check_of_the_form_finds_what_is_wrong():
    made = manifest("socket", None)
    made["display_information"]["name"] = "x" * 36
    made["settings"]["surprise"] = True
    del made["features"]["shortcuts"][0]["type"]
    made["features"]["agent_view"]["suggested_prompts"] *= 2
    assert sorted(misfits(made, SHAPE)) == [
        ".display_information.name",
        ".features.agent_view.suggested_prompts",
        ".features.shortcuts[0].type is missing",
        ".settings.surprise is unknown",
    ]


def test_over_http_slack_learns_one_address_for_everything():
    made = BOTH[0]
    address = "https://soc.northwind.example/slack/events"
    assert made["settings"]["event_subscriptions"]["request_url"] == address
    assert made["settings"]["interactivity"]["request_url"] == address
    assert made["features"]["slash_commands"][0]["url"] == address
    assert made["settings"]["socket_mode_enabled"] is False


def test_over_a_socket_slack_needs_no_address():
    assert BOTH[1]["settings"]["socket_mode_enabled"] is True
    assert "://" not in str(BOTH[1])


@pytest.mark.parametrize("address", [None, ""])
def test_http_without_an_address_is_refused(address):
    with pytest.raises(ValueError, match="public address"):
        manifest("http", address)


def methods_called(text: str) -> set[str]:
    """The Web API methods that a module calls, each through something named ``slack``: `desk.slack.chat_update`."""
    return {
        node.attr.replace("_", ".")
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute)
        and ast.unparse(node.value).rpartition(".")[2] == "slack"
        and iscoroutinefunction(getattr(AsyncWebClient, node.attr, None))
    }


def product() -> Iterator[Path]:
    """The modules that speak to Slack; the sandbox is Slack."""
    for folder in ("bot", "handlers"):
        paths = (ROOT / folder).rglob("*.py")
        yield from (path for path in paths if "sandbox" not in path.relative_to(ROOT).parts)


def test_a_call_of_slack_is_found():
    assert methods_called("await desk.slack.views_push(view=view)") == {"views.push"}
    assert methods_called("slack.files_getUploadURLExternal(length=1)") == {"files.getUploadURLExternal"}
    assert methods_called("partial(self.desk.slack.chat_update, ts=ts)") == {"chat.update"}
    assert methods_called("slack.base_url, slack.Option(text=text), desk.views_open()") == set()


def test_the_methods_are_those_that_the_product_calls_and_the_sandbox_answers():
    called = {method for path in product() for method in methods_called(path.read_text())}
    assert called == METHODS.keys() == web_api.METHODS.keys()


def test_each_method_names_the_scopes_without_which_slack_refuses_it():
    for name, method in web_api.METHODS.items():
        enough = set(method.scope.split(",")) if method.scope else set()
        assert enough.intersection(METHODS[name]) or not enough, name
        assert enough or not METHODS[name], name


def test_the_events_are_those_that_a_route_listens_to():
    assert {event.partition(".")[0] for event in EVENTS} == routes.EVENTS.keys()


def test_every_scope_is_needed_and_every_need_has_its_scope():
    needs = {scope for scopes in [*METHODS.values(), *EVENTS.values()] for scope in scopes}
    needs |= {"commands" for _ in (*routes.COMMANDS, *routes.SHORTCUTS)}
    assert needs == set(SCOPES) == set(GRANTED)
    assert BOTH[0]["oauth_config"]["scopes"] == {"bot": list(SCOPES)}


def test_it_asks_for_no_history_but_its_own_direct_messages_and_for_no_person_s_token():
    assert {scope for scope in SCOPES if "history" in scope} == {"im:history"}
    assert not {"chat:write.public", "chat:write.customize", "channels:read"} & SCOPES.keys()
    assert not any(scope.startswith(("admin", "search")) for scope in SCOPES)


def test_the_names_in_it_are_the_names_that_the_router_knows():
    features = BOTH[1]["features"]
    assert [command["command"] for command in features["slash_commands"]] == [Command.SOC]
    assert [shortcut["callback_id"] for shortcut in features["shortcuts"]] == [Callback.ASK_SHORTCUT]
    assert "assistant_view" not in features
