"""What happens to barriers and risks when their subject ends, or when their owner leaves or is merged (EL-16, EL-73)."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from ledger.models import Stream
from ledger.subjects import ENDED, Ending, Subject, follows, with_subject
from oversight.barriers.actions import end_barriers
from oversight.barriers.risks import end_risks
from oversight.choices import OPEN
from oversight.models import Barrier, Risk
from people import leaving
from people.leaving import Holding
from people.merging import FATES, Moves
from people.models import User

FATES.update(
    {
        "oversight.Barrier.owner": Moves("stream"),
        "oversight.Risk.owner": Moves("stream"),
        "people.BodySeat.person": Moves(),
    }
)


@follows(ENDED)
def close_barriers(stream: Stream, *, subject: Subject, ending: Ending) -> Iterator[None]:
    """Withdraw the open barriers and close the risks of a subject that ends; their owners get no more reminders."""
    # Locked, so that none of them is moved or closed while the subject ends.
    barriers = list(
        Barrier.objects.select_for_update(of=("self",))
        .select_related("level", "stream")
        .filter(stream=stream, state__in=OPEN)
        .order_by("pk")
    )
    risks = list(Risk.objects.select_for_update(of=("self",)).select_related("stream").filter(stream=stream, closed_on=None).order_by("pk"))
    if not barriers and not risks:
        return
    yield
    end_barriers(barriers, by=ending.by)
    end_risks(risks, by=ending.by)


@leaving.HOLDINGS.add
def owned(account: User) -> Iterator[Holding]:
    """List the barriers and risks that a person who leaves owns. They aren't transferred, because a new owner has to agree."""
    barriers = Barrier.objects.open().filter(owner__user=account).select_related("stream", *with_subject("stream"))
    risks = Risk.objects.open().filter(owner__user=account).select_related("stream", *with_subject("stream"))
    labels = [f"{item.subject or _('Several teams')}: {item}" for item in [*barriers.order_by("pk"), *risks.order_by("pk")]]
    yield Holding(
        "barriers", _("Barriers and risks they own"), labels, None, _("These aren’t transferred. Choose a new owner on each page.")
    )
