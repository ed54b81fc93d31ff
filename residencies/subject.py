"""Residencies as subjects: what every app above and below needs to know of them (ledger/subjects.py)."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ledger import subjects
from ledger.subjects import SubjectKind
from residencies.lifecycle.moves import LIFECYCLE
from residencies.models import Residency
from residencies.models.states import ENDED

VIEW = "residencies.view_residency"
AGREED = ("residencies.lifecycle.gates.six_conditions_met", "residencies.lifecycle.gates.takes_agreements")

subjects.register(
    SubjectKind(
        name="residency",
        related_name="residency",
        view_permission=VIEW,
        prefix="residencies",
        base="residencies/workspace.html",
        members=lambda residency: Q(residency_memberships__residency=residency, residency_memberships__to_at=None),
        gates={"prepare_agreement": AGREED, "circulate_agreement": AGREED, "sign_agreement": AGREED},
        hooks={
            "agreement_prepared": "residencies.lifecycle.actions.follow_agreement_prepared",
            "agreement_voided": "residencies.lifecycle.actions.follow_agreement_voided",
        },
        contact="owner",
        ended=lambda: Residency.objects.filter(state__in=ENDED),
        lifecycle=LIFECYCLE,
        after_signing=_("Once the team starts, you get an invitation to each of its sprint reviews. Please come and see what works."),
        guide=(_("What happens in each phase"), "phase-guide"),
    )
)
