"""The app manifest for Slack: what Socrates hears, what it may do, and why it needs each scope.

One table says which scopes each method needs, another the same of events. Tests hold both against the calls that
the product makes and the events that it listens to.
"""

from collections.abc import Mapping
from typing import Any, Literal

from bot.blocks.ids import Callback, Command

SCOPES: Mapping[str, str] = {
    "chat:write": "to answer, remind and edit its own messages",
    "im:write": "to open a direct message with a person who is asked for something",
    "im:history": "to read what people write to it in direct messages, and nothing else",
    "app_mentions:read": "to answer when it is mentioned in a channel it was invited to",
    "commands": "for /soc and the message shortcut",
    "assistant:write": "to suggest questions in its direct messages",
    "users:read": "to know who works here, in which time zone, and who is a guest",
    "users:read.email": "to find the people whom the settings and imports name by e-mail",
    "files:read": "to fetch the evidence that people attach",
    "files:write": "to hand a reviewer the stored copy of a piece of evidence",
}

METHODS: Mapping[str, tuple[str, ...]] = {
    "apps.connections.open": (),  # with the app-level token, whose own scope is connections:write
    "assistant.threads.setSuggestedPrompts": ("assistant:write",),
    "auth.test": (),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.history": ("im:history",),
    "conversations.open": ("im:write",),
    "conversations.replies": ("im:history",),
    "files.completeUploadExternal": ("files:write",),
    "files.getUploadURLExternal": ("files:write",),
    "files.info": ("files:read",),
    "users.list": ("users:read", "users:read.email"),  # the second for profile.email
    "views.open": (),
    "views.publish": (),
    "views.push": (),
    "views.update": (),
}

EVENTS: Mapping[str, tuple[str, ...]] = {
    "app_home_opened": (),
    "app_mention": ("app_mentions:read",),
    "app_uninstalled": (),
    "message.im": ("im:history",),
    "team_join": ("users:read",),
    "tokens_revoked": (),
    "user_change": ("users:read",),
}

DESCRIPTION = (
    "Ask about SOC reports, controls and policies. Every answer is curated and names its source and who"
    " reviewed it; what Socrates does not know goes to your compliance team."
)
PROMPTS = (
    "How long is a Type 2 window?",
    "What is the difference between SOC 1 and SOC 2?",
    "What makes good evidence?",
    "May we say that we are SOC 2 certified?",
)


def manifest(mode: Literal["http", "socket"], public_url: str | None) -> dict[str, Any]:
    """Slack's app manifest, version 2. HTTP needs the public address, Socket Mode ignores it."""
    if mode == "http" and not public_url:
        raise ValueError("over HTTP Slack needs the public address at which it reaches Socrates")
    url = f"{public_url}".rstrip("/") + "/slack/events" if mode == "http" else None
    request_url = {"request_url": url} if url else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 0},
        "display_information": {
            "name": "Socrates",
            "description": "Answers SOC questions and collects what the next SOC report needs, in Slack.",
            "background_color": "#1f3a4d",
        },
        "features": _features(url),
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**request_url, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **request_url},
            "org_deploy_enabled": False,
            "socket_mode_enabled": mode == "socket",
            "token_rotation_enabled": False,
        },
    }


def _features(url: str | None) -> dict[str, Any]:
    return {
        "agent_view": {
            "agent_description": DESCRIPTION,
            "suggested_prompts": [{"title": prompt, "message": prompt} for prompt in PROMPTS],
        },
        "app_home": {
            "home_tab_enabled": True,
            "messages_tab_enabled": True,
            "messages_tab_read_only_enabled": False,
        },
        "bot_user": {"display_name": "Socrates", "always_online": True},
        "shortcuts": [
            {
                "name": "Ask Socrates",
                "type": "message",
                "callback_id": Callback.ASK_SHORTCUT.value,
                "description": "Answers the question in this message",
            }
        ],
        "slash_commands": [
            {
                "command": Command.SOC.value,
                "description": "Asks Socrates about SOC compliance",
                "usage_hint": "your question, or: controls, assign, event, help",
                "should_escape": True,
                **({"url": url} if url else {}),
            }
        ],
    }
