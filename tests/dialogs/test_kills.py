"""Three kills in the middle of the story; ``python -m tests.kill`` does twenty."""

from pathlib import Path

from tests.kill import run


async def test_nothing_is_lost_or_doubled_by_kills(data_folder: Path) -> None:
    outcome = await run(kills=3, seed=3, folder=data_folder)

    assert outcome.fine, outcome.told()
    assert outcome.requests.answered > 20
    assert outcome.judgement.redelivered + outcome.requests.again > 0, (
        "a kill that nobody noticed proves nothing"
    )
