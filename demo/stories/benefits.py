"""The demo's benefit owners: one named, one asked to sign, and those who accepted, with the figures they report after graduation."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal

from agreements.models import AgreementVersion, Invitation
from community.benefits import actions
from community.models import BenefitOwner, BenefitQuarter
from demo.stories.agreements import read_and_sign
from metrics.models import Metric
from metrics.readings.actions import record_observation
from metrics.readings.links import ReadingLinkHolder, issue_reading_link, reading_link
from people.models import Person, User
from residencies.models import Residency


def name(residency: Residency, person: Person, measure: str, unit: str, *, by: User) -> None:
    """Name someone who reports the metric of this name, or a new figure with a unit."""
    metric = Metric.objects.active().filter(stream=residency.stream_id, name=measure).first()
    actions.name_owner(residency, person=person, metric=metric, measure=measure, unit=unit, by=by)


def ask(residency: Residency, *, by: User) -> None:
    """Send the commitment to whoever was named."""
    owner = BenefitOwner.objects.waiting().get(residency=residency)
    actions.send_commitment(owner, shown_revision=owner.revision, by=by)


def accept(residency: Residency) -> None:
    """Have the owner read and sign the commitment."""
    owner = BenefitOwner.objects.waiting().get(residency=residency)
    version = AgreementVersion.objects.get(agreement=owner.agreement)
    read_and_sign(Invitation.objects.select_related("party__person").get(version=version, purpose="sign"))


def report(residency: Residency, values: Sequence[float], today: datetime.date) -> None:
    """Have the owner type the figures of the quarters that are over, one of `values` each, through the links in their emails."""
    owner = BenefitOwner.objects.standing().select_related("metric").get(residency=residency)
    assert owner.metric is not None  # noqa: S101 - they accepted
    over = BenefitQuarter.objects.filter(residency=residency, to_on__lt=today, reported_on=None)
    for quarter in over.filter(number__lte=len(values)):
        address = issue_reading_link(owner.metric.pk, owner.person_id, str(quarter.due_on))
        link = reading_link(address.rstrip("/").rpartition("/")[2])
        assert link is not None  # noqa: S101 - just issued
        value = Decimal(str(values[quarter.number - 1]))
        record_observation(link.metric, on=quarter.to_on, value=value, acknowledged=True, by=ReadingLinkHolder(link))
