"""The one module that speaks httpx: bytes from and to Slack's file hosts."""

import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

import httpx

TIMEOUT_SECONDS = 30.0


@dataclass(frozen=True)
class Download:
    """A server's answer; ``content`` is at most one byte longer than the limit."""

    status: int
    content_type: str
    content: bytes


class TransferFailed(Exception):
    """No usable answer came. Another try later may help."""


class Transfers:
    """Fetches with the bot token, from Slack's own hosts only. No redirect is followed."""

    def __init__(self, client: httpx.AsyncClient, slack_api_url: str, token: str) -> None:
        self._client = client
        self._token = token
        api_host = urlsplit(slack_api_url).netloc
        self._hosts = {api_host, "files.slack.com"} if api_host == "slack.com" else {api_host}

    async def fetch(self, url: str, limit: int) -> Download:
        """Read ``limit`` bytes and one more at most. Raises TransferFailed when the network or the server fails."""
        if urlsplit(url).netloc not in self._hosts:
            raise TransferFailed("the file is not on Slack's own host")
        try:
            async with self._client.stream(
                "GET", url, headers={"Authorization": f"Bearer {self._token}"}
            ) as answer:
                content = await _read(answer, limit)
        except httpx.HTTPError as failure:
            raise TransferFailed(type(failure).__name__) from failure
        if answer.status_code >= 500:
            raise TransferFailed(f"HTTP {answer.status_code}")
        return Download(answer.status_code, answer.headers.get("content-type", ""), content)

    async def upload(self, url: str, content: bytes) -> None:
        """Send bytes to an address that Slack gave for them. Raises TransferFailed."""
        try:
            answer = await self._client.post(url, content=content)
            answer.raise_for_status()
        except httpx.HTTPError as failure:
            raise TransferFailed(type(failure).__name__) from failure


async def _read(answer: httpx.Response, limit: int) -> bytes:
    content = bytearray()
    async for chunk in answer.aiter_bytes():
        content += chunk
        if len(content) > limit:
            break
    return bytes(content)


@asynccontextmanager
async def open_transfers(slack_api_url: str, token: str) -> AsyncGenerator[Transfers]:
    async with httpx.AsyncClient(
        timeout=TIMEOUT_SECONDS, follow_redirects=False, verify=_certificates()
    ) as client:
        yield Transfers(client, slack_api_url, token)


@cache
def _certificates() -> ssl.SSLContext:
    """The trusted certificates, read once: that takes a tenth of a second."""
    return httpx.create_ssl_context()
