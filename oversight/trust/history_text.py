"""History sentences for acts on trust and openness."""

from django.utils.translation import gettext_lazy as _

from ledger import history_text

SENTENCES = {
    "vision-agreed": _("%(by)s recorded the vision and expected outcomes agreed by %(agreed_by)s"),
    "decisions-agreed": _("%(by)s recorded what the product owner decides without asking, agreed by %(agreed_by)s"),
    "approval-added": _("%(by)s added an approval that delays the team: %(approval)s"),
    "approval-edited": _("%(by)s changed the approval “%(approval)s”"),
    "approval-resolved": _("%(by)s recorded that the approval “%(approval)s” was resolved"),
    "openness-added": _("%(by)s added a plan for openness: %(closed_part)s"),
    "openness-edited": _("%(by)s changed the plan for openness “%(closed_part)s”"),
    "openness-reviewed": _("%(by)s reviewed the plan for openness “%(closed_part)s”"),
    "openness-closed": _("%(by)s closed the plan for openness “%(closed_part)s”"),
}
FACTS = {
    "approval_id": None,
    "plan_id": None,
    "waiting_for": _("Waiting for"),
    "since": _("Waiting since"),
    "align_by": _("To be aligned by"),
    "agreed_by": None,
}

history_text.register(sentences=SENTENCES, facts=FACTS)
