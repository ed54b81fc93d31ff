"""The twenty real teams, as the lab named them in public (README.md beside this file)."""

from functools import cache
from pathlib import Path

from residencies.imports import Row, read

FILE = Path(__file__).with_name("exchange_lab_teams.csv")


@cache
def products() -> dict[str, Row]:
    """The rows of the list by product."""
    return {row.product: row for row in read(FILE.read_bytes()).rows}
