"""What an act locks before it looks, always in this order: the agreement, its version, an invitation, what hangs on that.

Each function is part of an act, in its transaction, and returns the row as it is once the lock is held.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from agreements.models import Agreement, AgreementVersion, Invitation
from findings import refuse


def newest_locked(agreement: Agreement) -> AgreementVersion:
    """The newest version of `agreement`, locked so that nothing comes after it until the act is over.

    The agreement's row first: whoever waits for it then sees the version that somebody made meanwhile. A
    signer holds the version's row alone.
    """
    # `no_key`: inserting a row that points at the agreement needs a key-share lock alone, and doesn't wait for this one.
    Agreement.objects.select_for_update(no_key=True, of=("self",)).get(pk=agreement.pk)
    rows = AgreementVersion.objects.select_for_update(of=("self",)).filter(agreement=agreement)
    return rows.select_related("agreement__stream", "agreement__template_version__template", "circulated_by").order_by("-number")[0]


def locked_version(pk: int) -> AgreementVersion:
    """This version, locked: what is signed, said and decided about it has one order."""
    rows = AgreementVersion.objects.select_for_update(of=("self",))
    return rows.select_related("agreement__stream", "agreement__template_version__template").get(pk=pk)


def locked_draft(version: AgreementVersion) -> AgreementVersion:
    """`version`'s row, locked. Raises `Refused` when its words are frozen (EL-26) or the agreement is void (EL-33)."""
    version = locked_version(version.pk)
    if not version.is_draft:
        raise refuse(
            "words-frozen",
            _("This version was sent to the parties, so its wording can’t be changed."),
            _("Propose a change instead. If it’s accepted, it makes a new version that goes to all parties again."),
            "agreement",
        )
    if version.agreement.voided_at:
        raise refuse("agreement-void", _("This agreement is void."), _("Prepare a new agreement to replace it."), "agreement")
    return version


def locked_invitation(invitation: Invitation, version: AgreementVersion | None = None) -> Invitation:
    """This invitation, locked; `version` is its own when the act holds that already."""
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("party__person", "party__role", "decline")
    if version is None:
        return rows.select_related("version__agreement__stream", "version__agreement__template_version").get(pk=invitation.pk)
    locked = rows.get(pk=invitation.pk)
    locked.version = version
    return locked


def locked_to_answer(invitation: Invitation) -> Invitation:
    """The invitation under its version's lock: of two answers at once, one comes first."""
    return locked_invitation(invitation, locked_version(invitation.version_id))


def version_facts(version: AgreementVersion) -> dict[str, Any]:
    """How ledger events name a version."""
    return {"agreement": version.agreement.reference, "version": version.number}
