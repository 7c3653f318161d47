"""An import on PostgreSQL goes in beside the server that runs; on SQLite the lock of the data folder is in its way."""

import asyncio
from pathlib import Path

from handlers.sandbox.cast import Cast
from handlers.stack import open_stage
from storage.evidence import Occurrence
from storage.terms import OccurrenceState
from tests.dialogs.steps import BEN, nothing_waits, owns, proved, rows
from tests.storage.hosts import PostgresHost
from tests.terminal import types


async def test_it_is_done_beside_a_running_server(postgres_host: PostgresHost, tmp_path: Path):
    url, folder = postgres_host.empty(), tmp_path / "data"
    folder.mkdir()
    (folder / "sheet.csv").write_text("id,cadence,backup\nAC-01,monthly,U0EVA\n", encoding="utf-8")
    words = ("import", "sheet.csv", "--apply", "--by", "U0CLEO", "--reason", "We look more often.")
    async with open_stage(folder, database_url=url) as stage, Cast(stage.sandbox.url) as cast:
        await owns(stage, BEN, "AC-01")
        await cast.person("Ben").home("AC-01")

        ended = await asyncio.to_thread(types, *words, folder=folder, DATA_DIR=".", DATABASE_URL=url)

        assert (ended.code, ended.err) == (0, "")
        assert ended.out.startswith("Done and recorded, as Cleo Marchetti: 0 controls added, 1 changed.")
        await cast.clock.to("2026-10-05T08:30:00Z")
        await cast.person("Eva").hears("asks you to be the backup owner of AC-01")
        await nothing_waits(stage)
        quarter = [
            row
            for row in await rows(stage, Occurrence)
            if row.label == "Q4 2026" and row.control_id == "AC-01"
        ]
        assert [row.state for row in quarter] == [OccurrenceState.WITHDRAWN]
        await proved(stage)
