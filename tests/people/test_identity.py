"""One mailbox never makes two people one, and one person's name is known again, on every way in (EL-41, EL-29)."""

import datetime
from pathlib import Path

import pytest
from django import forms
from django.http import QueryDict

from agreements.signing import delegation
from community.experts import actions
from findings import Refused
from people import actions as people
from people.identity import known_person
from people.models import Person
from residencies.importing.actions import ministry_for
from residencies.lifecycle.residency import program_area_for
from residencies.models import Ministry, ProgramArea
from teams.choices import ChampionRole
from teams.roster import importing as roster_importing
from teams.training import actions as training_actions
from tests.actors import ANYONE
from tests.agreements.factories import as_party, circulated, to_sign
from tests.factories import account, person
from tests.residencies.factories import ops
from tests.teams.factories import residency
from web.forms import ActForm

pytestmark = pytest.mark.django_db
CASES = Path(__file__).parent / "cases"
MAILBOX, OTHER_SPELLING = "branch.desk@example.test", "Branch.Desk@example.test\u200b"


def by_hand():
    people.add_person(name="Ben Oakley", email=OTHER_SPELLING, by=ANYONE)


def by_account():
    people.create_account(email=OTHER_SPELLING, name="Ben Oakley", by=ANYONE)


def by_champion():
    staff = ops()
    facts = {"role": ChampionRole.ADM, "from_on": datetime.date(2026, 12, 1), "name": "Ben Oakley", "email": OTHER_SPELLING}
    training_actions.name_champion(residency(by=staff), by=staff, **facts)


def by_expert():
    facts = {"disciplines": ["service_design"], "from_on": datetime.date(2026, 12, 1), "name": "Ben Oakley", "email": OTHER_SPELLING}
    actions.add_expert(by=ops(), **facts)


def by_hand_over():
    invitation = to_sign(circulated())[0]
    facts = {"name": "Ben Oakley", "email": OTHER_SPELLING, "reason": "On leave."}
    proposed = delegation.propose_hand_over(invitation, by=as_party(invitation), **facts)
    delegation.confirm_hand_over(proposed, by=ops())


def by_roster_file():
    text = (CASES / "D03-roster-one-mailbox-two-people.csv").read_text()
    staff = ops()
    roster_importing.import_roster(residency(by=staff), text.replace("2026-12-01", "2026-12-02"), by=staff)


WAYS_IN = [by_hand, by_account, by_champion, by_expert, by_hand_over, by_roster_file]


@pytest.mark.parametrize("way_in", WAYS_IN)
def test_a_shared_mailbox_is_refused_and_the_refusal_says_whose_it_is(way_in):
    person(name="Ana Whitecap", email=MAILBOX)
    with pytest.raises(Refused) as refused:
        way_in()
    assert "address-of-another" in refused.value.codes
    assert "Ana Whitecap" in str(refused.value)
    assert not Person.objects.filter(name="Ben Oakley").exists()


def test_two_of_one_file_who_share_a_mailbox_do_not_become_one():
    """D03: neither is known before."""
    staff = ops()
    with pytest.raises(Refused) as refused:
        roster_importing.import_roster(residency(by=staff), (CASES / "D03-roster-one-mailbox-two-people.csv").read_text(), by=staff)
    assert "Row 3" in str(refused.value)
    assert "Ana Whitecap" in str(refused.value)
    assert not Person.objects.filter(name__in=["Ana Whitecap", "Ben Oakley"]).exists()


def test_an_account_at_somebody_elses_address_makes_a_person_of_its_own():
    ana = person(name="Ana Whitecap", email=MAILBOX)
    owner = people.person_of(account("lab_ops", name="Ben Oakley", email=OTHER_SPELLING), by=ANYONE)
    assert owner != ana
    assert owner.email == ""


@pytest.mark.parametrize("name", ["Ana Whitecap", "WHITECAP, Ana", "A. Whitecap", "Ana Whitecap (she/her)"])
def test_a_person_is_known_again_by_the_usual_spellings(name):
    ana = person(name="Ana Whitecap", email=MAILBOX)
    assert known_person(name=name, email=OTHER_SPELLING) == ana
    assert people.add_person(name=name, email=OTHER_SPELLING, by=ANYONE) == ana
    assert Person.objects.count() == 1


@pytest.mark.parametrize(
    "twin", ["dana@bücher.example", "DANA@BÜCHER.example", "dana@xn--bcher-kva.example", "da\u200bna@bu\u0308cher.example"]
)
def test_twins_of_one_address_are_one_person(twin):
    dana = people.add_person(name="Dana Lee", email="dana@xn--bcher-kva.example", by=ANYONE)
    assert people.add_person(name="Dana Lee", email=twin, by=ANYONE) == dana


def test_what_nobody_sees_is_gone_before_it_is_stored_however_it_comes():
    hidden = "Dana\u200b \u202eLee\u2066"
    Person.objects.bulk_create([Person(name=hidden, title="Dir\u00adector")])
    dana = Person.objects.get()
    assert (dana.name, dana.title) == ("Dana Lee", "Director")
    Person.objects.filter(pk=dana.pk).update(organisation="For\u200bests")
    dana.refresh_from_db()
    assert dana.organisation == "Forests"


def test_people_are_found_without_their_accents_after_an_edit_too():
    lucja = people.add_person(name="Łucja Woźniak", organisation="Été", by=ANYONE)
    assert Person.objects.matching("lucja wozn ete").get() == lucja
    people.edit_person(lucja, shown_revision=lucja.revision, by=ANYONE, name="Søren Østergård")
    assert Person.objects.matching("soren ostergard").get() == lucja
    assert not Person.objects.matching("lucja").exists()


def test_one_ministry_and_one_area_however_their_accents_are_encoded():
    """EL-01"""
    ministry = ministry_for("Ministère de l'Été", by=ANYONE)
    assert ministry_for("MINISTE\u0300RE  de l’E\u0301te\u0301\u200b", by=ANYONE) == ministry
    area = program_area_for(ministry, "Prêts", by=ANYONE)
    assert program_area_for(ministry, "pre\u0302ts", by=ANYONE) == area
    assert (Ministry.objects.count(), ProgramArea.objects.count()) == (1, 1)


class FormOfFour(ActForm):
    text = forms.CharField(max_length=4, widget=forms.Textarea)


@pytest.mark.parametrize("data", [{"text": "a\r\nb\r\nc"[:7]}, QueryDict("text=a%0D%0Ab%0D%0A")])
def test_a_line_break_counts_as_one_character_as_in_the_browser(data):
    """D06"""
    text = "a\r\nb\r\n" if isinstance(data, dict) else None
    form = FormOfFour({"text": text} if text else data)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["text"] == "a\nb"
