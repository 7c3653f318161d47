"""Signing the record's head, so that what is behind it cannot be changed unseen."""

from bot.desk import Desk
from storage.record import entries
from storage.record.entries import Checkpoint


async def sign_head(desk: Desk) -> None:
    """One signed head for each size that the record had when this ran."""
    async with desk.work() as work:
        size, root = await entries.head(work.session)
        signed = await entries.checkpoints(work.session)
        if size and (not signed or signed[-1].size != size):
            note = desk.key.sign(size, root)
            work.session.add(Checkpoint(size=size, root=root, note=note, at=work.now))
