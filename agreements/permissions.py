"""Who may do what with an agreement; whoever may see its subject may see it."""

from __future__ import annotations

from typing import Any

import rules

from ledger import subjects
from people.permissions import declare, is_admin, is_lab, is_lab_ops


@rules.predicate
def sees_subject(user: Any, about: Any) -> bool:
    """The account may see what a stream, or a version of an agreement, is about."""
    stream = about.agreement.stream if hasattr(about, "agreement") else about
    return stream is not None and user.has_perm(subjects.kind_of(stream).view_permission, subjects.subject_of(stream))


declare(
    {
        "agreements.view_agreement": sees_subject,
        "agreements.prepare": is_lab_ops,
        "agreements.edit_draft": is_lab_ops,
        "agreements.circulate": is_lab_ops,
        "agreements.keep_invitations": is_lab_ops,
        "agreements.propose_amendment": is_lab_ops,
        "agreements.decide_amendment": is_lab_ops,
        "agreements.void": is_lab_ops,
        "agreements.view_alignment": is_lab,
        "agreements.discuss": is_lab_ops,
        "agreements.keep_seal": is_lab_ops,
        "agreements.take_evidence": is_lab_ops,
        "agreements.preview_template": is_lab | is_admin,
    }
)
