"""How the app is installed in the workspace: its tokens and scopes, and how long the workspace waits for it."""

from dataclasses import dataclass

GRANTED = (  # the scopes in the app's manifest
    "chat:write",
    "im:write",
    "im:history",
    "app_mentions:read",
    "commands",
    "assistant:write",
    "users:read",
    "users:read.email",
    "files:read",
    "files:write",
)


@dataclass(frozen=True)
class Keys:
    """The tokens, the secret and the scopes of the installed app."""

    bot_token: str = "xoxb-sandbox"  # noqa: S105 - sandbox keys are public
    app_token: str = "xapp-sandbox"  # noqa: S105
    signing_secret: str = "sandbox-signing-secret"  # noqa: S105
    scopes: tuple[str, ...] = GRANTED


@dataclass(frozen=True)
class SlackPatience:
    """Real seconds: waits before each redelivery of an event, for an answer, and the life of a trigger."""

    event_retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    answer_within: float = 3.0
    trigger_lives: float = 3.0
