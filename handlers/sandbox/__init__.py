"""A small Slack workspace for demo, tests and benches: it speaks Slack's protocol over HTTP and Socket Mode,
is strict where Slack is strict, and fails on demand.
"""

from handlers.sandbox.deliveries import Keys, Patience
from handlers.sandbox.sandbox import Sandbox
from handlers.sandbox.server import open_sandbox
from handlers.sandbox.snapshot import UnreadableState

__all__ = ["Keys", "Patience", "Sandbox", "UnreadableState", "open_sandbox"]
