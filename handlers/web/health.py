"""GET /healthz: whether the process, its database and its way to Slack are well."""

from typing import Any

from fastapi import APIRouter, Response

from bot.delivery.kinds import LANES
from bot.delivery.slack_calls import LOCKED_OUT
from bot.outgoing import Lane
from bot.work import real_now
from handlers.service import Service
from storage import outbox
from storage.outbox import Delivery
from storage.record import entries

LATE_SECONDS = 300


def routes(service: Service) -> APIRouter:
    router = APIRouter()

    @router.get("/healthz")
    async def healthz(response: Response) -> dict[str, Any]:
        """503 when the socket is down, when Slack refuses our token, or when a message is five minutes late.

        Reminders that have not been tried are not late: thousands of them wait for Slack's limit.
        """
        async with service.desk.reading() as work:
            size, _ = await entries.head(work.session)
            deliveries = await outbox.open_deliveries(work.session)
            failed = len(await outbox.failed_deliveries(work.session))
        late = max(
            (_seconds_late(delivery) for delivery in deliveries if not _is_paced(delivery)), default=0.0
        )
        locked_out = any(delivery.last_error in LOCKED_OUT for delivery in deliveries)
        connected = service.socket is None or await service.socket.is_connected()
        healthy = connected and late <= LATE_SECONDS and not locked_out
        response.status_code = 200 if healthy else 503
        return {
            "status": "ok" if healthy else "unwell",
            "record_entries": size,
            "oldest_due_message_seconds": round(late),
            "slack_refuses_the_token": locked_out,
            "failed_messages": failed,
            "socket": None if service.socket is None else connected,
        }

    return router


def _is_paced(delivery: Delivery) -> bool:
    return LANES[delivery.kind] is Lane.REMINDER and delivery.first_tried_at is None


def _seconds_late(delivery: Delivery) -> float:
    """Since the first try, or before any try since the earliest time for one."""
    return (real_now() - (delivery.first_tried_at or delivery.not_before)).total_seconds()
