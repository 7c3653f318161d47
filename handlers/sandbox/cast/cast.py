"""The cast: people of the workspace and its clock, over HTTP, for tests, tour and kill script."""

import ssl
from collections import Counter
from datetime import datetime, timedelta
from typing import Any, Self

import httpx

from handlers.sandbox.cast.player import NotPossible, Player
from handlers.sandbox.terms import Json

CLOCK_WITHIN = 600.0  # real seconds


class Cast:
    def __init__(self, url: str) -> None:
        self.url = url
        trusts_nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # loading certificates takes 30 ms
        self._http = httpx.AsyncClient(base_url=url, timeout=30, trust_env=False, verify=trusts_nobody)
        self._people: list[Json] = []
        self._players: dict[str, Player] = {}
        self.clock = Clock(self)

    async def __aenter__(self) -> Self:
        await self._http.__aenter__()
        await self.meet()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def meet(self) -> None:
        """Learn who is in the workspace."""
        self._people = (await self.get("people"))["people"]

    @property
    def names(self) -> dict[str, str]:
        return {person["id"]: person["name"] for person in self._people}

    def person(self, name: str) -> Player:
        """By id, first name or full name."""
        for person in self._people:
            if name in (person["id"], person["name"], person["first_name"]):
                player = Player(self, person["id"], person["first_name"])
                return self._players.setdefault(player.id, player)
        names = ", ".join(person["first_name"] for person in self._people)
        raise NotPossible(f"Nobody in the workspace is called {name!r}; there are: {names}.")

    async def joins(self, id: str, name: str, **facts: Any) -> Player:  # noqa: A002
        """A person joins, or their profile changes (`deleted=True`, `tz=…`)."""
        await self.post("people", {"id": id, "name": name, **facts})
        await self.meet()
        return self.person(id)

    async def fails(self, method: str, mode: str, times: int = 1, **facts: Any) -> None:
        """The next `times` calls of the Web API method fail in this mode (`seconds=`, `error=`)."""
        await self.post("fail", {"method": method, "mode": mode, "times": times, **facts})

    async def calls(self) -> Json:
        return await self.get("calls")

    async def deliveries(self) -> list[Json]:
        return (await self.get("deliveries"))["deliveries"]

    async def disconnects_socket(self) -> None:
        await self.post("socket", {"disconnect": True})

    async def get(self, path: str, **query: str) -> Json:
        return _checked(await self._http.get(f"/sandbox/{path}", params=query))

    async def post(self, path: str, body: Json) -> Json:
        return _checked(await self._http.post(f"/sandbox/{path}", json=body))

    async def post_clock(self, body: Json) -> Json:
        return _checked(await self._http.post("/sandbox/clock", json=body, timeout=CLOCK_WITHIN))

    async def post_file(self, content: bytes, query: dict[str, str]) -> Json:
        headers = {"Content-Type": "application/octet-stream"}
        return _checked(
            await self._http.post("/sandbox/upload", params=query, content=content, headers=headers)
        )

    async def get_file(self, file_id: str, person: str) -> bytes:
        answer = await self._http.get(f"/sandbox/file/{file_id}", params={"as": person})
        if answer.status_code != 200:
            _checked(answer)
        return answer.content

    async def trouble(self) -> str:
        """Calls that Slack refused and deliveries that the app did not answer: the usual reasons for silence."""
        calls = await self.calls()
        lines = [f"Slack refused {r['method']}: {r['error']} {r['detail'] or ''}" for r in calls["refused"]]
        lines += [f"Slack does not know {method}" for method in calls["unknown"]]
        for delivery in (await self.deliveries())[-50:]:
            if delivery["attempts"] and delivery["attempts"][-1]["status"] != 200:
                last = delivery["attempts"][-1]
                what = delivery["payload"].get("event", delivery["payload"]).get("type", delivery["kind"])
                outcome = f"{last['status'] or 'nothing'} {last['reason']}".strip()
                lines.append(f"the app answered {outcome} to the {delivery['kind']} {what}")
        counts = Counter(line.strip() for line in lines)
        return "".join(f"\n  ! {line} ({times}×)" for line, times in list(counts.items())[-8:])


class Clock:
    """Business time; each move returns the instants at which the app had something due and did it."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast

    async def now(self) -> datetime:
        return datetime.fromisoformat((await self._cast.get("clock"))["now"])

    async def advance(self, **much: float) -> list[datetime]:
        """By `days=`, `hours=`, `minutes=`, `seconds=`."""
        return await self._move({"advance": timedelta(**much).total_seconds()})

    async def to(self, instant: datetime | str) -> list[datetime]:
        return await self._move({"to": instant if isinstance(instant, str) else instant.isoformat()})

    async def next(self) -> list[datetime]:
        return await self._move({"next": True})

    async def _move(self, body: Json) -> list[datetime]:
        return [datetime.fromisoformat(stop) for stop in (await self._cast.post_clock(body))["stops"]]


def _checked(answer: httpx.Response) -> Json:
    if answer.status_code >= 400:
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        raise NotPossible(answer.json()["error"] if is_json else f"the sandbox answered {answer.status_code}")
    return answer.json()
