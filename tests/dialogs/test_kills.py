"""Three kills in the middle of the story; ``python -m tests.kill`` does twenty."""

from pathlib import Path

from tests.kill import run


async def test_nothing_is_lost_or_doubled_by_kills(data_folder: Path) -> None:
    outcome = await run(kills=3, seed=3, folder=data_folder, busy_for=1.2)

    assert outcome.fine, outcome.told()
    noticed = outcome.requests.again + len(outcome.requests.commands_unanswered)
    assert outcome.judgement.redelivered + noticed > 0, "a kill that nobody noticed proves nothing"
    assert outcome.requests.answered >= 10, outcome.told()
