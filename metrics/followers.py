"""What happens to metrics when their subject ends, or when their owner is merged or leaves the lab."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from ledger.models import Stream
from ledger.subjects import ENDED, Ending, Subject, after_end, follows
from metrics.models import Metric
from people import leaving
from people.leaving import Holding
from people.merging import FATES, Moves, Stays
from people.models import User

# Only for a metric whose owner reports it after the end (`Metric.after_end_until`, EL-86); the acts check that.
after_end("benefit-metric-defined", "benefit-reading-recorded", "benefit-reading-corrected", "benefit-reading-removed")
# Components of a team that has graduated are reused, too.
after_end("reuse-noted", "reuse-removed")

FATES.update(
    {
        "metrics.Metric.owner": Moves("stream"),
        "metrics.Observation.person": Stays("a reading keeps who entered it"),
        "metrics.ReadingLink.person": Moves("metric__stream"),
    }
)


@follows(ENDED)
def close_metrics(stream: Stream, *, subject: Subject, ending: Ending) -> Iterator[None]:
    """Expect no more readings of a subject that ends, except of metrics that are reported after the end."""
    rows = Metric.objects.filter(stream=stream, next_due_on__isnull=False, after_end_until=None)
    due = list(rows.select_for_update().values_list("pk", flat=True))
    if not due:
        return
    yield
    Metric.objects.filter(pk__in=due).update(next_due_on=None)


@leaving.HOLDINGS.add
def holdings(account: User) -> Iterator[Holding]:
    """List the metrics that a person who leaves owns. People choose new owners for them."""
    rows = Metric.objects.active().filter(owner__user=account, next_due_on__isnull=False).select_related("stream")
    labels = [f"{metric.subject}: {metric}" for metric in rows.order_by("stream", "pk")]
    yield Holding("metrics", _("Metrics they own"), labels, None, _("These aren’t transferred. Choose another owner for each metric."))
