"""The demo's agreements, prepared, circulated, signed and amended with the same acts that people use.

The evidence of each signature says, in place of the browser's name, that the signature is invented.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import QuerySet

from agreements.amendments import actions as amendments_actions
from agreements.amendments.actions import Wording
from agreements.discussion import actions as discussion_actions
from agreements.drafting import actions as drafting_actions
from agreements.drafting import sending, signing_order, templates
from agreements.invitations import actions as invitations_actions
from agreements.invitations import links, mail
from agreements.invitations import sessions as invitations_sessions
from agreements.invitations.sessions import PartySession
from agreements.models import HOME, Agreement, AgreementVersion, Amendment, Clause, Invitation, Signatory
from agreements.models.amendments import AmendmentQuerySet
from agreements.signing import actions as signing_actions
from agreements.signing import delegation
from demo.accounts import DEMO
from outbox.queue import withdraw
from people.models import Person, User
from residencies.models import Residency

BROWSER = "Demonstration: this signature is invented"
ADDRESS = "192.0.2.10"


def draw_up(residency: Residency, people: Mapping[str, Sequence[Person]], *, unique: str = "", by: User) -> AgreementVersion:
    """Prepare a draft from the standard template: fill in the header, and give roles to the people on each side until none are left."""
    version = drafting_actions.prepare(residency.stream, templates.install_standard_template(by=DEMO), by=by)
    header = {key: value or residency.product for key, value in version.header.items()}
    version = drafting_actions.edit_header(version, header, shown_revision=version.revision, by=by)
    if unique:
        version = drafting_actions.set_conditions(version, [("Sensitive information", unique)], shown_revision=version.revision, by=by)
    waiting = {side: list(sitting) for side, sitting in people.items()}
    for role in version.roles.select_related("role").order_by("position"):
        if waiting.get(role.side):
            drafting_actions.set_party(version, role.role, waiting[role.side].pop(0), by=by)
    _keep_signatories(version, by=by)
    return version


def _keep_signatories(version: AgreementVersion, *, by: User) -> None:
    """Make the people who sign the first agreement for the lab its signatories for later ones."""
    if not Signatory.objects.exists():
        parties = version.agreement.parties.filter(to_at=None, role__side=HOME).select_related("role", "person")
        drafting_actions.set_signatories({party.role.label: (party.person, None) for party in parties}, by=by)


def send_out(residency: Residency, *, by: User) -> None:
    version = _latest(residency)
    sending.circulate(version, shown_revision=version.revision, by=by)


def lab_last(residency: Residency, *, code: bool = False, by: User) -> None:
    """Have the lab sign after everyone else (EL-30)."""
    version = _latest(residency)
    stages = {role.role_id: 2 if role.side == HOME else 1 for role in version.roles.all()}
    signing_order.set_signing_order(version, stages, code_required=code, shown_revision=version.revision, by=by)


def sign(residency: Residency, *, leave: int = 0) -> None:
    """Have the required parties read and sign, stage by stage, except the last `leave` of them; one of those is partway through reading."""
    version = _latest(residency)
    left = version.roles.filter(must_sign=True).count() - leave
    while left > 0 and (waiting := _waiting(version)):
        for invitation in waiting[:left]:
            read_and_sign(invitation)
        left -= len(waiting[:left])
    for invitation in _waiting(version)[:1] if leave else []:
        invitations_actions.mark_read(invitation, [1, 2, 3], by=_open(invitation))


def discuss(residency: Residency, *, by: User) -> None:
    """Add feedback on clauses and discussions: one answered, one still open, and one clause marked as misaligned."""
    waiting = list(_to_sign(residency))
    for invitation in waiting:
        invitations_actions.mark_read(invitation, [1, 2], by=_open(invitation))
    first, second, *_others, asker, doubter = waiting
    for invitation, comfortable in (
        (first, ("1.1", "1.2", "2.1", "2.2", "6.1", "6.2")),
        (second, ("1.1", "1.2", "2.1")),
        (asker, ("1.1", "2.1")),
    ):
        for number in comfortable:
            discussion_actions.take_stance(invitation, number, "comfortable", by=session_of(invitation))
    for invitation, clear in ((second, ("1.3", "2.2")), (asker, ("1.2", "2.2")), (doubter, ("1.1", "1.2", "1.3"))):
        for number in clear:
            discussion_actions.take_stance(invitation, number, "clear", by=session_of(invitation))
    answered = discussion_actions.ask(
        second, "Will the same team stay together for the whole residency?", number="3.5", by=session_of(second)
    )
    discussion_actions.comment(
        answered.version,
        "3.5",
        "Yes, that's the plan. If someone has to leave early, we'll find a replacement, and you'll be the first to know.",
        by=by,
    )
    discussion_actions.resolve(answered.thread, by=by)
    discussion_actions.take_stance(
        doubter,
        "6.1",
        "misaligned",
        note="Our fiscal year ends March 31. Could you state the amount per fiscal year instead of per team year?",
        by=session_of(doubter),
    )
    discussion_actions.comment(
        answered.version, "6.1", "Thanks for flagging this. We'll go over it with your finance branch and propose new wording.", by=by
    )
    discussion_actions.comment(
        answered.version, "6.1", f"The amount works for us as is, @{doubter.party.person.name}.", by=session_of(asker)
    )
    discussion_actions.ask(asker, "When do you need everyone's signature? I'm on vacation starting the 12th.", by=session_of(asker))


def answer_the_lab(residency: Residency, *, reader: User) -> None:
    """Have `reader` comment in two places and an outstanding party reply, so that there is news for `reader`."""
    version, party = _latest(residency), _waiting(_latest(residency))[0]
    session = _open(party)
    exchanges = {
        "2.1": ("Is it clear to everyone what support the team gets from the lab?", "Yes, it's clear to me. The list you emailed helped."),
        "whole": ("Thanks for reading this so carefully.", "Happy to. I'm hoping to sign this week."),
    }
    for number, (remark, answer) in exchanges.items():
        discussion_actions.comment(version, number, remark, by=reader)
        discussion_actions.comment(version, number, answer, by=session)


def decline(residency: Residency, *, role: str, reason: str) -> None:
    """Have the party in `role` decline to sign (EL-29)."""
    invitation = _invitation_for(residency, role)
    delegation.decline(invitation, reason, by=_open(invitation))


def propose_hand_over(residency: Residency, *, role: str, name: str, email: str, reason: str) -> None:
    """Have the party in `role` ask for another person to sign (EL-29)."""
    invitation = _invitation_for(residency, role)
    facts = {"name": name, "email": email, "organisation": invitation.party.person.organisation, "reason": reason}
    delegation.propose_hand_over(invitation, **facts, by=session_of(invitation))


def _waiting(version: AgreementVersion) -> list[Invitation]:
    """Return the invitations to sign that are still outstanding, in role order."""
    signed = version.signatures.values("role")
    rows = Invitation.objects.filter(version=version, purpose=Invitation.Purpose.SIGN, revoked_at=None).exclude(party__role__in=signed)
    return list(rows.select_related("party__person", "version__agreement__stream").order_by("party__role__position"))


def _invitation_for(residency: Residency, role: str) -> Invitation:
    return next(invitation for invitation in _waiting(_latest(residency)) if invitation.party.role.label == role)


def session_of(invitation: Invitation) -> PartySession:
    """Open a session with the party's newest link, issuing one if there is none."""
    link = invitation.tokens.filter(revoked_at=None).order_by("-pk").first() or links.find(_token(invitation))
    assert link is not None  # noqa: S101 - issued in the line above
    return PartySession(invitation, "link", link=link.pk)


def _token(invitation: Invitation) -> str:
    return links.issue_link(invitation.pk).rstrip("/").rsplit("/", 1)[1]


def _open(invitation: Invitation) -> PartySession:
    """Issue a link as an email would, and open the invitation with it."""
    link = invitations_actions.open_invitation(_token(invitation))
    assert link is not None  # noqa: S101 - issued in the line above
    return PartySession(invitation, "link", link=link.pk)


def read_and_sign(invitation: Invitation) -> None:
    session, version = _open(invitation), invitation.version
    invitations_actions.mark_read(invitation, list(version.sections.values_list("number", flat=True)), by=session)
    intent = signing_actions.Intent(str(version.content_sha256), invitation.party.person.name, intends=True, consents=True)
    signing_actions.sign(
        invitation, intent, invitations_sessions.Witness(address=ADDRESS, user_agent=BROWSER, method="link", link=session.link)
    )
    withdraw(mail.INVITATION, version.agreement.stream, key_part=mail.invitation_key(invitation))


def _to_sign(residency: Residency) -> QuerySet[Invitation]:
    """Return the current invitations to sign the latest version, in role order."""
    asked = Invitation.objects.filter(version=_latest(residency), purpose=Invitation.Purpose.SIGN, revoked_at=None)
    return asked.select_related("party__person", "version__agreement__stream").order_by("party__role__position")


def _latest(residency: Residency) -> AgreementVersion:
    return Agreement.objects.of(residency.stream).get().latest()


def propose(residency: Residency, *, role: str, clause: str, swap: tuple[str, str], reason: str, at_request_of: str = "") -> None:
    """Have the party in `role` propose new wording for `clause`, replacing the first text of `swap` with the second."""
    version = Agreement.objects.of(residency.stream).get().latest()
    invitation = Invitation.objects.select_related("party__person").get(version=version, party__role__label=role, revoked_at=None)
    row = Clause.objects.get(version=version, number=clause)
    before, after = swap
    assert before in row.text, f"{clause} does not say: {before}"  # noqa: S101 - a story that no longer fits the template
    amendments_actions.propose_amendment(
        version, Wording("change", clause, row.heading, row.text.replace(before, after)), reason=reason,
        shown_sha256=str(version.content_sha256), by=session_of(invitation), at_request_of=at_request_of,
    )  # fmt: skip


def reject(residency: Residency, *, clause: str, reason: str, by: User) -> None:
    amendments_actions.reject_amendment(_open_amendments(residency).get(clause__number=clause), reason=reason, by=by)


def accept(residency: Residency, *, clauses: tuple[str, ...], reason: str, by: User) -> None:
    """Accept the open amendments to `clauses`, which creates and circulates the next version."""
    version = Agreement.objects.of(residency.stream).get().latest()
    chosen = _open_amendments(residency).filter(clause__number__in=clauses)
    amendments_actions.accept_amendments(version, chosen, reason=reason, shown_sha256=str(version.content_sha256), by=by)


def _open_amendments(residency: Residency) -> AmendmentQuerySet:
    return Amendment.objects.open().with_everything().filter(version__agreement__stream=residency.stream)
