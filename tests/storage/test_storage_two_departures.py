"""On PostgreSQL two replicas may see at once that an owner has left: what they held ends once."""

import asyncio
import contextlib
from pathlib import Path

import psycopg

from bot.events.directory import see_person
from bot.owners.leavers import pass_on_controls_of_leavers
from handlers.stack import open_stage
from storage.terms import Event
from tests.dialogs.steps import BEN, kinds, owns, proved, until
from tests.storage.hosts import PostgresHost
from tests.storage.test_storage_two_edits import WAITING


async def test_what_a_leaver_held_ends_once(postgres_host: PostgresHost, tmp_path: Path):
    url = postgres_host.empty()
    async with open_stage(tmp_path, database_url=url) as stage:
        desk = stage.service.desk
        await owns(stage, BEN, "AC-01")
        await stage.service.settle()
        gone = {"id": BEN, "name": "Ben Castillo", "tz": "Europe/Berlin", "deleted": True}
        async with stage.service.paused():
            await see_person(desk, gone, "Ev1", joined=False)
            with (
                contextlib.closing(postgres_host.intruder(url)) as watcher,
                psycopg.connect(url) as holder,
            ):
                holder.execute("SELECT 1 FROM control WHERE id = 'AC-01' FOR UPDATE")
                replicas = [asyncio.create_task(pass_on_controls_of_leavers(desk)) for _ in range(2)]

                async def both_wait() -> bool:
                    return watcher.run(WAITING) == [(2,)]

                await until(both_wait)
                holder.rollback()
            await asyncio.gather(*replicas)
        assert (await kinds(stage)).count(Event.OWNERSHIP_ENDED) == 1
        await proved(stage)
