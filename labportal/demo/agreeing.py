"""The demo's agreements: drawn up, sent out and signed by the acts that people use.

Each signature's evidence says in the place of the browser's name that nobody signed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agreements import actions, invitations, messages
from agreements.models import Agreement, AgreementVersion, Invitation, Side
from outbox.actions import withdraw
from people.models import Person, User
from residencies.models import Residency

BROWSER = "Demonstration: this signature is invented"
ADDRESS = "192.0.2.10"


def draw_up(residency: Residency, people: Mapping[str, Sequence[Person]], *, unique: str = "", by: User) -> AgreementVersion:
    """A draft of the standard template with its header and the people of each side in their roles, as far as they go."""
    version = actions.prepare(residency.stream, actions.install_standard_template(by="demo"), by=by)
    header = {key: value or residency.product for key, value in version.header.items()}
    version = actions.edit_header(version, header, expected=version.version, by=by)
    if unique:
        version = actions.set_conditions(version, [("Sensitive information", unique)], expected=version.version, by=by)
    waiting = {side: list(people.get(side, ())) for side in Side.values}
    for role in version.roles.select_related("role").order_by("position"):
        if waiting[role.side]:
            actions.set_party(version, role.role, waiting[role.side].pop(0), by=by)
    return version


def send_out(residency: Residency, *, by: User) -> None:
    version = _latest(residency)
    actions.circulate(version, expected=version.version, by=by)


def sign(residency: Residency, *, leave: int = 0) -> None:
    """Everybody who must sign reads and signs, but the last `leave` of them, of whom one is half through."""
    waiting = list(
        Invitation.objects.filter(version=_latest(residency), purpose=Invitation.Purpose.SIGN, revoked_at=None)
        .select_related("party__person", "version__agreement__stream")
        .order_by("party__role__position")
    )
    signers = waiting[: len(waiting) - leave]
    for invitation in signers:
        _read_and_sign(invitation)
    for invitation in waiting[len(signers) : len(signers) + 1]:
        _open(invitation)
        actions.mark_read(invitation, [1, 2, 3])


def _open(invitation: Invitation) -> int:
    """Press the button behind a link that was minted as a mail would; returns the link's key."""
    link = actions.open_invitation(invitations.mint(invitation.pk).rstrip("/").rsplit("/", 1)[1])
    assert link is not None  # noqa: S101 - minted in the line above
    return link.pk


def _read_and_sign(invitation: Invitation) -> None:
    link, version = _open(invitation), invitation.version
    actions.mark_read(invitation, list(version.sections.values_list("number", flat=True)))
    intent = actions.Intent(str(version.content_sha256), invitation.party.person.name, intends=True, consents=True)
    actions.sign(invitation, intent, actions.Witness(address=ADDRESS, user_agent=BROWSER, method="link", link=link))
    withdraw(messages.INVITATION, version.agreement.stream, key_part=messages.invitation_key(invitation))


def _latest(residency: Residency) -> AgreementVersion:
    return Agreement.objects.get(stream=residency.stream).latest()
