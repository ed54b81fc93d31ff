"""How a colour, a barrier, a risk and a decision are shown in few words, on their own pages and in every row of a list."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import cache

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from oversight.choices import Dimension, Health
from oversight.models import Barrier, DecisionWanted, ReportingPlan, Risk, StatusReport
from web.icons import chip
from web.templatetags.portal import day_short

register = template.Library()

LOOKS = {Health.GREEN: ("success", "disc"), Health.AMBER: ("warning", "alert"), Health.RED: ("danger", "diamond")}


@register.filter
def health(colour: Health) -> SafeString:
    """A colour in words, with its shape."""
    return _health(colour, get_language())


@cache
def _health(colour: Health, language: str) -> SafeString:
    """The chip of a colour in `language`, which is the one in use."""
    return chip(colour.label, *LOOKS[colour])


def health_marks(report: StatusReport | None, colours: Iterable[tuple[Dimension, Health]], reference: str) -> SafeString:
    """The colours of a subject's last report, and the report."""
    if report is None:
        return format_html('<span class="text-muted">{}</span>', _("No report yet"))
    marks = mark_safe("".join(_mark(dimension, colour, get_language()) for dimension, colour in colours))  # noqa: S308 - escaped below
    url = reverse("status-report", args=[reference, report.number])
    return format_html(
        '<span class="health-marks">{}</span><span class="cell-sub"><a href="{}">{}</a>, {}</span>',
        marks, url, report, day_short(report.sent_on),
    )  # fmt: skip


@cache
def _mark(dimension: Dimension, colour: Health, language: str) -> SafeString:
    return format_html(
        '<span class="health-mark"><span class="health-name">{}</span> {}</span>', dimension.label, _health(colour, language)
    )


def _due(on: datetime.date | None, is_overdue: bool) -> str:
    """When something is due; marked as late if it is."""
    if on is None:
        return ""
    facts = {"day": day_short(on)}
    if is_overdue:
        return format_html('<span class="need-age-late">{}</span>', _("Overdue since %(day)s") % facts)
    return _("Due %(day)s") % facts


@register.filter
def report_due(plan: ReportingPlan) -> str:
    """When a subject's next report is due."""
    return _due(plan.next_due_on, plan.is_overdue)


@register.filter
def decision_due(decision: DecisionWanted) -> str:
    """When a decision is due, or how it was answered."""
    return _due(decision.waits_until, decision.is_overdue) if decision.is_open else str(decision.get_state_display())


@register.filter
def where(barrier: Barrier) -> SafeString:
    """A barrier's level and due date, or how it was closed."""
    if barrier.is_open:
        due = _due(barrier.due_on, barrier.is_overdue)
        return format_html('{}<span class="cell-sub">{}</span>' if due else "{}{}", barrier.level.name, due)
    if barrier.is_accepted:
        until = _("until %(day)s") % {"day": day_short(barrier.accepted_until)}
        return format_html('{}<span class="cell-sub">{}</span>', barrier.get_state_display(), until)
    return format_html('{}<span class="cell-sub">{}</span>', barrier.get_state_display(), day_short(barrier.closed_on))


@register.filter
def rating(risk: Risk) -> SafeString:
    """A risk's last rating in words. The risk must be read with it (`rated`)."""
    sum_of_both = _("%(likelihood)s × %(impact)s = %(score)s") % {
        "likelihood": risk.likelihood, "impact": risk.impact, "score": risk.score
    }  # fmt: skip
    band = risk.band
    return format_html('<span class="heat-mark heat-{}">{}</span><span class="cell-sub">{}</span>', band, band.label, sum_of_both)


@register.filter
def review(risk: Risk) -> str:
    """When a risk is due for review, or when it was closed."""
    if not risk.is_open:
        return _("Closed %(day)s") % {"day": day_short(risk.closed_on)}
    if risk.is_review_overdue:
        return format_html('<span class="need-age-late">{}</span>', _("%(day)s, overdue") % {"day": day_short(risk.next_review_on)})
    return day_short(risk.next_review_on)
