"""What a page says will happen is what happens: who is told, whose links end, what moves (K14)."""

import html
import re

import pytest
from django.urls import reverse

from agreements.models import InvitationToken
from agreements.signing import delegation
from ledger.models import Event
from outbox.models import Message
from people import leaving, merging
from residencies.models.states import State
from teams.models import Champion, Sprint
from teams.sprints import actions as sprints_actions
from tests.acts.residencies import everybody
from tests.agreements import amending
from tests.agreements.factories import as_party, circulated, to_sign, token_for
from tests.factories import account, long_standing, person
from tests.residencies.factories import ops
from tests.residencies.test_endings import ENDINGS, full
from tests.teams.factories import champion, residency, sprinting

pytestmark = pytest.mark.django_db
VERBS = {"withdrawn": "withdraw", "pivoted": "pivot", "graduated": "graduate"}


def page_of(client, user, url, **query):
    client.force_login(user)
    response = client.get(url, query)
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def announced(text):
    """The names in each sentence that says who will get an email, with as many as it counts."""
    sentences = re.findall(r"(\d+) (?:person|people) will get an email: (.+?)\.(?=\s|<)", text)
    for count, names in sentences:
        assert len(names.split(", ")) == int(count)
    return [sorted(names.split(", ")) for _count, names in sentences]


def told_by(act):
    """Everyone whom `act` left a message for, each once."""
    last = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    act()
    waiting = Message.objects.waiting().filter(pk__gt=last)
    return sorted(dict(waiting.values_list("person", "to_name")).values())


@pytest.mark.parametrize(("end", "state", "in_force"), ENDINGS)
def test_the_end_of_a_residency_tells_just_those_whom_its_page_names(client, end, state, in_force):
    """EL-85; and looking at the page ends nothing."""
    by = everybody()
    of = full(state, by=by, in_force=in_force)
    names = announced(page_of(client, by, reverse("residency-move", args=[of.reference, VERBS[end.__name__]])))
    of.refresh_from_db()
    assert of.state == state
    recipients = told_by(lambda: end(of, by))
    assert [recipients] == names
    assert len(recipients) > 3


def test_a_new_version_is_mailed_to_just_those_whom_its_page_names(client):
    """EL-25"""
    version, by = circulated(), ops()
    change = amending.proposed(version, invitation=to_sign(version)[0])
    url = reverse("amendments-accept", args=[version.agreement.subject.reference])
    names = announced(page_of(client, by, url, amendment=change.pk))
    assert version.agreement.versions.count() == 1
    assert names == [told_by(lambda: amending.accepted(change, by=by))]
    assert len(names[0]) >= len(to_sign(amending.newest(version)))


def proposed_by_the_party(invitation):
    return delegation.propose_hand_over(
        invitation, name="Wren Delgado", email="wren@example.org", reason="I am away.", by=as_party(invitation)
    )


def proposed_by_the_lab(invitation):
    facts = {"reason": "He left.", "instead_of": invitation.party.person, "by": ops()}
    return delegation.replace_party(invitation.version, invitation.party.role, person(name="Nadia Quill"), **facts)


@pytest.mark.parametrize("propose", [proposed_by_the_party, proposed_by_the_lab])
def test_another_signer_is_announced_with_whom_it_tells_and_whose_links_it_ends(client, propose):
    """EL-29: a hand-over to a delegate, and a signer whom the lab replaces."""
    version, by = circulated(), long_standing("lab_ops")
    invitation = to_sign(version)[2]
    for each in to_sign(version):
        token_for(each)
    open_links = InvitationToken.objects.filter(revoked_at=None, invitation__version=version)
    before, theirs = set(open_links), set(open_links.filter(invitation=invitation))
    asked = propose(invitation)
    text = page_of(client, by, reverse("agreement-hand-over", args=[version.agreement.subject.reference, asked.pk]))
    assert f"{invitation.party.person}’s links stop working" in text
    assert set(open_links.all()) == before
    assert announced(text) == [told_by(lambda: delegation.confirm_hand_over(asked, by=by))]
    assert before - set(open_links.all()) == theirs


def test_the_page_that_names_another_signer_says_whether_someone_has_to_confirm(client):
    """OP-03, EL-22: who is only kept informed is replaced at once."""
    version, by = circulated(informed=True), ops()
    for row in version.roles.all():
        url = reverse("agreement-replace", args=[version.agreement.subject.reference, row.role_id])
        text = page_of(client, by, url)
        assert ("has to confirm" in text) == row.must_sign
        assert ("As soon as you name" in text) != row.must_sign


@pytest.fixture
def sprints():
    of = residency()
    champion(of)
    return sprinting(of)


def on_page(client, by, name, sprint):
    return announced(page_of(client, by, reverse(name, args=[sprint.team.subject.reference, sprint.pk])))


def test_a_review_that_is_cancelled_and_reinstated_tells_just_those_whom_the_page_names(client, sprints):
    """EL-52"""
    by, sprint = ops(), sprints[0]
    names = on_page(client, by, "sprint-call-off", sprint)
    assert names == [told_by(lambda: sprints_actions.call_off_review(sprint, reason="A holiday.", shown_revision=sprint.revision, by=by))]
    sprint.refresh_from_db()
    names = on_page(client, by, "sprint-reinstate", sprint)
    assert names == [told_by(lambda: sprints_actions.reinstate_review(sprint, shown_revision=sprint.revision, by=by))]


@pytest.mark.parametrize("following", [False, True])
def test_a_review_that_moves_tells_just_those_whom_the_page_names(client, sprints, following):
    """EL-50, EL-52: someone who joins later is told only when later reviews move along."""
    by, sprint = ops(), sprints[0]
    champion(sprint.team.subject, person=person(name="Later Joiner"), from_on=sprints[1].review_on)
    sprint = Sprint.objects.get(pk=sprint.pk)
    alone, along = on_page(client, by, "sprint-move", sprint)
    facts = {"on": sprint.review_on, "at": sprint.review_at.replace(hour=10), "minutes": 60, "place": "", "following": following}
    assert told_by(lambda: sprints_actions.move_review(sprint, **facts, shown_revision=sprint.revision, by=by)) == (
        along if following else alone
    )
    assert "Later Joiner" in along
    assert "Later Joiner" not in alone


def test_merging_moves_what_its_page_says(client):
    """EL-16: what the kept record has already stays, and the page says so beforehand."""
    kept, merged, by = person(name="Dana Lee"), person(name="Dana M. Lee"), ops()
    of = residency()
    champion(of, person=kept)
    champion(of, person=merged)
    champion(residency(), person=merged)
    client.force_login(by)
    changes = client.get(reverse("person-merge", args=[kept.pk]), {"other": merged.pk}).context["changes"]
    assert Champion.objects.filter(person=merged).count() == 2
    merging.merge_people(kept, merged, reason="She told me so.", by=by)
    moved = Event.objects.get(stream__kind="lab", act="people-merged").facts["moved"]
    assert sum(change.moves for change in changes) == sum(moved.values())
    assert sum(change.stays for change in changes) == Champion.objects.filter(person=merged).count()


def test_leaving_the_lab_hands_over_what_its_page_lists(client):
    """EL-16"""
    leaver, heir, lead = account("lab_ops", name="Noor Castellane"), ops(), long_standing("lab_lead")
    full(State.AGREEMENT, by=everybody()).__class__.objects.update(owner=leaver)
    client.force_login(lead)
    holdings = client.get(reverse("account-leave", args=[leaver.pk])).context["holdings"]
    listed = {holding.key: holding.items for holding in holdings if holding.hand_over}
    leaving.leave_lab(leaver, to=heir, reason="She retires.", by=lead)
    assert Event.objects.get(act="left-lab").facts["handed_over"] == listed
    assert listed
