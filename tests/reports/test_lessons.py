"""Lessons: recorded from any page, edited by who recorded them, promoted by lab operations, and read by whoever may (EL-95)."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from acts.act import SYSTEM
from findings import Refused
from ledger.models import Event
from reports.lessons import actions
from reports.lessons.queries import lessons_for
from reports.models import Category, Lesson
from tests.factories import account
from tests.pages import text
from tests.reports.showcasing import category, lesson, owner_of, product
from web.search import search

pytestmark = pytest.mark.django_db
WORDS = "Hire the site reliability engineer before the beta."


@pytest.mark.parametrize("page", ["residency", "team", "money", "residency-history"])
def test_a_lesson_takes_three_interactions_from_any_page_of_a_residency(page, client):
    """EL-95: follow the link, type a sentence, send; the category is proposed, and one is back where one was."""
    actions.install_standard_categories(by=SYSTEM)
    of = product()
    client.force_login(owner_of(of))
    here = reverse(page, args=[of.reference])
    link = next(
        each for each in client.get(here).content.decode().split('"') if each.startswith(reverse("lesson-add", args=[of.reference]))
    )
    form = client.get(link.replace("&amp;", "&")).context["form"]
    proposed = form["category"].initial
    sent = {"text": WORDS, "category": proposed.pk, "next": here}

    response = client.post(reverse("lesson-add", args=[of.reference]), sent)

    assert response["Location"] == here
    recorded = Lesson.objects.get()
    assert (recorded.text, recorded.is_shared) == (WORDS, False)
    assert recorded.category.code == {"team": "people", "money": "money"}.get(page, "delivery")
    assert Event.objects.get(act="lesson-recorded").stream_id == of.stream_id


def test_only_who_recorded_a_lesson_edits_it(client, ops):
    row = lesson(by=ops)
    with pytest.raises(PermissionDenied):
        actions.edit_lesson(row, shown_revision=row.revision, text="Other words.", by=account("lab_ops"))
    client.force_login(ops)
    page = reverse("lesson-edit", args=[row.pk])
    sent = {"text": "Hire her in the first sprint.", "category": row.category_id, "shown_revision": row.revision, "is_shared": "on"}
    client.post(page, sent)
    row.refresh_from_db()
    assert (row.text, row.is_shared) == ("Hire her in the first sprint.", True)
    assert list(lessons_for(ops, {"q": "first sprint"})) == [row]
    assert list(lessons_for(ops, {"q": "beta"})) == []


def test_an_empty_lesson_is_refused(ops):
    with pytest.raises(Refused) as refused:
        lesson(by=ops, text="  ")
    assert refused.value.codes == {"lesson-empty"}


def test_lab_operations_promote_a_lesson_to_guidance_and_end_that(client, ops, lead):
    row = lesson(is_shared=False)
    with pytest.raises(PermissionDenied):
        actions.promote_lesson(row, is_guidance=True, shown_revision=row.revision, by=lead)
    client.force_login(ops)
    page = reverse("lesson-promote", args=[row.pk])
    client.post(page, {"is_guidance": "1"})
    row.refresh_from_db()
    assert row.promoted_by == ops
    assert list(lessons_for(account("product_owner"), {"guidance": True})) == [row]
    client.post(page, {"is_guidance": "0"})
    assert list(Event.objects.filter(act__in=["lesson-promoted", "lesson-demoted"]).values_list("act", flat=True)) == [
        "lesson-promoted",
        "lesson-demoted",
    ]
    assert not Lesson.objects.get().is_guidance


def test_another_team_reads_shared_lessons_and_guidance_only(client, ops):
    of = product()
    private, shared = lesson(of, text="Ours alone."), lesson(of, text="For everyone.", is_shared=True)
    other = owner_of(product(product="Tide Tables"))
    client.force_login(other)
    page = text(client.get(reverse("lessons")))
    assert "For everyone." in page
    assert "Ours alone." not in page
    assert client.get(shared.get_absolute_url()).status_code == 200
    assert shared.recorded_by.name not in text(client.get(shared.get_absolute_url()))
    assert client.get(private.get_absolute_url()).status_code == 404
    assert {hit.label for group in search(other, "for everyone").groups for hit in group.hits} >= {"For everyone."}
    client.force_login(owner_of(of))
    assert "Ours alone." in text(client.get(reverse("lessons")))


def test_lessons_are_searched_by_the_beginnings_of_words_and_filtered_by_category(as_ops, ops):
    of = product()
    money = lesson(of, category=category(name="Money"), text="Ask the CFO before month three.")
    lesson(of)
    assert list(lessons_for(ops, {"q": "cfo mon"})) == [money]
    assert list(lessons_for(ops, {"q": "onth"})) == []
    page = as_ops.get(reverse("lessons"), {"category": money.category_id})
    assert "Ask the CFO" in text(page)
    assert WORDS not in text(page)
    assert "No lessons match" in text(as_ops.get(reverse("lessons"), {"q": "zeppelin"}))


def test_the_list_takes_the_same_queries_for_many_as_for_few(as_ops, django_assert_max_num_queries):
    rows = [product(product=f"Product {number}") for number in range(3)]
    for row in rows:
        lesson(row), lesson(row)
    with django_assert_max_num_queries(9):
        as_ops.get(reverse("lessons"))


def test_categories_are_data_that_administrators_change_and_old_lessons_keep(client, administrator, ops):
    kept = lesson(by=ops)
    actions.edit_category(kept.category, shown_revision=kept.category.revision, is_offered=False, by=administrator)
    actions.add_category(kind=Category.Kind.LESSON, name="Data", by=administrator)
    with pytest.raises(Refused) as refused:
        actions.add_category(kind=Category.Kind.LESSON, name="Data", by=administrator)
    assert refused.value.codes == {"label-known"}
    client.force_login(ops)
    new = client.get(reverse("lesson-add", args=[kept.subject.reference])).context["form"].fields["category"].queryset
    edited = client.get(reverse("lesson-edit", args=[kept.pk])).context["form"].fields["category"].queryset
    assert [row.name for row in new] == ["Data"]
    assert {row.name for row in edited} == {"Data", "Hiring"}
