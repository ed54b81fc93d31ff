"""docs/findings.md explains every code that the portal can give, and no other."""

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase

import pytest

from tests.said import ROOT, texts_given_to

# It shows what findings look like, to those who build pages.
SHOWN_ONLY = ("demo/styleguide.py", "findings/__init__.py")
DOCUMENT = (ROOT / "docs/findings.md").read_text()
MAKERS = ("Finding", "blocking", "_blocks", "refuse")
GIVEN = {code: place for maker in MAKERS for code, place in texts_given_to(maker, but_in=SHOWN_ONLY).items()}


def documented_codes() -> set[str]:
    """The codes that rows of the document begin with; `a-1` to `a-3` is three of them."""
    rows = re.findall(r"^\| (`[^|]+) \|", DOCUMENT, re.MULTILINE)
    return {code for row in rows for code in _codes(row)}


def _codes(row: str) -> Iterator[str]:
    for first, last in re.findall(r"`([a-z0-9-]+)`(?: to `([a-z0-9-]+)`)?", row):
        if not last:
            yield first
            continue
        begin, end = (int(re.search(r"\d+", code)[0]) for code in (first, last))
        yield from (re.sub(r"\d+", str(number), first) for number in range(begin, end + 1))


DOCUMENTED = documented_codes()


@pytest.mark.parametrize("code", sorted(GIVEN))
def test_every_code_that_can_be_given_is_explained(code):
    assert [pattern for pattern in DOCUMENTED if fnmatchcase(pattern, code)], f"docs/findings.md has no row for `{code}` ({GIVEN[code]})"


def test_no_code_is_explained_that_nothing_gives():
    assert [code for code in sorted(DOCUMENTED) if not any(fnmatchcase(code, given) for given in GIVEN)] == []


def test_the_source_is_really_read():
    """A reader that finds nothing would agree with any document."""
    assert len(GIVEN) > 80
    assert {"team-too-large", "condition-*-unmet", "very-sensitive", "signed-already", "file-name"} <= set(GIVEN)
