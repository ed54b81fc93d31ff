"""What becomes of rating rounds when their partnership ends, and of ratings when people's records are merged."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from ledger.models import Stream
from ledger.subjects import ENDED, Ending, Subject, follows
from partnerships.models import RatingRound
from partnerships.workspace.relationship.actions import end_round
from people.merging import FATES, Moves

FATES.update(
    {
        "partnerships.PartnerRating.given_by": Moves("round__partnership__stream"),
        "partnerships.RatingLink.person": Moves("rating__round__partnership__stream"),
    }
)


@follows(ENDED)
def close_rounds(stream: Stream, *, subject: Subject, ending: Ending) -> Iterator[None]:
    """Close the open round of a partnership that ends; nobody is reminded to rate any more."""
    if stream.kind != "partnership":
        return
    rounds = list(RatingRound.objects.select_for_update(of=("self",)).filter(partnership__stream=stream, ended_on=None))
    yield
    for rating_round in rounds:
        rating_round.partnership = subject  # type: ignore[assignment]  # the subject of such a stream is a partnership
        rating_round.close_reason = _("The partnership has ended.")
        end_round(rating_round, "round-closed", by=ending.by)
