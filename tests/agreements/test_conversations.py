"""From a clause to a conversation, and from a conversation to an amendment (EL-84)."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from agreements.models import Amendment
from agreements.versions import conversations
from residencies.conversations.proposals import clauses_of
from residencies.conversations.todo import amendments_to_propose
from residencies.models import Conversation, Membership, Residency
from residencies.models.states import Group, State
from tests.agreements import factories as make
from tests.clock import TODAY
from tests.pages import client_of, text
from tests.residencies import conversing
from tests.residencies.pages import links, send
from tests.worlds import made_once, mine

pytestmark = pytest.mark.django_db


begins_with = made_once(make.in_force)


@pytest.fixture
def version(begins_with, owner):
    version = mine(begins_with)
    residency = version.agreement.subject
    Residency.objects.filter(pk=residency.pk).update(state=State.IN_RESIDENCE, started_on=TODAY)
    Membership.objects.create(residency=residency, user=owner)
    return type(version).objects.get(pk=version.pk)


@pytest.fixture
def residency(version):
    return Residency.objects.select_related("stream").get(pk=version.agreement.subject.pk)


def opening(page):
    """The address on the page that opens a conversation about clause 1.1."""
    [url] = {
        link
        for link in links(page)
        if "/conversations/new/" in link and parse_qs(urlsplit(link).query).get("clause", [""])[0].endswith("/1.1")
    }
    return url


@pytest.mark.parametrize("who", ["ops", "owner"])
def test_from_a_clause_a_conversation_is_two_presses_away(who, version, residency, request):
    """EL-84: the button on the clause, and the form's own; the clause is on record in its words of now."""
    client = client_of(request.getfixturevalue(who))
    form = client.get(opening(client.get(reverse("agreement-version", args=[residency.reference, version.number]))))
    filled_in = {name: form.context["form"][name].value() for name in ("clause", "expectation", "raised_by")}
    response = send(client, form.request["PATH_INFO"], filled_in, follow=True)

    clause = version.clauses.get(number="1.1")
    conversation = Conversation.objects.get(residency=residency)
    recorded = conversation.clause
    assert (recorded.agreement, recorded.version, recorded.number) == (version.agreement.reference, version.number, "1.1")
    assert (recorded.heading, recorded.text) == (clause.heading, clause.text)
    assert conversation.expectation == f"1.1 {clause.heading}"
    assert f"Clause 1.1 {clause.heading}" in text(response)
    event = residency.stream.events.filter(act="conversation-opened").get()
    assert event.facts["clause"] == f"1.1 {clause.heading}"
    assert set(event.facts["records"]) >= {"residencies.conversation", "residencies.conversationclause"}


def test_the_discussion_of_a_clause_leads_to_a_conversation_too(version, residency, ops):
    """EL-84"""
    page = client_of(ops).get(reverse("agreement-thread", args=[residency.reference, "1.1"]))
    assert opening(page)


def test_who_may_not_open_a_conversation_is_not_offered_one(version, residency, viewer):
    page = client_of(viewer).get(reverse("agreement-version", args=[residency.reference, version.number]))
    assert not [link for link in links(page) if "/conversations/new/?clause" in link]


def test_no_conversation_is_offered_about_words_that_bind_no_one(residency, version, ops):
    """Ended residencies, and versions that were replaced."""
    Residency.objects.filter(pk=residency.pk).update(state=State.GRADUATED, ended_on=TODAY, before_portal=True)
    page = client_of(ops).get(reverse("agreement-version", args=[residency.reference, version.number]))
    assert not [link for link in links(page) if "/conversations/new/?clause" in link]


def test_every_role_stands_for_one_of_the_six_groups(version, residency, ops):
    """EL-84: each party of the standard agreement is proposed once, in its group."""
    conversation = conversing.opened(residency, by=ops)
    groups = {row.group for row in conversation.invitees.all()}
    assert groups >= {Group.ADM, Group.EXECUTIVE, Group.PRODUCT_OWNER, Group.LAB}
    parties = set(version.agreement.parties.filter(to_at=None).values_list("person", flat=True))
    assert parties <= set(conversation.invitees.values_list("person", flat=True))


@pytest.mark.parametrize(
    ("label", "side", "group"),
    [
        ("Executive director of the lab", "lab", Group.LAB),
        ("Assistant deputy minister of the program area", "program", Group.ADM),
        ("Executive director of the program area", "program", Group.EXECUTIVE),
        ("Product owner", "program", Group.PRODUCT_OWNER),
        ("Privacy champion", "alliance", Group.CHAMPIONS),
        ("Chief financial officer", "alliance", Group.PARTNERS),
    ],
)
def test_a_role_is_in_the_group_its_name_and_side_say(label, side, group):
    assert conversations.group_of(label, side) == group


def test_the_clauses_are_those_that_are_in_force_while_an_amendment_is_out(version, residency, ops):
    """EL-34: what binds now, not what may bind later."""
    keys = [clause.key for clause in clauses_of(residency)]
    assert keys[0] == f"{version.agreement.reference}/1.1"
    assert len(keys) == version.clauses.count()


def test_a_conversation_that_ended_in_an_amendment_opens_it_with_the_words_at_hand(version, residency, ops):
    """EL-84: the record leads to the amendment, and the amendment to the record."""
    clause = version.clauses.get(number="1.1")
    conversation = conversing.opened(residency, by=ops, clause=f"{version.agreement.reference}/1.1", expectation="")
    who = conversation.invitees.first()
    client = client_of(ops)
    data = {
        "held_on": TODAY,
        "who": "open",
        "attendees": [who.person_id],
        "notes": "Half time is enough.",
        "outcome": "amended",
        "shown_revision": 1,
    }
    response = send(client, reverse("conversation-hold", args=[residency.reference, conversation.pk]), data)
    [line] = amendments_to_propose(TODAY)
    assert (
        line.url
        == response["Location"]
        == f"{reverse('amendment-propose', args=[residency.reference])}?conversation={conversation.pk}&clause=1.1"
    )

    page = client.get(response["Location"])
    form = page.context["form"]
    assert form["text"].value() == clause.text
    assert "Half time is enough." in form["reason"].value()
    assert form["at_request_of"].value() == "Anneke Torvald"

    change = {name: form[name].value() for name in ("kind", "heading", "reason", "at_request_of", "shown_sha256")}
    listed = send(client, response["Location"], {**change, "text": "Half time is enough."}, follow=True)
    amendment = Amendment.objects.get()
    assert conversation.amendments.get().amendment == amendment.pk
    assert conversation.get_absolute_url() in links(listed)
    record = client.get(conversation.get_absolute_url())
    assert f"{reverse('agreement-amendments', args=[residency.reference])}#amendment-{amendment.pk}" in links(record)
    assert amendments_to_propose(TODAY) == []


def test_an_amendment_is_not_linked_to_a_conversation_of_another_residency(version, residency, ops):
    other = make.in_force().agreement.subject
    Residency.objects.filter(pk=other.pk).update(state=State.IN_RESIDENCE, started_on=TODAY)
    held = conversing.held(conversing.opened(Residency.objects.get(pk=other.pk), by=ops), by=ops, outcome="amended")
    page = client_of(ops).get(reverse("amendment-propose", args=[residency.reference]), {"clause": "1.1", "conversation": held.pk})
    assert page.context["conversation"] is None
