"""What partnerships give the lab to do, and their dates (people/todo.py; SP-06, SP-08, PB-29, PB-48)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.db.models import CharField, Count, DateField, Exists, F, Max, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dates.database import LocalDate
from dates.months import months_after
from ledger.subjects import has_ended
from partnerships.cases.queries import text_sha256
from partnerships.choices import EvaluationKind, MeetingState, Stage
from partnerships.models import (
    CaseConsent,
    CaseStudy,
    ClientComment,
    Decision,
    Incident,
    Partner,
    PartnerMeeting,
    Partnership,
    PilotEvaluation,
    RatingRound,
)
from partnerships.workspace.meetings.queries import without_planned
from partnerships.workspace.relationship.queries import EVERY_MONTHS
from people.todo import MOST, TODO, About, DateKind, DateState, Entry, Line, Scope, about, dates_of


@TODO.add
def decisions_due(today: datetime.date) -> Iterator[Line]:
    """Yield the decisions about partnerships that wait, the oldest first; one query."""
    rows = Decision.objects.filter(choice="").select_related("partnership__stream", "partnership__lead").order_by("due_on", "pk")
    for decision in rows[:MOST]:
        yield Line(
            key=f"partnership-decision/{decision.pk}",
            title=_("Decide whether the partnership continues: %(occasion)s") % {"occasion": decision.occasion},
            verb=_("Decide"),
            url=reverse("partnership-answer", args=[decision.partnership.reference, decision.pk]),
            since=decision.met_on,
            due_on=decision.due_on,
            about=about(decision.partnership),
        )


# ── Ratings of the relationship ───────────────────────────────────────────────────────────────────


Row = tuple[str, int, int, str, datetime.date, datetime.date | None]  # kind, key, partnership, what to say, since, due


def _rows(rows: QuerySet[Any], kind: str, *, partnership: str, says: Any, since: Any, due: Any) -> QuerySet[Any]:
    """Return `rows` in the columns that all kinds of lines share."""
    named = {
        "r_kind": Value(kind, output_field=CharField()), "r_key": F("pk"), "r_partnership": F(partnership),
        "r_says": Cast(says, CharField()), "r_since": since, "r_due": due,
    }  # fmt: skip
    return rows.order_by().annotate(**named).values_list(*named)


def _lines(today: datetime.date) -> list[Row]:
    """Return what waits for a partnership's lead, the longest waiting first; one query for all kinds."""
    nothing, no_day = Value("", output_field=CharField()), Value(None, output_field=DateField())
    rounds = RatingRound.objects.filter(ended_on=None, due_on__lt=today)
    missing = Count("ratings", filter=Q(ratings__given_on=None))
    is_rating = RatingRound.objects.filter(partnership=OuterRef("pk"), ended_on=None)
    to_rate = Partnership.objects.filter(~Exists(is_rating), state=Stage.OPERATING)
    last_on = Coalesce(Max("rating_rounds__ended_on"), F("started_on"))
    to_rate = to_rate.annotate(last_on=last_on).filter(last_on__lte=months_after(today, -EVERY_MONTHS))
    to_meet = without_planned(today).filter(meet_by__lte=today)
    met = PartnerMeeting.objects.filter(state=MeetingState.PLANNED, on__lt=today)
    evaluations = PilotEvaluation.objects.filter(given_on=None, due_on__lte=today, arrangement__partnership__state=Stage.OPERATING)
    called_on = LocalDate("called_at")
    sources = [
        _rows(rounds, "round", partnership="partnership", says=missing, since=F("opened_on"), due=F("due_on")),
        _rows(to_rate, "to-rate", partnership="pk", says=nothing, since=F("last_on"), due=no_day),
        _rows(to_meet, "to-meet", partnership="pk", says=nothing, since=F("meet_by"), due=F("meet_by")),
        _rows(met, "met", partnership="partnership", says=nothing, since=F("on"), due=F("on")),
        _rows(evaluations, "evaluation", partnership="arrangement__partnership", says=F("kind"), since=F("due_on"), due=F("due_on")),
        _rows(Incident.objects.filter(ended_at=None), "incident", partnership="partnership", says=F("community"), since=called_on, due=no_day),
    ]  # fmt: skip
    return list(sources[0].union(*sources[1:], all=True).order_by("r_since", "r_kind", "r_key")[: len(sources) * MOST])


@TODO.add
def of_partnerships(today: datetime.date) -> Iterator[Line]:
    """Yield ratings, meetings and evaluations that are late, and rapid responses that are open, the longest waiting first; two queries."""
    rows = _lines(today)
    partnerships = Partnership.objects.select_related("stream", "lead").in_bulk({row[2] for row in rows})
    for row in rows:
        yield _line_of(row, partnerships[row[2]])


def _line_of(row: Row, partnership: Partnership) -> Line:
    kind, key, _partnership, says, since, due_on = row
    reference = partnership.reference
    if kind == "round":
        title, verb, url = (
            _("Ratings of the relationship missing: %(count)s") % {"count": says},
            _("Follow up"),
            reverse("relationship", args=[reference]),
        )
        name = f"rating-round/{key}"
    elif kind == "to-rate":
        due_on = months_after(since, EVERY_MONTHS)
        title, verb, url = _("Partners’ ratings of the relationship are due"), _("Ask for ratings"), reverse("round-open", args=[reference])
        name = f"relationship/{key}/{due_on}"
    elif kind == "to-meet":
        title, verb, url = _("A meeting of the partners is due"), _("Plan a meeting"), reverse("meeting-plan", args=[reference])
        name = f"partner-meeting-due/{key}/{due_on}"
    elif kind == "met":
        title, verb, url = _("A meeting of the partners isn’t recorded yet"), _("Record it"), reverse("meeting", args=[reference, key])
        name = f"partner-meeting/{key}"
    elif kind == "evaluation":
        title, verb = str(EvaluationKind(says).label), _("Record findings")
        url, name = reverse("pilot-evaluation", args=[reference, key]), f"pilot-evaluation/{key}"
    else:
        title, verb = _("Rapid response open: %(community)s") % {"community": says}, _("Open it")
        url, name = reverse("incident", args=[reference, key]), f"incident/{key}"
    return Line(key=name, title=title, verb=verb, url=url, since=since, due_on=due_on, about=about(partnership))


@dates_of(DateKind.MEETING)
def meetings(start: datetime.date, end: datetime.date, scope: Scope) -> Iterator[Entry]:
    """Yield the meetings of partners; one query."""
    rows = PartnerMeeting.objects.filter(on__range=(start, end)).select_related("partnership__stream", "partnership__lead")
    states = {"planned": DateState.PLANNED, "held": DateState.DONE, "cancelled": DateState.CANCELLED}
    for row in scope.of(rows, "partnership__stream").order_by("on", "pk")[: scope.most]:
        yield Entry(
            key=f"partner-meeting-{row.pk}",
            kind=DateKind.MEETING.value,
            on=row.on,
            at=row.at,
            place=row.place,
            title=_("Meeting of the partners"),
            url=reverse("meetings", args=[row.partnership.reference]),
            state=states[row.state].value,
            about=about(row.partnership),
            sequence=row.revision,
        )


# ── Case studies ──────────────────────────────────────────────────────────────────────────────────


@TODO.add
def cases_under_way(today: datetime.date) -> Iterator[Line]:
    """Yield the case studies about which partners were asked and that aren't published, the longest waiting first; three queries."""
    asked = (
        CaseStudy.objects.filter(state=CaseStudy.State.DRAFT, partnership__isnull=False, consents__isnull=False).order_by("pk").distinct()
    )
    rows = list(asked.select_related("partnership__stream", "partnership__lead")[:MOST])
    consents = list(CaseConsent.objects.filter(case__in=rows).order_by("asked_at", "pk"))
    partners = list(Partner.objects.filter(partnership__in=[row.partnership_id for row in rows], left_on=None))
    for row in rows:
        sha256 = text_sha256(row)
        current = {each.partner_id: each for each in consents if each.case_id == row.pk and each.text_sha256 == sha256}
        wanted = [partner.pk for partner in partners if partner.partnership_id == row.partnership_id]
        yield _line(row, [current.get(partner) for partner in wanted], [each for each in consents if each.case_id == row.pk][-1])


def _line(case: CaseStudy, answers: list[CaseConsent | None], last: CaseConsent) -> Line:
    waits = False
    if all(each and each.answer == CaseConsent.Answer.AGREED for each in answers):
        title, verb = _("Every partner agreed to the case study “%(title)s”"), _("Publish")
    elif any(each and each.answer == CaseConsent.Answer.CHANGES for each in answers):
        title, verb = _("A partner asked for changes to the case study “%(title)s”"), _("Change the text")
    elif any(each is None for each in answers):
        title, verb = _("The case study “%(title)s” has changed since partners were asked"), _("Ask again")
    else:
        title, verb, waits = _("Partners haven’t answered about the case study “%(title)s”"), _("Follow up"), True
    return Line(
        key=f"case-study/{case.pk}",
        title=title % {"title": case.title},
        verb=verb,
        url=case.get_absolute_url(),
        since=timezone.localdate(last.answered_at or last.asked_at),
        waits=waits,
        about=about(case.partnership) if case.partnership else About(),
    )


# ── Clients' comments ─────────────────────────────────────────────────────────────────────────────


@TODO.add
def overdue_comments(today: datetime.date) -> Iterator[Line]:
    """Yield overdue follow-ups, the oldest first, without anything personal; one query."""
    rows = ClientComment.objects.overdue(today).select_related("site__partnership__stream", "site__partnership__lead", "responsible__user")
    for row in rows.exclude(has_ended("site__partnership__stream")).order_by("due_on", "pk")[:MOST]:
        account = row.responsible.user if row.responsible else None
        yield Line(
            key=f"client-comment/{row.pk}",
            title=_("Follow up on a client’s comment: %(site)s") % {"site": row.site.name},
            verb=_("Follow up"),
            url=row.get_absolute_url(),
            since=row.received_on,
            due_on=row.due_on,
            about=about(row.partnership),
            assignee=account.pk if account else None,
            assignee_name=str(account) if account else "",
        )
