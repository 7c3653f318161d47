"""The outbox: messages for Slack. A verb commits them with its change; a worker claims them with a lease and sends."""

from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Text, bindparam, case, event, inspect, literal_column, text, union_all, update
from sqlalchemy.dialects.postgresql import insert  # SQLite has the same clause.
from sqlmodel import Field, SQLModel, col, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.columns import fresh_id, id_field, index_of, term
from storage.prepared import Prepared, row_of
from storage.terms import DeliveryKind, DeliveryState

OPEN = (DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.UNKNOWN)
DIGESTS = "kind = 'digest'"
# In the words of the partial indexes, since SQLite uses one only for a condition without parameters.
OPEN_ROWS = "state IN ('waiting', 'sending', 'unknown')"
LEASED_ROWS = "lease_until IS NOT NULL"
FAILED_ROWS = "state = 'failed'"
IS_OPEN, IS_LEASED, HAS_FAILED = text(OPEN_ROWS), text(LEASED_ROWS), text(FAILED_ROWS)


class Delivery(SQLModel, table=True):
    """One message to send, edit or publish.

    ``key`` travels in Slack's metadata and proves what arrived; ``once`` is the natural key that makes queueing
    idempotent; ``subject`` is the noun that the composer reads. ``said`` is the whole text of a NOTE, or the last
    words of an ANSWER; for a BUNDLE and a DIGEST it is JSON, with the ids of the obligations that the message asked
    about and the facts that it was composed from. ``upload_id`` is the Slack file of a FILE that we have begun to
    share. Leases and retries are in real time, ``queued_at`` and ``sent_at`` in business time.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        index_of("digest_delivery", DIGESTS, "recipient"),
        index_of("open_delivery", OPEN_ROWS, "kind", "not_before", "queued_at"),
        index_of("leased_delivery", LEASED_ROWS, "lease_until"),
        index_of("failed_delivery", FAILED_ROWS, "queued_at"),
    )
    key: str = id_field()
    once: str = Field(unique=True, max_length=160)
    kind: DeliveryKind = term(DeliveryKind)
    recipient: str = Field(max_length=40, index=True)
    thread_ts: str | None = Field(default=None, max_length=40)
    subject: str = Field(max_length=120)
    said: str | None = Field(default=None, sa_type=Text)
    state: DeliveryState = term(DeliveryState, DeliveryState.WAITING)
    queued_at: datetime
    not_before: datetime
    attempt: int = 0
    lease_until: datetime | None = None
    first_tried_at: datetime | None = None
    channel: str | None = Field(default=None, max_length=40)
    ts: str | None = Field(default=None, max_length=40)
    upload_id: str | None = Field(default=None, max_length=40)
    content_hash: str | None = Field(default=None, max_length=64)
    sent_at: datetime | None = None
    last_error: str | None = Field(default=None, sa_type=Text)


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


async def next_due(session: AsyncSession) -> dict[DeliveryKind, datetime]:
    """When the earliest open delivery of each kind may be tried, real time; a leased one when its lease ends."""
    due: dict[DeliveryKind, datetime] = {}
    for kind, at in await (await session.connection()).execute(_NEXT_DUE):
        if at:
            due[kind] = min(at, due.get(kind, at))
    return due


async def next_delivery_at(session: AsyncSession) -> datetime | None:
    """When the earliest open delivery may be tried, real time."""
    return min((await next_due(session)).values(), default=None)


async def claim_deliveries(
    session: AsyncSession, kind: DeliveryKind, real_now: datetime, lease: timedelta, limit: int
) -> list[Delivery]:
    """Take due deliveries, the longest due first. ``attempt`` is the fencing token: only the last claim may settle.

    A due delivery in SENDING was left by a worker that died: it becomes UNKNOWN, since Slack may have accepted it.
    """
    values = {"of_kind": kind, "real_now": real_now, "lease_end": real_now + lease, "at_most": limit}
    claimed = await (await session.connection()).execute(_CLAIM, values)
    rows = [Delivery(**row._mapping) for row in claimed]
    return sorted(rows, key=lambda row: (row.not_before, row.queued_at))


async def still_claimed(session: AsyncSession, deliveries: Iterable[Delivery]) -> set[str]:
    """The keys of those that no other worker has claimed since; all are locked, in one order."""
    attempts = {delivery.key: delivery.attempt for delivery in deliveries}
    rows = await (await session.connection()).execute(_CLAIMED, {"of_keys": list(attempts)})
    return {row.key for row in rows if row.attempt == attempts[row.key]}


async def keep_contents(session: AsyncSession, deliveries: Collection[Delivery]) -> None:
    """What is known of messages before they are sent."""
    names = ("key", "said", "content_hash", "last_error")
    await (await session.connection()).execute(_CONTENTS, _values(deliveries, names))


async def keep_sent(session: AsyncSession, deliveries: Collection[Delivery]) -> None:
    """Where each message is now, and since when."""
    names = ("key", "channel", "ts", "content_hash", "sent_at")
    await (await session.connection()).execute(_SENT, _values(deliveries, names))


@contextmanager
def rows_read_once(session: AsyncSession) -> Generator[None]:
    """Inside the block a row that was read is kept, so that one that many messages need is read for all of them."""
    kept: list[object] = []

    def keep(_session: object, row: object) -> None:
        kept.append(row)

    event.listen(session.sync_session, "loaded_as_persistent", keep)
    try:
        yield
    finally:
        event.remove(session.sync_session, "loaded_as_persistent", keep)


async def delivery_of_attempt(session: AsyncSession, key: str, attempt: int) -> Delivery | None:
    """The delivery, locked; None when another worker has claimed it since."""
    rows = select(Delivery).where(Delivery.key == key, Delivery.attempt == attempt).with_for_update()
    return (await session.exec(rows)).first()


async def release_deliveries(session: AsyncSession, look_up_at: datetime) -> None:
    """Free every delivery at the start of the only process; look up at ``look_up_at`` what was being sent."""
    await (await session.connection()).execute(_RELEASE, {"look_up_at": look_up_at})


async def open_deliveries(session: AsyncSession) -> list[Delivery]:
    rows = select(Delivery).where(IS_OPEN).order_by(col(Delivery.not_before))
    return list((await session.exec(rows)).all())


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
    rows = select(Delivery).where(HAS_FAILED)
    return list((await session.exec(rows.order_by(col(Delivery.queued_at)))).all())


def _values(deliveries: Iterable[Delivery], names: Sequence[str]) -> list[dict[str, Any]]:
    return [{f"of_{name}": getattr(delivery, name) for name in names} for delivery in deliveries]


# Built once, since the sender runs them for every message.
_TABLE = inspect(Delivery).local_table
_FREE = or_(_TABLE.c.lease_until.is_(None), _TABLE.c.lease_until <= bindparam("real_now"))
_CHOSEN = (
    select(_TABLE.c.key)
    .where(
        _TABLE.c.kind == bindparam("of_kind"), IS_OPEN, _TABLE.c.not_before <= bindparam("real_now"), _FREE
    )
    .order_by(_TABLE.c.not_before, _TABLE.c.queued_at)
    .limit(bindparam("at_most"))
    .with_for_update(skip_locked=True)
    .cte("chosen")
)
_CLAIM = (
    update(_TABLE)
    .where(_TABLE.c.key.in_(select(_CHOSEN.c.key)))
    .values(
        state=case(
            (_TABLE.c.state == DeliveryState.WAITING, DeliveryState.SENDING), else_=DeliveryState.UNKNOWN
        ),
        attempt=_TABLE.c.attempt + 1,
        lease_until=bindparam("lease_end"),
        first_tried_at=func.coalesce(_TABLE.c.first_tried_at, bindparam("real_now")),
    )
    .returning(*_TABLE.c)
)
_CLAIMED = (
    select(_TABLE.c.key, _TABLE.c.attempt)
    .where(_TABLE.c.key.in_(bindparam("of_keys", expanding=True)))
    .order_by(_TABLE.c.key)
    .with_for_update()
)
_ONE = _TABLE.c.key == bindparam("of_key")
_CONTENTS = (
    update(_TABLE)
    .where(_ONE)
    .values({name: bindparam(f"of_{name}") for name in ("said", "content_hash", "last_error")})
)
_SENT = (
    update(_TABLE)
    .where(_ONE)
    .values({name: bindparam(f"of_{name}") for name in ("channel", "ts", "content_hash", "sent_at")})
    .values(state=DeliveryState.SENT, lease_until=None, last_error=None)
)
_RELEASE = (
    update(_TABLE)
    .where(IS_LEASED)
    .values(
        lease_until=None,
        state=case((_TABLE.c.state == DeliveryState.WAITING, _TABLE.c.state), else_=DeliveryState.UNKNOWN),
        not_before=case(
            (_TABLE.c.state == DeliveryState.WAITING, _TABLE.c.not_before), else_=bindparam("look_up_at")
        ),
    )
)


def _earliest_of(kind: DeliveryKind) -> Any:
    waiting = select(literal_column(f"'{kind}'").label("kind"), func.min(_TABLE.c.not_before).label("at"))
    return waiting.where(
        _TABLE.c.kind == literal_column(f"'{kind}'"), IS_OPEN, _TABLE.c.lease_until.is_(None)
    )


_LEASED = select(_TABLE.c.kind, func.min(_TABLE.c.lease_until)).where(IS_LEASED).group_by(_TABLE.c.kind)
_NEXT_DUE = text(str(union_all(*map(_earliest_of, DeliveryKind), _LEASED))).columns(
    _TABLE.c.kind, _TABLE.c.not_before.label("at")
)
