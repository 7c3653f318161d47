"""Slack's side: the table of Web API methods, and how a call is read, authorised, failed on demand and answered.
Unknown methods and refused calls are remembered.
"""

import asyncio
import math
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from handlers.sandbox.api import chat, conversations, files, people, views
from handlers.sandbox.api.call import Call
from handlers.sandbox.api.failures import Failures, PlannedFailure
from handlers.sandbox.delivery.socket_mode import SocketMode
from handlers.sandbox.terms import ErrorAnswer, Json
from handlers.sandbox.workspace.installation import Keys, SlackPatience
from handlers.sandbox.workspace.stored_files import StoredFiles
from handlers.sandbox.workspace.workspace import SlackWorkspace


@dataclass(frozen=True)
class Method:
    run: Callable[[Call], Json]
    scope: str = ""  # any one of these, comma-separated; none needed when empty
    app_level: bool = False  # needs the app-level token instead of the bot's


METHODS: dict[str, Method] = {
    "auth.test": Method(people.auth_test),
    "users.list": Method(people.list_users, "users:read"),
    "conversations.open": Method(conversations.open_conversation, "im:write"),
    "conversations.history": Method(conversations.history, "im:history,channels:history"),
    "conversations.replies": Method(conversations.replies, "im:history,channels:history"),
    "chat.postMessage": Method(chat.post_message, "chat:write"),
    "chat.postEphemeral": Method(chat.post_ephemeral, "chat:write"),
    "chat.update": Method(chat.update, "chat:write"),
    "views.open": Method(views.open_view),
    "views.push": Method(views.push_view),
    "views.update": Method(views.update_view),
    "views.publish": Method(views.publish_view),
    "files.getUploadURLExternal": Method(files.upload_url, "files:write"),
    "files.completeUploadExternal": Method(files.complete_upload, "files:write"),
    "files.info": Method(files.info, "files:read"),
    "assistant.threads.setSuggestedPrompts": Method(people.set_suggested_prompts, "assistant:write"),
    "apps.connections.open": Method(lambda call: {"url": call.sockets.new_url()}, app_level=True),
}


@dataclass
class Calls:
    """The number of the app's calls by method, the methods that Slack does not know, and the refused calls."""

    methods: Counter[str] = field(default_factory=Counter)
    unknown: list[str] = field(default_factory=list)
    refused: deque[Json] = field(default_factory=lambda: deque(maxlen=1000))

    def refuse(self, method: str, answer: Json) -> None:
        detail = answer.get("response_metadata", {}).get("messages") or answer.get("needed") or ""
        self.refused.append({"method": method, "error": answer["error"], "detail": detail})


@dataclass(frozen=True)
class WebApi:
    workspace: SlackWorkspace
    stored: StoredFiles
    sockets: SocketMode
    keys: Keys
    patience: SlackPatience
    failures: Failures
    calls: Calls = field(default_factory=Calls)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        failure = self.failures.take(method)
        if failure is None:
            return self._reply(self._run(method, await _arguments(request), _bearer(request)))
        return await self._fail(request, method, failure)

    async def _fail(self, request: web.Request, method: str, failure: PlannedFailure) -> web.StreamResponse:
        if failure.mode == "rate_limited":
            self.calls.methods[method] += 1
            retry_after = {"Retry-After": str(math.ceil(failure.seconds))}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=retry_after)
        if failure.mode == "error":
            self.calls.methods[method] += 1
            return self._reply({"ok": False, "error": failure.error})
        if failure.mode == "refuse":
            return hang_up(request)
        if failure.mode == "slow":
            await asyncio.sleep(failure.seconds)
        answer = self._run(method, await _arguments(request), _bearer(request))
        if failure.mode == "lost_answer":
            return hang_up(request)
        if failure.mode == "error_after_accept":
            return web.Response(status=500, text="Server Error")
        return self._reply(answer)

    def _run(self, name: str, args: Json | ErrorAnswer, bearer: str) -> Json:
        self.calls.methods[name] += 1
        method = METHODS.get(name)
        try:
            if method is None:
                if name not in self.calls.unknown:
                    self.calls.unknown.append(name)
                raise ErrorAnswer("unknown_method", req_method=name)
            if isinstance(args, ErrorAnswer):
                raise args
            self._authorise(method, bearer or str(args.get("token", "")))
            call = Call(self.workspace, self.stored, self.sockets, self.keys, self.patience, args)
            if method.scope:
                call.need(method.scope)
            return {"ok": True} | method.run(call)
        except ErrorAnswer as refusal:
            answer = refusal.answer()
            self.calls.refuse(name, answer)
            return answer

    def _authorise(self, method: Method, token: str) -> None:
        if not token:
            raise ErrorAnswer("not_authed")
        if token not in (self.keys.bot_token, self.keys.app_token):
            raise ErrorAnswer("invalid_auth")
        if token != (self.keys.app_token if method.app_level else self.keys.bot_token):
            raise ErrorAnswer("not_allowed_token_type")

    def _reply(self, answer: Json) -> web.Response:
        scopes = {"X-OAuth-Scopes": ",".join(self.keys.scopes)}
        return web.json_response(answer, headers=scopes)


def hang_up(request: web.Request) -> web.Response:
    """Close the connection without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _bearer(request: web.Request) -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


async def _arguments(request: web.Request) -> Json | ErrorAnswer:
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            return ErrorAnswer("invalid_json")
        return args | body if isinstance(body, dict) else ErrorAnswer("json_not_object")
    return args | dict(await request.post())
