"""A residency is found by its words; what it is found by is always what it says."""

import hypothesis.strategies as st
import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis.extra.django import TestCase

from findings import Refused
from residencies.importing import actions
from residencies.lifecycle import residency as residency_acts
from residencies.ministries import actions as ministries
from residencies.models import Ministry, ProgramArea, Residency
from tests.actors import ANYONE
from tests.residencies.factories import draft_residency, ops, program_area
from tests.residencies.rows import MinistryFactory, ProgramAreaFactory, many, residency
from web.paging import COUNTED
from web.search_words import asked_for, words_of

NAMES = st.text(st.sampled_from("aZé9 -'_%\\"), min_size=1, max_size=12).filter(lambda text: words_of(text))
ACTS = st.lists(st.tuples(st.sampled_from(["edit", "area", "correct", "rename", "move"]), NAMES), max_size=6)


def matches(text: str) -> set[str]:
    return set(Residency.objects.matching(text).values_list("product", flat=True))


def untrue() -> list[str]:
    """The residencies whose words are not what they say."""
    return [row.reference for row in Residency.objects.all() if row.search_text != row.own_words]


def do(act: str, name: str, residency: Residency, by: object) -> None:
    residency.refresh_from_db()
    area = ProgramArea.objects.get(pk=residency.program_area_id)
    if act == "edit":
        residency_acts.edit_residency(residency, shown_revision=residency.revision, by=by, product=name)
    elif act == "move":
        residency_acts.edit_residency(
            residency, shown_revision=residency.revision, by=by, program_area=ProgramAreaFactory(ministry=area.ministry)
        )
    elif act == "area":
        ministries.rename_program_area(area, name=name, by=ANYONE)
    elif act == "correct":
        ministries.correct_ministry(area.ministry, name=name, short_name=name, by=ANYONE)
    else:
        ministries.rename_ministry(area.ministry, name=name, short_name="NEW", by=ANYONE)


class TestWords(TestCase):
    @given(acts=ACTS)
    @settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
    def test_the_words_of_a_residency_are_what_it_says_whatever_is_renamed(self, acts):
        """EL-01: product, program area and ministry change by acts, and every act keeps the words true."""
        by = ops()
        area = ProgramAreaFactory(ministry=MinistryFactory())
        ones = [draft_residency(area=area), draft_residency(area=ProgramAreaFactory(ministry=area.ministry))]
        for number, (act, name) in enumerate(acts):
            try:
                do(act, name, ones[number % 2], by)
            except Refused:
                continue
            assert untrue() == []


@pytest.mark.django_db
def test_an_imported_and_a_past_residency_are_found_too():
    actions.record_past(program_area=program_area("Trails"), product="Trail Finder", problem="Hikers get lost.", by=ops())
    assert matches("trails finder") == {"Trail Finder"}
    assert untrue() == []


@given(text=st.text())
def test_what_is_asked_for_is_among_the_words_of_the_same_text(text):
    assert set(asked_for(text)) <= set(words_of(text))
    assert all(word and " " not in word for word in words_of(text))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("épi", True),
        ("ÉPICERIE", True),
        ("o'br", True),
        ("co-op", True),
        ("op", True),
        ("co", True),
        ("2%", True),
        ("50", False),
        ("pice", False),
        ("o_br", False),
        ("co-op – épicerie", True),
        ("\\", False),
        ("':*", False),
        ("!co", True),
        ("co | zz", False),
    ],
)
def test_a_word_is_found_by_how_it_begins_and_marks_are_no_wildcards(words, meant):
    residency(
        "draft", product="Épicerie O'Brien Co-op 2%", program_area=ProgramAreaFactory(name="Y", ministry=Ministry.objects.create(name="X"))
    )
    assert bool(matches(words)) == meant


@pytest.mark.postgres
@pytest.mark.django_db
def test_postgresql_looks_words_up_in_its_index():
    many(3_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE residencies_residency")
    for word in ("XL-2026-0277", "277"):
        keys = Residency.objects.matching(word).order_by("-pk").values("pk")[: COUNTED + 1]
        assert "residencies_residency_search" in keys.explain()


@pytest.mark.postgres
@pytest.mark.django_db
def test_postgresql_keeps_the_words_true_whatever_writes_them():
    """Even a statement of its own: the column is made by the database."""
    row = draft_residency()
    Residency.objects.filter(pk=row.pk).update(search_text="quite another")
    assert matches("anoth") == {row.product}
    assert not matches(row.reference)


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["XL-{year}-001", "xl-{year}-0", "{year}-001", "001", "{year}"])
def test_a_reference_is_found_however_much_of_it_is_typed(asked):
    """EL-03"""
    residency = draft_residency()
    year = residency.reference.split("-")[1]
    assert list(Residency.objects.matching(asked.format(year=year))) == [residency]
