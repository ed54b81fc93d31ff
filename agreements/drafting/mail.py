"""Mail about an agreement that was sent out."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from acts.act import SYSTEM
from agreements.models import AgreementVersion
from agreements.versions.mail import CHANGED_BY, NUMBER, PAGE, SIGN, SIGNATURE, TITLE, queue_for_each
from outbox.catalogue.messages import MessageKind, Place, Template, address_of
from people.actions import person_of
from people.lab import lab_leadership
from people.models import User

SENT_OUT = MessageKind(
    "agreement-sent-out",
    _("Agreement sent to its parties"),
    (
        Template(
            _("Sent for {signature}: {title} for {about}"),
            _(
                """Hello {name},

{by} has sent version {number} of the {title} for {about} to its parties. Links went to these addresses:

{addresses}

If an address is wrong, tell the lab right away: anyone who can read that mailbox could {sign}.

Check who was invited:
{link}

{lab}"""
            ),
        ),
    ),
    places=(
        TITLE,
        CHANGED_BY,
        NUMBER,
        Place(
            "addresses",
            _("each party, with their role and email address"),
            "- Dana Lee, Executive Director: dana.lee@example.org",
            needed=True,
        ),
        PAGE,
        SIGN,
        SIGNATURE,
    ),
    may_wait=True,
)


def sent_out(version: AgreementVersion, addresses: str) -> None:
    """Tell leadership, the preparer and the program contacts where each link went, so that others than the sender can spot a wrong address (OP-03)."""
    agreement = version.agreement
    contacts: list[User] = agreement.subject.contacts() if hasattr(agreement.subject, "contacts") else []
    accounts = {account.pk: account for account in (*lab_leadership(), agreement.made_by, *contacts) if account != version.circulated_by}
    params = {"by": str(version.circulated_by), "number": version.number, "addresses": addresses}
    params["link"] = address_of("agreement", agreement.place)
    queue_for_each(SENT_OUT, version, f"sent:{version.pk}", [person_of(account, by=SYSTEM) for account in accounts.values()], params)
