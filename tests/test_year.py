"""Two weeks of a small company; ``python -m tests.year`` plays a whole year of any size."""

from pathlib import Path

from tests.year import run


async def test_two_weeks_hold_every_promise(data_folder: Path) -> None:
    year = await run(people_count=12, days=16, seed=1, folder=data_folder)

    assert year.proof.startswith("Proved."), year.told()
    assert year.messages > 12, year.told()
    assert year.acknowledged == 12, year.told()
    assert year.accepted > 0, year.told()
