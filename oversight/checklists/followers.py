"""What happens to tasks when their subject ends, or when their owner is merged or leaves the lab."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from ledger.models import Stream
from ledger.subjects import ENDED, Ending, Subject, follows
from oversight.checklists.library import ticked_lists
from oversight.models import ChecklistItem
from people import leaving
from people.leaving import Holding
from people.merging import FATES, Moves
from people.models import User

FATES.update({"oversight.ChecklistItem.owner": Moves("checklist__stream")})


@follows(ENDED)
def close_tasks(stream: Stream, *, subject: Subject, ending: Ending) -> Iterator[None]:
    """Close the open tasks of a subject that ends, except on lists for after the end, so that none is overdue or gets reminders."""
    rows = ChecklistItem.objects.filter(checklist__stream=stream, checklist__after_end=False).left()
    left = list(rows.select_for_update().values_list("pk", flat=True))
    if not left:
        return
    yield
    ChecklistItem.objects.filter(pk__in=left).update(closed=True)


@leaving.HOLDINGS.add
def holdings(account: User) -> Iterator[Holding]:
    """List the open tasks that a person who leaves owns. People choose new owners for them."""
    rows = ChecklistItem.objects.filter(owner__user=account).exclude(checklist__code__in=ticked_lists()).under_way()
    labels = [f"{item.subject}: {item}" for item in rows.select_related("checklist__stream").order_by("due_on", "pk")]
    yield Holding("tasks", _("Tasks they own"), labels, None, _("These aren’t transferred. Choose another owner on each task."))
