"""The outbox against a model of it: any order of queueing, claiming, settling, waiting and dying."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlmodel import select

from storage import outbox
from storage.database import Database
from storage.outbox import Delivery
from storage.terms import DeliveryKind, DeliveryState
from tests.storage.hosts import Host, SqliteHost

LEASE = timedelta(seconds=90)
LOOK_UP_AFTER = timedelta(seconds=60)
LANDED = (DeliveryState.SENT, DeliveryState.WAITING, DeliveryState.UNKNOWN, DeliveryState.FAILED)
OPEN = (DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.UNKNOWN)


@dataclass
class Expected:
    """What the model knows of one delivery."""

    not_before: datetime
    state: DeliveryState = DeliveryState.WAITING
    attempt: int = 0
    lease_until: datetime | None = None

    def due(self, now: datetime) -> bool:
        free = self.lease_until is None or self.lease_until <= now
        return self.state in OPEN and self.not_before <= now and free


class Outbox(RuleBasedStateMachine):
    host: Host

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.database = Database(self.host.empty())
        self.now = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)
        self.expected: dict[str, Expected] = {}
        self.in_the_air: list[Delivery] = []

    @rule(once=st.sampled_from("abcd"))
    def somebody_queues(self, once: str) -> None:
        async def act() -> bool:
            async with self.database.transaction() as session:
                return await outbox.queue(
                    session,
                    DeliveryKind.NOTE,
                    "U0BEN",
                    "s",
                    once=once,
                    queued_at=self.now,
                    real_now=self.now,
                )

        assert self.runner.run(act()) is (once not in self.expected)
        self.expected.setdefault(once, Expected(self.now))

    @rule(seconds=st.integers(1, 100))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(limit=st.integers(1, 3))
    def a_worker_claims(self, limit: int) -> None:
        async def act() -> list[Delivery]:
            async with self.database.transaction() as session:
                return await outbox.claim_deliveries(session, DeliveryKind.NOTE, self.now, LEASE, limit)

        claimed = self.runner.run(act())
        due = [once for once, expected in self.expected.items() if expected.due(self.now)]
        assert len(claimed) == min(limit, len(due))
        for row in claimed:
            expected = self.expected[row.once]
            assert expected.due(self.now)
            expected.state = (
                DeliveryState.SENDING if expected.state is DeliveryState.WAITING else DeliveryState.UNKNOWN
            )
            expected.attempt, expected.lease_until = expected.attempt + 1, self.now + LEASE
            assert (row.state, row.attempt, row.lease_until) == (
                expected.state,
                expected.attempt,
                expected.lease_until,
            )
        self.in_the_air += claimed

    @rule(which=st.integers(0, 20), landed=st.sampled_from(LANDED))
    def one_lands(self, which: int, landed: DeliveryState) -> None:
        if not self.in_the_air:
            return
        flight = self.in_the_air.pop(which % len(self.in_the_air))

        async def act() -> bool:
            async with self.database.transaction() as session:
                row = await outbox.delivery_of_attempt(session, flight.key, flight.attempt)
                if row:
                    row.state, row.lease_until = landed, None
                return row is not None

        expected = self.expected[flight.once]
        assert self.runner.run(act()) is (expected.attempt == flight.attempt)
        if expected.attempt == flight.attempt:
            expected.state, expected.lease_until = landed, None

    @rule()
    def the_only_process_dies_and_starts(self) -> None:
        async def act() -> None:
            async with self.database.transaction() as session:
                await outbox.release_deliveries(session, self.now + LOOK_UP_AFTER)

        self.runner.run(act())
        self.in_the_air.clear()
        for expected in self.expected.values():
            if expected.state in OPEN and expected.lease_until:
                expected.state, expected.not_before = DeliveryState.UNKNOWN, self.now + LOOK_UP_AFTER
                expected.lease_until = None

    @invariant()
    def every_row_is_as_the_model_says(self) -> None:
        async def act() -> Sequence[Delivery]:
            async with self.database.reading() as session:
                return (await session.exec(select(Delivery))).all()

        stored = {
            row.once: Expected(row.not_before, row.state, row.attempt, row.lease_until)
            for row in self.runner.run(act())
        }
        assert stored == self.expected

    def teardown(self) -> None:
        self.runner.run(self.database.close())
        self.runner.close()


def test_any_order_of_events_ends_as_the_model_says(host: Host) -> None:
    class Hosted(Outbox):
        pass

    Hosted.host = host
    examples = 10 if isinstance(host, SqliteHost) else 4
    quick = settings(max_examples=examples, stateful_step_count=20, deadline=None)
    run_state_machine_as_test(Hosted, settings=quick)
