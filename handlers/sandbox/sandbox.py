"""The parts of one running sandbox."""

from dataclasses import dataclass

from handlers.sandbox.api.failures import Failures
from handlers.sandbox.api.web_api import WebApi
from handlers.sandbox.delivery.clock_mover import ClockMover
from handlers.sandbox.delivery.deliveries import Deliveries
from handlers.sandbox.delivery.socket_mode import SocketMode
from handlers.sandbox.workspace.installation import Keys, SlackPatience
from handlers.sandbox.workspace.stored_files import StoredFiles
from handlers.sandbox.workspace.workspace import SlackWorkspace


@dataclass(frozen=True)
class Sandbox:
    workspace: SlackWorkspace
    keys: Keys
    patience: SlackPatience
    stored: StoredFiles
    sockets: SocketMode
    deliveries: Deliveries
    failures: Failures
    web_api: WebApi
    mover: ClockMover

    @property
    def url(self) -> str:
        return self.workspace.url

    @property
    def slack_api_url(self) -> str:
        return self.workspace.url + "/api/"

    def connect_app(self, url: str | None) -> None:
        """Deliver to this address when no socket is connected."""
        self.deliveries.app_url = url
