"""Logs are JSON lines on standard error, and no token ever stands in one."""

import json
import logging
from collections.abc import Generator

import pytest
import structlog

from handlers.faults import Misconfigured
from handlers.logs import start_logging
from tests.terminal import own_logging

TOKENS = ("xoxb-1234-abcd", "xapp-1-A2-3-f00", "xoxe.xoxp-1-Mi0y")


@pytest.fixture(autouse=True)
def quiet() -> Generator[None]:
    with own_logging():
        yield


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.mark.parametrize("token", TOKENS)
def test_a_token_is_cut_out_of_events_values_and_tracebacks(token: str, capsys: pytest.CaptureFixture[str]):
    start_logging("INFO")
    try:
        raise ValueError(f"refused {token}")
    except ValueError as fault:
        structlog.get_logger().error("failed", said=f"with {token}", exc_info=fault)
    logging.getLogger("slack_sdk").warning("sent %s", token)
    ours, theirs = lines(capsys)
    assert token.split("-", 1)[1] not in json.dumps([ours, theirs])
    assert (ours["event"], ours["level"]) == ("failed", "error")
    assert "ValueError: refused" in ours["exception"]
    assert (theirs["logger"], theirs["level"]) == ("slack_sdk", "warning")


def test_what_is_below_the_level_is_not_written(capsys: pytest.CaptureFixture[str]):
    start_logging("warning")
    structlog.get_logger().info("a detail")
    logging.getLogger("slack_sdk").info("a detail of theirs")
    assert lines(capsys) == []


def test_a_level_that_does_not_exist_is_refused():
    with pytest.raises(Misconfigured, match="LOG_LEVEL is 'loud'"):
        start_logging("loud")
