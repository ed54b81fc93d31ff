"""The links that still work once a subject has ended (EL-85): these and no others. docs/endings.md says why of each."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from acts.act import SYSTEM, together
from agreements.models import Amendment, Invitation
from ledger import subjects
from metrics.readings.links import issue_reading_link
from outbox.preferences.links import token_of
from oversight.status.links import issue_line_link
from people.models import Person
from residencies.conversations.links import issue_answer_link as issue_answer_link_to_talk
from residencies.models import Conversation, Residency
from residencies.models.states import ENDED, State
from teams.calendar.actions import make_feed
from teams.sprints.links import issue_answer_link
from tests.actors import ANYONE
from tests.agreements.amending import proposed
from tests.agreements.factories import circulated, in_force, sign, to_sign, token_for
from tests.metrics.factories import metric
from tests.oversight.follow_ups import follow_up
from tests.oversight.follow_ups import token_of as token_of_follow_up
from tests.oversight.status import draft, question
from tests.residencies import conversing
from tests.security.addresses import Address, addresses
from tests.teams.factories import champion, sprinting

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE)", re.IGNORECASE)
OWN = re.compile(r"django_session|web_kepttext")

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@dataclass
class Holder:
    """Someone with a link, and the browser in which it was opened before the end."""

    leads_to: tuple[str, ...]
    parts: dict[str, Any]
    browser: Client = field(default_factory=Client)

    def addresses(self) -> list[Address]:
        """Where the link leads, by how their names begin."""
        return [address for address in BY_LINK if address.name.startswith(self.leads_to)]


INVITATION = ("open-invitation", "new-link", "not-me", "sign")
REVIEW, CALENDAR, MAIL, READING, FOLLOW_UP = ("review-",), ("calendar-feed",), ("mail-",), ("reading-by-link",), ("follow-up-",)
QUESTION, CONVERSATION = ("status-",), ("conversation-",)
# Of a file that somebody had checked: about no subject.
ABOUT_NO_SUBJECT = {"verify-file"}
# Of a partnership: tests/partnerships/test_relationship.py.
ABOUT_A_PARTNERSHIP = {"rating-by-link", "rating-by-link-sent"}
# Of a partner, about a case study: answered after the end too, so that others learn from it (tests/partnerships/test_cases.py).
CASE_STUDY = {"case-by-link"}
# Every address whose first part is a token, and every page of a party.
BY_LINK = [each for each in addresses() if each.parts[:1] in (("token",), ("invitation",)) and not each.name.startswith("agreement-")]


def by_invitation(invitation: Invitation) -> Holder:
    """A party whose visit is open."""
    amendment = Amendment.objects.filter(party=invitation.party).order_by("pk").last()
    parts = {"token": token_for(invitation), "invitation": invitation.pk, "clause": "1.1", "amendment": amendment.pk if amendment else 0}
    holder = Holder(INVITATION, parts)
    assert holder.browser.post(reverse("open-invitation", args=[parts["token"]])).status_code == 302
    return holder


def holders(residency: Residency, invitations: dict[str, Invitation]) -> dict[str, Holder]:
    """One of each who can hold a link about `residency`."""
    ally, sprint = champion(residency).person, sprinting(residency)[0]
    talk = conversing.opened(residency, by=ANYONE)
    conversing.planned(talk, by=ANYONE)
    return {
        **{name: by_invitation(invitation) for name, invitation in invitations.items()},
        "asked to a review": Holder(REVIEW, {"token": issue_answer_link(sprint.pk, ally.pk).split("/")[4]}),
        "asked to follow up": Holder(FOLLOW_UP, {"token": token_of_follow_up(follow_up(residency))}),
        "calendar": Holder(CALENDAR, {"token": make_feed(ally, by=ANYONE).split("/")[4]}),
        "asked for a reading": Holder(READING, {"token": _reading_link(residency, ally)}),
        "asked a question": Holder(QUESTION, {"token": issue_line_link(question(draft(residency)).pk).rsplit("/", 1)[-1]}),
        "invited to a conversation": Holder(CONVERSATION, {"token": _reply_token(talk, ally)}),
        "mail": Holder(MAIL, {"token": token_of(ally, ally.email), "occasion": "review-ahead"}),
    }


def _reading_link(residency: Residency, owner: Person) -> str:
    row = metric(residency, owner=owner)
    return issue_reading_link(row.pk, owner.pk, str(row.next_due_on)).split("/")[4]


def _reply_token(talk: Conversation, ally: Person) -> str:
    return issue_answer_link_to_talk(talk.invitees.get(person=ally).pk).rsplit("/", 1)[-1]


def being_signed() -> tuple[Residency, dict[str, Holder]]:
    """An agreement that one party has signed and another has not."""
    version = circulated()
    signed, waiting = to_sign(version)[:2]
    sign(signed)
    proposed(version, invitation=waiting)
    residency = version.agreement.subject
    return residency, holders(residency, {"has signed": signed, "has not signed": waiting})


def signed_by_all() -> tuple[Residency, dict[str, Holder]]:
    """An agreement in force."""
    version = in_force()
    residency = version.agreement.subject
    return residency, holders(residency, {"partner": to_sign(version)[0]})


def end(residency: Residency, state: str) -> None:
    """End `residency` with all that hangs on it, without the way there."""
    ending = subjects.Ending(state=state, on=timezone.localdate(), by=SYSTEM, reason="It was decided.", tell=list)
    with together(), subjects.followed(subjects.ENDED, residency.stream, subject=residency, ending=ending):
        Residency.objects.filter(pk=residency.pk).update(
            state=state, ended_on=timezone.localdate(), end_reason="It was decided.", before_portal=state == State.GRADUATED
        )


class Writes(list):
    """The statements that change a table. A session is its holder's own, and so is text kept for whoever was turned away."""

    def __call__(self, execute, sql, params, many, context):
        if WRITES.match(sql) and not OWN.search(sql):
            self.append(sql)
        return execute(sql, params, many, context)


def answers(holder: Holder) -> tuple[set[str], set[str]]:
    """The addresses that show `holder` a page, and those that do something for it."""
    shows, does = set(), set()
    for address in holder.addresses():
        url = reverse(address.name, kwargs={part: holder.parts[part] for part in address.parts})
        for method, names in ((holder.browser.get, shows), (holder.browser.post, does)):
            cache.clear()  # how often one may ask a minute is not the matter here
            cookies, writes = copy.deepcopy(holder.browser.cookies), Writes()  # of the visit as it was before the end
            with transaction.atomic(), connection.execute_wrapper(writes):
                response = method(url)
                transaction.set_rollback(True)
            holder.browser.cookies = cookies
            if writes or (method == holder.browser.get and response.status_code == 200):
                names.add(address.name)
    return shows, does


# Whoever signed reads what was signed, and what was said and proposed about it.
READS = {
    "open-invitation",
    "sign",
    "sign-read",
    "sign-done",
    "sign-paper",
    "sign-pdf",
    "sign-bundle",
    "sign-talk",
    "sign-changes",
    "not-me",
}
COMES_IN = {"open-invitation", "not-me"}
# (what shows a page, what does something); docs/endings.md says why of each.
MAY_ANSWER: dict[str, tuple[set[str], set[str]]] = {
    "has not signed": (set(), set()),
    "has signed": (READS, COMES_IN),
    "partner": (READS, COMES_IN | {"new-link"}),  # while the version stands
    "asked to a review": ({"review-answer", "review-answer-file"}, set()),  # the first says that it is cancelled, the second too
    "asked for a reading": (set(), set()),  # only of a benefit that is reported on after the end (tests/metrics/test_reading_links.py)
    "asked a question": (set(), set()),
    "invited to a conversation": ({"conversation-reply"}, set()),  # it says that the residency has ended
    "asked to follow up": ({"follow-up-answer"}, set()),  # it is asked after the end; a POST without an answer does nothing
    # what is a person's own, and about whatever else they do
    "calendar": ({"calendar-feed"}, set()),
    "mail": ({"mail-by-link"}, set()),
}


def test_every_address_that_a_link_leads_to_is_tried():
    """Whoever adds one gives it to a holder here."""
    prefixes = (*INVITATION, *REVIEW, *CALENDAR, *MAIL, *READING, *FOLLOW_UP, *QUESTION, *CONVERSATION)
    tried = {address.name for address in BY_LINK if address.name.startswith(prefixes)}
    assert {address.name for address in BY_LINK} - tried == ABOUT_NO_SUBJECT | ABOUT_A_PARTNERSHIP | CASE_STUDY


@pytest.mark.parametrize("story", [being_signed, signed_by_all])
def test_after_the_end_these_links_answer_and_no_others(story):
    residency, all_holders = story()
    before = {name: answers(holder) for name, holder in all_holders.items()}
    for state in ENDED:
        with transaction.atomic():
            end(residency, state)
            after = {name: answers(holder) for name, holder in all_holders.items()}
            transaction.set_rollback(True)
        assert after == {name: MAY_ANSWER[name] for name in all_holders}, state
    assert all(before[name][0] >= MAY_ANSWER[name][0] - {"sign-done"} for name in all_holders), "they answered before"


@pytest.mark.parametrize("state", ENDED)
def test_a_calendar_takes_out_the_reviews_of_a_residency_that_has_ended(state):
    residency, all_holders = being_signed()
    end(residency, state)
    holder = all_holders["asked to a review"]
    assert b"STATUS:CANCELLED" in holder.browser.get(reverse("review-answer-file", args=[holder.parts["token"]])).content
    page = holder.browser.get(reverse("review-answer", args=[holder.parts["token"]])).content.decode()
    assert "The review is cancelled" in page
    assert "<button" not in page
