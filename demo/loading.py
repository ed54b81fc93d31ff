"""Loads the demo: accounts, people, and each team's story up to today."""

from __future__ import annotations

from django.db import transaction

from acts.act import SYSTEM
from agreements.discussion.mail import DISCUSSION
from agreements.invitations.mail import INVITATION
from agreements.models import AgreementVersion, State
from demo import context
from demo.accounts import DEMO, make_accounts, make_applicants
from demo.clock import invented_time
from demo.stories import agreements, intakes
from demo.stories.scripts import STORIES
from demo.stories.teller import Teller
from outbox.catalogue.messages import MESSAGES, TEMPLATES
from outbox.models import Message
from outbox.pages.actions import cancel, override_template
from outbox.preferences.actions import choose_mail
from outbox.queue import withdraw
from partnerships.cases.actions import load_cases
from partnerships.guidance.actions import load_guidance, publish_version
from partnerships.models import Partnership, Resource
from people.actions import person_of
from people.models import User
from residencies.models import Residency
from teams.roster.actions import keep_checks

TALKED_OVER = "Common Components"
COST_SHARING = b"Item,Partner,Share in percent\nRent,City,50\nRent,Province,50\nCleaning,City,100\n"


@transaction.atomic
def load() -> bool:
    """Load the whole demo unless it is loaded already; returns whether it was loaded. If anything fails, nothing is."""
    if context.is_loaded():
        return False
    with invented_time() as clock:
        clock.set(days_ago=1500)
        accounts = make_accounts() | make_applicants()
        open_library(accounts["ops"])
        residencies = Teller(clock, accounts).tell(STORIES)
        clock.set(days_ago=0)
        override_template(TEMPLATES["qualified"], **intakes.QUALIFIED, shown_revision=0, by=accounts["admin"])
        keep_checks(by=DEMO)
        partnerships = list(Partnership.objects.select_related("stream").order_by("pk"))
        subjects: list[Residency | Partnership] = [*residencies, *partnerships]
        hold_back_mail(subjects)
        for residency in residencies:
            if residency.product == TALKED_OVER:
                ask_for_a_digest(accounts["ops"], residency)
    context.mark([subject.reference for subject in subjects])
    return True


def open_library(ops: User) -> None:
    """Load the guidance and the case studies for partnerships, and publish one of the tools. What it holds is invented."""
    load_guidance(by=SYSTEM)
    load_cases(by=SYSTEM)
    publish_version(Resource.objects.get(code="cost-sharing"), file_name="cost-sharing.csv", content=COST_SHARING, by=ops)


def hold_back_mail(subjects: list[Residency | Partnership]) -> None:
    """Withdraw the email that the stories queued, because most of it would be years late.

    Outstanding invitations to sign stay, so that you can open one from the mail folder and sign
    as that person.
    """
    for subject in subjects:
        waiting = Message.objects.waiting().filter(stream=subject.stream)
        if AgreementVersion.objects.filter(agreement__stream=subject.stream, state=State.CIRCULATED).exists():
            waiting = waiting.exclude(occasion=INVITATION.key)
        for occasion in set(waiting.values_list("occasion", flat=True)):
            withdraw(MESSAGES[occasion], subject.stream)


def ask_for_a_digest(reader: User, residency: Residency) -> None:
    """Give `reader` a daily digest with messages waiting for it; the other recipients' messages are cancelled."""
    choose_mail(person_of(reader, by=DEMO), digest=True, by=reader)
    agreements.answer_the_lab(residency, reader=reader)
    for message in Message.objects.leaving().filter(stream=residency.stream, occasion=DISCUSSION.key):
        cancel(message, by=reader)
