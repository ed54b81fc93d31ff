"""The demo's proposed changes: asked for by a party, decided by lab operations, and signed again."""

from __future__ import annotations

from agreements import actions
from agreements.actions import Wording
from agreements.models import Agreement, Amendment, Clause, Invitation
from agreements.models.amendments import AmendmentQuerySet
from labportal.demo.agreeing import session_of
from people.models import User
from residencies.models import Residency


def propose(residency: Residency, *, role: str, clause: str, swap: tuple[str, str], reason: str, at_request_of: str = "") -> None:
    """Whoever fills `role` asks for other words in `clause`: in its text `swap` takes the place of its first half."""
    version = Agreement.objects.get(stream=residency.stream).latest()
    invitation = Invitation.objects.select_related("party__person").get(version=version, party__role__label=role, revoked_at=None)
    row = Clause.objects.get(version=version, number=clause)
    before, after = swap
    assert before in row.text, f"{clause} does not say: {before}"  # noqa: S101 - a story that no longer fits the template
    actions.propose_amendment(
        version, Wording("change", clause, row.heading, row.text.replace(before, after)), reason=reason,
        shown_sha256=str(version.content_sha256), by=session_of(invitation), at_request_of=at_request_of,
    )  # fmt: skip


def reject(residency: Residency, *, clause: str, reason: str, by: User) -> None:
    actions.reject_amendment(_open_amendments(residency).get(clause__number=clause), reason=reason, by=by)


def accept(residency: Residency, *, clauses: tuple[str, ...], reason: str, by: User) -> None:
    """Make and send the next version with the open changes of `clauses`."""
    version = Agreement.objects.get(stream=residency.stream).latest()
    chosen = _open_amendments(residency).filter(clause__number__in=clauses)
    actions.accept_amendments(version, chosen, reason=reason, shown_sha256=str(version.content_sha256), by=by)


def _open_amendments(residency: Residency) -> AmendmentQuerySet:
    return Amendment.objects.open().with_everything().filter(version__agreement__stream=residency.stream)
