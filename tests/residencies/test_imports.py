"""Reading a table of residencies: whatever bytes come, good rows, bad rows, or a sentence."""

from __future__ import annotations

import csv
import io
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from residencies.importing.workbook import COLUMNS, LONGEST, Unreadable, read

WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=60).filter(str.strip)
ROWS = st.fixed_dictionaries(
    {
        "product": WORDS,
        "ministry": WORDS,
        "program_area": WORDS,
        "standing": st.sampled_from(["resident", "alumni", "Resident ", "guest", ""]),
        "problem": st.text(st.characters(exclude_categories=("Cs",)), max_size=500),
        "repositories": st.sampled_from(["", "https://example.org/a", "https://example.org/a\nhttp://example.org/b", "ftp://example.org"]),
    }
)


def file_of(rows: list[dict[str, str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


@given(st.binary(max_size=400))
def test_no_bytes_do_more_than_be_refused(data):
    with suppress(Unreadable):
        read(data)


@given(st.lists(ROWS, max_size=12))
def test_every_record_is_a_good_row_or_a_bad_one_with_its_reasons(rows):
    sheet = read(file_of(rows))

    assert len(sheet.rows) + len(sheet.bad) == len(rows)
    assert all(row.reasons for row in sheet.bad)
    assert len({row.identity for row in sheet.rows}) == len(sheet.rows)
    lines = [row.line for row in (*sheet.rows, *sheet.bad)]
    assert len(set(lines)) == len(lines)
    for row in sheet.rows:
        assert all(0 < len(getattr(row, name)) <= most for name, most in LONGEST.items())
        assert row.standing in ("resident", "alumni")


@given(st.lists(ROWS, min_size=1, max_size=6))
def test_what_is_good_reads_the_same_when_it_is_written_again(rows):
    good = read(file_of(rows)).rows
    again = file_of([{**{name: getattr(row, name) for name in COLUMNS}, "repositories": " ".join(row.repositories)} for row in good])
    assert [row.identity for row in read(again).rows] == [row.identity for row in good]
