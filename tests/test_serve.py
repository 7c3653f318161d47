"""``socrates serve``: it starts and stops, or ends with one clear sentence that says what to mend."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from handlers.sandbox import Keys, Sandbox, open_sandbox
from handlers.sandbox.cast import Cast
from storage.database import lock_data_folder
from tests.terminal import starts, stops, types
from tests.test_cli import copy_content, spoil

KEYS = Keys()
LET_IN = {"SLACK_BOT_TOKEN": KEYS.bot_token, "SLACK_SIGNING_SECRET": KEYS.signing_secret}
NOWHERE = "http://127.0.0.1:9/api/"  # the discard port, on which nothing listens


class TestServeRefusesToStart:
    """One sentence on standard error, exit code 1, no traceback: ``types`` would raise it."""

    @pytest.mark.parametrize(
        ("settings", "sentence"),
        [
            ({}, "Set SLACK_BOT_TOKEN. Without Slack, try: socrates demo\n"),
            (
                {"SLACK_BOT_TOKEN": "xoxb-1"},
                "Set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP.\n",
            ),
            (
                {**LET_IN, "SLACK_API_URL": NOWHERE},
                f"Slack cannot be reached at {NOWHERE} (ClientConnectorError).\n",
            ),
            ({"LOG_LEVEL": "loud"}, "LOG_LEVEL is 'loud'; it can be DEBUG, INFO, WARNING or ERROR.\n"),
            (
                {"PORT": "many"},
                "PORT cannot be used: Input should be a valid integer, unable to parse string as an integer.\n",
            ),
            (
                {"EVIDENCE_URL": "s3://bucket"},
                "EVIDENCE_URL cannot be used: evidence is kept in a folder: give a path, not an address.\n",
            ),
        ],
        ids=["no token", "no way in", "unreachable", "log level", "port", "evidence"],
    )
    def test_for_a_setting(self, settings: dict[str, str], sentence: str, tmp_path: Path):
        ended = types("serve", folder=tmp_path, **settings)
        assert (ended.code, ended.out, ended.err) == (1, "", sentence)

    def test_for_broken_content(self, tmp_path: Path):
        spoiled = spoil(copy_content(tmp_path / "content"))
        ended = types("serve", folder=tmp_path, CONTENT_DIR=str(spoiled), SLACK_API_URL=NOWHERE, **LET_IN)
        assert ended.code == 1
        assert ended.err.startswith("The content cannot be used. knowledge/soc-1.md line 4: ")
        assert ended.err.count("\n") == 1

    def test_while_another_process_uses_the_data_folder(self, data_folder: Path, tmp_path: Path):
        with lock_data_folder(data_folder) as lock:
            ended = types(
                "serve", folder=tmp_path, DATA_DIR=str(data_folder), SLACK_API_URL=NOWHERE, **LET_IN
            )
        lock.close()
        assert ended.code == 1
        assert ended.err == (
            f"Another process is using the data folder {data_folder}. Stop it first, or set another DATA_DIR.\n"
        )

    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            ({"SLACK_BOT_TOKEN": "xoxb-wrong"}, "Slack refused the bot token (invalid_auth).\n"),
            ({"SLACK_APP_TOKEN": "xapp-wrong"}, "Slack refused the app-level token (invalid_auth).\n"),
        ],
        ids=["bot", "app-level"],
    )
    async def test_with_a_wrong_token(
        self, changed: dict[str, str], sentence: str, sandbox: Sandbox, data_folder: Path
    ):
        settings = {**LET_IN, "SLACK_API_URL": sandbox.slack_api_url, "DATA_DIR": ".", **changed}
        ended = await asyncio.to_thread(types, "serve", folder=data_folder, **settings)
        assert ended.code == 1
        assert ended.err.endswith(sentence)
        assert "Traceback" not in ended.err

    async def test_when_the_port_is_taken(self, sandbox: Sandbox, data_folder: Path):
        with socket.create_server(("0.0.0.0", 0)) as taken:
            settings = {**LET_IN, "SLACK_API_URL": sandbox.slack_api_url, "DATA_DIR": "."}
            settings["PORT"] = str(taken.getsockname()[1])
            ended = await asyncio.to_thread(types, "serve", folder=data_folder, **settings)
        assert ended.code == 1
        assert ended.err.splitlines()[-1].startswith("The port cannot be used: Address already in use")
        assert "Traceback" not in ended.err

    @pytest.mark.parametrize("words", [("serve", "--no-clock"), ("clock",)])
    def test_in_two_processes_on_sqlite(self, words: tuple[str, ...], tmp_path: Path):
        ended = types(*words, folder=tmp_path, **LET_IN)
        assert ended.code == 1
        assert ended.err.startswith("On SQLite one process does everything: socrates serve.")
        assert list(tmp_path.iterdir()) == []


class TestServeASandbox:
    @pytest.mark.parametrize("address", ["http://example.com", "https://10.0.0.1:8766", "127.0.0.1:8766"])
    def test_on_another_machine_is_refused(self, address: str, tmp_path: Path):
        ended = types("serve", "--sandbox", address, folder=tmp_path)
        assert ended.code == 1
        assert ended.err.startswith("A sandbox is served on its own machine only")
        assert list(tmp_path.iterdir()) == []

    def test_that_does_not_answer_is_said(self, tmp_path: Path):
        ended = types("serve", "--sandbox", "http://127.0.0.1:9", folder=tmp_path)
        assert (ended.code, ended.err) == (1, "No sandbox answers at http://127.0.0.1:9.\n")

    def test_without_a_clock_is_wrong_usage(self, tmp_path: Path):
        assert types("serve", "--sandbox", "http://127.0.0.1:9", "--no-clock", folder=tmp_path).code == 2

    async def test_two_processes_serve_until_they_are_told_to_stop(self, data_folder: Path):
        sandbox, [url, _] = await starts("sandbox", "--port", "0", folder=data_folder)
        server, addresses = await starts(
            "serve", "--sandbox", url, folder=data_folder, DATA_DIR=".", PORT="0"
        )
        try:
            async with Cast(url) as cast:
                await cast.post("app", {"url": addresses[-1]})
                ts = await cast.person("Ada").says("how long is a type 2 window?")
                await cast.person("Ada").hears("3 to 12 months", thread=ts)
        finally:
            ends = [await stops(process) for process in (server, sandbox)]
        assert ends == [(0, ""), (0, "")]


@pytest.fixture
async def sandbox() -> AsyncGenerator[Sandbox]:
    async with open_sandbox() as opened:
        yield opened
