"""``socrates demo``: the workspace in a browser with the real service behind it, kept between runs."""

import shutil
from pathlib import Path

import typer

from handlers.commands.serve import until_stopped
from handlers.demo.history import begins_at, play_history
from handlers.logs import start_logging
from handlers.sandbox.cast import Cast
from handlers.stack import Stage, open_stage
from storage.database import lock_data_folder

FOLDER = Path("var/demo")
READY = "ready"


async def run_demo(port: int, *, reset: bool) -> None:
    """Play the history on the first run, then serve until Ctrl-C. After an interrupted history it begins anew."""
    start_logging("WARNING")
    first = begin_anew(reset=reset)
    async with open_stage(FOLDER, port=port, start=begins_at(), keep=True) as stage:
        if first:
            await _play_once(stage)
        await until_stopped(welcome(stage.sandbox.url))
        typer.echo("Stopped. Everything is kept; run it again to go on, or with --reset to begin anew.")


def begin_anew(*, reset: bool) -> bool:
    """Whether there is a history to play. Raises DatabaseLocked while another demo runs in the folder."""
    if FOLDER.exists() and (reset or not (FOLDER / READY).exists()):
        lock_data_folder(FOLDER).close()
        shutil.rmtree(FOLDER)
    return not FOLDER.exists()


async def _play_once(stage: Stage) -> None:
    typer.echo("Playing three months of history, which takes about half a minute, once:")
    async with Cast(stage.sandbox.url) as cast:
        async for monday in play_history(stage, cast):
            typer.echo(f"  the week of {monday:%d %B %Y}")
    (FOLDER / READY).touch()


def welcome(url: str) -> str:
    return f"""
Socrates is in the workspace of Northwind Payroll:  {url}

  Ask him       as Ada, in the direct message: how long is a type 2 window?
  Lead          as Cleo, in Home: assign a control, publish a policy, review evidence.
  Move time     with the clock at the top, and watch what people are asked.
  Prove it      in a second terminal: DATA_DIR={FOLDER} .venv/bin/socrates verify

Stop with Ctrl-C."""
