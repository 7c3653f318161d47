"""Slack's side: the table of Web API methods, and the way a call is read, authorised, failed on demand and
answered. Methods that are not known are remembered, as is everything that was refused.
"""

import asyncio
import math
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import web

from handlers.sandbox import api_chat, api_conversations, api_files, api_people, api_views
from handlers.sandbox.call import Call
from handlers.sandbox.deliveries import Keys, Patience
from handlers.sandbox.faults import Fault, Faults
from handlers.sandbox.nouns import Json
from handlers.sandbox.refusals import Refused
from handlers.sandbox.socket_mode import SocketMode
from handlers.sandbox.stored_files import StoredFiles
from handlers.sandbox.workspace import Workspace

READS = "channels:read,groups:read,mpim:read,im:read"


@dataclass(frozen=True)
class Method:
    run: Callable[[Call], Json]
    scope: str = ""  # any one of these, comma-separated; none needed when empty
    app_level: bool = False  # needs the app-level token instead of the bot's


def _only_refused(call: Call) -> Json:
    """A method that exists in Slack and that this app has no scope for."""
    raise Refused("unknown_method")


METHODS: dict[str, Method] = {
    "auth.test": Method(api_people.auth_test),
    "team.info": Method(api_people.team_info, "team:read"),
    "users.list": Method(api_people.list_users, "users:read"),
    "users.info": Method(api_people.user_info, "users:read"),
    "users.lookupByEmail": Method(api_people.user_by_email, "users:read.email"),
    "conversations.open": Method(api_conversations.open_conversation, "im:write"),
    "conversations.info": Method(api_conversations.info, READS),
    "conversations.list": Method(api_conversations.list_conversations, READS),
    "conversations.members": Method(api_conversations.members, READS),
    "conversations.history": Method(api_conversations.history, "im:history,channels:history"),
    "conversations.replies": Method(api_conversations.replies, "im:history,channels:history"),
    "chat.postMessage": Method(api_chat.post_message, "chat:write"),
    "chat.postEphemeral": Method(api_chat.post_ephemeral, "chat:write"),
    "chat.update": Method(api_chat.update, "chat:write"),
    "chat.delete": Method(api_chat.delete, "chat:write"),
    "chat.getPermalink": Method(api_chat.get_permalink),
    "reactions.add": Method(_only_refused, "reactions:write"),
    "views.open": Method(api_views.open_view),
    "views.push": Method(api_views.push_view),
    "views.update": Method(api_views.update_view),
    "views.publish": Method(api_views.publish_view),
    "files.getUploadURLExternal": Method(api_files.upload_url, "files:write"),
    "files.completeUploadExternal": Method(api_files.complete_upload, "files:write"),
    "files.info": Method(api_files.info, "files:read"),
    "assistant.threads.setSuggestedPrompts": Method(api_people.set_suggested_prompts, "assistant:write"),
    "assistant.threads.setStatus": Method(api_people.set_status, "assistant:write,chat:write"),
    "assistant.threads.setTitle": Method(api_people.set_title, "assistant:write"),
    "apps.connections.open": Method(lambda call: {"url": call.sockets.new_url()}, app_level=True),
}


@dataclass
class Asked:
    """What the app asked for so far."""

    methods: Counter[str] = field(default_factory=Counter)
    unknown: list[str] = field(default_factory=list)
    refused: deque[Json] = field(default_factory=lambda: deque(maxlen=1000))

    def refuse(self, method: str, answer: Json) -> None:
        told = answer.get("response_metadata", {}).get("messages") or answer.get("needed") or ""
        self.refused.append({"method": method, "error": answer["error"], "detail": told})


@dataclass(frozen=True)
class WebApi:
    workspace: Workspace
    stored: StoredFiles
    sockets: SocketMode
    keys: Keys
    patience: Patience
    faults: Faults
    asked: Asked = field(default_factory=Asked)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        fault = self.faults.take(method)
        if fault is None:
            return self._reply(self._run(method, await _arguments(request), _bearer(request)))
        return await self._fail(request, method, fault)

    async def _fail(self, request: web.Request, method: str, fault: Fault) -> web.StreamResponse:
        if fault.mode == "rate_limited":
            self.asked.methods[method] += 1
            retry_after = {"Retry-After": str(math.ceil(fault.seconds))}
            return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=retry_after)
        if fault.mode == "error":
            self.asked.methods[method] += 1
            return self._reply({"ok": False, "error": fault.error})
        if fault.mode == "refuse":
            return hang_up(request)
        if fault.mode == "slow":
            await asyncio.sleep(fault.seconds)
        answer = self._run(method, await _arguments(request), _bearer(request))
        if fault.mode == "lost_answer":
            return hang_up(request)
        if fault.mode == "error_after_accept":
            return web.Response(status=500, text="Server Error")
        return self._reply(answer)

    def _run(self, name: str, args: Json | Refused, bearer: str) -> Json:
        self.asked.methods[name] += 1
        method = METHODS.get(name)
        try:
            if method is None:
                if name not in self.asked.unknown:
                    self.asked.unknown.append(name)
                raise Refused("unknown_method", req_method=name)
            if isinstance(args, Refused):
                raise args
            self._authorise(method, bearer or str(args.get("token", "")))
            call = Call(self.workspace, self.stored, self.sockets, self.keys, self.patience, args)
            if method.scope:
                call.need(method.scope)
            return {"ok": True} | method.run(call)
        except Refused as refused:
            answer = refused.answer()
            self.asked.refuse(name, answer)
            return answer

    def _authorise(self, method: Method, token: str) -> None:
        if not token:
            raise Refused("not_authed")
        if token not in (self.keys.bot_token, self.keys.app_token):
            raise Refused("invalid_auth")
        if token != (self.keys.app_token if method.app_level else self.keys.bot_token):
            raise Refused("not_allowed_token_type")

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


async def _arguments(request: web.Request) -> Json | Refused:
    args: Json = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            return Refused("invalid_json")
        return args | body if isinstance(body, dict) else Refused("json_not_object")
    return args | dict(await request.post())
