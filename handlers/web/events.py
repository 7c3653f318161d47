"""POST /slack/events: bounded, unparsed and unchanged into Bolt, which checks the signature over the raw bytes."""

from collections.abc import Awaitable, Callable

from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from handlers.service import Service

# Slack's largest payload is a view of 250 kB in URL encoding.
LARGEST_BODY = 1_000_000


def slack_endpoint(service: Service) -> Callable[[Request], Awaitable[Response]]:
    async def receive(request: Request) -> Response:
        body = await _read(request)
        if body is None:
            return PlainTextResponse("This request is larger than anything Slack sends.", 413)
        try:
            readable = to_async_bolt_request(request, body)
        except UnicodeDecodeError:
            return PlainTextResponse("This request is not UTF-8.", 400)
        return to_starlette_response(await service.bolt.async_dispatch(readable))

    return receive


async def _read(request: Request) -> bytes | None:
    """The body, or None as soon as it is too large, whatever its Content-Length claims."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)
