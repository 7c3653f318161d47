"""Logs: one JSON line an event on standard error, never with a token or a secret in it."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from handlers.faults import Misconfigured

SECRET = re.compile(r"\b(xox[a-z]-|xapp-)[\w-]+")


def start_logging(level: str) -> None:
    """Raises Misconfigured for a level that does not exist."""
    threshold = logging.getLevelNamesMapping().get(level.upper())
    if threshold is None:
        raise Misconfigured(f"LOG_LEVEL is {level!r}; it can be DEBUG, INFO, WARNING or ERROR.")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            without_secrets,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )
    logging.basicConfig(level=max(threshold, logging.WARNING), handlers=[Relay()], force=True)


class Relay(logging.Handler):
    """Passes on what libraries log through the standard module."""

    def emit(self, record: logging.LogRecord) -> None:
        fault = record.exc_info[1] if record.exc_info else None
        structlog.get_logger().log(record.levelno, record.getMessage(), logger=record.name, exc_info=fault)


def without_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {
        name: SECRET.sub(r"\1…", value) if isinstance(value, str) else value for name, value in event.items()
    }
