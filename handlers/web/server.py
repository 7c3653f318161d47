"""An ASGI application on a port of this machine, inside the caller's event loop."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from fastapi import FastAPI

STARTS_WITHIN = 10.0


class WebServer(uvicorn.Server):
    """uvicorn without its signal handlers, which would end the process before the sender has finished."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


@asynccontextmanager
async def open_web(app: FastAPI, host: str, port: int) -> AsyncGenerator[str]:
    """Serve until the block ends; yields the address. Raises OSError when the port is taken."""
    listener = socket.create_server((host, port), backlog=512)
    bound = listener.getsockname()[1]
    config = uvicorn.Config(
        app, lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=5
    )
    server = WebServer(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        async with asyncio.timeout(STARTS_WITHIN):
            await server.ready.wait()
        yield f"http://{host}:{bound}"
    finally:
        server.should_exit = True
        await serving
        listener.close()
