"""GET /healthz: whether the process, its database and its way to Slack are well."""

from typing import Any

from fastapi import APIRouter, Response

from bot.desk import real_now
from handlers.service import Service
from storage import outbox, record

LATE_SECONDS = 300


def routes(service: Service) -> APIRouter:
    router = APIRouter()

    @router.get("/healthz")
    async def healthz(response: Response) -> dict[str, Any]:
        """503 when the socket is down, or when a message has been waiting for more than five minutes."""
        async with service.desk.sessions.reading() as session:
            size, _ = await record.head(session)
            oldest = await outbox.next_due(session)
            failed = len(await outbox.failed_deliveries(session))
        late = max(0.0, (real_now() - oldest).total_seconds()) if oldest else 0.0
        connected = service.socket is None or await service.socket.is_connected()
        healthy = connected and late <= LATE_SECONDS
        response.status_code = 200 if healthy else 503
        return {
            "status": "ok" if healthy else "unwell",
            "record_entries": size,
            "oldest_due_message_seconds": round(late),
            "failed_messages": failed,
            "socket": None if service.socket is None else connected,
        }

    return router
