"""What a status report says about a subject's barriers and risks (EL-73, EL-74, EL-96)."""

from __future__ import annotations

from itertools import groupby

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from ledger.subjects import Subject
from oversight.barriers.queries import facts_of
from oversight.choices import Band, BarrierState, Gravity
from oversight.models import Barrier, BarrierStay, RiskRating
from oversight.money.queries import daily_costs
from oversight.status.facts import Contribution, Figure, Period, named, status_facts
from web.templatetags.portal import day, dollars

MOST = 200  # of each, newest first


@status_facts(place=60)
def barriers(subject: Subject, period: Period) -> Contribution:
    """Return the barriers raised and closed in the period, and open ones with their level and cost of delay; three queries."""
    stays = Prefetch("stays", queryset=BarrierStay.objects.select_related("level"))
    rows = list(Barrier.objects.filter(stream=subject.stream_id).select_related("level").prefetch_related(stays)[:MOST])
    open_rows = sorted((row for row in rows if row.is_open), key=lambda row: (row.due_on or period.today, row.pk))
    blocking = {row.pk: [facts_of(stay) for stay in row.stays.all()] for row in open_rows if row.blocks_work}
    daily = daily_costs([subject.stream_id], period.today).get(subject.stream_id)
    waiting = {key: sum(stay.working_days(period.today) for stay in stays) for key, stays in blocking.items()}
    cost = None if daily is None else daily * sum(waiting.values())
    facts = {
        "barriers_overdue": sum(row.due_on is not None and row.due_on < period.today for row in open_rows),
        "barriers_critical": sum(row.severity == Gravity.CRITICAL for row in open_rows),
        "work_waiting_days": max(waiting.values(), default=0),
    }
    figures = [Figure("barriers", _("Open barriers"), str(len(open_rows)))]
    if cost:
        figures.append(Figure("delay", _("Cost of delay so far"), dollars(cost)))
    return Contribution(facts, tuple(_done(rows, period)), tuple(map(_next, open_rows[:3])), tuple(figures))


def _done(rows: list[Barrier], period: Period) -> list[str]:
    raised = [row.text.rstrip(".") for row in rows if period.covers(row.raised_on)]
    resolved = [row.text.rstrip(".") for row in rows if row.state == BarrierState.RESOLVED and period.covers(row.closed_on)]
    accepted = [row.text.rstrip(".") for row in rows if row.is_accepted and period.covers(row.closed_on)]
    sentences = ((resolved, _("Resolved: %(names)s.")), (accepted, _("Accepted for now: %(names)s.")), (raised, _("Raised: %(names)s.")))
    return [sentence % {"names": named(names)} for names, sentence in sentences if names]


def _next(row: Barrier) -> str:
    params = {"barrier": row.text.rstrip("."), "level": row.level.name[:1].lower() + row.level.name[1:], "due": day(row.due_on)}
    return _("Resolve the barrier “%(barrier)s”, now at %(level)s, by %(due)s.") % params


@status_facts(place=70)
def risks(subject: Subject, period: Period) -> Contribution:
    """Return the open risks by rating, and those that were rated again; one query."""
    rows = RiskRating.objects.filter(risk__stream=subject.stream_id).select_related("risk").order_by("risk", "-number")[:MOST]
    by_risk = {risk: list(ratings) for risk, ratings in groupby(rows, key=lambda rating: rating.risk)}
    latest = {risk: ratings[0].band for risk, ratings in by_risk.items() if risk.is_open}
    bands = sorted(latest.values(), key=list(Band).index, reverse=True)
    facts = {
        "risks_extreme": bands.count(Band.EXTREME),
        "risks_high": bands.count(Band.HIGH),
        "risk_reviews_overdue": sum(risk.next_review_on < period.today for risk in latest),
    }
    done = [line for risk in latest for line in _rated_again(by_risk[risk], period)]
    closed = [risk.text.rstrip(".") for risk in by_risk if period.covers(risk.closed_on)]
    if closed:
        done.append(_("Closed risks: %(names)s.") % {"names": named(closed)})
    worst = _("%(count)d, the highest %(band)s") % {"count": len(bands), "band": _lower(bands[0])} if bands else "0"
    return Contribution(facts, tuple(done[:3]), (), (Figure("risks", _("Open risks"), worst),))


def _rated_again(ratings: list[RiskRating], period: Period) -> list[str]:
    """Return a line for a risk whose band changed in the period; the newest rating comes first."""
    now = ratings[0]
    before = next((rating for rating in ratings if rating.on < period.start), None)
    if before is None or not period.covers(now.on) or before.band == now.band:
        return []
    params = {"risk": now.risk.text.rstrip("."), "before": _lower(before.band), "now": _lower(now.band)}
    return [_("Rated the risk “%(risk)s” from %(before)s to %(now)s.") % params]


def _lower(band: Band) -> str:
    return str(band.label).lower()
