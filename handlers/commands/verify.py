"""Proving the record at the terminal. Needs no Slack and changes nothing."""

import asyncio

from bot.blocks.wording import counted
from bot.settings import Settings
from handlers.commands.stored import require_database, require_key
from storage.database import Database
from storage.files import FileStore
from storage.proof.verify import Proof, verify
from storage.record.keys import RecordKey
from storage.schema import require_current

MOST_LISTED = 20


async def prove(settings: Settings, head: str | None) -> tuple[str, bool]:
    """The report, and whether everything is proved.

    Raises Misconfigured where there is no record, SchemaMismatch for a database of another release.
    """
    require_database(settings, "There is no record to verify")
    require_key(settings)
    await asyncio.to_thread(require_current, settings.database)  # waits for locks, which the loop must not
    sessions = Database(settings.database)
    try:
        public_key = RecordKey.load(settings.record_key).public
        proof = await verify(sessions, FileStore(settings.evidence_folder), public_key, head)
    finally:
        await sessions.close()
    return _report(proof), not proof.findings


def _report(proof: Proof) -> str:
    checked = (
        f"{proof.size:,} entries, {proof.rows:,} rows, {counted(proof.files, 'file')}, "
        f"{counted(proof.statements, 'statement')} and {counted(proof.checkpoints, 'signed head')} were checked."
    )
    if not proof.findings:
        return f"Proved. {checked}\nHead: {proof.size} {proof.root}"
    lines = [f"  {finding}" for finding in proof.findings[:MOST_LISTED]]
    if len(proof.findings) > MOST_LISTED:
        lines.append(f"  and {len(proof.findings) - MOST_LISTED:,} more")
    return "\n".join([f"Not proved. {checked}", *lines])
