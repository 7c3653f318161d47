"""The web application around a running service."""

from fastapi import FastAPI

from handlers.service import Service
from handlers.web import events, health, rehearsal


def create_app(service: Service, clock: rehearsal.BusinessClock | None = None) -> FastAPI:
    """A rehearsal gives its ``clock``, which adds the routes that move the clock."""
    app = FastAPI(title="Socrates", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_route("/slack/events", events.slack_endpoint(service), methods=["POST"])
    app.include_router(health.routes(service))
    if clock:
        app.include_router(rehearsal.routes(service, clock))
    return app
