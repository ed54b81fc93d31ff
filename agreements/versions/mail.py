"""What the messages of every agreement share, with the one that belongs to no single feature: a changed address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from acts.act import SYSTEM
from agreements.models import AgreementVersion, Party
from ledger.actions import lab_stream
from outbox.catalogue.messages import MessageKind, Place, Template, address_of
from outbox.queue import queue
from people.actions import person_of
from people.lab import lab_staff, lab_staff_among
from people.models import AddressChange, Person

SITE = "https://portal.example.org"
AGREEMENT = f"{SITE}/residencies/XL-2026-014/agreement/"
HASH = "5f1d7a84db3b1a0d7e8c7fca9a6a5a7d3a7f6d2a6b1e4b0c9d8e7f6a5b4c3d2e"
CLAUSE_CHANGED = "4.2 Data was changed.\nIt said:\n> The team keeps data for a year.\nIt says now:\n> The team keeps data for two years."

TITLE = Place("title", _("the title of the agreement"), _("Partnership Agreement"))
ROLE = Place("role", _("the role they’re asked to sign in"), "Executive Director")
LINK = Place("signing_link", _("their own link to the agreement"), f"{SITE}/a/their-own-link", needed=True, minted=True)
NUMBER = Place("number", _("the number of the version"), 2)
CHANGES = Place("changes", _("each changed clause, with its wording before and after"), CLAUSE_CHANGED, needed=True)
NOTES = Place(
    "notes",
    _("what happens to their signature, and which version applies until then; may be empty"),
    "Version 1 stays in force until everyone has signed version 2.",
)
WHO = Place("who", _("the person it’s about"), "Dana Lee")
# What parties do is the template's to say: they sign, endorse or approve (EL-20).
SIGN = Place("sign", _("what the party is asked to do: sign, endorse or approve"), _("sign"), default=_("sign"))
SIGNS = Place("signs", _("signs, endorses or approves"), _("signs"), default=_("signs"))
SIGNING = Place("signing", _("signing, endorsing or approving"), _("signing"), default=_("signing"))
SIGNED = Place("signed", _("signed, endorsed or approved"), _("signed"), default=_("signed"))
SIGNATURE = Place("signature", _("signature, endorsement or approval"), _("signature"), default=_("signature"))
SIGNATURES = Place("signatures", _("signatures, endorsements or approvals"), _("signatures"), default=_("signatures"))
SIGNER = Place("signer", _("signer, endorser or approver"), _("signer"), default=_("signer"))
A_SIGNER = Place("a_signer", _("a signer, an endorser or an approver"), _("a signer"), default=_("a signer"))
PAGE = Place("link", _("the address of the agreement"), AGREEMENT)
ANSWER_PAGE = Place("link", _("the page where lab operations decide"), f"{AGREEMENT}hand-over/7/", needed=True)
CHANGED_BY = Place("by", _("the member of lab staff who did it or asked for it"), "Noor Castellane")


def managers(version: AgreementVersion) -> list[Person]:
    """Return who prepared an agreement, sent it out or leads its subject; all of lab operations if none of them is at the lab."""
    agreement = version.agreement
    accounts = (agreement.made_by, version.circulated_by, getattr(agreement.subject, "owner", None))
    return [person_of(account, by=SYSTEM) for account in lab_staff_among(accounts)]


def queue_for_each(
    kind: MessageKind, version: AgreementVersion, key: str, people: Iterable[Person], params: Mapping[str, Any], wording: str = ""
) -> None:
    """Queue a message about the agreement of `version` to each of `people`; its title and verb are among the placeholders."""
    template = version.agreement.template_version
    params = {**template.words.params, "title": template.title, **params}
    for person in people:
        queue(kind, to=person, about=version.agreement.stream, key=key, params=params, wording=wording)


# ── A party's email address (OP-03) ─────────────────────────────────────────────────────────────

OLD_ADDRESS = Place("old", _("the old address"), "dana.lee@example.org")
NEW_ADDRESS = Place("new", _("the new address"), "dana.lee@gov.example.org", needed=True)

ADDRESS_CHANGED = MessageKind(
    "agreement-address-changed",
    _("Changed email address of a party"),
    (
        Template(
            _("Your email address was changed: {about}"),
            _(
                """Hello {name},

You’re {a_signer} of the {title} for {about}. The lab has changed the email address it has for you.

From: {old}
To: {new}
Changed by: {by}
Confirmed by: {confirmed}

Links sent to this address no longer open the agreement. If you didn’t expect this, tell the lab right away.

{lab}"""
            ),
            wording="party",
            when=_("to the old address"),
            places=(A_SIGNER,),
        ),
        Template(
            _("Address changed: {who}, {about}"),
            _(
                """Hello {name},

The email address of {who}, a party to the {title} for {about}, has changed.

From: {old}
To: {new}
Changed by: {by}
Confirmed by: {confirmed}

The links sent to {who} no longer work.

Check the address and send a new link:
{link}

{lab}"""
            ),
            wording="lab",
            when=_("to the lab"),
            places=(WHO, PAGE),
        ),
    ),
    places=(TITLE, OLD_ADDRESS, NEW_ADDRESS, CHANGED_BY, Place("confirmed", _("who confirmed it"), "Saoirse Lindqvist-Rao")),
)


ADDRESS_ASKED = MessageKind(
    "agreement-address-asked",
    _("Email address to confirm"),
    (
        Template(
            _("Confirm new email address: {who}"),
            _(
                """Hello {name},

{by} has asked to change the email address of {who}, a signer of an agreement.

From: {old}
To: {new}
Reason: {reason}

A second person at the lab has to confirm this. Before you do, check with {who} by phone or at the old address.

Confirm or refuse the new address:
{link}

{lab}"""
            ),
        ),
    ),
    places=(
        WHO,
        OLD_ADDRESS,
        NEW_ADDRESS,
        CHANGED_BY,
        Place("reason", _("the reason for the change"), "She moved to another ministry.", needed=True),
        Place("link", _("the page to confirm it on"), f"{SITE}/people/address-changes/7/", needed=True),
    ),
)


def address_changed(change: AddressChange, parties: Iterable[Party]) -> None:
    """Tell the old address, and the managers of each agreement, that a party's address changed (OP-03)."""
    person = change.person
    params = {
        "old": change.from_address or "–",
        "new": change.to_address or "–",
        "by": str(change.requested_by or change.decided_by or "–"),
    }
    params["confirmed"] = str(change.decided_by or "–")
    for party in parties:
        version = party.agreement.latest()
        template = version.agreement.template_version
        title = {**template.words.params, "title": template.title, "who": person.name}
        if change.from_address:
            queue(
                ADDRESS_CHANGED, to=person, about=version.agreement.stream, key=f"change:{change.pk}|{party.pk}|old", params=params | title,
                wording="party", address=change.from_address,
            )  # fmt: skip
        page = address_of("agreement", version.agreement.place)
        queue_for_each(
            ADDRESS_CHANGED, version, f"change:{change.pk}|{party.pk}|lab", managers(version), params | title | {"link": page}, "lab"
        )


def address_change_asked(change: AddressChange) -> None:
    """Ask everyone at the lab but the requester to confirm a new address for a party (OP-03)."""
    params = {"who": change.person.name, "old": change.from_address or "–", "new": change.to_address, "by": str(change.requested_by or "–")}
    params |= {"reason": change.reason, "link": address_of("address-change", change.pk)}
    for account in lab_staff():
        if account.pk != change.requested_by_id:
            queue(ADDRESS_ASKED, to=person_of(account, by=SYSTEM), about=lab_stream(), key=f"change:{change.pk}", params=params)
