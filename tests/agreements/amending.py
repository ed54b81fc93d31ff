"""Amendments proposed and decided by the real acts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from agreements.amendments import actions as amendments_actions
from agreements.amendments import voiding
from agreements.amendments.actions import Wording
from agreements.drafting import sending, signing_order
from agreements.models import AgreementVersion, Amendment, Invitation
from people.models import User
from tests.agreements.factories import as_party, complete_draft, sign, to_sign
from tests.residencies.factories import ops

WORDS = "The product owner works on this product at least four days a week."


def newest(version: AgreementVersion) -> AgreementVersion:
    return AgreementVersion.objects.select_related("agreement__stream").get(pk=version.agreement.latest().pk)


def change(version: AgreementVersion, *, clause: str = "", text: str = WORDS, heading: str = "") -> Wording:
    """Other words for a clause, the first unless told."""
    row = version.clauses.get(number=clause) if clause else version.clauses.order_by("section__number", "position")[0]
    return Wording("change", row.number, heading or row.heading, text)


def proposed(version: AgreementVersion, wording: Wording | None = None, *, invitation: Invitation | None = None, **other: Any) -> Amendment:
    """A change that somebody proposed: a party by its `invitation`, else the lab."""
    by = other.pop("by", None) or (as_party(invitation) if invitation else ops())
    facts = {"reason": "It can't be kept as it stands.", "shown_sha256": version.content_sha256, **other}
    return amendments_actions.propose_amendment(version, wording or change(version), by=by, **facts)


def accepted(amendments: Amendment | Iterable[Amendment], *, by: User | None = None, **other: Any) -> AgreementVersion:
    """The next version, made of `amendments`."""
    chosen = [amendments] if isinstance(amendments, Amendment) else list(amendments)
    version = newest(chosen[0].version)
    facts = {"reason": "It reads better so.", "shown_sha256": version.content_sha256, **other}
    return amendments_actions.accept_amendments(version, chosen, by=by or ops(), **facts)


def amended(version: AgreementVersion, **other: Any) -> AgreementVersion:
    """The next version of `version`, with one clause changed."""
    return accepted(proposed(version, change(version, **other)))


def changed_midway() -> tuple[AgreementVersion, AgreementVersion]:
    """A version that one side after the other signs, and the next one, made after the first stage had signed and the second was asked."""
    version = complete_draft()
    version = signing_order.set_signing_order(
        version, signing_order.side_by_side(version), code_required=False, shown_revision=version.revision, by=ops()
    )
    version = sending.circulate(version, shown_revision=version.revision, by=ops())
    for invitation in to_sign(version):
        sign(invitation)
    return version, amended(version)


def voided(version: AgreementVersion, *, by: User | None = None, **other: Any) -> AgreementVersion:
    """`version` again, after its agreement was made void."""
    facts = {"reason": "The ministry was merged.", "shown_state": voiding.standing_of(newest(version)), **other}
    voiding.void_agreement(version.agreement, by=by or ops(), **facts)
    version.refresh_from_db()
    return version
