"""Savings and offsets: what is recorded, corrected and shared, and that the database holds the sum of the parts (EL-93, EL-98)."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from findings import Refused
from ledger.compare_records import mismatches
from ledger.models import Event
from metrics.models import ReuseLink, Saving, SavingPart, SavingRevision
from metrics.savings.actions import record_reuse, record_saving, remove_saving, set_part
from metrics.savings.queries import by_kind, savings_of
from metrics.savings.rules import Range
from tests.clock import TODAY
from tests.factories import account
from tests.metrics.factories import SAVING, ago, corrected, metric, offset, reading, saving
from tests.pages import text
from tests.races import DONE, at_once, together
from tests.residencies.pages import send
from tests.teams.factories import residency

RECORDS = ("metrics.saving", "metrics.savingrevision", "metrics.savingpart")


@pytest.fixture
def ops(db):
    return account("lab_ops")


@pytest.fixture
def three(ops):
    return [residency(product=name) for name in ("Health Gateway", "Permit Renewals", "School Meals")]


def codes(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.codes


def test_a_saving_counts_in_full_where_it_was_recorded(three, ops):
    """EL-93: low, likely and high, a period, a source and the arithmetic."""
    of = three[0]
    saving(of, by=ops)
    (row,) = savings_of(of.stream_id)
    assert (row.counted, row.percent) == (Range(40_000_00, 50_000_00, 60_000_00), "100%")
    event = Event.objects.filter(stream=of.stream).latest("seq")
    assert (event.act, event.facts["amount"]) == ("saving-recorded", "$40,000 to $60,000, likely $50,000")
    assert not list(mismatches(of.stream, RECORDS))


def test_a_saving_without_a_source_its_arithmetic_or_amounts_is_refused_with_everything_that_is_missing(three, ops):
    """EL-93: no figure without its source."""
    fields = {**SAVING, "link": "", "method": " ", "likely_cents": None, "from_on": TODAY, "to_on": ago(1)}
    assert codes(lambda: record_saving(three[0], **fields, by=ops)) == {"saving-source", "saving-method", "saving-amounts", "saving-dates"}
    assert not Saving.objects.exists()


def test_a_reading_is_a_source_only_if_it_is_a_current_one_of_the_same_residency(three, ops):
    """EL-93"""
    own, other = (reading(metric(of, by=ops), by=ops) for of in three[:2])
    assert saving(three[0], link="", reading=own, by=ops).reading == own
    assert codes(lambda: saving(three[0], link="", reading=other, by=ops)) == {"saving-reading"}


def test_a_file_is_a_source_and_its_hash_is_in_the_ledger(three, ops, settings):
    """EL-93"""
    row = saving(three[0], link="", file_name="postage.csv", content=b"letters,20000\n", by=ops)
    assert (row.file_name, len(row.sha256)) == ("postage.csv", 64)
    assert row.sha256 in Event.objects.filter(stream=three[0].stream).latest("seq").facts["source"]
    assert corrected(row, likely_cents=45_000_00).sha256 == row.sha256  # a correction keeps the source


def test_a_correction_keeps_the_earlier_amounts_on_record_and_names_why(three, ops):
    """EL-93"""
    first = saving(three[0], by=ops)
    second = corrected(first, likely_cents=45_000_00, by=ops)
    first.refresh_from_db()
    assert (first.likely_cents, first.is_current, second.corrects) == (50_000_00, False, first)
    assert codes(lambda: corrected(first, likely_cents=1, low_cents=0)) == {"saving-corrected"}
    assert codes(lambda: corrected(second, likely_cents=46_000_00, reason=" ")) == {"no-reason"}
    assert corrected(second, reason="") == second  # nothing changed, so nothing is written
    before = [savings_of(three[0].stream_id, moment)[0].revision.pk for moment in (first.entered_at, second.entered_at)]
    assert before == [first.pk, second.pk]
    assert not list(mismatches(three[0].stream, RECORDS))


def test_a_removed_saving_no_longer_counts_but_did_before(three, ops):
    """EL-93"""
    row = saving(three[0], by=ops)
    removal = remove_saving(row, reason="Recorded twice.", by=ops)
    assert savings_of(three[0].stream_id) == []
    assert savings_of(three[0].stream_id, removal.entered_at) == []
    assert len(savings_of(three[0].stream_id, row.entered_at)) == 1
    assert codes(lambda: remove_saving(removal, reason="Again.", by=ops)) == {"saving-corrected"}


def test_kinds_are_never_added_together(three, ops):
    """EL-98"""
    saving(three[0], by=ops)
    saving(three[0], name="Envelopes", low_cents=1, likely_cents=2, high_cents=3, by=ops)
    saving(three[0], kind="capacity", name="Hours at the counter", low_cents=10, likely_cents=20, high_cents=30, by=ops)
    saving(three[0], kind="not-money", name="Fewer complaints", low_cents=None, likely_cents=None, high_cents=None, by=ops)
    totals = {group.kind: group.total for group in by_kind(savings_of(three[0].stream_id))}
    assert totals == {"cashable": Range(40_000_01, 50_000_02, 60_000_03), "capacity": Range(10, 20, 30), "not-money": Range()}


def test_parts_of_an_offset_count_in_each_residency_and_add_up_to_all_of_it_at_most(three, ops):
    """EL-98: no saving is counted twice."""
    giver, taker, third = three
    shared = offset(giver, by=ops).saving
    assert codes(lambda: set_part(shared, taker, share=1, by=ops)) == {"saving-parts"}  # the giver counts all of it until it gives some up
    assert codes(lambda: set_part(shared, giver, share=40_00, by=ops)) == {"no-reason"}
    set_part(shared, giver, share=40_00, reason="Others reuse it.", by=ops)
    set_part(shared, taker, share=35_00, by=ops)
    with pytest.raises(Refused, match=r"75% of this saving already counts elsewhere, so at most 25% is left"):
        set_part(shared, third, share=25_01, by=ops)
    set_part(shared, third, share=25_00, by=ops)
    assert [savings_of(of.stream_id)[0].counted.likely for of in three] == [20_000_00, 17_500_00, 12_500_00]
    shared.refresh_from_db()
    assert shared.given == 100_00
    set_part(shared, third, share=0, reason="It isn’t used there.", by=ops)
    assert savings_of(third.stream_id) == []
    received = Event.objects.filter(stream=taker.stream).latest("seq")
    assert (received.act, received.facts["share"]) == ("saving-part-received", "35%")
    assert not list(mismatches(giver.stream, RECORDS))


def test_a_saving_that_is_no_reuse_is_not_shared(three, ops):
    """EL-98"""
    assert codes(lambda: set_part(saving(three[0], by=ops).saving, three[1], share=1, by=ops)) == {"saving-not-shared"}


def test_a_product_owner_gives_a_part_only_to_residencies_they_can_see(three, ops):
    """EL-98"""
    owner = account("product_owner")
    own = residency(kept_by=owner, product="Their own")
    shared = offset(own, by=owner).saving
    set_part(shared, own, share=10_00, reason="Others reuse it.", by=owner)
    with pytest.raises(PermissionDenied):
        set_part(shared, three[0], share=10_00, by=owner)


@pytest.mark.by_engine
@pytest.mark.django_db
def test_the_database_itself_holds_the_sum_of_the_parts(three, ops):
    """EL-98: a writer that goes past the acts is refused too, whether it adds a part, revives one, or sets the total."""
    giver, taker, _third = three
    shared = offset(giver, by=ops).saving
    with pytest.raises(IntegrityError), transaction.atomic():
        SavingPart.objects.create(saving=shared, stream=taker.stream, share=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Saving.objects.filter(pk=shared.pk).update(given=0)
    own = shared.parts.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        SavingPart.objects.filter(pk=own.pk).update(share=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        own.delete()
    set_part(shared, giver, share=40_00, reason="Others reuse it.", by=ops)
    with pytest.raises(IntegrityError), transaction.atomic():
        SavingPart.objects.filter(pk=own.pk).update(is_current=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        SavingRevision.objects.update(likely_cents=1)
    shared.refresh_from_db()
    assert shared.given == 40_00


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_claimants_at_once_only_one_gets_the_last_part():
    """EL-98: through the act, and past it: the database counts the parts itself."""
    ops = account("lab_ops")
    giver, *takers = [residency(product=f"Product {number}") for number in range(3)]
    for past_the_act in (False, True):
        shared = offset(giver, by=ops).saving
        set_part(shared, giver, share=40_00, reason="Others reuse it.", by=ops)

        def claim(taker, shared=shared, past_the_act=past_the_act):
            if not past_the_act:
                return set_part(Saving.objects.get(pk=shared.pk), taker, share=60_00, by=ops)
            try:
                return SavingPart.objects.create(saving_id=shared.pk, stream=taker.stream, share=60_00)
            except IntegrityError as error:
                assert "metrics_saving_parts_at_most_all" in str(error)  # noqa: PT017 - the other thread succeeds
                raise Refused([]) from error

        outcomes = together(*(lambda taker=taker: claim(taker) for taker in takers))
        assert sorted(map(str, outcomes)) == sorted(map(str, [DONE, set() if past_the_act else {"saving-parts"}]))
        shared.refresh_from_db()
        assert shared.given == 100_00 == sum(shared.parts.current().values_list("share", flat=True))


# ── Reuse ────────────────────────────────────────────────────────────────────────────────────


def test_a_reuse_is_recorded_from_the_savings_page_and_is_on_both_residencies_pages(client, ops):
    """EL-94: two fields and a button; both histories have it, and it can be removed once."""
    taker, giver = residency(by=ops, product="Shoreline Permits"), residency(by=ops, product="Address Lookup")
    client.force_login(ops)
    page = reverse("savings", args=[taker.reference])
    assert reverse("reuse-add", args=[taker.reference]) in client.get(page).content.decode()
    day = str(timezone.localdate())
    fields = {"given": "taken", "component": "Address  field", "residency": giver.reference.lower(), "on": day}
    assert "Reused from Address Lookup" in text(send(client, reverse("reuse-add", args=[taker.reference]), fields, follow=True))
    assert "Given to Shoreline Permits" in text(client.get(reverse("savings", args=[giver.reference])))
    [link] = ReuseLink.objects.all()
    assert (link.giver, link.taker, link.component) == (giver.stream, taker.stream, "Address field")
    assert [event.act for event in Event.objects.filter(act__startswith="reuse-").order_by("pk")] == ["reuse-recorded", "reuse-noted"]
    known = send(client, reverse("reuse-add", args=[giver.reference]), {**fields, "given": "given", "residency": taker.reference})
    assert "This reuse is already on record." in text(known), "from the other side it is the same"
    own = send(client, reverse("reuse-add", args=[taker.reference]), {**fields, "residency": taker.reference})
    assert "can’t reuse its own component" in text(own)
    remove = reverse("reuse-remove", args=[giver.reference, link.pk])
    assert "Reuse removed." in text(send(client, remove, follow=True))
    assert client.get(remove).status_code == 404
    assert "Address field" not in text(client.get(page))
    with pytest.raises(DatabaseError), transaction.atomic():
        ReuseLink.objects.update(component="Another")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_ten_who_record_one_reuse_at_one_moment_one_does():
    """EL-98: from both sides, whatever the case of its letters."""
    ops = account("lab_ops")
    taker, giver = residency(by=ops), residency(by=ops)
    names = ("Address field", "ADDRESS FIELD")

    def record(n):
        of, other = ((taker, giver), (giver, taker))[n % 2]
        fields = {"component": names[n // 5], "on": timezone.localdate(), "given": bool(n % 2)}
        return record_reuse(of, other, **fields, by=ops)

    answers = at_once(record, 10)
    assert [answer for answer in answers if isinstance(answer, set)] == [{"reuse-known"}] * 9
    assert ReuseLink.objects.count() == 1
