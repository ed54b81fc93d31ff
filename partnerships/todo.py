"""What partnerships give the lab to do, and their dates (people/todo.py; SP-06, SP-08, PB-29, PB-48)."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dates.months import months_after
from ledger.subjects import has_ended
from partnerships.cases.queries import text_sha256
from partnerships.choices import Stage
from partnerships.models import CaseConsent, CaseStudy, ClientComment, Decision, Partner, Partnership, RatingRound
from partnerships.workspace.relationship.queries import EVERY_MONTHS
from people.todo import MOST, TODO, About, Line, about


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


@TODO.add
def late_rounds(today: datetime.date) -> Iterator[Line]:
    """Yield the open rounds that are past their due date, the oldest first; one query."""
    rows = RatingRound.objects.filter(ended_on=None, due_on__lt=today).select_related("partnership__stream", "partnership__lead")
    missing = Count("ratings", filter=Q(ratings__given_on=None))
    for each in rows.annotate(missing=missing).order_by("due_on", "pk")[:MOST]:
        yield Line(
            key=f"rating-round/{each.pk}",
            title=_("Ratings of the relationship missing: %(count)d") % {"count": each.missing},
            verb=_("Follow up"),
            url=reverse("relationship", args=[each.partnership.reference]),
            since=each.opened_on,
            due_on=each.due_on,
            about=about(each.partnership),
        )


@TODO.add
def rounds_to_open(today: datetime.date) -> Iterator[Line]:
    """Yield the operating partnerships whose partners haven't rated for half a year, the longest first; one query."""
    is_rating = RatingRound.objects.filter(partnership=OuterRef("pk"), ended_on=None)
    rows: QuerySet[Any] = Partnership.objects.filter(~Exists(is_rating), state=Stage.OPERATING).select_related("stream", "lead")
    rows = rows.annotate(last_on=Coalesce(Max("rating_rounds__ended_on"), F("started_on")))
    for row in rows.filter(last_on__lte=months_after(today, -EVERY_MONTHS)).order_by("last_on", "pk")[:MOST]:
        due_on = months_after(row.last_on, EVERY_MONTHS)
        yield Line(
            key=f"relationship/{row.pk}/{due_on}",
            title=_("Partners’ ratings of the relationship are due"),
            verb=_("Ask for ratings"),
            url=reverse("round-open", args=[row.reference]),
            since=row.last_on,
            due_on=due_on,
            about=about(row),
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
