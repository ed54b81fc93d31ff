"""The roster in the browser (EL-40 to EL-42)."""

import csv
import datetime
import io
import re
import uuid

import pytest
from django.urls import reverse

from ledger.models import Event
from residencies.lifecycle.actions import withdraw
from residencies.lifecycle.residency import end_membership
from residencies.models import Residency
from residencies.models.states import State
from teams.choices import Employer, TeamRole
from teams.models import Seat
from teams.roster.actions import edit_seat, end_seat
from tests.factories import account, person
from tests.pages import markup
from tests.teams.factories import START, product_owner, ready_team, residency, seat

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 3, 3)


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(datetime.datetime(2026, 3, 3, 12, tzinfo=datetime.UTC), tick=False)


@pytest.fixture
def trail(ops, owner):
    return residency(by=ops, kept_by=owner)


def page(of, name="team", *args):
    return reverse(name, args=[of.reference, *args])


def adding(**facts):
    return {
        "who": "new", "name": "Anneke Torvald", "role": TeamRole.DEVELOPER, "employer": Employer.BUSINESS_AREA, "share": 100,
        "from_on": START, "submission": uuid.uuid4(), **facts,
    }  # fmt: skip


def names(trail):
    return sorted(s.who for s in Seat.objects.of(trail))


# ── Reading ──────────────────────────────────────────────────────────────────────────────────


def test_an_empty_roster_says_how_to_begin_and_what_is_missing(as_ops, trail):
    shown = markup(as_ops.get(page(trail)))
    assert "No team members yet" in shown
    assert "The team has no product owner." in shown


def test_the_roster_shows_who_does_what_for_whom_and_since_when(as_ops, trail):
    """EL-41"""
    seat(trail, name="Kofi Marchbanks", role=TeamRole.DEVOPS, employer=Employer.VENDOR, vendor="Saltbox Software", share=60)
    shown = markup(as_ops.get(page(trail)))
    for words in ("Kofi Marchbanks", "DevOps specialist or site reliability engineer", "Saltbox Software", "60%", "From 5 January 2026"):
        assert words in shown


def test_what_is_missing_of_the_product_owner_leads_to_their_entry(as_ops, client, trail):
    """EL-42: from the Team tab, and from the refused start, whoever may correct it; others read it on the Team tab."""
    owner = product_owner(trail, agile_trained_on=None, band=None, share=50)
    correct, change = page(trail, "seat-edit", owner.pk), page(trail, "seat-change", owner.pk)
    shown = markup(as_ops.get(page(trail)))
    assert shown.count(f'<a href="{correct}">Record the') == 2
    assert f'<a href="{change}">Agree with' in shown
    assert f'<a href="{page(trail)}">Add' not in shown
    Residency.objects.filter(pk=trail.pk).update(state=State.AGREEMENT)
    start = trail.get_absolute_url()
    assert f'href="{correct}?next=' in markup(as_ops.get(start))
    client.force_login(account("viewer"))
    assert correct not in markup(client.get(page(trail))) + markup(client.get(start))
    assert f'href="{page(trail)}?next=' in markup(client.get(start))


def test_the_roster_of_another_day_is_shown_with_the_findings_of_that_day(as_ops, trail, ops):
    """EL-41, EL-42"""
    team = ready_team(trail)
    end_seat(team[1], on=TODAY, shown_revision=1, by=ops)
    assert "this team has what it needs" in markup(as_ops.get(page(trail)))
    later = markup(as_ops.get(page(trail), {"on": "2026-03-04"}))
    assert "4 people on 4 March 2026" in later
    assert "No one on the team is responsible" in later
    assert "0 people on 1 January 2020" in markup(as_ops.get(page(trail), {"on": "2020-01-01"}))


@pytest.mark.parametrize("on", ["soon", "2026-02-30", "1066-10-14", "9999-12-31"])
def test_a_day_that_is_none_is_said_and_today_is_shown(as_ops, trail, on):
    response = as_ops.get(page(trail), {"on": on})
    assert response.status_code == 200
    assert "on 3 March 2026" in markup(response)
    assert response.context["form"].errors


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org/", "javascript:alert(1)", "/\\example.org"])
def test_whoever_was_sent_here_to_mend_a_finding_can_go_back_and_nowhere_else(as_ops, trail, elsewhere):
    """D3: no open redirect."""
    assert f'href="{trail.get_absolute_url()}start/"' in markup(as_ops.get(page(trail), {"next": f"{trail.get_absolute_url()}start/"}))
    response = as_ops.get(page(trail), {"next": elsewhere})
    assert "Back to the step you came from" not in markup(response)
    assert response.context["form"]["on"].value() == TODAY


@pytest.mark.parametrize("size", [1, 9])
def test_a_larger_team_costs_no_more_queries(as_ops, trail, size, django_assert_max_num_queries):
    for _ in range(size):
        seat(trail)
    with django_assert_max_num_queries(9) as asked:
        as_ops.get(page(trail))
    assert len(asked) == 9


def test_a_name_full_of_markup_is_only_a_name(as_ops, trail):
    seat(trail, name="<script>alert(1)</script>")
    assert "<script>alert(1)" not in as_ops.get(page(trail)).content.decode()


# ── Keeping ──────────────────────────────────────────────────────────────────────────────────


def test_somebody_new_is_added_and_the_findings_that_settles_are_said(as_ops, trail):
    """EL-42"""
    response = as_ops.post(page(trail, "team-add"), adding(role=TeamRole.PRODUCT_OWNER), follow=True)
    assert response.redirect_chain == [(page(trail), 302)]
    assert names(trail) == ["Anneke Torvald"]
    shown = markup(response)
    assert "Saved: Anneke Torvald, Product owner." in shown
    assert "Resolved: The team has no product owner." in shown
    assert "New as of 3 March 2026: The product owner, Anneke Torvald, has not had Agile training yet." in shown


def test_somebody_on_record_is_found_by_name_title_organization_or_address_and_added(as_ops, trail):
    """EL-41: as one types, and by the button that works without JavaScript, which keeps what was filled in."""
    yuki = person(name="Yuki Penhallow", email="yuki@example.org", title="Registrar", organisation="Ministry of Tides")
    person(name="Somebody Else")
    typing = {"HX-Request": "true", "HX-Target": "person-list"}
    for q in ("penhall", "YUKI@", "registrar tides"):
        results = as_ops.get(page(trail, "team-add"), {"q": q}, headers=typing).content.decode()
        assert re.findall(r'data-person="(\d+)"', results) == [str(yuki.pk)]
        assert "<html" not in results
        assert f"Add “{q}” as someone new" in results
    typed = adding(who="known", name="", q="penhall", share=40) | {"find-person": "1"}
    response = as_ops.post(page(trail, "team-add"), typed)
    assert (response.status_code, response.context["form"].errors) == (200, {})
    assert re.search(rf'type="radio" name="person" value="{yuki.pk}"', response.content.decode())
    assert 'value="40"' in response.content.decode()
    assert not Seat.objects.exists()
    as_ops.post(page(trail, "team-add"), adding(who="known", person=yuki.pk, name="Left over"))
    assert Seat.objects.get().person == yuki


def test_an_open_seat_is_planned_knowingly(as_ops, trail):
    as_ops.post(page(trail, "team-add"), adding(who="open", name="Left over"))
    assert Seat.objects.get().is_open
    assert "1 open seat" in markup(as_ops.get(page(trail)))
    refused = as_ops.post(page(trail, "team-add"), adding(who="new", name=" "))
    assert refused.context["form"].errors["name"] == ["Enter the person’s name."]


def test_a_form_with_faults_keeps_what_was_written_and_says_each(as_ops, trail):
    """EL-41"""
    response = as_ops.post(page(trail, "team-add"), adding(employer=Employer.VENDOR, share=101, to_on="2025-01-01", role=""))
    assert set(response.context["form"].errors) == {"vendor", "share", "to_on", "role"}
    assert 'value="Anneke Torvald"' in response.content.decode()
    assert not Seat.objects.exists()


def test_a_tenth_is_refused_on_the_page_with_the_same_sentence(as_ops, trail):
    """EL-40"""
    for _ in range(9):
        seat(trail)
    response = as_ops.post(page(trail, "team-add"), adding())
    assert response.status_code == 409
    assert "On 5 January 2026 the team would have 10 people. The limit is 9." in markup(response)
    assert 'value="Anneke Torvald"' in response.content.decode()
    assert Seat.objects.count() == 9


def test_a_second_press_adds_nobody_twice(as_ops, trail):
    """R12"""
    data = adding()
    first, second = (as_ops.post(page(trail, "team-add"), data) for _ in range(2))
    assert first.url == second.url == page(trail)
    assert Seat.objects.count() == 1


def test_a_place_changes_from_a_day_ends_is_corrected_and_is_taken_out(as_ops, trail):
    """EL-41"""
    row = seat(trail, name="Kofi Marchbanks")
    data = {"role": row.role, "employer": row.employer, "share": 60, "on": "2026-02-01", "shown_revision": 1}
    assert as_ops.post(page(trail, "seat-change", row.pk), data).status_code == 302
    after = Seat.objects.get(follows=row)
    assert "From 1 February 2026" in markup(as_ops.get(page(trail, "seat", after.pk)))
    assert "5 January 2026 to 31 January 2026: Kofi Marchbanks" in markup(as_ops.get(page(trail, "seat", after.pk)))
    assert as_ops.post(page(trail, "seat-end", after.pk), {"to_on": "2026-04-30", "shown_revision": 1}).status_code == 302
    corrected = {
        "role": TeamRole.DATA,
        "employer": row.employer,
        "share": 60,
        "from_on": "2026-02-01",
        "to_on": "2026-04-30",
        "shown_revision": 2,
    }
    assert as_ops.post(page(trail, "seat-edit", after.pk), corrected).status_code == 302
    after.refresh_from_db()
    assert (after.to_on, after.role) == (datetime.date(2026, 4, 30), TeamRole.DATA)
    assert as_ops.post(page(trail, "seat-strike", after.pk), {"reason": "A mistake", "shown_revision": 3}).status_code == 302
    assert as_ops.get(page(trail, "seat", after.pk)).status_code == 404


def test_an_open_seat_is_filled(as_ops, trail):
    planned = seat(trail, person=None, from_on=TODAY)
    data = {"who": "new", "name": "Leilani Strathmore", "email": "leilani@example.org", "from_on": "2026-03-09", "shown_revision": 1}
    assert as_ops.post(page(trail, "seat-fill", planned.pk), data).status_code == 302
    assert names(trail) == ["Leilani Strathmore", "Open seat"]


@pytest.mark.parametrize(
    ("name", "facts"),
    [
        ("seat-edit", {"role": "data", "employer": "business_area", "share": 50, "from_on": "2026-01-05"}),
        ("seat-change", {"role": "data", "employer": "business_area", "share": 50, "on": "2026-02-05"}),
        ("seat-end", {"to_on": "2026-02-05"}),
        ("seat-strike", {"reason": "A mistake"}),
    ],
)
def test_a_stale_form_overwrites_nothing_and_shows_both(as_ops, trail, ops, name, facts):
    """R14"""
    row = seat(trail)
    edit_seat(row, share=80, shown_revision=1, by=ops)
    response = as_ops.post(page(trail, name, row.pk), {**facts, "shown_revision": 1})
    assert response.status_code == 409
    assert "Another person saved first" in markup(response)
    assert "Here is what they saved and what you wrote." in markup(response)  # beside each other at a desk, one below the other on a phone
    row.refresh_from_db()
    assert (row.share, row.to_on, row.struck_at) == (80, None, None)
    assert as_ops.post(page(trail, name, row.pk), {**facts, "shown_revision": 2}).status_code == 302


# ── Who may ──────────────────────────────────────────────────────────────────────────────────

PAGES = ("team-add", "seat-change", "seat-edit", "seat-end", "seat-strike", "seat-fill")


def addresses(trail, row):
    return [page(trail, name, *([] if name == "team-add" else [row.pk])) for name in PAGES]


def test_a_product_owner_keeps_the_roster_of_their_own_residency(client, owner, trail):
    client.force_login(owner)
    assert "Add to the team" in markup(client.get(page(trail)))
    client.post(page(trail, "team-add"), adding())
    assert names(trail) == ["Anneke Torvald"]
    assert Event.objects.get(stream=trail.stream, act="seat-added").actor == owner


def test_a_product_owner_knows_nothing_of_other_rosters(client, trail, ops):
    """D3"""
    other = seat(residency(by=ops))
    client.force_login(account("product_owner"))
    for url in [page(trail), page(trail, "team-export", "csv"), *addresses(trail, other)]:
        assert client.get(url).status_code == 404


def test_somebody_who_no_longer_keeps_the_residency_no_longer_sees_it(client, owner, trail, ops):
    end_membership(trail.memberships.get(), by=ops)
    client.force_login(owner)
    assert client.get(page(trail)).status_code == 404


def test_an_entry_is_only_found_under_its_own_residency(client, owner, trail, ops):
    """D3: the reference in the address decides nothing that the entry's own team would not."""
    foreign = seat(residency(by=ops))
    client.force_login(owner)
    assert client.get(page(trail, "seat", foreign.pk)).status_code == 404
    assert client.post(page(trail, "seat-end", foreign.pk), {"to_on": "2026-04-01", "shown_revision": 1}).status_code == 404


def test_a_product_owner_is_not_shown_strangers(client, owner, trail):
    stranger = person(name="Tomasz Everden", email="tomasz@example.org")
    before = seat(trail, name="Tomasz Quillfeather").person
    client.force_login(owner)
    offered = lambda q: client.get(page(trail, "team-add"), {"q": q}).context["form"].fields["person"].picker.people
    assert offered("tomasz") == [before]
    assert offered("tomasz@example.org") == [stranger]
    guessed = client.post(page(trail, "team-add"), adding(who="known", person=stranger.pk, q="tomasz"))
    assert "person" in guessed.context["form"].errors
    client.post(page(trail, "team-add"), adding(who="known", person=stranger.pk, q="tomasz@example.org"))
    assert "Tomasz Everden" in names(trail)


@pytest.mark.parametrize("role", ["viewer", "lab_lead"])
def test_readers_read_and_change_nothing(client, trail, role):
    row = seat(trail)
    client.force_login(account(role))
    assert "Add to the team" not in markup(client.get(page(trail)))
    assert client.get(page(trail, "seat", row.pk)).status_code == 200
    for url in addresses(trail, row):
        assert client.get(url).status_code == 403
        assert client.post(url, adding(shown_revision=1)).status_code == 403
    assert Seat.objects.get().revision == 1


def test_nobody_sees_a_roster_without_an_account(client, trail):
    row = seat(trail)
    for url in [page(trail), page(trail, "seat", row.pk), *addresses(trail, row)]:
        assert client.get(url).status_code == 302


def test_the_roster_of_a_residency_that_has_ended_is_read_only(as_ops, trail, ops):
    row = seat(trail)
    withdraw(trail, reason="No money this year", by=ops)
    shown = markup(as_ops.get(page(trail)))
    assert "so its roster can’t be changed" in shown
    assert "Add to the team" not in shown
    assert "Correct" not in markup(as_ops.get(page(trail, "seat", row.pk)))
    assert as_ops.post(page(trail, "team-add"), adding()).status_code == 409
    assert Seat.objects.count() == 1


# ── Export ───────────────────────────────────────────────────────────────────────────────────


def test_the_roster_leaves_as_a_spreadsheet_without_formulas(as_ops, trail):
    """EL-41, D3"""
    seat(trail, name="=1+1", employer=Employer.VENDOR, vendor="@cmd", to_on=TODAY)
    product_owner(trail, name="Priya Wenlock", from_on=TODAY + datetime.timedelta(days=1))
    response = as_ops.get(page(trail, "team-export", "csv"))
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["Name", "'=1+1", "Priya Wenlock"]
    assert rows[1][3:7] == ["'@cmd", "100", "2026-01-05", "2026-03-03"]
    assert f"{trail.reference}-roster.csv" in response["Content-Disposition"]
    on_day = as_ops.get(page(trail, "team-export", "csv"), {"on": "2026-03-04"}).content.decode("utf-8-sig")
    assert [row[0] for row in csv.reader(io.StringIO(on_day))] == ["Name", "Priya Wenlock"]
    assert as_ops.get(page(trail, "team-export", "xlsx")).status_code == 200
    assert as_ops.get(page(trail, "team-export", "exe")).status_code == 404


def test_vendors_are_shown_by_company_with_their_part_of_the_team_s_time(as_ops, trail, ops):
    """EL-41: however a company was spelt; on the day that is looked at."""
    seat(trail, name="Ada", employer=Employer.BUSINESS_AREA, share=50)
    for name, company in (("Bo", "Kelp Works"), ("Cy", "kelp works "), ("Di", "Acme")):
        seat(trail, name=name, employer=Employer.VENDOR, vendor=company, successor="Ada")
    seat(trail, name="Ed", employer=Employer.VENDOR, vendor="Gone Ltd", successor="Ada", to_on=START)
    shown = as_ops.get(page(trail))
    groups = [(group.label, group.names, group.percent) for group in shown.context["roster"].employed]
    assert groups == [("Business area", ("Ada",), 14), ("Acme", ("Di",), 29), ("Kelp Works", ("Bo", "Cy"), 57)]
    assert "2 people, 57% of the team's time: Bo, Cy" in markup(shown).replace("&#x27;", "'")
    assert '<option value="Kelp Works">' in markup(as_ops.get(page(trail, "team-add")))
