"""A product's page becomes public once both sides release the same words, and can be taken back by either (EL-95)."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from findings import Refused
from ledger.models import Event
from reports.models import ShowcaseEntry, ShowcaseVersion
from reports.showcase import actions
from reports.showcase.queries import fields_of, shown_of
from reports.todo import showcase_pages_behind, showcase_releases
from residencies.models import Membership, Residency
from residencies.models.states import State
from tests.clock import TODAY
from tests.factories import account, person
from tests.reports.showcasing import SUMMARY, alum, consent, entry, lesson, owner_of, product, proposed, published
from tests.teams.factories import seat

pytestmark = pytest.mark.django_db


def acts(of):
    return list(Event.objects.filter(stream=of.stream, act__startswith="showcase-").values_list("act", flat=True))


def test_a_page_is_public_once_both_sides_have_released_it(client, ops):
    """EL-95"""
    of = product()
    entry(of, by=ops)
    version = proposed(of, by=ops)
    page = reverse("showcase-product", args=[of.reference])
    assert version.is_waiting
    assert client.get(page).status_code == 404

    actions.release_version(version, by=owner_of(of))

    assert SUMMARY in client.get(page).content.decode()
    assert acts(of) == ["showcase-edited", "showcase-proposed", "showcase-published"]


@pytest.mark.parametrize("first", ["lab", "owner"])
def test_no_single_account_can_publish(first, ops):
    """EL-95, OP-03: neither side alone, nor an account that has both roles."""
    of = product()
    entry(of, by=ops)
    side = ops if first == "lab" else owner_of(of)
    version = proposed(of, by=side)
    with pytest.raises(Refused) as refused:
        actions.release_version(version, by=side)
    assert refused.value.codes == {"showcase-second-account"}
    colleague = account("lab_ops") if first == "lab" else account("product_owner")
    if first == "owner":
        Membership.objects.create(residency=of, user=colleague)
    with pytest.raises(Refused):
        actions.release_version(version, by=colleague)
    assert not ShowcaseVersion.objects.published().exists()


def test_an_account_with_both_roles_releases_for_the_program_area_alone(ops):
    of = product()
    entry(of, by=ops)
    both = account("lab_ops", "product_owner")
    Membership.objects.create(residency=of, user=both)
    version = proposed(of, by=both)
    assert (version.lab_by, version.owner_by) == (None, both)
    with pytest.raises(Refused):
        actions.release_version(version, by=both)


def test_the_database_refuses_a_page_that_one_account_released_for_both_sides(ops):
    of = product()
    entry(of, by=ops)
    version = proposed(of, by=ops)
    with pytest.raises(IntegrityError), transaction.atomic():
        ShowcaseVersion.objects.filter(pk=version.pk).update(owner_by=ops, owner_at=version.lab_at, from_at=version.lab_at)


@pytest.mark.parametrize("column", ["fields", "product", "search_text"])
def test_a_frozen_version_cant_be_changed_by_anyone(column):
    version = published()
    with pytest.raises(IntegrityError), transaction.atomic():
        ShowcaseVersion.objects.filter(pk=version.pk).update(**{column: {} if column == "fields" else "Other"})


@pytest.mark.parametrize("role", ["lab_lead", "viewer", "admin", "product_owner"])
def test_others_release_nothing(role, ops):
    of = product()
    entry(of, by=ops)
    version = proposed(of, by=owner_of(of))
    with pytest.raises(PermissionDenied):
        actions.release_version(version, by=account(role))


def test_a_later_edit_is_not_public_and_shows_to_staff_as_changed(client, ops):
    """EL-95: publishing freezes a version."""
    of = product()
    published(of, ops=ops)
    actions.edit_entry(of, shown_revision=ShowcaseEntry.objects.get(stream=of.stream).revision, summary="Planted words.", by=owner_of(of))
    assert "Planted words." not in client.get(reverse("showcase-product", args=[of.reference])).content.decode()
    assert shown_of(Residency.objects.get(pk=of.pk)).changed == ["Summary"]
    client.force_login(ops)
    page = client.get(reverse("showcase-entry", args=[of.reference])).content.decode()
    assert "Changed since published" in page
    assert "Changed since published" in client.get(reverse("showcase-list")).content.decode()


def test_a_release_is_for_the_words_that_were_shown(ops):
    """A decision binds to what was decided on."""
    of = product()
    entry(of, by=ops)
    shown = shown_of(of).sha256
    lesson(of, is_shared=True)
    with pytest.raises(Refused) as refused:
        actions.propose_version(of, shown_sha256=shown, by=ops)
    assert refused.value.codes == {"showcase-changed"}


def test_a_changed_page_replaces_the_version_that_waits_and_asks_both_sides_again(ops):
    of = product()
    entry(of, by=ops)
    first = proposed(of, by=ops)
    with pytest.raises(Refused) as refused:
        proposed(of, by=ops)
    assert refused.value.codes == {"showcase-unchanged"}
    lesson(of, is_shared=True)
    second = proposed(of, by=owner_of(of))
    first.refresh_from_db()
    assert first.to_at is not None
    assert (second.number, second.lab_by) == (2, None)
    with pytest.raises(Refused) as refused:
        actions.release_version(first, by=owner_of(of))
    assert refused.value.codes == {"showcase-closed"}


def test_a_new_version_replaces_the_published_one_without_a_gap(ops):
    of = product()
    before = published(of, ops=ops)
    lesson(of, is_shared=True)
    after = actions.release_version(proposed(of, by=owner_of(of)), by=ops)
    before.refresh_from_db()
    assert before.to_at == after.from_at
    assert list(ShowcaseVersion.objects.published()) == [after]


@pytest.mark.parametrize("side", ["lab", "owner"])
def test_either_side_withdraws_a_page_at_once(side, client, ops):
    of = product()
    version = published(of, ops=ops)
    who = ops if side == "lab" else owner_of(of)
    with pytest.raises(Refused):
        actions.withdraw_version(version, reason=" ", by=who)
    actions.withdraw_version(version, reason="A figure is wrong.", by=who)
    assert client.get(reverse("showcase-product", args=[of.reference])).status_code == 404
    assert client.get("/showcase.json").json()["items"] == []
    with pytest.raises(Refused):
        actions.withdraw_version(version, reason="Again.", by=who)


def test_everything_that_is_missing_is_named_at_once(ops):
    """EL-95: the gate reports all of it, and nothing was written."""
    of = product(State.PIVOTED)
    entry(of, by=ops, summary="", learned="", theme=None)
    with pytest.raises(Refused) as refused:
        proposed(of, by=ops)
    assert refused.value.codes == {"showcase-no-summary", "showcase-no-theme", "showcase-no-learned"}
    assert not ShowcaseVersion.objects.exists()


@pytest.mark.parametrize("state", [State.DRAFT, State.AGREEMENT, State.DECLINED])
def test_nothing_is_shown_before_the_team_has_started(state, ops):
    of = product(state, started_on=None)
    entry(of, by=ops)
    with pytest.raises(Refused) as refused:
        proposed(of, by=ops)
    assert refused.value.codes == {"showcase-too-early"}


@pytest.mark.parametrize("state", [State.PIVOTED, State.WITHDRAWN, State.GRADUATED])
def test_products_that_ended_can_be_shown_with_what_was_learned(state, client, ops):
    of = product(state)
    published(of, ops=ops)
    page = client.get(reverse("showcase-product", args=[of.reference])).content.decode()
    assert "Start with the payment, not with the form." in page
    assert ("Work on this product has stopped." in page) == (state != State.GRADUATED)


def test_contact_details_and_people_who_didnt_agree_keep_a_page_back(ops):
    of = product()
    member = seat(of, person=person(name="Idris Vale"), by=ops).person
    entry(of, by=ops, summary="Idris Vale built it.", learned="Write to someone@example.org or 250 555-0199.")
    assert {finding.code for finding in shown_of(of).missing} == {"showcase-contact", "showcase-names"}
    days = {"live_on": TODAY, "graduation_due_on": TODAY, "ended_on": TODAY}
    Residency.objects.filter(pk=of.pk).update(state=State.GRADUATED, **days)
    consent(alum(of, person=member, by=ops), by=ops)
    assert {finding.code for finding in shown_of(of).missing} == {"showcase-contact"}


def test_a_name_goes_off_every_public_page_when_consent_ends(client, ops):
    """Published or not: taking a name away needs nobody's release."""
    of = product(State.GRADUATED)
    place = alum(of, by=ops)
    agreed = consent(place, by=ops)
    published(of, ops=ops)
    answers = [reverse("showcase-product", args=[of.reference]), "/showcase.json"]
    assert all("Idris Vale" in client.get(page).content.decode() for page in answers)
    tags = [client.get(page)["ETag"] for page in answers]

    actions.end_consent(agreed, by=owner_of(of))

    for page, tag in zip(answers, tags, strict=True):
        response = client.get(page, headers={"If-None-Match": tag})
        assert response.status_code == 200
        assert "Idris Vale" not in response.content.decode()


def test_the_side_that_is_missing_has_a_line_on_home_and_a_page_that_fell_behind_too(ops):
    of = product()
    entry(of, by=ops)
    version = proposed(of, by=owner_of(of))
    (line,) = showcase_releases(TODAY)
    assert (line.asked, line.waits) == (True, False)
    actions.release_version(version, by=ops)
    assert showcase_releases(TODAY) == []
    assert showcase_pages_behind(TODAY) == []
    Residency.objects.filter(pk=of.pk).update(state=State.PIVOTED, ended_on=TODAY, end_reason="The need went away.")
    (behind,) = showcase_pages_behind(TODAY)
    assert behind.url == reverse("showcase-entry", args=[of.reference])


def test_what_would_be_frozen_takes_a_constant_number_of_queries(django_assert_num_queries):
    rows = [product(product=f"Product {number}") for number in range(4)]
    for row in rows:
        entry(row), lesson(row, is_shared=True)
    with django_assert_num_queries(8):
        fields_of(rows)
