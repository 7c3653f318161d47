"""Signing the record's head, so that no earlier entry can be changed unseen."""

from bot.desk import Desk
from storage.record import entries
from storage.record.entries import Checkpoint


async def sign_head(desk: Desk) -> None:
    """Sign the head, unless the record has not grown since the last signature."""
    async with desk.work() as work:
        size, root = await entries.head(work.session)
        checkpoints = await entries.checkpoints(work.session)
        if size and (not checkpoints or checkpoints[-1].size != size):
            note = desk.key.sign(size, root)
            work.session.add(Checkpoint(size=size, root=root, note=note, at=work.now))
