import datetime
import decimal
import json
import unicodedata
import uuid
import zoneinfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ledger.canonical import canonical_json, plain

FACTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.dates() | st.datetimes(timezones=st.just(datetime.UTC)) | st.uuids(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(FACTS)
@example({"e\u0301 \0": "e\u0301\r\n"})
def test_what_was_stored_is_hashed_as_what_was_written(facts):
    """A hash made today is made again in ten years, from what the database gives back."""
    stored = json.loads(json.dumps(plain(facts)))
    assert canonical_json(stored) == canonical_json(facts)


@given(st.text())
def test_text_reads_the_same_composed_or_not(text):
    assert canonical_json(unicodedata.normalize("NFD", text)) == canonical_json(unicodedata.normalize("NFC", text))


@given(st.text())
@example("one\0two")
def test_no_fact_holds_what_postgresql_cannot_store(text):
    assert "\0" not in plain(text)


@given(st.dictionaries(st.text("abcdé_", max_size=5), st.integers(), max_size=5))
def test_the_order_of_keys_does_not_matter(facts):
    assert canonical_json(dict(reversed(facts.items()))) == canonical_json(facts)


def test_an_instant_is_the_same_in_every_zone():
    noon = datetime.datetime(2026, 7, 1, 12, tzinfo=zoneinfo.ZoneInfo("America/Vancouver"))
    assert plain(noon) == plain(noon.astimezone(datetime.UTC)) == "2026-07-01T19:00:00.000000+00:00"


def test_a_set_is_written_in_one_order():
    assert plain({"b", "a"}) == ["a", "b"]


@pytest.mark.parametrize("value", [0.1, b"bytes", object()])
def test_what_has_no_one_form_is_refused(value):
    with pytest.raises(TypeError):
        plain(value)


def test_numbers_and_ids_are_written_as_text_where_json_has_none():
    assert plain([decimal.Decimal("1.10"), uuid.UUID(int=7)]) == ["1.10", "00000000-0000-0000-0000-000000000007"]
