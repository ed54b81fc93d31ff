"""Who may do what with an agreement; whoever may see its subject may see it."""

from __future__ import annotations

from typing import Any

import rules

from acts.act import Actor
from agreements.invitations.sessions import PartySession, holds
from agreements.models import Agreement, PaperAgreement
from ledger import subjects
from ledger.models import Stream
from people.models import User
from people.permissions import declare, is_admin, is_lab, is_lab_ops, is_product_owner, is_reader


@rules.predicate
def sees_subject(user: Actor, about: Any) -> bool:
    """The account may see what a stream, a version of an agreement, or one signed on paper, is about."""
    stream = about.agreement.stream if hasattr(about, "agreement") else getattr(about, "stream", about)
    return stream is not None and user.has_perm(subjects.kind_of(stream).view_permission, subjects.subject_of(stream))


@rules.predicate
def holds_invitation(by: Actor, invitation: Any) -> bool:
    """The party itself: by a link that stands, or with its own account."""
    return invitation is not None and holds(by, invitation)


@rules.predicate
def takes_part(by: Actor, about: Any) -> bool:
    """The party of an invitation to the agreement that a version or a discussion belongs to."""
    if not isinstance(by, PartySession) or about is None:
        return False
    return bool(by.invitation.version.agreement_id == about.agreement_id and holds(by, by.invitation))


@rules.predicate
def is_own_case(user: Actor, about: Any) -> bool:
    """The account belongs to what the agreement is about: it decides nothing about it (OP-03)."""
    if about is None or not isinstance(user, User):
        return False
    return subjects.belongs_to(user, subjects.subject_of(_stream_of(about)))


def _stream_of(about: Any) -> Stream:
    """The stream of an agreement, one on paper, a version, or what hangs on one (an amendment, a hand-over); or the stream itself."""
    if isinstance(about, Stream):
        return about
    if isinstance(about, Agreement | PaperAgreement):
        return about.stream
    version = about if hasattr(about, "agreement") else about.version
    return version.agreement.stream


declare(
    {
        "agreements.list_agreements": is_reader | is_product_owner,
        "agreements.view_agreement": sees_subject,
        "agreements.prepare": is_lab_ops,
        "agreements.edit_draft": is_lab_ops,
        "agreements.circulate": is_lab_ops,
        "agreements.keep_invitations": is_lab_ops,
        "agreements.keep_signatories": is_lab_ops | is_admin,
        "agreements.keep_notes": is_lab,
        "agreements.propose_amendment": is_lab_ops,
        "agreements.confirm_party": is_lab & ~is_own_case,
        "agreements.decide_amendment": is_lab_ops & ~is_own_case,
        "agreements.void": is_lab_ops & ~is_own_case,
        "agreements.answer": holds_invitation,
        "agreements.take_part": takes_part,
        "agreements.view_alignment": is_reader,
        "agreements.discuss": is_lab_ops,
        "agreements.record_paper": is_lab_ops,
        "agreements.confirm_paper": is_lab & ~is_own_case,
        "agreements.keep_seal": is_lab_ops,
        "agreements.take_evidence": is_reader,
        "agreements.preview_template": is_lab | is_admin,
    }
)
