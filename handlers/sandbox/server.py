"""The sandbox as an aiohttp server inside the caller's event loop: routes, start and stop."""

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from aiohttp import web

from handlers.sandbox.api import files
from handlers.sandbox.api.failures import Failures
from handlers.sandbox.api.web_api import WebApi, hang_up
from handlers.sandbox.delivery.clock_mover import ClockMover
from handlers.sandbox.delivery.deliveries import Deliveries
from handlers.sandbox.delivery.socket_mode import SocketMode
from handlers.sandbox.people import actions, conversations, steering
from handlers.sandbox.people.person_request import PersonRequest
from handlers.sandbox.sandbox import Sandbox
from handlers.sandbox.snapshot import Keeper, read_state, resume_deliveries, workspace_from
from handlers.sandbox.terms import Impossible, Json
from handlers.sandbox.workspace.installation import Keys, SlackPatience
from handlers.sandbox.workspace.stored_files import StoredFiles
from handlers.sandbox.workspace.workspace import MONDAY, SlackWorkspace

HERE = Path(__file__).parent
LARGEST_UPLOAD = 64 * 1024 * 1024  # bytes
PERSON_REQUESTS: dict[tuple[str, str], Callable[[PersonRequest], Awaitable[Json]]] = {
    ("GET", "state"): conversations.state,
    ("GET", "messages"): conversations.messages,
    ("POST", "say"): conversations.say,
    ("POST", "open-home"): conversations.open_home,
    ("POST", "open-dm"): conversations.open_dm,
    ("GET", "people"): conversations.people,
    ("POST", "people"): conversations.change_person,
    ("POST", "command"): actions.command,
    ("POST", "press"): actions.press,
    ("POST", "submit"): actions.submit,
    ("POST", "close"): actions.close,
    ("POST", "shortcut"): actions.shortcut,
    ("GET", "clock"): steering.clock,
    ("POST", "clock"): steering.move_clock,
    ("POST", "fail"): steering.fail,
    ("GET", "calls"): steering.method_calls,
    ("GET", "deliveries"): steering.deliveries,
    ("POST", "socket"): steering.socket,
    ("POST", "app"): steering.connect_app,
}


@asynccontextmanager
async def open_sandbox(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    app_url: str | None = None,
    keys: Keys = Keys(),  # noqa: B008 - frozen
    patience: SlackPatience = SlackPatience(),  # noqa: B008 - frozen
    state_file: Path | None = None,
    start: datetime | None = None,
) -> AsyncGenerator[Sandbox]:
    """A running workspace. A state file keeps everything between runs, business time included."""
    state = read_state(state_file) if state_file else None
    sandbox = _assemble(keys, patience, state_file, start, state)
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


def _assemble(
    keys: Keys, patience: SlackPatience, state_file: Path | None, start: datetime | None, state: Json | None
) -> Sandbox:
    company: Json = json.loads((HERE / "workspace" / "company.json").read_text(encoding="utf-8"))
    workspace = workspace_from(company, state) if state else SlackWorkspace(company, start or MONDAY)
    sockets = SocketMode(workspace)
    deliveries = Deliveries(workspace, keys, patience, sockets)
    workspace.outlet = deliveries.event
    stored = StoredFiles(state_file.with_suffix(".files") if state_file else None)
    failures = Failures()
    web_api = WebApi(workspace, stored, sockets, keys, patience, failures)
    mover = ClockMover(workspace, deliveries)
    return Sandbox(workspace, keys, patience, stored, sockets, deliveries, failures, web_api, mover)


def _application(sandbox: Sandbox) -> web.Application:
    application = web.Application(client_max_size=LARGEST_UPLOAD)
    streams = steering.Streams(sandbox)
    routes = application.router
    routes.add_route("*", "/api/{method}", sandbox.web_api.answer)
    routes.add_get("/link/", sandbox.sockets.accept)
    for (method, name), verb in PERSON_REQUESTS.items():
        routes.add_route(method, f"/sandbox/{name}", _route(sandbox, verb))
    routes.add_get("/sandbox/events", streams.answer)
    _add_files(sandbox, application)
    _add_page(application)

    async def shut(_: web.Application) -> None:
        await streams.close()
        await sandbox.sockets.close()

    application.on_shutdown.append(shut)
    return application


def _route(
    sandbox: Sandbox, verb: Callable[[PersonRequest], Awaitable[Json]], *, raw: bool = False
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def answer(request: web.Request) -> web.StreamResponse:
        if not _is_from_own_page(request):
            return web.json_response({"error": "Another site may not act here."}, status=403)
        try:
            answer = await verb(await PersonRequest.read(sandbox, request, raw=raw))
            return web.json_response(answer, headers={"Cache-Control": "no-store"})
        except Impossible as impossible:
            return web.json_response({"error": str(impossible)}, status=impossible.status)

    return answer


def _is_from_own_page(request: web.Request) -> bool:
    """Browsers name the page that sends a request; only the sandbox's own page may."""
    origin = request.headers.get("Origin")
    return origin is None or origin.split("://")[-1] == request.headers.get("Host")


def _add_files(sandbox: Sandbox, application: web.Application) -> None:
    workspace, stored = sandbox.workspace, sandbox.stored

    async def upload(request: web.Request) -> web.StreamResponse:
        content = await request.read()

        async def keep(person_request: PersonRequest) -> Json:
            return await conversations.upload(person_request, content)

        return await _route(sandbox, keep, raw=True)(request)

    async def read(request: web.Request) -> web.StreamResponse:
        person_request = await PersonRequest.read(sandbox, request)
        try:
            return conversations.read_file(person_request, request.match_info["id"])
        except Impossible as impossible:
            return web.json_response({"error": str(impossible)}, status=impossible.status)

    async def download(request: web.Request) -> web.StreamResponse:
        failure = sandbox.failures.take("files.download")
        if failure is not None and failure.mode != "slow":
            return hang_up(request) if failure.mode == "refuse" else web.Response(status=503)
        if failure is not None:
            await asyncio.sleep(failure.seconds)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return files.download(workspace, stored, sandbox.keys, request.match_info["id"], token)

    async def receive(request: web.Request) -> web.StreamResponse:
        return await files.receive_upload(request, workspace, stored)

    application.router.add_post("/sandbox/upload", upload)
    application.router.add_get("/sandbox/file/{id}", read)
    application.router.add_post("/upload/v1/{ticket}", receive)
    application.router.add_get("/files-pri/{id}/{name}", download)
    application.router.add_get("/files-pri/{id}/download/{name}", download)


def _add_page(application: web.Application) -> None:
    folder = HERE / "page"

    async def page(_: web.Request) -> web.StreamResponse:
        return web.FileResponse(folder / "index.html")

    application.router.add_get("/", page)
    application.router.add_static("/static/", folder)
