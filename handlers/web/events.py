"""POST /slack/events: checks size and signature over the raw bytes, and only then lets Bolt parse the request."""

import re
from collections.abc import Awaitable, Callable

from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_sdk.signature import SignatureVerifier
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from handlers.service import Service

# Slack's largest payload is a view of 250 kB in URL encoding.
LARGEST_BODY = 1_000_000
SECONDS = re.compile(r"[0-9]{1,12}")
FORM = "application/x-www-form-urlencoded"
# What Bolt's parser raises over JSON that is broken, not an object, or nested without end.
UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, RecursionError)


def slack_endpoint(service: Service) -> Callable[[Request], Awaitable[Response]]:
    secret = service.desk.settings.slack_signing_secret.get_secret_value()
    verifier = SignatureVerifier(secret) if secret.strip() else None

    async def receive(request: Request) -> Response:
        body = await _read(request)
        if body is None:
            return PlainTextResponse("This request is larger than anything Slack sends.", 413)
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return PlainTextResponse("This request is not UTF-8.", 400)
        if verifier is None or not _is_genuine(verifier, request.headers, text):
            return PlainTextResponse("This request is not signed by Slack, or too old.", 401)
        try:
            bolt_request = to_async_bolt_request(request, _as_bolt_reads(request.headers, text).encode())
        except UNREADABLE:
            return PlainTextResponse("This request cannot be read.", 400)
        return to_starlette_response(await service.bolt.async_dispatch(bolt_request))

    return receive


def _is_genuine(verifier: SignatureVerifier, headers: Headers, text: str) -> bool:
    """Signed with our secret at most five minutes ago, in real time."""
    stamp, signature = headers.get("x-slack-request-timestamp", ""), headers.get("x-slack-signature", "")
    well_formed = SECONDS.fullmatch(stamp) is not None and signature.isascii()
    return well_formed and verifier.is_valid(text, stamp, signature)


def _as_bolt_reads(headers: Headers, text: str) -> str:
    """Bolt reads every form that contains the word "payload" as a click; escaped, a command may contain it."""
    is_command = headers.get("content-type", "").startswith(FORM) and not re.search("(^|&)payload=", text)
    return text.replace("payload", "%70ayload") if is_command else text


async def _read(request: Request) -> bytes | None:
    """The body, or None as soon as it is too large, whatever its Content-Length claims."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            return None
    return bytes(body)
