"""The long-running commands: serve, serve --sandbox and sandbox."""

import asyncio
import gc
import signal
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import typer

from bot.desk import SlackRefused
from bot.settings import Settings
from bot.work import real_now
from handlers.app import create_app
from handlers.faults import Misconfigured
from handlers.logs import start_logging
from handlers.sandbox import open_sandbox
from handlers.service import REHEARSAL, open_service
from handlers.stack import HOST, sandbox_settings
from handlers.web.rehearsal import BusinessClock, read_clock
from handlers.web.server import open_web
from storage.database import is_sqlite

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
ANY_ADDRESS = "0.0.0.0"  # noqa: S104  a server in a container is reached from outside it


async def run_service(settings: Settings, *, ticks: bool) -> None:
    """Web server and sender, and the clock unless another process keeps it by ``run_clock``."""
    start_logging(settings.log_level)
    _require_token(settings)
    if not settings.socket_mode and not settings.slack_signing_secret.get_secret_value():
        raise Misconfigured("Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP.")
    if not ticks:
        _require_postgres(settings)
    async with (
        open_service(settings, ticks=ticks) as service,
        open_web(create_app(service), ANY_ADDRESS, settings.port) as url,
    ):
        way = "Socket Mode" if settings.socket_mode else "HTTP"
        await until_stopped(f"Socrates serves {service.desk.identity.team} by {way}, and listens at {url}.")


async def run_clock(settings: Settings) -> None:
    """Ticks and sender, for servers that run without a clock."""
    start_logging(settings.log_level)
    _require_token(settings)
    _require_postgres(settings)
    async with open_service(settings, listens=False) as service:
        await until_stopped(f"Socrates keeps the clock of {service.desk.identity.team}.")


async def run_rehearsal(workspace: str, settings: Settings) -> None:
    """Serve a sandbox on this machine, by the sandbox's business clock."""
    if urlsplit(workspace).hostname not in LOOPBACK:
        raise Misconfigured(
            "A sandbox is served on its own machine only, at an address like http://127.0.0.1:8766"
        )
    start_logging(settings.log_level)
    sandboxed = sandbox_settings(
        f"{workspace.rstrip('/')}/api/",
        settings.data_dir,
        socket_mode=settings.socket_mode,
        database_url=settings.database_url,
        evidence_url=settings.evidence_url,
        content_dir=settings.content_dir,
        **({"compliance_leads": settings.compliance_leads} if settings.compliance_leads else {}),
    )
    try:
        clock = BusinessClock(await read_clock(workspace) - real_now())
    except aiohttp.ClientError as failure:
        raise SlackRefused(f"No sandbox answers at {workspace}.") from failure
    async with (
        open_service(sandboxed, clock.now, sandbox=True, tempo=REHEARSAL) as service,
        open_web(create_app(service, clock), HOST, settings.port) as url,
    ):
        await until_stopped(f"Socrates serves the sandbox at {workspace} from {url}.")


async def run_sandbox(port: int, app_url: str, state: Path | None) -> None:
    async with open_sandbox(host=HOST, port=port, app_url=app_url, state_file=state) as sandbox:
        await until_stopped(f"The sandbox workspace is at {sandbox.url} and delivers to {app_url}.")


async def until_stopped(ready: str) -> None:
    """Say that all is ready, and wait for Ctrl-C or SIGTERM, which is heard from then on.

    A second one ends the process at once, even while messages are in flight. The content and the modules stay, and to
    look through them for garbage would hold everybody up for 0.13 s at a time.
    """
    gc.collect()
    gc.freeze()
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    names = (signal.SIGINT, signal.SIGTERM)
    before = {name: signal.signal(name, lambda *_: loop.call_soon_threadsafe(stop.set)) for name in names}
    try:
        typer.echo(ready)
        await stop.wait()
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def _require_token(settings: Settings) -> None:
    if not settings.slack_bot_token.get_secret_value():
        raise Misconfigured("Set SLACK_BOT_TOKEN. Without Slack, try: socrates demo")


def _require_postgres(settings: Settings) -> None:
    if is_sqlite(settings.database):
        raise Misconfigured(
            "On SQLite one process does everything: socrates serve. "
            "A clock in a process of its own needs PostgreSQL, in DATABASE_URL."
        )
