"""What happens to approvals and plans for openness when their subject ends, or when a person is merged or leaves (EL-16, EL-55)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from ledger.models import Stream
from ledger.subjects import ENDED, Ending, Subject, follows, with_subject
from oversight.models import DelayedApproval, OpennessPlan
from oversight.trust.actions import end_approvals
from oversight.trust.openness import end_plans
from people import leaving
from people.leaving import Holding
from people.merging import FATES, Moves, Stays
from people.models import User

FATES["oversight.OpennessPlan.owner"] = Moves("stream")
FATES.update(
    {f"oversight.TrustStatement.{side}": Stays("a record keeps who agreed") for side in ("delivery_team", "alliance_team", "executive")}
)


@follows(ENDED)
def close_trust(stream: Stream, *, subject: Subject, ending: Ending) -> Iterator[None]:
    """Close the open approvals and plans of a subject that ends; their owners get no more reminders."""
    approvals = list(_locked(DelayedApproval).filter(stream=stream, resolved_on=None))
    plans = list(_locked(OpennessPlan).filter(stream=stream, closed_on=None))
    if not approvals and not plans:
        return
    yield
    end_approvals(approvals, by=ending.by)
    end_plans(plans, by=ending.by)


def _locked(model: Any) -> Any:
    return model.objects.select_for_update(of=("self",)).select_related("stream").order_by("pk")


@leaving.HOLDINGS.add
def plans_owned(account: User) -> Iterator[Holding]:
    """List the plans for openness that a person who leaves owns. A new owner has to agree, so they aren't transferred."""
    plans = OpennessPlan.objects.filter(closed_on=None, owner__user=account).select_related("stream", *with_subject("stream"))
    labels = [f"{plan.subject}: {plan}" for plan in plans.order_by("pk")]
    yield Holding(
        "openness", _("Plans for openness they own"), labels, None, _("These aren’t transferred. Choose a new owner on each page.")
    )
