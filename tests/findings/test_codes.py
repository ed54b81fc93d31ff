"""findings/codes.py explains every code that the portal can give, and no other; docs/findings.md is made from it."""

from fnmatch import fnmatchcase

import pytest

from findings.codes import Code, Table, page
from tests.said import ROOT, texts_given_to

# It shows what findings look like, to those who build pages.
SHOWN_ONLY = ("demo/styleguide.py", "findings/__init__.py")
MAKERS = ("Finding", "blocking", "_blocks", "refuse")
GIVEN = {code: place for maker in MAKERS for code, place in texts_given_to(maker, but_in=SHOWN_ONLY).items()}


@pytest.mark.parametrize("code", sorted(GIVEN))
def test_every_code_that_can_be_given_is_explained(code):
    assert [known for known in Code if fnmatchcase(known, code)], f"findings/codes.py has no row for `{code}` ({GIVEN[code]})"


def test_no_code_is_explained_that_nothing_gives():
    assert [code for code in sorted(Code) if not any(fnmatchcase(code, given) for given in GIVEN)] == []


def test_the_source_is_really_read():
    """A reader that finds nothing would agree with any document."""
    assert len(GIVEN) > 80
    assert {"team-too-large", "condition-*-unmet", "very-sensitive", "signed-already", "file-name"} <= set(GIVEN)


def test_the_page_of_findings_is_what_the_codes_say():
    assert (ROOT / "docs/findings.md").read_text() == page(), "`make docs` makes docs/findings.md again"


def test_every_code_says_when_it_is_given_and_every_table_has_codes():
    assert all(code.when for code in Code)
    assert {code.table for code in Code} == set(Table)
