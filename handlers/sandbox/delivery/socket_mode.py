"""Socket Mode: the app's websockets, the envelopes sent over them, and the acknowledgements coming back."""

import asyncio
import json
import secrets
import uuid
from dataclasses import dataclass, field

from aiohttp import WSCloseCode, WSMsgType, web

from handlers.sandbox.delivery.deliveries import AppAnswer, Dispatch
from handlers.sandbox.terms import Json
from handlers.sandbox.workspace.workspace import SlackWorkspace

TYPES = {"event": "events_api", "interaction": "interactive", "command": "slash_commands"}
MOST = 10  # connections of one app


@dataclass(eq=False)
class Connection:
    socket: web.WebSocketResponse
    pending: dict[str, asyncio.Future[Json]] = field(default_factory=dict)  # envelope → acknowledgement


class SocketMode:
    def __init__(self, workspace: SlackWorkspace) -> None:
        self._workspace = workspace
        self._tickets: set[str] = set()
        self._connections: list[Connection] = []

    @property
    def connected(self) -> bool:
        return bool(self._connections)

    def new_url(self) -> str:
        ticket = secrets.token_hex(8)
        self._tickets.add(ticket)
        base = self._workspace.url.replace("http", "ws", 1)
        return f"{base}/link/?ticket={ticket}&app_id={self._workspace.app_id}"

    async def accept(self, request: web.Request) -> web.WebSocketResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPUnauthorized(text="unknown ticket")
        self._tickets.remove(ticket)
        if len(self._connections) >= MOST:
            raise web.HTTPForbidden(text="too_many_websockets")
        socket = web.WebSocketResponse(timeout=0.2)
        await socket.prepare(request)
        connection = Connection(socket)
        self._connections.append(connection)
        try:
            await socket.send_json(self._hello())
            await self._listen(connection)
        finally:
            self._forget(connection)
        return socket

    async def send(self, dispatch: Dispatch, retry: int, reason: str, within: float) -> AppAnswer:
        """Send to one connection at random, as Slack does, and wait for its acknowledgement."""
        connection = secrets.choice(self._connections)
        envelope = _envelope(dispatch, retry, reason)
        acknowledgement: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        connection.pending[envelope["envelope_id"]] = acknowledgement
        try:
            async with asyncio.timeout(within):
                await connection.socket.send_json(envelope)
                payload = (await acknowledgement).get("payload")
        except TimeoutError:
            return AppAnswer(None, reason="timeout")
        except ConnectionError:
            return AppAnswer(None, reason="connection_failed")
        finally:
            connection.pending.pop(envelope["envelope_id"], None)
        return AppAnswer(200, json.dumps(payload).encode() if payload else b"")

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tell each connection to come back, and close it."""
        for connection in list(self._connections):
            self._forget(connection)
            await connection.socket.send_json(
                {"type": "disconnect", "reason": reason, "debug_info": {"host": "sandbox"}}
            )
            await connection.socket.close(code=WSCloseCode.OK)

    async def close(self) -> None:
        for connection in list(self._connections):
            self._forget(connection)
            await connection.socket.close(code=WSCloseCode.GOING_AWAY)

    async def _listen(self, connection: Connection) -> None:
        async for message in connection.socket:
            if message.type != WSMsgType.TEXT:
                continue
            acknowledgement = json.loads(message.data)
            waiting = connection.pending.get(acknowledgement.get("envelope_id", ""))
            if waiting is not None and not waiting.done():
                waiting.set_result(acknowledgement)

    def _forget(self, connection: Connection) -> None:
        if connection in self._connections:
            self._connections.remove(connection)
        for waiting in connection.pending.values():
            if not waiting.done():
                waiting.set_exception(ConnectionResetError("the socket was closed"))

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._connections),
            "debug_info": {"host": "sandbox", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self._workspace.app_id},
        }


def _envelope(dispatch: Dispatch, retry: int, reason: str) -> Json:
    kind = TYPES[dispatch.kind]
    envelope: Json = {"envelope_id": str(uuid.uuid4()), "type": kind, "payload": dispatch.payload}
    if kind == "events_api":
        return envelope | {"accepts_response_payload": False, "retry_attempt": retry, "retry_reason": reason}
    accepts = kind == "slash_commands" or dispatch.payload.get("type") == "view_submission"
    return envelope | {"accepts_response_payload": accepts}
