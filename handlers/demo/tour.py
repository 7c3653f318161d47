"""``socrates demo --tour``: people of the sandbox play the whole story, and ``verify`` proves its record."""

import shutil
import sqlite3
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path

import typer

from bot.calendar.periods import local_instant
from handlers.commands.verify import prove
from handlers.demo.history import ZONE, begins_at
from handlers.logs import start_logging
from handlers.sandbox.cast import Cast, Player, ScreenMessage
from handlers.stack import open_stage, sandbox_settings

BACKUPS = "BK-01"
STRUCTURE = "GV-01"
POLICY = "Information Security Policy"
UNHEARD_OF = "which hotel do the auditors like?"
FILE_NAME = "backup-jobs-week-27.csv"
FIRST_FILE = b"job,result\nledger,ok\npayroll,ok\n"
SECOND_FILE = b"job,result,run at\nledger,ok,2026-07-05 02:10\npayroll,ok,2026-07-05 02:40\n"
COUNTED_AT = local_instant(date(2026, 7, 6), time(2, 50), ZONE)
REASON = "The export does not say when it was run."
ACCEPTED = "Reviewed and accepted: BK-01"
LINE = 300


class StepFailed(Exception):
    """A person did not see what the step expects."""


@dataclass
class Scene:
    """The cast on stage; ``folder`` is the data that an auditor would verify."""

    cast: Cast
    folder: Path
    slack_api_url: str

    def player(self, name: str) -> Player:
        return self.cast.person(name)

    async def hears(
        self, name: str, words: str, *, thread: str | None = None, channel: str = "bot"
    ) -> ScreenMessage:
        message = await self.player(name).hears(words, channel=channel, thread=thread)
        tell(f"Socrates to {name}", message.text)
        return message

    async def moves_to(self, day: date, hour: time) -> None:
        await self.cast.clock.to(local_instant(day, hour, ZONE))
        typer.echo(f"  … it is {day:%A %d %B}, {hour:%H:%M} in Berlin")


Step = Callable[[Scene], Awaitable[None]]


async def play_tour(keep: Path | None) -> int:
    """Play every step in order; 0 when all held, else 1 after naming the step that failed."""
    start_logging("ERROR")
    folder = _stage_folder(keep)
    typer.echo(f"A tour of Socrates, played in {folder}\n")
    async with (
        open_stage(folder, start=begins_at(), keep=keep is not None) as stage,
        Cast(stage.sandbox.url) as cast,
    ):
        failed = await _play(Scene(cast, folder, stage.sandbox.slack_api_url))
    if keep is None:
        shutil.rmtree(folder)
    return 1 if failed else 0


async def _play(scene: Scene) -> str | None:
    for number, (title, step) in enumerate(STEPS, start=1):
        typer.echo(f"{number}. {title}")
        try:
            await step(scene)
        except (AssertionError, StepFailed) as failure:
            typer.echo(f"\nStep {number} failed: {title}\n{failure}", err=True)
            return title
        typer.echo("")
    typer.echo("Every step held.")
    return None


async def employee_asks(scene: Scene) -> None:
    ada = scene.player("Ada")
    tell("Ada, in a direct message", "how long is a type 2 window?")
    ts = await ada.says("how long is a type 2 window?")
    answer = await scene.hears("Ada", "3 to 12 months", thread=ts)
    expect("not yet reviewed at your company" in answer.text, "the answer should state its review")
    tell("Ada, in #general", "@Socrates what is a bridge letter?")
    ts = await ada.says("what is a bridge letter?", channel="#general", mention=True)
    await scene.hears("Ada", "bridge letter", channel="#general", thread=ts)
    tell("Ada", "/soc who may perform a soc audit?")
    reply = await ada.commands("/soc who may perform a soc audit?")
    tell("Socrates to Ada", reply.text if reply else "nothing")
    expect(reply is not None and "CPA" in reply.text, "the command should be answered")
    tell("Ada, in a direct message", "what is the wifi password?")
    ts = await ada.says("what is the wifi password?")
    await scene.hears("Ada", "only answer questions about SOC", thread=ts)


async def compliance_answers(scene: Scene) -> None:
    ada, cleo = scene.player("Ada"), scene.player("Cleo")
    tell("Ada, in a direct message", UNHEARD_OF)
    ts = await ada.says(UNHEARD_OF)
    unsure = await ada.hears("", thread=ts)
    tell("Socrates to Ada", unsure.text)
    await presses(ada, "Ask compliance", unsure)
    await scene.hears("Ada", "with the compliance team", thread=ts)
    home = await cleo.home(contains=UNHEARD_OF)
    await presses(cleo, "Answer", home)
    form = await cleo.modal()
    errors = await cleo.submits(
        form, {"answer": "They have no favourite. Book what our travel policy allows."}
    )
    expect(not errors, f"the answer was refused: {errors}")
    await scene.hears("Ada", "no favourite", thread=ts)


async def lead_assigns(scene: Scene) -> None:
    cleo = scene.player("Cleo")
    await _assigns(cleo, BACKUPS, "Ben", "Farid")
    await _assigns(cleo, STRUCTURE, "Eva", None)
    await scene.moves_to(date(2026, 7, 6), time(9, 30))
    offer = await scene.hears("Ben", BACKUPS)
    await presses(scene.player("Ben"), "Accept", offer)
    await scene.hears("Ben", "You accepted")
    eva = scene.player("Eva")
    await presses(eva, "Decline", await scene.hears("Eva", STRUCTURE))
    await eva.submits(await eva.modal(), {"reason": "The org chart belongs to Dan's team."})
    await cleo.home(contains="The org chart belongs to Dan's team.")
    tell("Cleo, in Home", "Eva declined GV-01: “The org chart belongs to Dan's team.”")


async def owner_is_reminded(scene: Scene) -> None:
    ben = scene.player("Ben")
    await scene.moves_to(date(2026, 7, 7), time(9, 30))
    await scene.hears("Ben", "week 27 of 2026")
    before = len(await _reminders(ben))
    await scene.moves_to(date(2026, 7, 9), time(18, 0))
    expect(len(await _reminders(ben)) == before, "nothing was due, so Ben should have been left in peace")
    await scene.moves_to(date(2026, 7, 10), time(9, 30))
    await scene.hears("Ben", "Due today")
    expect(len(await _reminders(ben)) == before + 1, "one reminder on the day it is due")
    await scene.moves_to(date(2026, 7, 13), time(9, 31))
    await scene.hears("Ben", "overdue")
    expect(len(await _reminders(ben)) == before + 2, "one more on Monday, none at the weekend")


async def owner_uploads(scene: Scene) -> None:
    await _uploads(scene, FIRST_FILE)
    cleo = scene.player("Cleo")
    await _opens_file(scene, FIRST_FILE)
    home = await cleo.home(contains="Reject")
    await presses(cleo, "Reject", home)
    await cleo.submits(await cleo.modal(), {"reason": REASON})
    await scene.moves_to(date(2026, 7, 14), time(9, 30))
    await scene.hears("Ben", REASON)
    await _uploads(scene, SECOND_FILE)
    await _opens_file(scene, SECOND_FILE)
    await presses(cleo, "Accept", await cleo.home(contains="Accept"))
    message = await scene.player("Ben").hears(ACCEPTED)
    tell("Socrates to Ben", message.text[message.text.index(ACCEPTED) :])


async def employee_acknowledges(scene: Scene) -> None:
    ada, cleo = scene.player("Ada"), scene.player("Cleo")
    await presses(cleo, "Publish a policy", await cleo.home(contains="Publish a policy"))
    errors = await cleo.submits(await cleo.modal(), {"policy": f"{POLICY} 1.0"})
    expect(not errors, f"the publication was refused: {errors}")
    await scene.moves_to(date(2026, 7, 15), time(11, 0))
    request = await scene.hears("Ada", POLICY)
    await presses(ada, "Acknowledge", request)
    receipt = await scene.hears("Ada", "record")
    expect("SHA-256" in receipt.fallback or "hash" in receipt.fallback, "a receipt names the text's hash")
    await ada.presses("Acknowledge", request, stale=True)
    await scene.hears("Ada", "Already recorded")


async def lead_reads_the_week(scene: Scene) -> None:
    await scene.moves_to(date(2026, 7, 20), time(9, 30))
    digest = await scene.hears("Cleo", "week 30 of 2026")
    for words in ("scheduled", POLICY, STRUCTURE):
        expect(words in digest.text or words in digest.fallback, f"the digest should speak of {words}")


async def auditor_verifies(scene: Scene) -> None:
    settings = sandbox_settings(scene.slack_api_url, scene.folder)
    report, proved = await prove(settings, None)
    tell("socrates verify", report)
    expect(proved, "the record should be proved")
    with tempfile.TemporaryDirectory() as copied:
        copy = Path(copied)
        _copy_and_forge(scene.folder, copy)
        report, proved = await prove(sandbox_settings(scene.slack_api_url, copy), None)
    tell("socrates verify, after one row was changed in a copy", report)
    expect(not proved and "acknowledgement" in report, "a changed row should be found and named")


STEPS: tuple[tuple[str, Step], ...] = (
    ("An employee asks", employee_asks),
    ("Compliance answers what nobody had written down", compliance_answers),
    ("A lead assigns controls; one owner accepts, one declines", lead_assigns),
    ("The owner is reminded once a day, when something is due", owner_is_reminded),
    ("The owner uploads evidence; a lead rejects it, then accepts the better one", owner_uploads),
    ("A policy is published and acknowledged", employee_acknowledges),
    ("Monday's digest", lead_reads_the_week),
    ("An auditor verifies the record", auditor_verifies),
)


async def presses(player: Player, label: str, where: object) -> None:
    typer.echo(f"  {player.name} presses [{label}]")
    await player.presses(label, where)  # ty: ignore[invalid-argument-type]


def tell(who: str, words: str) -> None:
    line = " ".join(words.split())
    typer.echo(f"  {who}: {line[:LINE] + '…' if len(line) > LINE else line}")


def expect(condition: bool, sentence: str) -> None:
    """Raises StepFailed with the sentence, whose first letter is made a capital."""
    if not condition:
        raise StepFailed(sentence[0].upper() + sentence[1:] + ".")


async def _assigns(cleo: Player, control: str, owner: str, backup: str | None) -> None:
    await presses(cleo, "Assign a control", await cleo.home(contains="Assign a control"))
    form = await cleo.modal()
    values = {"control": control, "owner": owner} | ({"backup": backup} if backup else {})
    errors = await cleo.submits(form, values)
    expect(not errors, f"the assignment was refused: {errors}")


async def _uploads(scene: Scene, content: bytes) -> None:
    ben = scene.player("Ben")
    request = await ben.hears("Upload evidence")
    await presses(ben, "Upload evidence", request)
    form = await ben.modal()
    file_id = await ben.uploads(FILE_NAME, content)
    listing = {"item_count": "2", "query": "Backup console: all jobs, any result", "as_of": COUNTED_AT}
    errors = await ben.submits(form, {"file": [file_id], "performed_on": date(2026, 7, 5), **listing})
    expect(not errors, f"the upload was refused: {errors}")
    await scene.hears("Ben", "waiting for review: BK-01")


async def _opens_file(scene: Scene, content: bytes) -> None:
    cleo = scene.player("Cleo")
    so_far = await cleo.so_far()
    await presses(cleo, "Show file", await cleo.home(contains="Show file"))
    message = await cleo.hears("The stored copy", after=so_far)
    expect(bool(message.files), f"Cleo should have the stored copy; she has: {message.text}")
    expect(await cleo.downloads(message.files[0]["id"]) == content, "the copy should be the very bytes")
    tell("Socrates to Cleo", f"the stored copy of {FILE_NAME}")


async def _reminders(player: Player) -> list[ScreenMessage]:
    return [message for message in await player.messages() if message.bot and message.thread_ts is None]


def _stage_folder(keep: Path | None) -> Path:
    if keep is None:
        return Path(tempfile.mkdtemp(prefix="socrates-tour-"))
    keep.mkdir(parents=True, exist_ok=True)
    return keep


def _copy_and_forge(folder: Path, copy: Path) -> None:
    """Gives an acknowledgement an earlier time, as anybody with the database file could."""
    with sqlite3.connect(folder / "socrates.db") as original, sqlite3.connect(copy / "socrates.db") as forged:
        original.backup(forged)
        forged.execute("UPDATE acknowledgement SET at = '2026-07-01 08:00:00.000000'")
    shutil.copytree(folder / "evidence", copy / "evidence")
    shutil.copy(folder / "record.key", copy / "record.key")
