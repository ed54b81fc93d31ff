"""No page is open by having been forgotten (D3-36)."""

from pathlib import Path

from tests.security.addresses import addresses
from tests.security.expected import EXPECTED, FOREIGN_PREFIXES
from tests.security.permissions_page import page


def test_every_address_declares_who_may_enter():
    assert [a.name for a in addresses() if a.access is None] == []


def test_every_address_of_ours_stands_in_the_table_of_expectations():
    ours = {a.name for a in addresses() if not a.name.startswith(FOREIGN_PREFIXES)}
    assert ours == set(EXPECTED), "tests/security/expected.py says for each address who may do what"


def test_the_page_that_prints_the_tables_is_in_step():
    printed = (Path(__file__).parents[2] / "docs" / "permissions.md").read_text()
    assert printed == page(), "run `make docs`"
