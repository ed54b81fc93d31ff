"""The demo's benefit owners: one named, one asked to sign, one who accepted."""

from __future__ import annotations

from agreements.models import AgreementVersion, Invitation
from community.benefits import actions
from community.models import BenefitOwner
from demo.stories.agreements import read_and_sign
from people.models import Person, User
from residencies.models import Residency


def name(residency: Residency, person: Person, measure: str, *, by: User) -> None:
    actions.name_owner(residency, person=person, measure=measure, by=by)


def ask(residency: Residency, *, by: User) -> None:
    """Send the commitment to whoever was named."""
    owner = BenefitOwner.objects.waiting().get(residency=residency)
    actions.send_commitment(owner, shown_revision=owner.revision, by=by)


def accept(residency: Residency) -> None:
    """Have the owner read and sign the commitment."""
    owner = BenefitOwner.objects.waiting().get(residency=residency)
    version = AgreementVersion.objects.get(agreement=owner.agreement)
    read_and_sign(Invitation.objects.select_related("party__person").get(version=version, purpose="sign"))
