"""The command line. Each command imports what it needs when it runs, so that ``--help`` is quick."""

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from handlers.faults import Misconfigured, TellKnownFaults

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from bot.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Socrates, the Slack assistant for SOC compliance. Begin with: socrates demo",
)
content_commands = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="Answers of your own: export."
)
app.add_typer(content_commands, name="content")
DEMO_PORT = 8765
SANDBOX_PORT = 8766
HEAD = re.compile(r"[0-9]{1,15} [0-9a-f]{64}")
T = TypeVar("T")
Port = Annotated[int, typer.Option(min=0, max=65535, help="Where the workspace is served.")]


def main() -> None:
    with TellKnownFaults():
        app()


def _require_head(text: str | None) -> str | None:
    if text is not None and not HEAD.fullmatch(text):
        raise typer.BadParameter("a head is its size and its root in hex, as the digest shows it.")
    return text


@app.command()
def demo(
    port: Port = DEMO_PORT,
    reset: Annotated[bool, typer.Option("--reset", help="Forget the last demo and begin anew.")] = False,
    tour: Annotated[bool, typer.Option("--tour", help="Play the story without a browser.")] = False,
    keep: Annotated[Path | None, typer.Option(help="Keep the tour's data in this folder.")] = None,
) -> None:
    """A small company with some history, in your browser. Needs no Slack."""
    if tour:
        from handlers.demo.tour import play_tour

        raise typer.Exit(_run(play_tour(keep)))
    from handlers.demo.demo import run_demo

    _run(run_demo(port, reset=reset))


@app.command()
def sandbox(
    port: Port = SANDBOX_PORT,
    to: Annotated[str, typer.Option("--app", help="Where socrates serve listens.")] = "http://127.0.0.1:3000",
    state: Annotated[Path | None, typer.Option(help="A file that keeps the workspace between runs.")] = None,
) -> None:
    """The sandbox workspace alone. A server beside it can be stopped and started again."""
    from handlers.commands.serve import run_sandbox

    _run(run_sandbox(port, to, state))


@app.command()
def serve(
    workspace: Annotated[
        str | None, typer.Option("--sandbox", help="The address of a sandbox to serve instead of Slack.")
    ] = None,
    no_clock: Annotated[
        bool, typer.Option("--no-clock", help="Leave the clock to socrates clock; PostgreSQL only.")
    ] = False,
) -> None:
    """Web server, clock and sender in one process. Socket Mode when SLACK_APP_TOKEN is set, else HTTP."""
    from handlers.commands.serve import run_rehearsal, run_service

    if workspace and no_clock:
        raise typer.BadParameter("a sandbox moves the clock of its server, so that it cannot be left out.")
    settings = _settings()
    _run(run_rehearsal(workspace, settings) if workspace else run_service(settings, ticks=not no_clock))


@app.command()
def clock() -> None:
    """Clock and sender without a web server. For servers with --no-clock; PostgreSQL only."""
    from handlers.commands.serve import run_clock

    _run(run_clock(_settings()))


@app.command()
def migrate() -> None:
    """Bring the database to this release's schema."""
    from storage import schema

    schema.migrate(_settings().database)
    typer.echo(f"The database is at schema {schema.HEAD}.")


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="What you would ask in Slack.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show the candidates and their scores.")] = False,
    batch: Annotated[
        tuple[Path, Path] | None,
        typer.Option(metavar="IN OUT", help="Answer a file of questions, one JSON object a line."),
    ] = None,
    content: Annotated[Path | None, typer.Option(help="Your own content folder.")] = None,
) -> None:
    """Answer a question from the content, without Slack or a database."""
    from handlers.commands.ask import answer, answer_batch

    if batch:
        if question is not None or as_json or explain:
            raise typer.BadParameter("--batch takes its questions from a file, and writes JSON lines.")
        questions, answers = batch
        typer.echo(f"{answer_batch(questions, answers, content)} answers are in {answers}.")
    elif question is None:
        raise typer.BadParameter("ask a question, or give a file of them with --batch IN OUT.")
    else:
        typer.echo(answer(question, content, as_json=as_json, explain=explain))


@app.command()
def check(
    content: Annotated[Path | None, typer.Argument(help="Your own content folder.")] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day to judge reviews by, instead of today."),
    ] = None,
) -> None:
    """Check the content. Schema, ids, links, reviews, conflicts, lengths, and that questions find their entry."""
    from bot.work import real_now
    from handlers.commands.check import check_content

    report, sound = check_content(content, (as_of or real_now()).date())
    typer.echo(report)
    raise typer.Exit(0 if sound else 1)


@content_commands.command("export")
def content_export(
    folder: Annotated[Path, typer.Argument(help="A copy of your content folder, or an empty one.")],
) -> None:
    """Write what leads approved in Slack as Markdown files, for review in git."""
    from handlers.commands.export import export_content

    typer.echo(_run(export_content(_settings(), folder)))


@app.command("import")
def import_controls(
    file: Annotated[Path | None, typer.Argument(help="A CSV or XLSX file of controls, or of events.")] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Do what the dry run shows, all or nothing.")
    ] = False,
    lead: Annotated[
        str | None, typer.Option("--by", metavar="LEAD", help="The compliance lead's e-mail or Slack id.")
    ] = None,
    reason: Annotated[str | None, typer.Option(help="Why; the record keeps it with each change.")] = None,
    template: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write an empty sheet to begin with: .csv or .xlsx.")
    ] = None,
    current: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the programme as it is: .csv or .xlsx.")
    ] = None,
    of_events: Annotated[
        bool, typer.Option("--events", help="With --template: a sheet of events, not of controls.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")] = False,
) -> None:
    """Controls, owners and cadences, or events, from a file. Shows what would change; --apply does it."""
    from handlers.commands import importing

    if [file, template, current].count(None) != 2:
        raise typer.BadParameter("give a file to import, or one to write with --template or --current.")
    if not file and (apply or lead or reason):
        raise typer.BadParameter("--apply, --by and --reason go with a file to import.")
    if apply != bool(lead and reason):
        raise typer.BadParameter("--apply, --by and --reason belong together.")
    if file and force:
        raise typer.BadParameter("--force goes with a file to write.")
    if of_events and not template:
        raise typer.BadParameter(
            "--events goes with --template; a file to import says by its headings what it is."
        )
    if template:
        typer.echo(importing.write_template(template, of_events=of_events, force=force))
    elif current:
        typer.echo(_run(importing.write_current(_settings(), current, force=force)))
    elif file and lead and reason:
        typer.echo(_run(importing.apply(_settings(), file, lead, reason)))
    elif file:
        typer.echo(_run(importing.preview(_settings(), file)))


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="A past day, told as it stood at its end."),
    ] = None,
) -> None:
    """How ready each examination is. What nobody owns, what was missed, and the last day to prevent what will be."""
    from bot.errors import BadDate
    from handlers.commands.status import status_report

    try:
        report = _run(status_report(_settings(), as_of.date() if as_of else None, as_json=as_json))
    except BadDate as refusal:
        raise typer.BadParameter(str(refusal)) from refusal
    typer.echo(report)


@app.command()
def sample(
    seed: Annotated[
        str | None, typer.Option(help="A number: the same draws the same, while the population is the same.")
    ] = None,
    examination: Annotated[
        str | None, typer.Option(metavar="ID", help="A Type 2 examination, where there are several.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object, with the ids that were drawn from.")
    ] = False,
) -> None:
    """A dry run of an audit. Draw a sample and tell what an auditor would find. Nothing is logged: /soc sample does."""
    from bot.errors import Refusal
    from handlers.commands.sample import sample_report

    try:
        report = _run(sample_report(_settings(), examination, seed, as_json=as_json))
    except Refusal as refusal:
        raise typer.BadParameter(str(refusal)) from refusal
    typer.echo(report)


@app.command()
def verify(
    head: Annotated[
        str | None,
        typer.Option(help="A head that you trust, from a digest: SIZE ROOT.", callback=_require_head),
    ] = None,
) -> None:
    """Prove the record, the rows and the files. Exit code 1 when anything was changed."""
    from handlers.commands.verify import prove

    report, proved = _run(prove(_settings(), head))
    typer.echo(report)
    raise typer.Exit(0 if proved else 1)


@app.command()
def manifest(
    http: Annotated[bool, typer.Option("--http/--socket", help="For HTTP, or for Socket Mode.")] = False,
) -> None:
    """Print the Slack app manifest to paste at api.slack.com/apps."""
    import json

    from handlers.slack.manifest import manifest as describe

    public_url = _settings().public_url
    if http and not public_url:
        raise typer.BadParameter("Set PUBLIC_URL, the address under which Slack reaches this server.")
    typer.echo(json.dumps(describe("http" if http else "socket", public_url or None), indent=2))


def _run(work: "Coroutine[Any, Any, T]") -> T:
    import asyncio

    return asyncio.run(work)


def _settings() -> "Settings":
    from pydantic import ValidationError

    from bot.settings import Settings

    try:
        return Settings()
    except ValidationError as invalid:
        faults = [
            f"{str(fault['loc'][0]).upper()} cannot be used: {fault['msg'].removeprefix('Value error, ')}."
            for fault in invalid.errors()
        ]
        raise Misconfigured("\n".join(faults)) from invalid


if __name__ == "__main__":
    main()
