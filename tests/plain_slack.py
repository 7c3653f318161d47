"""A workspace of any size that takes every call at once and keeps only the keys of what was posted.

Runs in a process of its own: ``python -m tests.plain_slack PEOPLE ZONE…`` prints its port.
"""

import sys
from collections import Counter
from itertools import count

from aiohttp import web

PAGE = 1_000
LIMITED_SECONDS = 3_600
LEADS = ("ULEAD1", "ULEAD2")
LISTING = b"item,result\n1,done\n2,done\n"


class Workspace:
    def __init__(self, people: int, zones: list[str]) -> None:
        self.ids = [*LEADS, *(f"U{number:06}" for number in range(people - len(LEADS)))]
        self.zones = zones
        self.posted: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self.limited = False
        self._stamps = count(1)

    async def answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        self.calls[method] += 1
        fields = await _fields(request)
        match method:
            case "auth.test":
                us = {"team_id": "T0YEAR", "team": "A year", "user_id": "U0BOT", "bot_id": "B0"}
                return web.json_response({"ok": True, **us})
            case "users.list":
                return web.json_response(self._page(int(fields.get("cursor") or 0)))
            case "conversations.open":
                return web.json_response({"ok": True, "channel": {"id": f"D{fields['users'][1:]}"}})
            case "chat.postMessage" if self.limited:
                wait = {"Retry-After": str(LIMITED_SECONDS)}
                return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=wait)
            case "chat.postMessage":
                self.posted[fields["metadata"]["event_payload"]["key"]] += 1
                channel = fields["channel"].replace("U", "D", 1)
                return web.json_response(
                    {"ok": True, "channel": channel, "ts": f"{next(self._stamps)}.000100"}
                )
            case "files.info":
                address = f"http://{request.host}/file"
                return web.json_response({"ok": True, "file": {"url_private_download": address}})
            case "files.getUploadURLExternal":
                address = f"http://{request.host}/upload"
                return web.json_response(
                    {"ok": True, "upload_url": address, "file_id": f"F{next(self._stamps)}"}
                )
            case _:
                return web.json_response({"ok": True, "files": [], "messages": []})

    def _page(self, start: int) -> dict:
        members = [
            {
                "id": person_id,
                "team_id": "T0YEAR",
                "name": person_id.lower(),
                "tz": self.zones[(start + place) % len(self.zones)],
                "profile": {"real_name": f"Person {person_id}", "email": f"{person_id}@example.com"},
            }
            for place, person_id in enumerate(self.ids[start : start + PAGE])
        ]
        after = start + PAGE
        cursor = str(after) if after < len(self.ids) else ""
        return {"ok": True, "members": members, "response_metadata": {"next_cursor": cursor}}

    async def told(self, _request: web.Request) -> web.Response:
        """What the simulation asks at its end."""
        return web.json_response(
            {"posted": self.posted.total(), "keys": len(self.posted), "calls": dict(self.calls)}
        )

    async def limit(self, _request: web.Request) -> web.Response:
        """From now on every post is refused, as beyond Slack's limit."""
        self.limited = True
        return web.Response()


async def _fields(request: web.Request) -> dict:
    is_json = request.content_type == "application/json"
    return dict(request.query) | (await request.json() if is_json else dict(await request.post()))


async def _file(_request: web.Request) -> web.Response:
    return web.Response(body=LISTING, content_type="text/csv")


async def _upload(request: web.Request) -> web.Response:
    await request.read()
    return web.Response(text="OK")


def application(workspace: Workspace) -> web.Application:
    app = web.Application(client_max_size=2**24)
    app.router.add_get("/told", workspace.told)
    app.router.add_post("/limit", workspace.limit)
    app.router.add_get("/file", _file)
    app.router.add_post("/upload", _upload)
    app.router.add_route("*", "/api/{method}", workspace.answer)
    return app


def _tells(words: str) -> None:
    print(words, flush=True)  # noqa: T201


if __name__ == "__main__":
    served = application(Workspace(int(sys.argv[1]), sys.argv[2:]))
    web.run_app(served, host="127.0.0.1", port=0, print=_tells, access_log=None)
