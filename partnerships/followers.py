"""What partnerships do when one of them ends, and when a person is merged or leaves the lab."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from ledger.models import Stream
from ledger.subjects import ENDED, Ending, Subject, after_end, follows
from partnerships.models import Partner, Partnership, RatingRound
from partnerships.workspace.relationship.actions import end_round
from people import leaving
from people.leaving import Holding
from people.merging import FATES, Moves
from people.models import User

FATES.update({"people.OrganizationContact.person": Moves(), "partnerships.Partner.coordinator": Moves("partnership__stream")})
FATES.update(
    {
        "partnerships.PartnerRating.given_by": Moves("round__partnership__stream"),
        "partnerships.RatingLink.person": Moves("rating__round__partnership__stream"),
        "partnerships.ClientComment.responsible": Moves("site__partnership__stream"),
        "partnerships.Trip.traveller": Moves("site__partnership__stream"),
        "partnerships.EmergencyPlan.keeper": Moves("site__partnership__stream"),
        "partnerships.QualityAssessment.agent": Moves("site__partnership__stream"),
        "partnerships.CaseConsent.person": Moves("partner__partnership__stream"),
        "partnerships.CaseLink.person": Moves("consent__partner__partnership__stream"),
    }
)

# Others still learn from a case study after its partnership has ended.
after_end("case-drafted", "case-edited", "case-figures-changed", "case-consent-asked", "case-answered", "case-published", "case-withdrawn")


@follows(ENDED)
def tell_partners(stream: Stream, *, subject: Subject, ending: Ending) -> Iterator[None]:
    """Tell the coordinators of a partnership that ends."""
    if stream.kind != "partnership":
        return
    partners = Partner.objects.filter(partnership__stream=stream, left_on=None).exclude(coordinator=None)
    people = [partner.coordinator for partner in partners.select_related("coordinator").order_by("pk")]
    yield
    ending.tell(people)


@leaving.HOLDINGS.add
def holdings(account: User) -> Iterator[Holding]:
    """List the partnerships that a person who leaves the lab leads. People choose new leads for them."""
    labels = [str(partnership) for partnership in Partnership.objects.under_way().filter(lead=account)]
    yield Holding("partnerships", _("Partnerships they lead"), labels, None, _("These aren’t transferred. Choose another lead on each."))


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
