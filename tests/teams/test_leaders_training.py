"""Lab training of every leadership partner: leaders who signed the agreement, and the leaders of the lab (EL-44)."""

import csv
import datetime
import io

import pytest
from django.urls import reverse

from labportal import home
from outbox.models import Message
from residencies.models import Residency
from residencies.reference_data import set_figure
from teams.for_person import PersonInTeams
from teams.models import Champion, Training
from teams.training.actions import log_training
from teams.training.queries import TrainingOf
from teams.training.reminders import leaders_behind
from tests.actors import ANYONE
from tests.agreements import factories as agreements
from tests.clock import TODAY
from tests.factories import account, person
from tests.pages import text
from tests.teams.factories import champion, course, product_owner, residency, training

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed(ops):
    """A residency with its agreement in force, in residence since today."""
    stream = agreements.in_force(by=ops, informed=True).agreement.stream
    Residency.objects.filter(stream=stream).update(state="in_residence", started_on=TODAY)
    return Residency.objects.select_related("stream").get(stream=stream)


@pytest.fixture
def noor():
    """Someone in lab leadership who signs nothing."""
    user = account("lab_lead", name="Noor Castellane")
    return person(name="Noor Castellane", user=user)


def party(signed, label):
    return signed.stream.agreements.get().parties.get(role__label=label, to_at=None).person


def expected_of(signed):
    return {row.person.name: (row.group, row.expected) for row in TrainingOf(signed, TODAY, with_lab=True).learners}


def shown(as_ops, **asked):
    """The names on the list over the lab: leaders of the lab, and leaders of residencies."""
    context = as_ops.get(reverse("lab-leaders"), asked).context
    return {row.record.name for row in context["lab_table"].rows}, {row.person.name for row in context["table"].data.data}


def test_everyone_who_signed_as_a_leader_is_expected_to_take_the_hours_of_their_role(signed, noor):
    """EL-44: the product owner, who is on the team, learns Agile instead."""
    expected_by_name = expected_of(signed)
    for label, expected in {
        "Assistant deputy minister of the program area": ("leaders", 3), "Executive director of the program area": ("leaders", 7),
        "Chief financial officer": ("leaders", 3), "Ministry chief information officer": ("leaders", 7),
        "Assistant deputy minister responsible for the lab": ("lab", 7), "Executive director of the lab": ("lab", 7),
        "Director of lab operations": ("lab", 7), "Policy champion": ("leaders", 3), "Privacy champion": ("leaders", 3),
        "Security champion": ("leaders", 3), "Information management and technology champion": ("leaders", 3),
    }.items():  # fmt: skip
        assert expected_by_name.pop(party(signed, label).name) == expected, label
    assert expected_by_name == {noor.name: ("lab", 7)}


def test_hours_expected_of_leaders_follow_the_programs_figures(signed, noor):
    """EL-08, EL-44"""
    set_figure("training_hours_lab", 2, valid_from=TODAY, by=ANYONE)
    set_figure("training_hours_adm", 5, valid_from=TODAY, by=ANYONE)
    expected_by_name = expected_of(signed)
    assert expected_by_name[noor.name][1] == 2
    assert expected_by_name[party(signed, "Assistant deputy minister of the program area").name][1] == 5


def test_training_of_a_leader_of_the_lab_is_logged_on_the_residencys_page(as_ops, signed, noor):
    """EL-44: by the act and the form that everybody's training is logged with."""
    page = reverse("training", args=[signed.reference])
    assert "Leaders of the lab 0 of 4 done" in text(as_ops.get(page))
    fields = {"course": course("Alignment session").pk, "finished_on": TODAY.isoformat(), "people": [noor.pk], "who": "open"}
    assert as_ops.post(reverse("training-log", args=[signed.reference]), fields).url == page
    assert Training.objects.get().person == noor
    assert "Leaders of the lab 1 of 4 done" in text(as_ops.get(page))
    assert "7 of 7 hours" in text(as_ops.get(page))


def test_a_product_owner_does_not_see_what_the_labs_leaders_have_taken(client, ops, owner, noor):
    """EL-44"""
    trail = residency(by=ops, kept_by=owner)
    champion(trail, name="Anneke Torvald")
    client.force_login(owner)
    page = text(client.get(reverse("training", args=[trail.reference])))
    assert "Anneke Torvald" in page
    assert "Noor Castellane" not in page
    fields = {"course": course().pk, "finished_on": TODAY.isoformat(), "people": [noor.pk], "who": "open"}
    client.post(reverse("training-log", args=[trail.reference]), fields)
    assert not Training.objects.exists()


def test_a_leader_of_the_lab_is_listed_once_however_many_agreements_they_signed(as_ops, ops, signed, noor):
    """EL-44"""
    second = agreements.in_force(by=ops).agreement
    deputy = party(signed, "Assistant deputy minister responsible for the lab")
    second.parties.filter(role__label="Assistant deputy minister responsible for the lab").update(person=deputy)
    rows = [row.record for row in as_ops.get(reverse("lab-leaders")).context["lab_table"].rows]
    assert rows.count(deputy) == 1
    assert noor in rows


def test_the_list_over_the_lab_and_its_export_hold_leaders_of_both_sides(as_ops, signed, noor):
    """EL-44"""
    deputy = party(signed, "Assistant deputy minister responsible for the lab").name
    director = party(signed, "Executive director of the program area").name
    training(signed, person=noor, course=course("Alignment session"))
    of_lab, of_residencies = shown(as_ops)
    assert {deputy, noor.name} <= of_lab
    assert director in of_residencies
    assert not of_lab & of_residencies
    assert shown(as_ops, missing="done") == ({noor.name}, set())
    assert shown(as_ops, role="lab", missing="open") == (of_lab - {noor.name}, set())
    assert shown(as_ops, role="ed") == (set(), {director})
    assert shown(as_ops, q=signed.reference)[0] == set(), "who leads the lab belongs to no residency"
    answer = as_ops.get(reverse("lab-leaders-export", args=["csv"]), {"missing": "open"})
    rows = {row[0]: row for row in csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))}
    assert (rows[deputy][2], rows[deputy][4], [float(cell) for cell in rows[deputy][6:]]) == ("Leader of the lab", "", [7, 0, 7])
    assert (rows[director][2], rows[director][4]) == ("Executive director", signed.reference)
    assert noor.name not in rows


def test_home_asks_for_training_of_the_labs_leaders_until_they_have_taken_it(ops, noor):
    """EL-44: not before a team is in residence."""
    asked = lambda: [(line.title, line.url) for line in home.lines_for(ops, TODAY).values() if "of the lab" in line.title]
    trail = residency(by=ops)
    assert asked() == []
    Residency.objects.filter(pk=trail.pk).update(state="in_residence", started_on=TODAY)
    log_training(trail, course=course(), finished_on=TODAY, people=[noor], by=ops)
    assert asked() == [("1 leader of the lab has training hours to take", "/training/leaders/?role=lab&missing=open")]
    log_training(trail, course=course("Alignment session"), finished_on=TODAY, people=[noor], by=ops)
    assert asked() == []


def test_a_leader_of_the_program_area_who_signed_is_reminded_of_their_training(signed):
    """EL-44, EL-60: like every champion, four weeks after the start."""
    director = party(signed, "Executive director of the program area")
    entry = Champion.objects.get(team__stream=signed.stream_id, person=director)
    assert (entry.role, entry.from_on) == ("ed", TODAY)
    assert director.pk in leaders_behind().values_list("person", flat=True)
    assert not Message.objects.filter(occasion="leader-training").exists(), "not on the first day"


def test_someones_own_page_counts_what_is_expected_of_a_leader_of_the_lab(signed, noor):
    """EL-44"""
    row = PersonInTeams(noor, TODAY)
    assert (row.expected, row.hours, row.lacks) == (7, 0, 7)
    assert PersonInTeams(product_owner(signed).person, TODAY).expected == 0


def test_somebody_who_no_longer_leads_the_lab_is_asked_for_nothing(signed, noor):
    """EL-44"""
    noor.user.role_grants.update(to_at=noor.user.date_joined + datetime.timedelta(days=1))
    assert noor.name not in expected_of(signed)
