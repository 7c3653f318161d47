"""Proving the record for somebody at the terminal; needs no Slack and changes nothing."""

from pathlib import Path

from bot.blocks.due import counted
from bot.settings import Settings
from handlers.faults import Misconfigured
from storage.database import Database, async_url, is_sqlite
from storage.files import FileStore
from storage.record.keys import RecordKey
from storage.record.verify import Proof, verify
from storage.schema import require_current

LISTED = 20


async def prove(settings: Settings, head: str | None) -> tuple[str, bool]:
    """The report and whether everything was proved.

    Raises Misconfigured where there is no record, SchemaMismatch for a database of another release.
    """
    require_database(settings, "There is no record to verify")
    require_key(settings)
    require_current(settings.database)
    sessions = Database(settings.database)
    try:
        public_key = RecordKey.load(settings.record_key).public
        proof = await verify(sessions, FileStore(settings.evidence_folder), public_key, head)
    finally:
        await sessions.close()
    return report(proof), not proof.findings


def require_database(settings: Settings, without: str) -> None:
    """Before anything is opened, since opening makes what is missing; `without` is what cannot be done then."""
    if is_sqlite(settings.database):
        database = Path(async_url(settings.database).database or "")
        if not database.is_file():
            raise Misconfigured(f"{without}: {database} does not exist. Set DATA_DIR to its folder.")


def require_key(settings: Settings) -> None:
    if not settings.record_key.is_file():
        raise Misconfigured(
            f"The record's signatures cannot be checked: its key {settings.record_key} does not exist."
        )


def report(proof: Proof) -> str:
    checked = (
        f"{proof.size:,} entries, {proof.rows:,} rows, {counted(proof.files, 'file')}, "
        f"{counted(proof.statements, 'statement')} and {counted(proof.checkpoints, 'signed head')} were checked."
    )
    if not proof.findings:
        return f"Proved. {checked}\nHead: {proof.size} {proof.root}"
    listed = [f"  {finding}" for finding in proof.findings[:LISTED]]
    if len(proof.findings) > LISTED:
        listed.append(f"  and {len(proof.findings) - LISTED:,} more")
    return "\n".join([f"Not proved. {checked}", *listed])
