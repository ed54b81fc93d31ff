"""From an idea to a service that operates: every refused move lists all that is missing (SP-01, SP-04, SP-06)."""

import re

import pytest
from django.core.cache import caches
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from agreements.drafting import actions as drafting
from findings import Refused
from ledger.history_text import tell
from ledger.lifecycle import MoveRefused
from oversight.bodies.actions import add_body, add_body_seat
from partnerships.choices import Stage
from partnerships.lifecycle import actions as lifecycle
from partnerships.lifecycle.gates import facts
from partnerships.lifecycle.rules import warnings
from partnerships.models import Partner
from partnerships.sites import actions as sites
from tests.factories import account, person
from tests.pages import text
from tests.partnerships import factories as make
from web.search import search

pytestmark = pytest.mark.django_db


def codes_of(refused):
    return {finding.code for finding in refused.value.findings}


def test_references_count_on_within_a_year(ops):
    """SP-01: SP-2026-001, SP-2026-002."""
    first, second = make.partnership(by=ops), make.partnership(by=ops)
    year = timezone.localdate().year
    assert [first.reference, second.reference] == [f"SP-{year}-001", f"SP-{year}-002"]


def test_an_empty_idea_is_told_everything_at_once(ops):
    """SP-04, PB-01, PB-03."""
    with pytest.raises(MoveRefused) as refused:
        lifecycle.study_feasibility(make.partnership(by=ops), by=ops)
    expected = {"too-few-partners", "partnership-no-problem", "partnership-no-purpose"}
    assert codes_of(refused) == expected | {"value-clients", "value-partners", "value-employees", "step-open"}


def test_a_new_partnership_has_the_fourteen_steps(ops):
    """SP-04, PB-21: each can have an owner and a date."""
    row = make.partnership(by=ops)
    assert row.stream.checklists.get().items.count() == 14


def test_history_names_the_lists_of_a_partnership_by_their_titles(ops):
    """SP-04: in plain words, not by their codes."""
    lines = [tell(event).what for event in make.partnership(by=ops).stream.events.all()]
    assert f"{ops.name} added tasks: Partnering process" in lines


def test_a_feasibility_study_needs_a_chosen_site_a_board_that_decides_and_shared_costs(ops):
    """SP-01, SP-04."""
    row = lifecycle.study_feasibility(make.case(by=ops), by=ops)
    with pytest.raises(MoveRefused) as refused:
        lifecycle.begin_agreeing(row, by=ops)
    assert codes_of(refused) == {"no-arrangement", "partnership-no-board", "step-open"}
    assert len(refused.value.findings) == 4

    make.arrangement(row, site=make.site(row, by=ops), by=ops)
    with pytest.raises(MoveRefused) as refused:
        lifecycle.begin_agreeing(row, by=ops)
    assert "site-not-chosen" in codes_of(refused)


def test_a_partner_whom_nobody_on_the_board_speaks_for_is_named(ops):
    """SP-04, PB-24."""
    row = make.studied(by=ops)
    make.partner(row, level="federal", by=ops)
    with pytest.raises(MoveRefused) as refused:
        lifecycle.begin_agreeing(row, by=ops)
    assert codes_of(refused) == {"no-decider"}


def test_the_filled_button_is_the_next_thing_that_can_be_done(as_ops, client, ops):
    """SP-04, EL-06: as on a residency, it is never a blocked move, and a reader has none."""

    def buttons() -> list[tuple[str, str]]:
        head = as_ops.get(row.get_absolute_url()).content.decode().partition('<div class="subject-head">')[2].partition("<nav")[0]
        return re.findall(r'<a class="btn btn-primary" href="([^"?]+)[^"]*">([^<]+)</a>', head)

    row = make.case(by=ops)
    assert buttons() == [(reverse("partnership-move", args=[row.reference, "study_feasibility"]), "Study feasibility")]
    row = lifecycle.study_feasibility(row, by=ops)
    assert buttons() == [(reverse("arrangement-add", args=[row.reference]), "Plan an arrangement")]
    assert "Start the agreement: 4 things left" in as_ops.get(row.get_absolute_url()).content.decode()
    client.force_login(account("viewer"))
    assert "btn-primary" not in client.get(row.get_absolute_url()).content.decode()


def test_a_page_reads_the_seats_of_the_board_once(as_ops, ops):
    """SP-04, OP-07: the head of the page and its overview share what the next move waits for, and the next page doesn't ask again."""
    row = make.studied(by=ops)

    def reads(url):
        with CaptureQueriesContext(connection) as queries:
            assert as_ops.get(url).status_code == 200
        return sum("people_bodyseat" in query["sql"] for query in queries)

    for url in (row.get_absolute_url(), reverse("partnership-move", args=[row.reference, "begin_agreeing"])):
        caches["ledger"].clear()
        assert [reads(url), reads(url)] == [1, 0], url


def test_what_the_next_stage_needs_is_current_after_every_act(as_ops, ops):
    """SP-04, OP-07: what was remembered ends with an act on the partnership, and with one on what the lab shares, such as a board."""
    row = make.case(by=ops)
    assert "The partnership has no board" not in text(as_ops.get(row.get_absolute_url()))
    row = lifecycle.study_feasibility(row, by=ops)
    assert "The partnership has no board" in text(as_ops.get(row.get_absolute_url()))
    board = add_body(name="Board", by=ops)
    row = lifecycle.edit_partnership(row, shown_revision=row.revision, board=board, by=ops)
    page = text(as_ops.get(row.get_absolute_url()))
    assert "The partnership has no board" not in page
    first, second = row.partners.select_related("organization", "coordinator").order_by("pk")
    assert f"No one on the board decides for {first.organization}" in page
    add_body_seat(board, person=first.coordinator, from_on=timezone.localdate(), by=ops)
    page = text(as_ops.get(row.get_absolute_url()))
    assert f"No one on the board decides for {first.organization}" not in page
    assert f"No one on the board decides for {second.organization}" in page


def test_informal_cross_promotion_passes_with_a_dated_note(ops):
    """SP-06, PB-08: without the note it is refused, and no agreement is asked for."""
    row = make.agreeing(by=ops, leaf="promotion_informal")
    with pytest.raises(MoveRefused) as refused:
        lifecycle.begin_preparing(row, by=ops)
    assert codes_of(refused) == {"no-note", "no-sunset", "no-review-date"}

    assert make.operating(by=ops).state == Stage.OPERATING


def test_everything_else_waits_for_an_agreement_in_force(ops):
    """SP-06, PB-09: nothing starts on a handshake that needed a signature."""
    row = make.agreeing(by=ops)
    with pytest.raises(MoveRefused) as refused:
        lifecycle.begin_preparing(row, by=ops)
    assert codes_of(refused) == {"no-agreement", "no-sunset", "no-review-date"}


def test_partners_at_one_level_warn_and_block_nothing(ops):
    """PB-01."""
    row = make.partnership(by=ops)
    for _each in range(2):
        make.partner(row, level="provincial", by=ops)
    known = facts([row], timezone.localdate())[row.stream_id]
    assert [finding.code for finding in warnings(known)] == ["same-level"]


def test_an_operating_partnership_ends_only_by_a_decision(ops):
    """PB-27: nothing ends by itself, and what ended is read only."""
    row = make.operating(by=ops)
    with pytest.raises(MoveRefused) as refused:
        lifecycle.end_partnership(row, on=timezone.localdate(), reason="Over.", by=ops)
    assert codes_of(refused) == {"no-decision"}


def test_an_idea_that_is_not_pursued_is_closed_for_good(ops):
    """SP-04."""
    row = lifecycle.not_pursue(make.partnership(by=ops), reason="The lease went to someone else.", by=ops)
    with pytest.raises(Refused) as refused:
        make.partner(row, by=ops)
    assert refused.value.codes == {"ended"}


# ── Partners ─────────────────────────────────────────────────────────────────────────────────────


def test_an_organization_has_one_open_row_whatever_is_written(ops):
    """SP-01: the act says so in words, and the database holds it."""
    row = make.partnership(by=ops)
    partner = make.partner(row, by=ops)
    fields = {"organization": partner.organization, "role": "host", "joined_on": timezone.localdate()}
    with pytest.raises(Refused) as refused:
        lifecycle.add_partner(row, by=ops, **fields)
    assert refused.value.codes == {"partner-known"}
    with pytest.raises(IntegrityError), transaction.atomic():
        Partner.objects.create(partnership=row, **fields)

    lifecycle.end_partner(partner, left_on=timezone.localdate(), by=ops)
    assert lifecycle.add_partner(row, by=ops, **fields).left_on is None


def test_what_a_partner_confirmed_counts_until_the_words_change(ops):
    """PB-22: the vision changes, and both are asked again."""
    row = make.case(by=ops)
    partner = row.partners.first()
    confirmed = lifecycle.confirm_purpose(partner, shown_sha256=row.words_sha256, by=ops)
    assert confirmed.has_confirmed
    edited = lifecycle.edit_partnership(row, shown_revision=make.fresh(row).revision, vision="Open every day.", by=ops)
    assert not Partner.objects.select_related("partnership").get(pk=partner.pk).has_confirmed
    with pytest.raises(Refused) as refused:
        lifecycle.confirm_purpose(partner, shown_sha256=row.words_sha256, by=ops)
    assert refused.value.codes == {"purpose-changed"}
    assert edited.words_sha256 != row.words_sha256


def test_a_coordinator_sees_confirms_and_keeps_nothing_else(ops):
    """SP-01, OP-03: the same pages with narrower permission."""
    signed_in = account("product_owner")
    row = make.case(by=ops)
    partner = make.partner(row, level="federal", person=person(user=signed_in), by=ops)
    assert signed_in.has_perm("partnerships.view_partnership", row)
    assert signed_in.has_perm("partnerships.confirm_purpose", partner)
    assert not signed_in.has_perm("partnerships.confirm_purpose", row.partners.first())
    with pytest.raises(PermissionDenied):
        lifecycle.edit_partnership(row, shown_revision=row.revision, name="Mine", by=signed_in)
    assert not account("product_owner").has_perm("partnerships.view_partnership", row)


# ── Sites and arrangements ───────────────────────────────────────────────────────────────────────


def test_the_same_model_never_overlaps_at_a_site(ops):
    """SP-01, PB-19: another model may, and so may the same one later."""
    row = make.partnership(by=ops)
    place = make.site(row, by=ops)
    first = make.arrangement(row, site=place, by=ops)
    with pytest.raises(Refused) as refused:
        make.arrangement(row, site=place, from_on=first.from_on + make.datetime.timedelta(days=40), by=ops)
    assert refused.value.codes == {"arrangement-overlap"}
    make.arrangement(row, site=place, leaf="colocation_counter", by=ops)

    last = first.from_on + make.datetime.timedelta(days=30)
    sites.end_arrangement(first, to_on=last, by=ops)
    later = make.arrangement(row, site=place, from_on=last + make.datetime.timedelta(days=1), by=ops)
    with pytest.raises(Refused):
        sites.end_arrangement(first, to_on=later.from_on, by=ops)


def test_a_site_that_was_not_chosen_stays_on_record_with_why(ops):
    """PB-23."""
    row = make.partnership(by=ops)
    place = make.site(row, by=ops)
    with pytest.raises(Refused) as refused:
        sites.decide_site(place, chosen=False, reason=" ", by=ops)
    assert refused.value.codes == {"no-reason"}
    decided = sites.decide_site(place, chosen=False, reason="No parking.", by=ops)
    assert (decided.get_state_display(), decided.reason) == ("Not chosen", "No parking.")
    make.arrangement(row, site=make.site(row, name="Library", chosen=True, by=ops), by=ops)
    with pytest.raises(Refused) as refused:
        sites.decide_site(row.sites.get(name="Library"), chosen=False, reason="Too small.", by=ops)
    assert refused.value.codes == {"site-in-use"}


def test_no_agreement_is_prepared_before_the_study_is_done(ops):
    """SP-06: the kind's gate holds the existing engine back."""
    row = make.case(by=ops)
    assert drafting.subjects.findings_before("prepare_agreement", row.stream, timezone.localdate())


def test_search_and_the_list_find_a_partnership_by_reference_name_and_partner_for_those_who_may_see_it(client):
    """SP-01"""
    row = make.case(name="One counter in Grand Manan")
    first, second = (partner.organization.name for partner in row.partners.select_related("organization"))
    viewer = account("viewer")
    client.force_login(viewer)
    for asked, matches in (
        (row.reference, True),
        (row.reference.removeprefix("SP-"), True),
        ("grand counter", True),
        (first, True),
        (f"{first} {second} manan", True),
        ("grand bonaventure", False),
    ):
        labels = [hit.label for group in search(viewer, asked).groups for hit in group.hits]
        listed = text(client.get(reverse("partnership-list"), {"q": asked}))
        assert (row.name in labels, row.name in listed) == (matches, matches), asked
    stranger = [hit.label for group in search(account("product_owner"), "grand counter").groups for hit in group.hits]
    assert row.name not in stranger
