"""How fast and how lean Socrates is, beside peers in the same run, so that only ratios count.

Run ``uv run python -m tests.bench [--only PART …] [--rounds 5] [--quick] [--json FILE]``. Every figure is a median.
"""

import argparse
import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path

from tests.bench.parts import PARTS
from tests.bench.report import HEADING, Figure


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--only", nargs="+", choices=PARTS, default=list(PARTS), metavar="PART", help=", ".join(PARTS)
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--quick", action="store_true", help="small, to see that it runs; its figures say little"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    chosen = parser.parse_args()
    told(HEADING)
    figures = [
        figure
        for name in chosen.only
        for figure in shown(asyncio.run(PARTS[name](chosen.rounds, quick=chosen.quick)))
    ]
    if chosen.json:
        chosen.json.write_text(json.dumps([asdict(figure) for figure in figures], indent=2))


def shown(figures: list[Figure]) -> list[Figure]:
    told(*(figure.told() for figure in figures))
    return figures


def told(*lines: str) -> None:
    print(*lines, sep="\n", file=sys.stdout, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
