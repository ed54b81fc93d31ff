"""Mail about readings: one is due, with a link by which it is entered without an account (EL-60, EL-91)."""

from __future__ import annotations

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from metrics.figures import figure
from metrics.models import Metric
from metrics.readings.links import period_of
from outbox.catalogue.messages import MailParams, MessageKind, Place, Template

METRIC = Place("metric", _("the metric"), _("Median days to a decision"), needed=True)
DUE_DAY = Place("day", _("the date the reading is due"), "30 November 2026")
LAST = Place("last", _("the last reading and its date"), _("34 days on 31 October 2026"))
TARGET = Place("target", _("the target, if there is one"), _("Target: 15 days by 31 March 2027."))
LINK = Place(
    "reading_link", _("their own link to enter the reading"), f"{settings.SITE_URL.rstrip('/')}/v/their-own-link/", needed=True, minted=True
)

TEMPLATES = (
    Template(
        _("Reading due {day}: {metric}, {about}"),
        _(
            """Hello {name},

You own this metric for {about}: {metric}.

A reading is due on {day}. Last reading: {last}. {target}

Enter the new number here. You don't need an account:
{reading_link}

If you don't have the number, or someone else should report it, reply to this email.

{lab}"""
        ),
        wording="ahead",
        when=_("up to the due date"),
    ),
    Template(
        _("Reading overdue: {metric}, {about}"),
        _(
            """Hello {name},

You own this metric for {about}: {metric}.

A reading was due on {day}. Last reading: {last}. {target}

Enter the number here. You don't need an account:
{reading_link}

If you don't have the number, or someone else should report it, reply to this email.

{lab}"""
        ),
        wording="late",
        when=_("after the due date"),
    ),
)
PLACES = (METRIC, DUE_DAY, LAST, TARGET, LINK)
PERIOD = Place("period", _("the quarter to report"), _("Q3 2026/27"), needed=True)

BENEFIT_TEMPLATES = (
    Template(
        _("One number for {period}: {metric}, {about}"),
        _(
            """Hello {name},

You report one figure a quarter for {about}: {metric}.

{period} is over. Please enter its figure by {day}. Last reading: {last}. {target}

Enter the number here. You don't need an account:
{reading_link}

If you don't have the number, or if you're changing jobs, reply to this email.

{lab}"""
        ),
        wording="ahead",
        when=_("up to the due date"),
    ),
    Template(
        _("Overdue: one number for {period}, {metric}, {about}"),
        _(
            """Hello {name},

You report one figure a quarter for {about}: {metric}.

The figure for {period} was due on {day}. Last reading: {last}. {target}

Enter the number here. You don't need an account:
{reading_link}

If you don't have the number, or if you're changing jobs, reply to this email.

{lab}"""
        ),
        wording="late",
        when=_("after the due date"),
    ),
)
READING_DUE = MessageKind("reading-due", _("A metric’s reading is due"), TEMPLATES, places=PLACES, optional=True)
BENEFIT_DUE = MessageKind(
    "benefit-reading-due", _("A benefit owner’s figure is due after graduation"), BENEFIT_TEMPLATES, places=(PERIOD, *PLACES), optional=True
)


def reading_due(metric: Metric, *, person: int | None, late: bool) -> MailParams:
    """Return what a reminder says: the last reading, the target, and a link for the person."""
    assert metric.next_due_on is not None  # noqa: S101 - what is reminded of has a day
    return MailParams(
        {
            "metric": metric.name,
            "day": date_format(metric.next_due_on, "j F Y"),
            "last": _last(metric),
            "target": _target(metric),
        },
        "late" if late else "ahead",
        {"reading_link": ["metrics.links.reading", {"metric": metric.pk, "person": person, "due_on": str(metric.next_due_on)}]},
    )


def benefit_due(metric: Metric, *, person: int | None, late: bool) -> MailParams:
    """Return the same with the quarter that it is due for (EL-86)."""
    assert metric.next_due_on is not None  # noqa: S101 - what is reminded of has a day
    params = reading_due(metric, person=person, late=late)
    period = period_of(metric, metric.next_due_on)
    label = period.label if period else _now("the last quarter")
    return MailParams({**params.facts, "period": label}, params.wording, params.mint)


def _last(metric: Metric) -> str:
    if metric.last_on is None:
        return _now("none yet")
    return _now("%(value)s on %(day)s") % {"value": figure(metric.last_value, metric.unit), "day": date_format(metric.last_on, "j F Y")}


def _target(metric: Metric) -> str:
    if metric.target_on is None:
        return ""
    params = {"value": figure(metric.target_value, metric.unit), "day": date_format(metric.target_on, "j F Y")}
    return _now("Target: %(value)s by %(day)s.") % params
