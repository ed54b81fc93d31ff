"""Rapid responses: one form, a clock until the first client is served, and lessons at the end (PB-12)."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from findings import Refused
from ledger.history_text import tell
from ledger.lifecycle import MoveRefused
from outbox.delivery.sweep import sweep
from outbox.models import Message
from oversight.models import ChecklistItem
from partnerships.lifecycle.actions import end_partnership
from partnerships.models import Incident, Partner
from partnerships.models.incidents import in_words
from partnerships.workspace.incidents import actions
from partnerships.workspace.incidents.actions import not_then
from people.models import RoleGrant
from tests.clock import NOW
from tests.factories import account, person
from tests.pages import text
from tests.partnerships import factories as make

HOUR, DAY = datetime.timedelta(hours=1), datetime.timedelta(days=1)
moments = st.integers(-500, 500).map(lambda minutes: NOW + datetime.timedelta(minutes=minutes))


# ── The rule ─────────────────────────────────────────────────────────────────────────────────


@given(moments, moments, moments)
def test_nothing_happens_in_the_future_or_before_the_call(at, now, called_at):
    assert bool(list(not_then(at, now, called_at))) is not (called_at <= at <= now)


@given(st.integers(0, 100_000))
def test_a_length_of_time_is_told_in_whole_minutes(minutes):
    hours, left = in_words(datetime.timedelta(minutes=minutes, seconds=59)).split(" h ")
    assert int(hours) * 60 + int(left.removesuffix(" min")) == minutes


# ── Acts ─────────────────────────────────────────────────────────────────────────────────────


def codes(refused):
    return {finding.code for finding in refused.value.findings}


@pytest.fixture
def row(ops):
    return make.operating(by=ops)


@pytest.mark.django_db
def test_it_opens_while_the_partnership_operates_with_the_joint_action_plan_as_tasks(ops, row):
    """PB-12: and a second one gets tasks of its own."""
    flood = make.incident(row, by=ops)
    fire = make.incident(row, kind="fire", by=ops)
    codes_on_list = ChecklistItem.objects.filter(checklist__code="rapid-response").values_list("code", flat=True)
    assert [code for code in codes_on_list if code.endswith("R01")] == [f"{flood.number}-R01", f"{fire.number}-R01"]
    assert len(codes_on_list) == 18
    assert ChecklistItem.objects.get(code="2-R02").text == "Fire, Picton: Check that staff are safe"
    assert {partner.pk for partner in flood.called.all()} == set(row.partners.values_list("pk", flat=True))
    lines = [tell(event).what for event in row.stream.events.all()]
    assert f"{ops.name} opened a rapid response: Flood, Picton" in lines

    preparing = make.prepared(by=ops)
    with pytest.raises(Refused) as refused:
        make.incident(preparing, by=ops)
    assert codes(refused) == {"incident-not-operating"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"community": " "}, "incident-no-community"),
        ({"kind": "other"}, "incident-undescribed"),
        ({"called_at": NOW + DAY}, "incident-time"),
        ({"community": "PICTON"}, "incident-known"),
    ],
)
def test_what_is_missing_impossible_or_open_already_is_refused(ops, row, fields, code):
    make.incident(row, by=ops)
    with pytest.raises(Refused) as refused:
        make.incident(row, by=ops, **{"community": "Bloomfield", **fields})
    assert codes(refused) == {code}
    assert Incident.objects.count() == 1


@pytest.mark.django_db
def test_the_clock_runs_from_the_call_to_the_first_client_served(ops, row, time_machine):
    """PB-12: a second press changes nothing, and a time can be corrected."""
    incident = make.incident(row, called_at=timezone.now() - 2 * HOUR, by=ops)
    assert (in_words(incident.took), incident.is_running) == ("2 h 00 min", True)
    time_machine.move_to(timezone.now() + HOUR)
    incident = actions.record_first_served(incident, by=ops)
    time_machine.move_to(timezone.now() + 5 * HOUR)
    assert (in_words(incident.took), incident.is_running) == ("3 h 00 min", False)
    with pytest.raises(Refused) as refused:
        actions.record_first_served(incident, by=ops)
    assert codes(refused) == {"incident-served"}
    for at in (incident.called_at - HOUR, timezone.now() + HOUR):
        with pytest.raises(Refused) as refused:
            actions.record_first_served(incident, at=at, by=ops)
        assert codes(refused) == {"incident-time"}
    assert in_words(actions.record_first_served(incident, at=incident.called_at + HOUR, by=ops).took) == "1 h 00 min"


@pytest.mark.django_db
def test_it_is_deactivated_only_with_lessons_and_stays_as_it_was(ops, row):
    """PB-12"""
    incident = make.incident(row, by=ops)
    with pytest.raises(Refused) as refused:
        actions.end_incident(incident, lessons=" ", by=ops)
    assert codes(refused) == {"incident-no-lessons"}
    actions.end_incident(incident, lessons="Bring more forms.", by=ops)
    changes = (
        lambda: actions.end_incident(incident, lessons="Again.", by=ops),
        lambda: actions.record_first_served(incident, by=ops),
        lambda: actions.edit_incident(incident, shown_revision=2, presence="Hall", by=ops),
    )
    for change in changes:
        with pytest.raises(Refused) as refused:
            change()
        assert codes(refused) == {"incident-ended"}
    make.incident(row, by=ops)  # another flood in the same community
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(lessons="")


@pytest.mark.django_db
def test_a_change_of_the_partners_called_is_an_edit_like_any_other(ops, row):
    incident = make.incident(row, by=ops)
    [first, _second] = row.partners.order_by("pk")
    edited = actions.edit_incident(incident, shown_revision=1, presence="Legion hall", called=[first], by=ops)
    assert (list(edited.called.all()), edited.presence) == ([first], "Legion hall")
    stranger = make.partner(make.partnership(by=ops), by=ops)
    edited = actions.edit_incident(edited, shown_revision=edited.revision, called=[stranger], by=ops)
    assert list(edited.called.all()) == []


@pytest.mark.django_db
def test_a_coordinator_can_respond_and_a_viewer_cant(ops, row):
    coordinator = account("product_owner")
    make.partner(row, level="federal", person=person(user=coordinator), by=ops)
    incident = make.incident(row, by=coordinator)
    with pytest.raises(PermissionDenied):
        actions.end_incident(incident, lessons="Bring more forms.", by=account("viewer"))
    actions.end_incident(incident, lessons="Bring more forms.", by=coordinator)


@pytest.mark.django_db
def test_a_partnership_ends_only_once_its_responses_are_deactivated(ops):
    row = make.operating(by=ops)
    incident = make.incident(row, by=ops)
    with pytest.raises(MoveRefused) as refused:
        end_partnership(row, on=timezone.localdate(), reason="Over.", by=ops)
    assert "incident-open" in codes(refused)
    actions.end_incident(incident, lessons="Bring more forms.", by=ops)
    with pytest.raises(MoveRefused) as refused:
        end_partnership(make.fresh(row), on=timezone.localdate(), reason="Over.", by=ops)
    assert "incident-open" not in codes(refused)


# ── Pages ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
def test_the_overview_and_the_list_show_the_running_clock_and_later_the_lessons(as_ops, ops, row, django_assert_max_num_queries):
    incident = make.incident(row, called_at=timezone.now() - 90 * datetime.timedelta(minutes=1), by=ops)
    assert "Rapid response under way: Flood, Picton. 1 h 30 min since the call." in text(as_ops.get(row.get_absolute_url()))
    page = as_ops.get(incident.get_absolute_url())
    assert "1 h 30 min since the call. No client served yet." in text(page)
    assert "0 of 9" in text(page)
    served = reverse("incident-served", args=[row.reference, incident.pk])
    assert "First client served 1 h 30 min after the call." in text(as_ops.post(served, {"now": "1"}, follow=True))
    end = reverse("incident-end", args=[row.reference, incident.pk])
    assert as_ops.post(end, {"lessons": ""}).status_code in (200, 422)
    as_ops.post(end, {"lessons": "Bring more forms."})
    words = text(as_ops.get(reverse("incidents", args=[row.reference])))
    assert "Bring more forms." in words
    assert "under way" not in text(as_ops.get(row.get_absolute_url()))
    assert as_ops.get(end).status_code == 404
    for _number in range(3):
        actions.end_incident(make.incident(row, by=ops), lessons="Again.", by=ops)
    with django_assert_max_num_queries(25):
        as_ops.get(reverse("incidents", args=[row.reference]))


@pytest.mark.django_db
def test_the_form_leaves_the_moment_of_the_call_alone_unless_it_is_changed(as_ops, ops, row):
    called_at = timezone.now() - 2 * HOUR
    incident = make.incident(row, called_at=called_at, by=ops)
    url = reverse("incident-edit", args=[row.reference, incident.pk])
    local = timezone.localtime(called_at)
    sent = {"kind": "flood", "community": "Bloomfield", "on": f"{local:%Y-%m-%d}", "at": f"{local:%H:%M}", "shown_revision": 1}
    as_ops.post(url, sent)
    incident.refresh_from_db()
    assert (incident.community, incident.called_at) == ("Bloomfield", called_at)
    as_ops.post(url, {**sent, "at": "00:15", "shown_revision": incident.revision})
    incident.refresh_from_db()
    assert f"{timezone.localtime(incident.called_at):%H:%M}" == "00:15"


@pytest.mark.django_db
def test_one_that_stays_open_is_told_of_until_it_is_deactivated(ops, row, time_machine):
    """EL-60: after three days and seven, to coordinators and the lab, each once."""
    Partner.objects.update(joined_on=timezone.localdate() - 900 * DAY)
    RoleGrant.objects.update(from_at=timezone.now() - 900 * DAY)
    incident = make.incident(row, by=ops)
    for days, count in ((2, 0), (2, 3), (3, 6)):
        time_machine.move_to(timezone.now() + days * DAY)
        sweep(), sweep()
        assert Message.objects.filter(occasion="partnership-incident-open").count() == count
    actions.end_incident(incident, lessons="Bring more forms.", by=ops)
    time_machine.move_to(timezone.now() + 8 * DAY)
    sweep()
    assert Message.objects.filter(occasion="partnership-incident-open").count() == 6
