"""A lab in which every reminder is due."""

from __future__ import annotations

import datetime

from django.utils import timezone

from agreements.models import Invitation
from people.models import RoleGrant
from residencies.models import Membership, Residency, Review
from tests.agreements import factories as agreements
from tests.factories import account
from tests.residencies.rows import residency


def days(number: int) -> datetime.timedelta:
    return datetime.timedelta(days=number)


def one_of_each_due() -> None:
    """Graduation ahead, today and late; a clock that began; a review, questions and a signature that wait."""
    today, now = timezone.localdate(), timezone.now()
    Invitation.objects.filter(version=agreements.circulated()).update(made_at=now - days(3))
    account("lab_ops"), account("lab_lead")
    for ahead in (14, 0, -7):
        one = residency("live", kept_by=account("product_owner"))
        Residency.objects.filter(pk=one.pk).update(live_on=today - days(100), graduation_due_on=today + days(ahead))
    begun = residency("live", kept_by=account("product_owner"))
    Residency.objects.filter(pk=begun.pk).update(live_on=today, graduation_due_on=today + days(182))
    residency("in_review").reviews.create(number=1, opened_at=now - days(7))
    asked = residency("draft", kept_by=account("product_owner"))
    asked.reviews.create(number=1, opened_at=now - days(17), closed_at=now - days(7), outcome=Review.Outcome.MORE_NEEDED)
    for model in (RoleGrant, Membership):
        model.objects.update(from_at=now - days(300))
