"""Group commit on SQLite: units of work that arrive together share one transaction, and so one wait for the disk.

They run one after another. From the second on each has a savepoint, so that a fault undoes its own unit alone.
"""

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import greenlet_spawn

from storage.sqlite import WriterConnection, refusal

OPEN_SECONDS = 0.02  # a unit that ends later than this after the first one began is the last of its group
TURNS = 3


@dataclass
class Group:
    """``ended`` has the driver's refusal when nothing of the group was stored, or None when all of it is durable."""

    ended: asyncio.Future[sqlite3.Error | None]
    until: float
    units: int = 0


class GroupCommit:
    """The only writer of a SQLite database; ``engine`` has a pool of one connection."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._connection: WriterConnection | None = None
        self._group: Group | None = None
        self._busy = False
        self._queue: deque[asyncio.Future[None]] = deque()
        self._commit: asyncio.Task[None] | None = None
        event.listen(engine.sync_engine, "connect", self._remember)

    @asynccontextmanager
    async def unit(self) -> AsyncGenerator[WriterConnection]:
        """What is written in the block is durable when the block ends; after a fault nothing of it is stored.

        A block that fails waits for the commit as well: it may have failed over what units before it wrote.
        """
        await self._wait_for_turn()
        group, kept = None, False
        try:
            connection = await self._begin()
            group = self._group
            yield connection
            self._keep(connection)
            kept = True
        finally:
            if not kept:
                self._undo()
            committing = group is not None and group is self._group
            self._end_turn()
            if group and committing and (fault := await asyncio.shield(group.ended)):
                raise refusal("COMMIT", fault)

    async def close(self) -> None:
        """Wait for the last commit."""
        while self._commit and not self._commit.done():
            await asyncio.wait([self._commit])

    def _remember(self, connection: WriterConnection, _record: object) -> None:
        self._connection = connection

    async def _wait_for_turn(self) -> None:
        if not self._busy:
            self._busy = True
            return
        turn = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._end_turn()
            raise

    async def _begin(self) -> WriterConnection:
        if self._connection is None:
            async with self._engine.connect():
                """Opens the only connection."""
        connection = self._connection
        if connection is None:
            raise LookupError("the engine has opened no connection")
        if self._group is None:
            try:
                await greenlet_spawn(connection.begin_group)
            except sqlite3.Error as fault:
                raise refusal("BEGIN IMMEDIATE", fault) from fault
            ended = asyncio.get_running_loop().create_future()
            self._group = Group(ended, until=time.monotonic() + OPEN_SECONDS)
        elif self._group.units:
            connection.begin_unit()
        connection.in_unit = True
        return connection

    def _keep(self, connection: WriterConnection) -> None:
        """Count the unit in. Refuses when SQLite itself has given the transaction up."""
        group = self._group
        if group is None or not connection.in_transaction:
            raise refusal("RELEASE", sqlite3.OperationalError("SQLite rolled the transaction back"))
        if group.units:
            connection.keep_unit()
        group.units += 1

    def _undo(self) -> None:
        connection, group = self._connection, self._group
        if connection is None or group is None:
            return
        if not connection.in_transaction:
            self._close_group(sqlite3.OperationalError("SQLite rolled the transaction back"))
        elif group.units:
            connection.undo_unit()
        else:
            connection.undo_group()
            self._close_group(None)

    def _end_turn(self) -> None:
        """The next unit goes on in the open group; without one, or when it is time, the group is committed."""
        if self._connection:
            self._connection.in_unit = False
        if self._is_late():
            self._begin_commit()
            return
        while self._queue:
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        if self._group:
            self._begin_commit()
        else:
            self._busy = False

    def _is_late(self) -> bool:
        return self._group is not None and time.monotonic() > self._group.until

    def _begin_commit(self) -> None:
        self._commit = asyncio.get_running_loop().create_task(self._commit_group())

    async def _commit_group(self) -> None:
        """In a task of its own, since whoever waits for it may be cancelled.

        A request that has arrived reaches its unit within a few turns of the loop, and then spares a commit.
        """
        for _ in range(TURNS):
            await asyncio.sleep(0)
            if self._queue and not self._is_late():
                self._end_turn()
                return
        fault = None
        if self._connection:
            try:
                await greenlet_spawn(self._connection.commit_group)
            except sqlite3.Error as refused:
                fault = refused
                self._connection.undo_group()
        self._close_group(fault)
        self._end_turn()

    def _close_group(self, fault: sqlite3.Error | None) -> None:
        if self._group:
            self._group.ended.set_result(fault)
        self._group = None
