"""Signatures that are missing, and sponsors who are told of graduation (EL-60)."""

import datetime

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from agreements.invitations import actions
from agreements.models import Invitation, Party, Signature
from outbox.delivery.sweep import sweep
from outbox.delivery.worker import deliver_due
from outbox.models import Message
from residencies.models import Residency
from tests.agreements import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stated_day")]


def later(days: int) -> time_machine.travel:
    """Noon, Pacific, so many days from today."""
    day = timezone.localdate() + datetime.timedelta(days=days)
    return time_machine.travel(timezone.make_aware(datetime.datetime.combine(day, datetime.time(12))), tick=False)


@pytest.fixture
def version(ops):
    version = make.circulated(by=ops)
    deliver_due()
    mail.outbox.clear()
    return version


def reminded() -> list[str]:
    return sorted(Message.objects.filter(occasion="agreement-unsigned", state="sent").values_list("to_name", flat=True))


def test_whoever_has_not_signed_is_asked_again_after_three_seven_and_fourteen_days(version):
    """EL-60"""
    counts = []
    for day in range(1, 30):
        with later(day):
            sweep()
            deliver_due()
            counts.append((day, len(reminded())))
    asked = len(make.to_sign(version))
    grew = [day for (day, count), (_before, less) in zip(counts, [(0, 0), *counts], strict=False) if count > less]
    assert grew == [3, 7, 14, 28]
    assert counts[-1][1] == 4 * asked


def test_who_has_signed_is_not_asked_again(version):
    """C4.7: also not when the reminder waited already."""
    first, second = make.to_sign(version)[:2]
    with later(3):
        sweep()
        make.sign(first)
        Signature.objects.get()
        deliver_due()
    assert first.party.person.name not in reminded()
    assert second.party.person.name in reminded()
    assert Message.objects.get(occasion="agreement-unsigned", person=first.party.person).state == "cancelled"


def test_a_reminder_bears_a_fresh_link_that_no_row_keeps(version):
    """EL-28"""
    invitation = make.to_sign(version)[0]
    with later(3):
        sweep()
        deliver_due()
        letter = next(message for message in mail.outbox if message.to[0].endswith(f"<{invitation.party.person.email}>"))
        token = letter.body.partition("/a/")[2].split("/")[0].split()[0]
        assert actions.open_invitation(token).invitation == invitation
    row = Message.objects.get(occasion="agreement-unsigned", person=invitation.party.person)
    assert token not in row.text + row.subject + str(row.mint) + str(row.facts)
    assert "[signing link]" in row.preview


def test_a_revoked_invitation_reminds_nobody(version, ops):
    """EL-28"""
    invitation = make.to_sign(version)[0]
    with later(3):
        sweep()
        actions.revoke_invitation(invitation, by=ops)
        deliver_due()
    assert invitation.party.person.name not in reminded()


def test_who_only_reads_is_never_asked_to_sign(ops):
    version = make.circulated(by=ops, informed=True)
    readers = set(Invitation.objects.filter(version=version, purpose="read").values_list("party__person__name", flat=True))
    with later(3):
        sweep()
        deliver_due()
    assert readers
    assert not readers & set(reminded())


def test_the_sponsors_who_signed_for_the_program_area_are_told_of_graduation(ops):
    """EL-60, EL-83"""
    version = make.in_force(by=ops)
    residency = Residency.objects.get(stream=version.agreement.stream)
    today = timezone.localdate()
    Residency.objects.filter(pk=residency.pk).update(
        state="live", live_on=today - datetime.timedelta(days=90), graduation_due_on=today + datetime.timedelta(days=14), owner=ops
    )
    Party.objects.update(from_at=timezone.now() - datetime.timedelta(days=100))
    sponsors = {party.person.name for party in Party.objects.filter(role__side="program").select_related("person")}
    sweep()
    names = set(Message.objects.filter(occasion="graduation-due").values_list("to_name", flat=True))
    assert len(sponsors) == 3
    assert sponsors < names
    others = {party.person.name for party in Party.objects.exclude(role__side="program").select_related("person")}
    assert not others & names
