"""Row locks: what a verb decides on is held until its transaction ends, so that no other replica decides too."""

from sqlmodel.ext.asyncio.session import AsyncSession

WRITES = "writes"


def held_here(session: AsyncSession, *, to_change: bool) -> bool:
    """Whether to lock the row: only inside a transaction; a form that is merely opened holds nobody up."""
    return to_change and bool(session.info.get(WRITES))
