"""Signing the record's head, so that what is behind it cannot be changed unseen."""

from bot.desk import Desk
from storage.record import entries
from storage.record.entries import Checkpoint


async def sign_head(desk: Desk) -> None:
    """One signed head for each size that the record had when this ran."""
    async with desk.transaction() as session:
        size, root = await entries.head(session)
        signed = await entries.checkpoints(session)
        if size and (not signed or signed[-1].size != size):
            note = desk.key.sign(size, root)
            session.add(Checkpoint(size=size, root=root, note=note, at=desk.now()))
