"""Mail about an agreement that was sent out."""

from __future__ import annotations

from acts.act import SYSTEM
from agreements.invitations.mail import tell_each
from agreements.models import AgreementVersion
from outbox.catalogue.messages import address_of
from people.actions import person_of
from people.lab import lab_leadership
from people.models import User

SENT_OUT = "agreement-sent-out"


def sent_out(version: AgreementVersion, addresses: str) -> None:
    """Leadership, who prepared it and the program contacts read where each link goes: a wrong address is seen by others than its sender (OP-03)."""
    agreement = version.agreement
    contacts: list[User] = agreement.subject.contacts() if hasattr(agreement.subject, "contacts") else []
    accounts = {account.pk: account for account in (*lab_leadership(), agreement.made_by, *contacts) if account != version.circulated_by}
    params = {"by": str(version.circulated_by), "number": version.number, "addresses": addresses}
    params["link"] = address_of("agreement", agreement.subject.reference)
    tell_each(SENT_OUT, version, f"sent:{version.pk}", [person_of(account, by=SYSTEM) for account in accounts.values()], params)
