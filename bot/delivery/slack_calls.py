"""The calls that put a message into Slack, and what each answer means: sent, refused, or unclear."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.blocks.kit import Message
from bot.desk import Desk
from bot.outgoing import Share
from bot.transfers import TransferFailed
from storage.outbox import Delivery

EVENT_TYPE = "socrates_delivery"
LOOK_BACK = timedelta(minutes=5)
DEFAULT_RETRY_AFTER = 30.0
# Slack's own words for "part of it may have happened" (docs.slack.dev, errors of chat.postMessage).
UNCLEAR = {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}
# Nothing is wrong with the message: it waits until an administrator has repaired the connection.
LOCKED_OUT = {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"}
RATE_LIMITED = {"ratelimited", "rate_limited"}


@dataclass(frozen=True)
class Sent:
    """``content_hash`` is that of the message's content; None when the message was found by its key."""

    channel: str | None
    ts: str | None
    content_hash: str | None = None


@dataclass(frozen=True)
class Refused:
    """Nothing was posted. ``passing``: another try may help. ``parked_for``: seconds that Slack tells us to wait.
    ``locked_out``: Slack rejects our token.
    """

    reason: str
    passing: bool
    parked_for: float | None = None
    locked_out: bool = False


@dataclass(frozen=True)
class Unclear:
    """Slack may or may not have posted the message."""

    reason: str


Result = Sent | Refused | Unclear


async def post_message(slack: AsyncWebClient, delivery: Delivery, message: Message) -> Result:
    metadata = {"event_type": EVENT_TYPE, "event_payload": {"key": delivery.key}}

    async def call() -> Sent:
        answer = await slack.chat_postMessage(
            channel=delivery.recipient,
            text=message.text,
            blocks=message.blocks,
            thread_ts=delivery.thread_ts,
            metadata=metadata,
            unfurl_links=False,
            unfurl_media=False,
        )
        return Sent(answer["channel"], answer["ts"], content_hash(message))

    return await _outcome(call)


async def edit_message(slack: AsyncWebClient, channel: str, ts: str, message: Message) -> Result:
    async def call() -> Sent:
        await slack.chat_update(channel=channel, ts=ts, text=message.text, blocks=message.blocks)
        return Sent(channel, ts, content_hash(message))

    return await _repeatable(call)


async def publish_home(slack: AsyncWebClient, person_id: str, view: dict[str, Any]) -> Result:
    async def call() -> Sent:
        await slack.views_publish(user_id=person_id, view=view)
        return Sent(None, None)

    return await _repeatable(call)


async def share_file(
    desk: Desk, person_id: str, file: Share, content: bytes, keep_upload: Callable[[str], Awaitable[None]]
) -> Result:
    """Upload the stored bytes and share them in the person's DM; ``keep_upload`` is given the id of Slack's file
    before it is shared.
    """

    async def prepare() -> Sent:
        slot = await desk.slack.files_getUploadURLExternal(filename=file.name, length=len(content))
        await desk.http.upload(slot["upload_url"], content)
        dm = await desk.slack.conversations_open(users=person_id)
        await keep_upload(slot["file_id"])
        return Sent(dm["channel"]["id"], slot["file_id"])

    uploaded = await _repeatable(prepare)
    if not isinstance(uploaded, Sent):
        return uploaded

    async def call() -> Sent:
        await desk.slack.files_completeUploadExternal(
            files=[{"id": str(uploaded.ts), "title": file.name}],
            channel_id=uploaded.channel,
            initial_comment=file.comment,
        )
        return Sent(uploaded.channel, None, file.digest)

    return await _outcome(call)


async def find_delivery(slack: AsyncWebClient, delivery: Delivery) -> Sent | Refused | Unclear | None:
    """The message of this delivery, if it is in its DM already; None when it is not."""
    matches: list[Sent] = []

    async def call() -> Sent:
        channel = delivery.recipient
        if not channel.startswith("D"):
            channel = (await slack.conversations_open(users=delivery.recipient))["channel"]["id"]
        async for message in _messages(slack, channel, delivery):
            if _is(message, delivery):
                matches.append(Sent(channel, message["ts"]))
        return Sent(channel, None)

    read = await _repeatable(call)
    if not isinstance(read, Sent):
        return read
    return matches[0] if matches else None


async def _messages(slack: AsyncWebClient, channel: str, delivery: Delivery) -> AsyncIterator[dict[str, Any]]:
    oldest, cursor = str((delivery.queued_at - LOOK_BACK).timestamp()), None
    while True:
        page: dict[str, Any] = {
            "oldest": oldest,
            "cursor": cursor,
            "limit": 200,
            "include_all_metadata": True,
        }
        if delivery.thread_ts:
            answer = await slack.conversations_replies(channel=channel, ts=delivery.thread_ts, **page)
        else:
            answer = await slack.conversations_history(channel=channel, **page)
        for message in answer["messages"]:
            yield message
        cursor = answer.get("response_metadata", {}).get("next_cursor")
        if not cursor:
            return


def _is(message: dict[str, Any], delivery: Delivery) -> bool:
    key = message.get("metadata", {}).get("event_payload", {}).get("key")
    files = {file["id"] for file in message.get("files", [])}
    return key == delivery.key or (delivery.upload_id is not None and delivery.upload_id in files)


async def _repeatable(call: Callable[[], Awaitable[Sent]]) -> Result:
    """For calls that may be made twice: after an unclear answer the call is made again."""
    result = await _outcome(call)
    return Refused(result.reason, passing=True) if isinstance(result, Unclear) else result


async def _outcome(call: Callable[[], Awaitable[Sent]]) -> Result:
    try:
        return await call()
    except SlackApiError as refusal:
        return _meaning(refusal)
    except aiohttp.ClientConnectorError as unreachable:
        return Refused(type(unreachable).__name__, passing=True)
    except (aiohttp.ClientError, TransferFailed, TimeoutError) as failure:
        return Unclear(type(failure).__name__)


def _meaning(refusal: SlackApiError) -> Refused | Unclear:
    answer = refusal.response
    if not isinstance(answer, AsyncSlackResponse):
        return Unclear("an answer that is not JSON")  # the SDK hands over the bare HTTP response then
    status = answer.status_code
    error = answer.data.get("error", "") if isinstance(answer.data, dict) else ""
    if status == 429 or error in RATE_LIMITED:
        return Refused("ratelimited", passing=True, parked_for=_retry_after(answer.headers))
    if status >= 500 or error in UNCLEAR or not error:
        return Unclear(error or f"HTTP {status}")
    return Refused(error, passing=error in LOCKED_OUT, locked_out=error in LOCKED_OUT)


def _retry_after(headers: Any) -> float:
    seconds = {name.lower(): value for name, value in headers.items()}.get("retry-after")
    return float(seconds) if seconds else DEFAULT_RETRY_AFTER


def content_hash(message: Message) -> str:
    """SHA-256 (hex) of text and blocks as canonical JSON."""
    content = json.dumps({"text": message.text, "blocks": message.blocks}, sort_keys=True, ensure_ascii=False)
    return sha256(content.encode()).hexdigest()
