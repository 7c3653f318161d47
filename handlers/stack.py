"""A stage: the sandbox workspace and the real service in one process, for demo, tour and tests."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.settings import Settings
from bot.work import real_now
from handlers.app import create_app
from handlers.sandbox import Keys, Sandbox, SlackPatience, open_sandbox
from handlers.service import REHEARSAL, Service, Tempo, open_service
from handlers.web.rehearsal import BusinessClock
from handlers.web.server import open_web

LEADS = ("U0CLEO", "U0DAN")
HOST = "127.0.0.1"
# Seconds; longer than Slack waits, so that a laptop that stalls for a moment does not fail the story.
UNHURRIED = SlackPatience(answer_within=20.0, trigger_lives=20.0)


@dataclass(frozen=True)
class Stage:
    sandbox: Sandbox
    service: Service
    app_url: str


@asynccontextmanager
async def open_stage(
    folder: Path,
    *,
    port: int = 0,
    start: datetime | None = None,
    keep: bool = False,
    patience: SlackPatience = UNHURRIED,
    tempo: Tempo = REHEARSAL,
    socket_mode: bool = False,
    **overrides: Any,
) -> AsyncGenerator[Stage]:
    """``keep`` stores the workspace beside the database for the next start."""
    state_file = folder / "workspace.json" if keep else None
    async with open_sandbox(
        host=HOST, port=port, start=start, state_file=state_file, patience=patience
    ) as sandbox:
        settings = sandbox_settings(sandbox.slack_api_url, folder, socket_mode=socket_mode, **overrides)
        clock = BusinessClock(sandbox.workspace.clock.now() - real_now())
        async with (
            open_service(settings, clock.now, sandbox=True, tempo=tempo) as service,
            open_web(create_app(service, clock), HOST, 0) as app_url,
        ):
            sandbox.connect_app(app_url)
            yield Stage(sandbox, service, app_url)
            sandbox.connect_app(None)


def sandbox_settings(
    slack_api_url: str, folder: Path, *, socket_mode: bool = False, **overrides: Any
) -> Settings:
    """Settings with the sandbox's fixed keys and the overrides; the environment is not read."""
    keys = Keys()
    values: dict[str, Any] = {
        "slack_bot_token": SecretStr(keys.bot_token),
        "slack_app_token": SecretStr(keys.app_token if socket_mode else ""),
        "slack_signing_secret": SecretStr(keys.signing_secret),
        "slack_api_url": slack_api_url,
        "data_dir": folder,
        "database_url": "",
        "evidence_url": "",
        "compliance_leads": LEADS,
        **overrides,
    }
    return Settings(_env_file=None, **values)
