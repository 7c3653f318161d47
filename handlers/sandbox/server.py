"""The sandbox as an aiohttp server inside the caller's event loop: routes, start and stop."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from aiohttp import web

from handlers.sandbox import api_files, control_api, gestures, people_api
from handlers.sandbox.clock import MONDAY
from handlers.sandbox.clock_mover import ClockMover
from handlers.sandbox.deliveries import Deliveries, Keys, Patience
from handlers.sandbox.faults import Faults
from handlers.sandbox.nouns import Json
from handlers.sandbox.refusals import Impossible
from handlers.sandbox.respond import respond
from handlers.sandbox.sandbox import Sandbox
from handlers.sandbox.snapshot import Keeper, kept_workspace, read_state, resume_deliveries
from handlers.sandbox.socket_mode import SocketMode
from handlers.sandbox.stored_files import StoredFiles
from handlers.sandbox.web_api import WebApi, hang_up
from handlers.sandbox.wish import Wish
from handlers.sandbox.workspace import Workspace

HERE = Path(__file__).parent
LARGEST_UPLOAD = 64 * 1024 * 1024  # bytes
WISHES: dict[tuple[str, str], Callable[[Wish], Awaitable[Json]]] = {
    ("GET", "state"): people_api.state,
    ("GET", "messages"): people_api.messages,
    ("POST", "say"): people_api.say,
    ("POST", "open-home"): people_api.open_home,
    ("POST", "open-dm"): people_api.open_dm,
    ("GET", "people"): people_api.people,
    ("POST", "people"): people_api.change_person,
    ("POST", "command"): gestures.command,
    ("POST", "press"): gestures.press,
    ("POST", "submit"): gestures.submit,
    ("POST", "close"): gestures.close,
    ("POST", "shortcut"): gestures.shortcut,
    ("GET", "clock"): control_api.clock,
    ("POST", "clock"): control_api.move_clock,
    ("POST", "fail"): control_api.fail,
    ("GET", "calls"): control_api.calls,
    ("GET", "deliveries"): control_api.deliveries,
    ("POST", "socket"): control_api.socket,
    ("POST", "app"): control_api.connect_app,
}


@asynccontextmanager
async def open_sandbox(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    app_url: str | None = None,
    keys: Keys = Keys(),  # noqa: B008 - frozen
    patience: Patience = Patience(),  # noqa: B008 - frozen
    state_file: Path | None = None,
    start: datetime | None = None,
) -> AsyncGenerator[Sandbox]:
    """A running workspace. With a state file everything is kept between runs, business time included."""
    state = read_state(state_file) if state_file else None
    sandbox = _assembled(keys, patience, state_file, start, state)
    sandbox.connect_app(app_url)
    runner = web.AppRunner(_application(sandbox), access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        sandbox.workspace.url = f"http://{host}:{runner.addresses[0][1]}"
        if state is not None:
            resume_deliveries(sandbox.deliveries, state)
        keeper = Keeper(sandbox.workspace, sandbox.deliveries, state_file) if state_file else None
        try:
            yield sandbox
        finally:
            if keeper is not None:
                await keeper.close()
    finally:
        await sandbox.deliveries.close()
        await runner.cleanup()


def _assembled(
    keys: Keys, patience: Patience, state_file: Path | None, start: datetime | None, state: Json | None
) -> Sandbox:
    company: Json = json.loads((HERE / "company.json").read_text(encoding="utf-8"))
    workspace = kept_workspace(company, state) if state else Workspace(company, start or MONDAY)
    sockets = SocketMode(workspace)
    deliveries = Deliveries(workspace, keys, patience, sockets)
    workspace.outlet = deliveries.event
    stored = StoredFiles(state_file.with_suffix(".files") if state_file else None)
    faults = Faults()
    web_api = WebApi(workspace, stored, sockets, keys, patience, faults)
    mover = ClockMover(workspace, deliveries)
    return Sandbox(workspace, keys, patience, stored, sockets, deliveries, faults, web_api, mover)


def _application(sandbox: Sandbox) -> web.Application:
    application = web.Application(client_max_size=LARGEST_UPLOAD)
    streams = control_api.Streams(sandbox)
    routes = application.router
    routes.add_route("*", "/api/{method}", sandbox.web_api.answer)
    routes.add_get("/link/", sandbox.sockets.accept)
    for (verb, name), wished in WISHES.items():
        routes.add_route(verb, f"/sandbox/{name}", _answered(sandbox, wished))
    routes.add_get("/sandbox/events", streams.answer)
    _add_files(sandbox, application)
    _add_page(application)

    async def shut(_: web.Application) -> None:
        await streams.close()
        await sandbox.sockets.close()

    application.on_shutdown.append(shut)
    return application


def _answered(
    sandbox: Sandbox, wished: Callable[[Wish], Awaitable[Json]], *, raw: bool = False
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        if not _from_here(request):
            return web.json_response({"error": "Another site may not act here."}, status=403)
        try:
            answer = await wished(await Wish.read(sandbox, request, raw=raw))
            return web.json_response(answer, headers={"Cache-Control": "no-store"})
        except Impossible as impossible:
            return web.json_response({"error": str(impossible)}, status=impossible.status)

    return answer


def _from_here(request: web.Request) -> bool:
    """Browsers name the page that asks; only our own may."""
    origin = request.headers.get("Origin")
    return origin is None or origin.split("://")[-1] == request.headers.get("Host")


def _add_files(sandbox: Sandbox, application: web.Application) -> None:
    workspace, stored = sandbox.workspace, sandbox.stored

    async def upload(request: web.Request) -> web.StreamResponse:
        content = await request.read()

        async def keep(wish: Wish) -> Json:
            return await people_api.upload(wish, content)

        return await _answered(sandbox, keep, raw=True)(request)

    async def read(request: web.Request) -> web.StreamResponse:
        wish = await Wish.read(sandbox, request)
        try:
            return people_api.read_file(wish, request.match_info["id"])
        except Impossible as impossible:
            return web.json_response({"error": str(impossible)}, status=impossible.status)

    async def download(request: web.Request) -> web.StreamResponse:
        fault = sandbox.faults.take("files.download")
        if fault is not None and fault.mode != "slow":
            return hang_up(request) if fault.mode == "refuse" else web.Response(status=503)
        if fault is not None:
            await asyncio.sleep(fault.seconds)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return api_files.download(workspace, stored, sandbox.keys, request.match_info["id"], token)

    async def receive(request: web.Request) -> web.StreamResponse:
        return await api_files.receive_upload(request, workspace, stored)

    async def responded(request: web.Request) -> web.StreamResponse:
        return await respond(workspace, request)

    application.router.add_post("/respond/{name}", responded)
    application.router.add_post("/sandbox/upload", upload)
    application.router.add_get("/sandbox/file/{id}", read)
    application.router.add_post("/upload/v1/{ticket}", receive)
    application.router.add_get("/files-pri/{id}/{name}", download)
    application.router.add_get("/files-pri/{id}/download/{name}", download)


def _add_page(application: web.Application) -> None:
    static = HERE / "static"

    async def page(_: web.Request) -> web.StreamResponse:
        return web.FileResponse(static / "index.html")

    if static.is_dir():
        application.router.add_get("/", page)
        application.router.add_static("/static/", static)
