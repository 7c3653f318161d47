"""The parts of one running sandbox."""

from dataclasses import dataclass

from handlers.sandbox.clock_mover import ClockMover
from handlers.sandbox.deliveries import Deliveries, Keys, Patience
from handlers.sandbox.faults import Faults
from handlers.sandbox.socket_mode import SocketMode
from handlers.sandbox.stored_files import StoredFiles
from handlers.sandbox.web_api import WebApi
from handlers.sandbox.workspace import Workspace


@dataclass(frozen=True)
class Sandbox:
    workspace: Workspace
    keys: Keys
    patience: Patience
    stored: StoredFiles
    sockets: SocketMode
    deliveries: Deliveries
    faults: Faults
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
