"""What the lifecycle asks of partnerships: reads facts of many at once, calls rules, never writes."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from agreements.gates import agreed as agreed_about
from agreements.versions.rules import before_relying_on
from findings import Finding
from findings.gates import gate
from oversight.models import ChecklistItem
from partnerships.choices import Choice, SiteState
from partnerships.lifecycle import rules
from partnerships.lifecycle.checklists import PARTNERING, WINDING_UP
from partnerships.lifecycle.rules import ArrangementFacts, Facts, PartnerFacts
from partnerships.models import Arrangement, Decision, Incident, Partner, SunsetCriterion
from people.models import BodySeat, OrganizationContact

if TYPE_CHECKING:
    from partnerships.models import Partnership


def facts(partnerships: Sequence[Partnership], on: datetime.date) -> dict[int, Facts]:
    """Return what the gates ask of each partnership, by stream; the number of queries doesn't depend on how many there are."""
    partners, arrangements = _partners(partnerships, on), _arrangements(partnerships, on)
    steps, agreements = _open_steps([each.stream_id for each in partnerships]), agreed_about(partnerships, on)
    with_criteria = set(SunsetCriterion.objects.filter(partnership__in=partnerships, removed_on=None).values_list("partnership", flat=True))
    decided = Decision.objects.filter(partnership__in=partnerships).exclude(choice="").order_by("decided_on", "pk")
    last_choice = dict(decided.values_list("partnership", "choice"))
    responding = Counter(
        Incident.objects.filter(partnership__in=partnerships, ended_at=None).order_by().values_list("partnership", flat=True)
    )
    return {
        each.stream_id: Facts(
            words={word: getattr(each, word) for word in rules.IDEA},
            partners=tuple(partners[each.pk]),
            arrangements=tuple(arrangements[each.pk]),
            has_board=each.board_id is not None,
            open_steps=steps[each.stream_id],
            agreement=tuple(before_relying_on(agreements[each.stream_id].before)),
            has_note=bool(each.note),
            has_sunset=bool(each.no_sunset_reason) or each.pk in with_criteria,
            review_on=each.review_on,
            decided_to_end=last_choice.get(each.pk) == Choice.END,
            open_incidents=responding[each.pk],
        )
        for each in partnerships
    }


def _partners(partnerships: Iterable[Partnership], on: datetime.date) -> dict[int, list[PartnerFacts]]:
    """Return the partners of today; someone decides for one if a contact of the organization has a seat on the board."""
    seats = BodySeat.objects.filter(body=OuterRef("partnership__board"), from_on__lte=on).filter(Q(to_on=None) | Q(to_on__gte=on))
    contacts = OrganizationContact.objects.filter(organization=OuterRef(OuterRef("organization")), to_on=None).values("person")
    rows = Partner.objects.filter(partnership__in=partnerships, left_on=None).select_related("organization").order_by("pk")
    by_partnership: dict[int, list[PartnerFacts]] = defaultdict(list)
    of_it = Q(person__in=contacts) | Q(person=OuterRef("coordinator"))
    for row in rows.annotate(has_decider=Exists(seats.filter(of_it))):
        by_partnership[row.partnership_id].append(PartnerFacts(row.organization.name, row.organization.level, row.has_decider))
    return by_partnership


def _arrangements(partnerships: Iterable[Partnership], on: datetime.date) -> dict[int, list[ArrangementFacts]]:
    """Return the arrangements that are planned or in place."""
    rows = Arrangement.objects.filter(Q(to_on=None) | Q(to_on__gte=on), partnership__in=partnerships).select_related("site").order_by("pk")
    by_partnership: dict[int, list[ArrangementFacts]] = defaultdict(list)
    for row in rows:
        chosen = row.site is None or row.site.state == SiteState.CHOSEN
        arrangement = ArrangementFacts(row.leaf, row.site.name if row.site else "", chosen, row.queue_owner_id is not None)
        by_partnership[row.partnership_id].append(arrangement)
    return by_partnership


def _open_steps(streams: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return the steps that aren't done or dismissed, by stream and code."""
    steps: dict[int, dict[str, str]] = {stream: {} for stream in streams}
    rows = ChecklistItem.objects.filter(checklist__stream__in=streams, checklist__code__in=[PARTNERING.code, WINDING_UP.code]).left()
    for stream, code, text in rows.order_by("position").values_list("checklist__stream", "code", "text"):
        steps[stream][code] = text
    return steps


@gate(reads=facts, holds=_("There are at least two partners, and the problem, purpose and value are described."))
def case_made(facts: Facts, on: datetime.date) -> Iterator[Finding]:
    """Require what makes an idea worth studying (PB-01, PB-03)."""
    return rules.case_gaps(facts)


@gate(reads=facts, holds=_("An arrangement is planned, its site is chosen, and the board represents every partner."))
def feasible(facts: Facts, on: datetime.date) -> Iterator[Finding]:
    """Require the feasibility study, governance and a way to share costs (PB-23 to PB-25)."""
    return rules.feasibility_gaps(facts)


def _how_agreed(facts: Facts) -> str:
    return str(_("What was agreed is on record.") if facts.is_informal else _("The agreement is in force."))


@gate(reads=facts, holds=_how_agreed)
def agreed(facts: Facts, on: datetime.date) -> Iterator[Finding]:
    """Require an agreement in force, or a dated note for informal cross promotion (PB-08, PB-26)."""
    return rules.agreement_gaps(facts)


@gate(reads=facts, holds=_("The sunset criteria and review date are set."))
def ending_stated(facts: Facts, on: datetime.date) -> Iterator[Finding]:
    """Require sunset criteria, or a reason for none, and a review date (PB-27)."""
    return rules.ending_gaps(facts)


@gate(reads=facts, holds=_("Everything is ready to serve clients."))
def ready(facts: Facts, on: datetime.date) -> Iterator[Finding]:
    """Require what must be ready before clients are served."""
    return rules.readiness_gaps(facts)


@gate(reads=facts, holds=_("The decision to end is recorded, and winding up is complete."))
def wound_up(facts: Facts, on: datetime.date) -> Iterator[Finding]:
    """Require the decision to end and the winding-up list (section 4.7)."""
    return rules.winding_up_gaps(facts)
