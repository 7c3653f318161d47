"""On PostgreSQL the clock may be a process of its own: one hears, the other ticks, and both send."""

from pathlib import Path

from handlers.sandbox import Keys, open_sandbox
from handlers.sandbox.cast import Cast
from tests.storage.hosts import PostgresHost
from tests.terminal import starts, stops

ANSWER = "3 to 12 months"


async def test_a_server_without_a_clock_and_a_clock_beside_it(postgres_host: PostgresHost, tmp_path: Path):
    keys = Keys()
    settings = {
        "SLACK_BOT_TOKEN": keys.bot_token,
        "SLACK_SIGNING_SECRET": keys.signing_secret,
        "DATABASE_URL": postgres_host.empty(),
        "PORT": "0",
    }
    async with open_sandbox() as sandbox, Cast(sandbox.url) as cast:
        settings["SLACK_API_URL"] = sandbox.slack_api_url
        server, [url] = await starts("serve", "--no-clock", folder=tmp_path, **settings)
        clock, _ = await starts("clock", folder=tmp_path, **settings)
        sandbox.connect_app(url.replace("0.0.0.0", "127.0.0.1"))
        ada = cast.person("Ada")
        asked = await ada.says("how long is a type 2 window?")
        await ada.hears(ANSWER, thread=asked)
        answers = [message for message in await ada.messages(thread=asked) if message.bot]
        ends = [await stops(process) for process in (clock, server)]
    assert len(answers) == 1
    assert [code for code, _ in ends] == [0, 0], ends
