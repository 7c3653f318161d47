"""A small Slack workspace for demo, tests and benches: it speaks Slack's protocol over HTTP and Socket Mode,
is strict where Slack is strict, and fails on demand.

`workspace` holds the state, `api` answers the app, `delivery` sends to it, `people` is what people do, `cast` plays
people for scripts, `page` is the workspace in a browser, `blocks` knows Block Kit.
"""

from handlers.sandbox.sandbox import Sandbox
from handlers.sandbox.server import open_sandbox
from handlers.sandbox.snapshot import UnreadableState
from handlers.sandbox.workspace.installation import Keys, SlackPatience

__all__ = ["Keys", "Sandbox", "SlackPatience", "UnreadableState", "open_sandbox"]
