"""Alumni: who joins at graduation, what they offer, what others see (EL-54, EL-82)."""

import datetime
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from acts.revisions import Stale
from community.alumni import actions
from community.choices import HelpTopic
from community.mentors.actions import offer_mentor
from community.mentors.reminders import DETAILS_CHECK
from community.mentors.todo import alumni_to_check
from community.models import Alumnus, AlumnusPlace, Offer
from findings import Refused
from ledger.models import Event
from outbox.delivery.sweep import sweep
from outbox.models import Message
from people.models import Person
from tests.acts import SCENARIOS
from tests.community.factories import alumnus, an_unconfirmed_alumnus, graduated, offering
from tests.factories import account, person
from tests.pages import markup
from tests.teams.factories import all_stay, champion, checked, residency, seat
from web.search import search

pytestmark = pytest.mark.django_db


@pytest.fixture
def tides(ops):
    return graduated(by=ops, product="Tide Tables")


@pytest.fixture
def priya(tides, ops):
    return alumnus(of=tides, by=ops, name="Priya Wenlock", email="priya@example.org", title="Director", organisation="Tides")


def refused_for(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.codes


def test_the_team_and_its_champions_become_alumni_when_it_graduates_and_are_told(ops):
    """EL-82: who is on the roster on that day, each once; one who was there before isn't told twice, one who opted out stays out."""
    act = SCENARIOS["residencies.lifecycle.actions.graduate"]()
    team = act.args[0]
    before = person(name="Kofi Marchbanks")
    out = alumnus(of=graduated(by=ops), person=before, by=ops)
    actions.set_listing(out, shows_email=False, is_listed=False, shown_revision=1, by=ops)
    Message.objects.all().delete()
    member = seat(team, person=before, by=ops).person
    sponsor = champion(team, name="Aroha Tennant", email="aroha@example.org").person
    gone = seat(team, to_on=timezone.localdate() - datetime.timedelta(days=1), by=ops).person
    all_stay(team)

    act()

    places = {place.alumnus.person: place.role for place in AlumnusPlace.objects.filter(residency=team)}
    assert (places[member], places[sponsor]) == ("Developer", "Assistant deputy minister")
    assert gone not in places
    assert not Alumnus.objects.get(person=before).is_listed
    welcomed = Message.objects.filter(occasion="alumni-welcome")
    assert welcomed.filter(person=sponsor).exists()
    assert not welcomed.filter(person=before).exists()
    facts = Event.objects.get(stream=team.stream, act="alumni-joined").facts
    assert "Aroha Tennant" in facts["names"]


def test_a_residency_that_ends_otherwise_has_no_alumni_and_its_offers_are_withdrawn(ops):
    """EL-54"""
    act = SCENARIOS["residencies.lifecycle.actions.pivot"]()
    team = act.args[0]
    member = seat(team, by=ops).person
    fields = {"topics": [HelpTopic.AGILE], "text": "", "teams_at_once": 1, "shown_revision": 0}
    assert offer_mentor(team, person=member, **fields, by=ops)
    act()
    assert not AlumnusPlace.objects.filter(residency=team).exists()
    assert not Offer.objects.exists()


def test_an_alum_changes_their_offer_and_withdraws_it(priya, ops, client):
    """EL-54: with their own account, and nobody else's; clearing everything deletes the offer."""
    own, other = account(), account("product_owner")
    Person.objects.filter(pk=priya.person_id).update(user=own)
    priya = Alumnus.objects.get(pk=priya.pk)
    client.force_login(own)
    page = reverse("alumnus-offer", args=[priya.pk])
    data = {"topics": ["help-product", "help-data"], "text": "Ask me about roadmaps.", "teams_at_once": "2", "shown_revision": "0"}
    assert client.post(page, data).url == priya.get_absolute_url()
    offer = Offer.objects.get(person=priya.person)
    assert (offer.topics, offer.teams_at_once, offer.residency) == (["help-product", "help-data"], 2, None)
    assert client.post(page, data).status_code == 409, "it has changed since"
    assert "Ask me about roadmaps." in markup(client.get(priya.get_absolute_url()))
    with pytest.raises(PermissionDenied):
        actions.set_alumni_offer(priya, topics=[], text="", teams_at_once=0, shown_revision=1, by=other)
    actions.set_alumni_offer(priya, topics=[], text=" ", teams_at_once=0, shown_revision=1, by=own)
    assert not Offer.objects.exists()
    assert not [event for event in Event.objects.filter(act="alumnus-offer-set") if "roadmaps" in str(event.facts)], "no text outlives it"


def test_an_offer_has_a_topic_and_at_most_five_teams(priya, ops):
    """EL-54"""
    put = lambda **facts: actions.set_alumni_offer(
        priya, **{"topics": ["help-agile"], "text": "", "teams_at_once": 1, "shown_revision": 0, "by": ops, **facts}
    )
    assert refused_for(lambda: put(topics=[])) == {"offer-no-topic"}
    assert refused_for(lambda: put(teams_at_once=6)) == {"offer-teams"}
    put()
    with pytest.raises(Stale):
        put(text="Twice")


def test_someone_who_opts_out_leaves_the_directory_with_what_they_offered(priya, ops, client):
    """EL-54: product owners can't open their page any more; staff and they themselves can, and can list them again."""
    offering(priya, by=ops)
    owner = account("product_owner")
    client.force_login(owner)
    assert client.get(priya.get_absolute_url()).status_code == 200
    actions.set_listing(priya, shows_email=True, is_listed=False, shown_revision=priya.revision, by=ops)
    assert client.get(priya.get_absolute_url()).status_code == 404
    assert "Priya" not in markup(client.get(reverse("alumni")))
    assert not Offer.objects.exists()
    client.force_login(ops)
    assert "isn’t listed" in markup(client.get(priya.get_absolute_url()))
    assert refused_for(lambda: offering(priya, by=ops)) == {"not-listed"}
    again = actions.set_listing(priya, shows_email=False, is_listed=True, shown_revision=2, by=ops)
    assert again.is_listed


def test_only_the_lab_sees_an_email_address_unless_the_person_shows_it(priya, ops, client):
    """EL-54: nor is anyone found by it."""
    owner = account("product_owner")
    pages = [reverse("alumni"), priya.get_absolute_url(), f"{reverse('alumni')}?q=priya"]
    client.force_login(owner)
    assert not [page for page in pages if "priya@example.org" in markup(client.get(page))]
    assert "Priya Wenlock" not in markup(client.get(reverse("alumni"), {"q": "priya@example.org"}))
    assert client.get(reverse("alumni-export", args=["csv"])).status_code == 403
    client.force_login(ops)
    assert all("priya@example.org" in markup(client.get(page)) for page in pages)
    actions.set_listing(priya, shows_email=True, is_listed=True, shown_revision=1, by=ops)
    client.force_login(owner)
    assert all("priya@example.org" in markup(client.get(page)) for page in pages)


def test_the_directory_is_searched_and_filtered_by_topic_ministry_and_residency(as_ops, priya, tides, ops):
    """EL-54"""
    wells = graduated(by=ops, product="Wells")
    kofi = alumnus(of=wells, name="Kofi Marchbanks", by=ops)
    offering(kofi, by=ops, topics=[HelpTopic.PROCUREMENT], text="Short contracts")
    listed = lambda **query: [row.record for row in as_ops.get(reverse("alumni"), query).context["list"].table.rows]
    assert listed() == [kofi, priya]
    assert listed(q="wenlock tide") == listed(residency=tides.reference.lower()) == listed(residency="tide") == [priya]
    assert listed(residency="tide wells") == []
    assert listed(topic="help-procurement") == listed(q="contracts") == listed(mentors="on") == [kofi]
    assert listed(ministry=tides.program_area.ministry.pk) == [kofi, priya]
    assert listed(q="nobody such") == []
    hits = [hit.label for group in search(ops, "wenlock").groups for hit in group.hits if str(group.label) == "Alumni"]
    assert hits == ["Priya Wenlock"]


def test_the_directory_asks_the_same_number_of_queries_however_many_there_are(as_ops, priya, ops, tides, django_assert_max_num_queries):
    """OP-07"""
    for number in range(5):
        offering(alumnus(of=tides, name=f"Alum {number}", by=ops), by=ops)
    with django_assert_max_num_queries(15):
        as_ops.get(reverse("alumni"))
    with django_assert_max_num_queries(15):
        as_ops.get(priya.get_absolute_url())


def test_staff_add_someone_who_graduated_before_there_was_a_portal(as_ops, tides, ops):
    """EL-82: only with a residency that has graduated, and once."""
    page = reverse("alumnus-add")
    data = {"residency": str(tides), "who": "new", "name": "Noor Castellane", "email": "noor@example.org", "role": "Designer"}
    added = Alumnus.objects.get(pk=as_ops.post(page, data).url.rstrip("/").rsplit("/", 1)[1])
    assert (added.person.name, added.places.get().role) == ("Noor Castellane", "Designer")
    assert as_ops.post(page, data).status_code == 409
    under_way = residency(by=ops, product="Wells")
    for unknown in (under_way.reference, "XL-1999-001", tides.product):
        assert "No residency with this reference has graduated" in as_ops.post(page, data | {"residency": unknown}).content.decode()
    assert refused_for(lambda: actions.add_alumnus(under_way, person=person(), role="", by=ops)) == {"not-graduated"}


def test_the_residency_of_an_alum_is_offered_as_its_product_or_reference_is_typed(as_ops, ops, tides):
    """EL-82: not all that ever graduated."""
    residency(by=ops, product=f"{tides.product} under way")
    page, typing = reverse("alumnus-add"), {"HX-Request": "true", "HX-Target": "graduated-residencies"}
    assert tides.product not in as_ops.get(page).content.decode()
    for words in (tides.product[:4], tides.reference):
        offered = as_ops.get(page, {"residency": words}, headers=typing).content.decode()
        assert re.findall('value="([^"]*)"', offered) == [str(tides)]
    assert "option" not in as_ops.get(page, {"residency": ""}, headers=typing).content.decode().split("#}")[-1]


def test_alumni_are_asked_once_a_year_and_the_lab_sees_who_cannot_be_reached(as_ops, ops, tides):
    """EL-54: no address at all, or nobody confirmed the details for 14 months; one press confirms them."""
    quiet = an_unconfirmed_alumnus(366, by=ops)
    lost = an_unconfirmed_alumnus(500, by=ops)
    silent = alumnus(of=tides, email="", by=ops)
    sweep()
    asked = Message.objects.get(occasion="alumni-check", person=quiet.person)
    assert DETAILS_CHECK.letter(asked).facts["offer"] == "nothing yet"
    today = timezone.localdate()
    [line] = alumni_to_check(today)
    assert (line.title, line.verb) == ("2 alumni may be unreachable", "Check contact details")
    rows = [row.record for row in as_ops.get(line.url).context["list"].table.rows]
    assert set(rows) == {lost, silent}
    assert as_ops.post(reverse("alumnus-confirm", args=[lost.pk])).status_code == 302
    assert [line.title for line in alumni_to_check(today)] == ["1 alum may be unreachable"]
    events = Event.objects.filter(act="alumnus-confirmed").count()
    actions.confirm_details(lost, by=ops)
    assert Event.objects.filter(act="alumnus-confirmed").count() == events == 1


def test_a_team_member_keeps_their_offer_as_an_alum(ops):
    """EL-54: what they offered for the team goes on after graduation."""
    act = SCENARIOS["residencies.lifecycle.actions.graduate"]()
    team = checked(act.args[0], state="live")
    member = seat(team, by=ops).person
    fields = {"topics": [HelpTopic.AGILE], "text": "", "teams_at_once": 1, "shown_revision": 0}
    offer_mentor(team, person=member, **fields, by=ops)
    all_stay(team)
    act()
    assert Offer.objects.get(person=member).residency is None
