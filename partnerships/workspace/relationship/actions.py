"""Acts on rating rounds: open one, rate in it, close it (SP-03, PB-29).

No event says what a partner gave, only that it did. The rating's hash in the event can't be guessed back, because a nonce is in it.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act, part
from acts.revisions import Stale
from findings import Finding, Refused, blocking, refuse
from ledger import subjects
from ledger.actions import append
from outbox.queue import withdraw
from partnerships.models import Partner, PartnerRating, Partnership, RatingRound
from partnerships.models.relationship import round_open
from partnerships.workspace import mail
from partnerships.workspace.relationship.rules import PLACE, known_only, rating_faults

FEWEST = 2


@act("partnerships.keep_partnership")
def open_round(partnership: Partnership, *, due_on: datetime.date, by: Actor) -> RatingRound:
    """Ask every partner of today for its rating; each coordinator gets an email with a link.

    Raises `Refused`: `round-open`, `round-due-past`, `round-too-few` with fewer than two partners, `round-no-coordinator` for each
    partner without a coordinator who can be reached.
    """
    row = subjects.lock(partnership.stream)
    today = timezone.localdate()
    partners = list(
        Partner.objects.filter(partnership=row, left_on=None).select_related("organization", "coordinator__user").order_by("pk")
    )
    if faults := _opening_faults(row, partners, due_on, today):
        raise Refused(faults)
    number = RatingRound.objects.filter(partnership=row).count() + 1
    rating_round = RatingRound.objects.create(partnership=row, number=number, opened_on=today, due_on=due_on, opened_by=account_of(by))
    ratings = [PartnerRating.objects.create(round=rating_round, partner=partner) for partner in partners]
    append(row.stream, "round-opened", by=by, facts={"rating_round": number, "due": due_on})
    for rating in ratings:
        mail.rating_wanted(rating)
    return rating_round


def _opening_faults(row: Partnership, partners: list[Partner], due_on: datetime.date, today: datetime.date) -> list[Finding]:
    faults = []
    if RatingRound.objects.filter(partnership=row, ended_on=None).exists():
        faults.append(round_open())
    if due_on <= today:
        faults.append(blocking("round-due-past", _("The due date has to be after today."), _("Give the partners a week or two."), PLACE))
    if len(partners) < FEWEST:
        faults.append(blocking("round-too-few", _("Fewer than two partners can’t be compared."), _("Add the partners first."), "partners"))
    for partner in partners:
        if partner.coordinator is None or not (partner.coordinator.email or partner.coordinator.user_id):
            message = _("%(partner)s has no coordinator with an email address.") % {"partner": partner.organization.name}
            faults.append(blocking("round-no-coordinator", message, _("Name one who can rate for it."), "partners"))
    return faults


@act("partnerships.rate_relationship")
def rate(rating: PartnerRating, *, scores: Mapping[str, int], reasons: Mapping[str, str], shown_revision: int, by: Actor) -> PartnerRating:
    """Give a partner's rating, or correct it. When the last one is given, all are shown and nobody can change theirs any more.

    Raises `Stale` if the same person changed it elsewhere, and `Refused`: `round-ended`, `rating-incomplete`, `rating-no-reason`,
    `rating-changed` if someone else of this partner rated since the page was opened.
    """
    current = _locked(rating)
    scores, reasons = known_only(scores), {code: text.strip() for code, text in known_only(reasons).items() if text.strip()}
    if faults := list(rating_faults(scores, reasons)):
        raise Refused(faults)
    _refuse_overwriting(current, shown_revision, scores, reasons)
    is_first = current.given_on is None
    current.scores, current.reasons = dict(scores), reasons
    current.given_on, current.given_by = timezone.localdate(), current.partner.coordinator
    current.revision += 1
    current.save()
    facts = {"organization": current.partner.organization.name, "rating_round": current.round.number}
    append(current.partnership.stream, "relationship-rated" if is_first else "relationship-rerated", by=by, facts=facts)
    if not PartnerRating.objects.filter(round=current.round, given_on=None).exists():
        end_round(current.round, "round-revealed", by=by)
    return current


def _locked(rating: PartnerRating) -> PartnerRating:
    """Lock the partnership, and return the rating as it is now. Raises `Refused` (`round-ended`, `partner-left`)."""
    partnership = subjects.lock(rating.partnership.stream)
    rows = PartnerRating.objects.select_for_update(of=("self",)).select_related("round", "partner__organization", "partner__coordinator")
    current = rows.get(pk=rating.pk)
    current.round.partnership = partnership
    if not current.round.is_open:
        remedy = _("The results are on the partnership’s page. Your next chance to rate is the next round.")
        raise refuse("round-ended", _("This round has ended, so ratings can’t be changed any more."), remedy, PLACE)
    if current.partner.left_on is not None:
        raise refuse("partner-left", _("This organization has left the partnership."), _("You don’t need to rate."), PLACE)
    return current


def _refuse_overwriting(current: PartnerRating, shown_revision: int, scores: Mapping[str, int], reasons: Mapping[str, str]) -> None:
    """Refuse to overwrite what this page didn't show. What someone else gave isn't shown beside it, because it is theirs alone."""
    if current.revision == shown_revision:
        return
    if current.given_by_id not in (None, current.partner.coordinator_id):
        message = _("%(name)s has rated for this partner since you opened the page.") % {"name": current.given_by}
        raise refuse("rating-changed", message, _("Agree on who rates, then reload the page to rate again."), PLACE)
    raise Stale(current, differing_answers(current, scores, reasons))


@part
def differing_answers(current: PartnerRating, scores: Mapping[str, int], reasons: Mapping[str, str]) -> dict[str, tuple[Any, Any]]:
    """Return the answers that differ, by the names of the form's fields."""
    pairs = {
        f"{kind}_{code}": (on_record.get(code, ""), given.get(code, ""))
        for kind, on_record, given in (("score", current.scores, scores), ("reason", current.reasons, reasons))
        for code in {*on_record, *given}
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


@act("partnerships.keep_partnership", on="rating_round.partnership")
def close_round(rating_round: RatingRound, *, reason: str, by: Actor) -> RatingRound:
    """End a round although ratings are missing: those that were given are shown, and the missing partners are named.

    Raises `Refused`: `no-reason`, `round-ended`.
    """
    partnership = subjects.lock(rating_round.partnership.stream)
    current = RatingRound.objects.select_for_update().get(pk=rating_round.pk)
    current.partnership = partnership
    if not current.is_open:
        raise refuse("round-ended", _("This round has already ended."), _("Reload the page to see the results."), PLACE)
    if not reason.strip():
        raise refuse("no-reason", _("A reason is required."), _("Say why the round ends without every rating."), PLACE)
    current.close_reason = reason.strip()
    return end_round(current, "round-closed", by=by)


@part
def end_round(current: RatingRound, ending: str, *, by: Actor) -> RatingRound:
    """End a round, which shows its ratings; part of the act that ends it, under the partnership's lock."""
    current.ended_on = timezone.localdate()
    current.save(update_fields=["ended_on", "close_reason"])
    ratings = list(current.ratings.select_related("partner__organization", "partner__coordinator").order_by("pk"))
    missing = [rating.partner.organization.name for rating in ratings if rating.given_on is None]
    facts = {"rating_round": current.number, "missing": ", ".join(missing), "reason": current.close_reason}
    append(current.partnership.stream, ending, by=by, facts={name: value for name, value in facts.items() if value})
    withdraw(mail.RATING_WANTED, current.partnership.stream)
    mail.results_shown(current, ratings)
    return current
