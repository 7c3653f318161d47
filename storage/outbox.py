"""The outbox: messages for Slack. A verb commits them with its change; a worker claims them with a lease and sends."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Text, case, text
from sqlalchemy.dialects.postgresql import insert  # SQLite has the same clause.
from sqlmodel import Field, SQLModel, col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import fresh_id, id_field, index_of, term
from storage.prepared import Prepared, row_of
from storage.terms import DeliveryKind, DeliveryState

OPEN = (DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.UNKNOWN)
DIGESTS = "kind = 'digest'"


class Delivery(SQLModel, table=True):
    """One message to send, edit or publish.

    ``key`` travels in Slack's metadata and proves what arrived; ``once`` is the natural key that makes queueing
    idempotent; ``subject`` is the noun that the composer reads. ``said`` is the whole text of a NOTE, or the last
    words of an ANSWER; for a BUNDLE and a DIGEST it is JSON, with the ids of the obligations that the message asked
    about and the facts that it was composed from. ``upload_id`` is the Slack file of a FILE that we have begun to
    share. Leases and retries are in real time, ``queued_at`` and ``sent_at`` in business time.
    """

    __tablename__ = "delivery"
    __table_args__ = (index_of("digest_delivery", DIGESTS, "recipient"),)
    key: str = id_field()
    once: str = Field(unique=True, max_length=160)
    kind: DeliveryKind = term(DeliveryKind)
    recipient: str = Field(max_length=40, index=True)
    thread_ts: str | None = Field(default=None, max_length=40)
    subject: str = Field(max_length=120)
    said: str | None = Field(default=None, sa_type=Text)
    state: DeliveryState = term(DeliveryState, DeliveryState.WAITING, index=True)
    queued_at: datetime
    not_before: datetime = Field(index=True)
    attempt: int = 0
    lease_until: datetime | None = None
    first_tried_at: datetime | None = None
    channel: str | None = Field(default=None, max_length=40)
    ts: str | None = Field(default=None, max_length=40)
    upload_id: str | None = Field(default=None, max_length=40)
    content_hash: str | None = Field(default=None, max_length=64)
    sent_at: datetime | None = None
    last_error: str | None = Field(default=None, sa_type=Text)


class RateBudget(SQLModel, table=True):
    """What is left of a Web API method's allowance. All replicas share it; Slack's Retry-After parks it."""

    __tablename__ = "rate_budget"
    method: str = Field(primary_key=True, max_length=60)
    tokens: float
    filled_at: datetime
    parked_until: datetime | None = None


QUEUE = Prepared(
    insert(Delivery).on_conflict_do_nothing(index_elements=["once"]).returning(col(Delivery.key)),
    columns=tuple(Delivery.model_fields),
)


async def queue(
    session: AsyncSession,
    kind: DeliveryKind,
    recipient: str,
    subject: str,
    *,
    once: str,
    queued_at: datetime,
    real_now: datetime,
    thread_ts: str | None = None,
    said: str | None = None,
) -> bool:
    """Queue a message, unless this replica or another has queued the same ``once``; whether it is new."""
    new = {
        "once": once,
        "kind": kind,
        "recipient": recipient,
        "subject": subject,
        "thread_ts": thread_ts,
        "said": said,
        "queued_at": queued_at,
        "not_before": real_now,
    }
    return bool(await QUEUE.rows(session, **row_of(Delivery, new)))


async def queue_for_each(
    session: AsyncSession,
    kind: DeliveryKind,
    once: Mapping[str, str],
    *,
    queued_at: datetime,
    real_now: datetime,
) -> None:
    """Queue a message about each recipient for that recipient, unless the same ``once`` was queued before."""
    rows = [
        row_of(
            Delivery,
            {
                "once": natural_key,
                "kind": kind,
                "recipient": recipient,
                "subject": recipient,
                "queued_at": queued_at,
                "not_before": real_now,
            },
        )
        for recipient, natural_key in once.items()
    ]
    await QUEUE.write(session, rows)


async def queue_again(
    session: AsyncSession,
    kind: DeliveryKind,
    recipient: str,
    subject: str,
    *,
    queued_at: datetime,
    real_now: datetime,
) -> None:
    """Queue a repeatable edit or publish, unless one that no worker has claimed yet will do the same.

    We lock the waiting delivery until we commit, so that no worker composes it from the state before our change.
    """
    waiting = select(Delivery.key).where(
        Delivery.kind == kind,
        Delivery.recipient == recipient,
        Delivery.subject == subject,
        Delivery.state == DeliveryState.WAITING,
        Delivery.attempt == 0,
    )
    if not (await session.exec(waiting.with_for_update())).first():
        once = f"{kind}:{recipient}:{subject}:{fresh_id()}"
        await queue(session, kind, recipient, subject, once=once, queued_at=queued_at, real_now=real_now)


async def delivery(session: AsyncSession, key: str) -> Delivery | None:
    return await session.get(Delivery, key)


async def delivery_at(session: AsyncSession, recipient: str, channel: str, ts: str) -> Delivery | None:
    """The message at this place, if we sent it for this recipient."""
    rows = select(Delivery).where(
        Delivery.recipient == recipient, Delivery.channel == channel, Delivery.ts == ts
    )
    return (await session.exec(rows.limit(1))).first()


async def claim_deliveries(
    session: AsyncSession,
    real_now: datetime,
    lease: timedelta,
    limit: int,
    lanes: Mapping[DeliveryKind, int],
) -> list[Delivery]:
    """Take due deliveries, the lowest lane first. ``attempt`` is the fencing token: only the last claim may settle.

    A due delivery in SENDING was left by a worker that died: it becomes UNKNOWN, since Slack may have accepted it.
    """
    free = or_(col(Delivery.lease_until).is_(None), col(Delivery.lease_until) <= real_now)
    rows = select(Delivery).where(col(Delivery.state).in_(OPEN), col(Delivery.not_before) <= real_now, free)
    lane = case(*((col(Delivery.kind) == kind, lane) for kind, lane in lanes.items()))
    rows = rows.order_by(lane, col(Delivery.not_before), col(Delivery.queued_at))
    rows = rows.limit(limit).with_for_update(skip_locked=True)
    claimed = list((await session.exec(rows)).all())
    for row in claimed:
        row.state = DeliveryState.SENDING if row.state is DeliveryState.WAITING else DeliveryState.UNKNOWN
        row.attempt += 1
        row.lease_until = real_now + lease
        row.first_tried_at = row.first_tried_at or real_now
        session.add(row)
    return claimed


async def delivery_of_attempt(session: AsyncSession, key: str, attempt: int) -> Delivery | None:
    """The delivery, locked; None when another worker has claimed it since."""
    rows = select(Delivery).where(Delivery.key == key, Delivery.attempt == attempt).with_for_update()
    return (await session.exec(rows)).first()


async def release_deliveries(session: AsyncSession, look_up_at: datetime) -> None:
    """Free every delivery at the start of the only process; look up at ``look_up_at`` what was being sent."""
    for row in await open_deliveries(session):
        if row.lease_until:
            row.lease_until = None
            if row.state is not DeliveryState.WAITING:
                row.state, row.not_before = DeliveryState.UNKNOWN, look_up_at
            session.add(row)


async def open_deliveries(session: AsyncSession) -> list[Delivery]:
    rows = select(Delivery).where(col(Delivery.state).in_(OPEN)).order_by(col(Delivery.not_before))
    return list((await session.exec(rows)).all())


async def next_delivery_at(session: AsyncSession) -> datetime | None:
    """When the earliest open delivery may be tried, real time."""
    rows = select(func.min(Delivery.not_before)).where(col(Delivery.state).in_(OPEN))
    return (await session.exec(rows)).one()


async def last_digests(session: AsyncSession, recipients: Collection[str]) -> dict[str, datetime]:
    """When the last digest of each recipient was queued, unless it was cancelled."""
    rows = select(Delivery.recipient, func.max(Delivery.queued_at)).where(
        text(DIGESTS),
        col(Delivery.recipient).in_(recipients),
        Delivery.state != DeliveryState.CANCELLED,
    )
    return dict((await session.exec(rows.group_by(Delivery.recipient))).all())


async def count_closed_deliveries_about(
    session: AsyncSession, kind: DeliveryKind, recipient: str, subject: str
) -> int:
    """How many such deliveries to this recipient are over: sent, failed or cancelled."""
    rows = select(func.count()).where(
        Delivery.kind == kind,
        Delivery.recipient == recipient,
        Delivery.subject == subject,
        col(Delivery.state).not_in(OPEN),
    )
    return (await session.exec(rows)).one()


async def last_sent_delivery(session: AsyncSession, kind: DeliveryKind, recipient: str) -> Delivery | None:
    rows = select(Delivery).where(
        Delivery.kind == kind, Delivery.recipient == recipient, Delivery.state == DeliveryState.SENT
    )
    return (await session.exec(rows.order_by(col(Delivery.sent_at).desc()).limit(1))).first()


async def failed_deliveries(session: AsyncSession) -> list[Delivery]:
    rows = select(Delivery).where(Delivery.state == DeliveryState.FAILED)
    return list((await session.exec(rows.order_by(col(Delivery.queued_at)))).all())


async def rate_budget(session: AsyncSession, method: str, real_now: datetime, per_minute: int) -> RateBudget:
    """The method's allowance, refilled to now, in tokens; locked for this transaction.

    It locks all methods in one order, so that two transactions that need the same two cannot deadlock.
    """
    full_budget = insert(RateBudget).values(method=method, tokens=float(per_minute), filled_at=real_now)
    await session.exec(full_budget.on_conflict_do_nothing())
    budgets = select(RateBudget).order_by(RateBudget.method).with_for_update()
    row = next(row for row in (await session.exec(budgets)).all() if row.method == method)
    # A replica whose clock is behind gains nothing and takes nothing away.
    seconds = max(0.0, (real_now - row.filled_at).total_seconds())
    row.tokens = min(float(per_minute), row.tokens + seconds * per_minute / 60)
    row.filled_at = max(row.filled_at, real_now)
    return row
