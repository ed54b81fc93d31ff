"""Agreements at each step, made by the real acts."""

from __future__ import annotations

import datetime
import functools
import tomllib
from typing import Any

from django.db import transaction
from django.db.models import F

from acts.act import SYSTEM
from agreements.amendments import voiding
from agreements.drafting import actions as drafting_actions
from agreements.drafting import sending, signing_order
from agreements.drafting import templates as drafting_templates
from agreements.drafting.templates import STANDARD, install_template
from agreements.invitations import actions as invitations_actions
from agreements.invitations import links
from agreements.invitations.sessions import PartySession, Witness
from agreements.models import (
    Agreement,
    AgreementVersion,
    Invitation,
    PaperAgreement,
    Party,
    Signature,
    TemplateVersion,
)
from agreements.paper import actions as paper_actions
from agreements.signing import actions as signing_actions
from agreements.signing.actions import Intent
from people.models import Person, User
from residencies.models import Residency
from tests.factories import PersonFactory, person
from tests.pdfs import PDF
from tests.residencies.factories import ops
from tests.residencies.rows import qualified

NAMES = (
    "Anneke Torvald", "Dana Lee", "Marisol Quayle", "Ivo Brandt", "Priya Wenlock", "Tomas Okafor", "Ruth Castellan", "Sven Albright",
    "Noor Haddad", "Elia Fontaine", "Kofi Marsh", "Una Petrov",
)  # fmt: skip


@functools.cache
def _standard() -> dict[str, Any]:
    return tomllib.loads(STANDARD.read_text())


def template() -> TemplateVersion:
    """The standard template with two clauses a section: drafted and printed in half the time."""
    sections = [{**section, "clauses": section["clauses"][:2]} for section in _standard()["sections"]]
    return install_template({**_standard(), "sections": sections}, by=SYSTEM)


def draft(
    *, residency: Residency | None = None, by: User | None = None, whole: bool = False, made_from: TemplateVersion | None = None
) -> AgreementVersion:
    """A draft straight from the template, from the `whole` standard one or from another, with nobody in its roles."""
    residency = residency or qualified()
    made_from = made_from or (drafting_templates.install_standard_template(by=SYSTEM) if whole else template())
    return drafting_actions.prepare(residency.stream, made_from, by=by or ops())


def fill_roles(version: AgreementVersion, *, by: User, informed: bool = False) -> AgreementVersion:
    """A person of its own in every role that must sign, and in the informed ones too if asked.

    The first by the act, as the ledger tells it; the rest by rows.
    """
    named = [
        (role.role, name) for role, name in zip(version.roles.select_related("role"), NAMES, strict=True) if role.must_sign or informed
    ]
    (first, name), *rest = named
    people = Person.objects.bulk_create(PersonFactory.build(name=name) for _role, name in rest)
    with transaction.atomic():  # the act's event has the hashes of the rows too
        Party.objects.bulk_create(
            Party(agreement=version.agreement, role=role, person=each) for (role, _name), each in zip(rest, people, strict=True)
        )
        drafting_actions.set_party(version, first, person(name=name), by=by)
    return version


def complete_draft(*, by: User | None = None, informed: bool = False, **fields: Any) -> AgreementVersion:
    """A draft that could go out."""
    by = by or ops()
    return fill_roles(draft(by=by, **fields), by=by, informed=informed)


def circulated(*, by: User | None = None, **fields: Any) -> AgreementVersion:
    """A version that is out for signing."""
    by = by or ops()
    version = complete_draft(by=by, **fields)
    return sending.circulate(version, shown_revision=version.revision, by=by)


def coded(*, by: User | None = None, **fields: Any) -> AgreementVersion:
    """A version that is out for signing and asks each signer for a one-time code."""
    by = by or ops()
    version = complete_draft(by=by, **fields)
    version = signing_order.set_signing_order(
        version, signing_order.at_once(version), code_required=True, shown_revision=version.revision, by=by
    )
    return sending.circulate(version, shown_revision=version.revision, by=by)


def to_sign(version: AgreementVersion) -> list[Invitation]:
    """The invitations of those who must sign, in the order of roles."""
    rows = Invitation.objects.filter(version=version, purpose="sign", revoked_at=None)
    return list(rows.select_related("party__person", "version__agreement__stream").order_by("party__role__position"))


def token_for(invitation: Invitation) -> str:
    """The token of a fresh link, as the mail would carry it."""
    return links.issue_link(invitation.pk).rstrip("/").rsplit("/", 1)[1]


def as_party(who: Any) -> Any:
    """The party of an invitation, by its newest link, one that stands if there is any; an account stays what it is."""
    if not isinstance(who, Invitation):
        return who
    link = who.tokens.order_by(F("revoked_at").desc(nulls_first=True), "-pk").first() or links.find(token_for(who))
    return PartySession(who, "link", link=link.pk)


def read_all(invitation: Invitation) -> Invitation:
    invitations_actions.mark_read(invitation, list(invitation.version.sections.values_list("number", flat=True)), by=as_party(invitation))
    return invitation


def intent(invitation: Invitation, **other: Any) -> Intent:
    """What somebody sends who does everything right."""
    right = {"sha256": invitation.version.content_sha256, "typed_name": invitation.party.person.name, "intends": True, "consents": True}
    return Intent(**{**right, **other})


def witness(invitation: Invitation, **other: Any) -> Witness:
    """How somebody is seen who came by a link of this invitation."""
    token = token_for(invitation) if "link" not in other else ""
    link = links.find(token).pk if token else None
    return Witness(**{"address": "203.0.113.7", "user_agent": "Phone", "method": "link", "link": link, **other})


def sign(invitation: Invitation, **other: Any) -> Signature:
    """Read everything and sign."""
    read_all(invitation)
    return signing_actions.sign(invitation, intent(invitation, **other), witness(invitation))


def in_force(**fields: Any) -> AgreementVersion:
    """A version that everybody has signed."""
    version = circulated(**fields)
    for invitation in to_sign(version):
        sign(invitation)
    version.refresh_from_db()
    return version


def scan(residency: Residency | None = None, **other: Any) -> PaperAgreement:
    """An agreement signed on paper that lab operations recorded; nobody has confirmed it yet."""
    facts = {
        "title": "Partnership agreement", "parties": "Ministry of Forests\nExchange Lab", "signers": "A. Torvald, ADM, 3 March 2024",
        "signed_on": datetime.date(2024, 3, 3), "name": "scan.pdf", "content": PDF, "by": None,
    }  # fmt: skip
    facts |= other
    return paper_actions.record_paper((residency or qualified()).stream, **{**facts, "by": facts["by"] or ops()})


def someone_in(version: AgreementVersion, label: str) -> Person:
    return version.agreement.parties.get(role__label=label, to_at=None).person


def voiding_of(agreement: Agreement, *, by: User) -> Agreement:
    """Make an agreement void as the page would."""
    newest = agreement.versions.order_by("-number")[0]
    return voiding.void_agreement(agreement, reason="It ended.", shown_state=voiding.standing_of(newest), by=by)
