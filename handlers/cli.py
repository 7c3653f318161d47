"""The command line. Every command imports what it needs when it runs, so that ``--help`` is quick."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bot.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Socrates, the Slack assistant for SOC compliance. Begin with: socrates demo",
)
DEMO_PORT = 8765
SANDBOX_PORT = 8766


def main() -> None:
    app()


@app.command()
def demo(
    port: Annotated[int, typer.Option(help="Where the workspace is served.")] = DEMO_PORT,
    reset: Annotated[bool, typer.Option("--reset", help="Forget the last demo and begin anew.")] = False,
    tour: Annotated[bool, typer.Option("--tour", help="Play the story without a browser.")] = False,
    keep: Annotated[Path | None, typer.Option(help="Keep the tour's data in this folder.")] = None,
) -> None:
    """A small company with a few months of history, in a workspace in your browser. Needs no Slack."""
    if tour:
        from handlers.tour import play_tour

        raise typer.Exit(_run(play_tour(keep)))
    from handlers.demo import run_demo

    _run(run_demo(port, reset=reset))


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="Where the workspace is served.")] = SANDBOX_PORT,
    to: Annotated[str, typer.Option("--app", help="Where socrates serve listens.")] = "http://127.0.0.1:3000",
    state: Annotated[Path | None, typer.Option(help="A file that keeps the workspace between runs.")] = None,
) -> None:
    """The sandbox workspace alone, for a ``socrates serve --sandbox`` beside it."""
    from handlers.serve import run_sandbox

    _run(run_sandbox(port, to, state))


@app.command()
def serve(
    workspace: Annotated[
        str | None, typer.Option("--sandbox", help="The address of a sandbox to serve instead of Slack.")
    ] = None,
) -> None:
    """Web server, clock and sender in one process; Socket Mode when SLACK_APP_TOKEN is set, else HTTP."""
    from handlers.serve import run_rehearsal, run_service

    _run(run_rehearsal(workspace, _settings()) if workspace else run_service(_settings()))


@app.command()
def migrate() -> None:
    """Bring the database to this release's schema."""
    from storage import schema

    settings = _settings()
    with _known_faults():
        schema.migrate(settings.database)
    typer.echo(f"The database is at schema {schema.HEAD}.")


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What you would ask in Slack.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show the candidates and their scores.")] = False,
    content: Annotated[Path | None, typer.Option(help="Your own content folder.")] = None,
) -> None:
    """Answer a question from the content, without Slack or a database."""
    from handlers.asking import answer

    with _known_faults():
        typer.echo(answer(question, content, as_json=as_json, explain=explain))


@app.command()
def check(content: Annotated[Path | None, typer.Argument(help="Your own content folder.")] = None) -> None:
    """Check the content: schema, ids, links, and that each entry is found by its own title."""
    from handlers.asking import check_content

    with _known_faults():
        report, sound = check_content(content)
    typer.echo(report)
    raise typer.Exit(0 if sound else 1)


@app.command()
def verify(
    head: Annotated[str | None, typer.Option(help="A head that you trust, from a digest: SIZE ROOT.")] = None,
) -> None:
    """Prove the record, the rows and the files. Exit code 1 when anything was changed."""
    from handlers.auditing import prove

    with _known_faults():
        report, proved = asyncio.run(prove(_settings(), head))
    typer.echo(report)
    raise typer.Exit(0 if proved else 1)


@app.command()
def manifest(
    http: Annotated[bool, typer.Option("--http/--socket", help="For HTTP, or for Socket Mode.")] = False,
) -> None:
    """Print the Slack app manifest to paste at api.slack.com/apps."""
    import json

    from bot.manifest import manifest as describe

    public_url = _settings().public_url
    if http and not public_url:
        raise typer.BadParameter("Set PUBLIC_URL, the address under which Slack reaches this server.")
    typer.echo(json.dumps(describe("http" if http else "socket", public_url or None), indent=2))


def _settings() -> "Settings":
    from pydantic import ValidationError

    from bot.settings import Settings

    try:
        return Settings()
    except ValidationError as invalid:
        wrong = [f"{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in invalid.errors()]
        typer.echo("\n".join(["The settings cannot be used.", *wrong]), err=True)
        raise typer.Exit(2) from invalid


def _run(work: Coroutine[Any, Any, int | None]) -> int:
    with _known_faults():
        return asyncio.run(work) or 0


def _known_faults() -> Any:
    from handlers.faults import told_in_a_sentence

    return told_in_a_sentence()


if __name__ == "__main__":
    main()
