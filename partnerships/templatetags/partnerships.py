"""The frame of a partnership's pages, the same on each of them; a case study's codes and days, which are text as they were published; and minutes and rates of a site's waits in words."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor
from ledger.lifecycle import NextAct, Step, first_of
from partnerships.lifecycle.moves import ENDINGS, LIFECYCLE, MOVES, check_next, next_move
from partnerships.models import Partnership
from partnerships.models.cases import Tagged
from web.templatetags.portal import day, finding_url

register = template.Library()


@register.inclusion_tag("partnerships/_head.html", takes_context=True)
def partnership_head(context: template.Context, partnership: Partnership) -> dict[str, Any]:
    """Render reference, name, stage and lead, the next thing that can be done, as on a residency, and the rest under More."""
    user = context["request"].user
    may_keep = partnership.is_under_way and user.has_perm("partnerships.keep_partnership", partnership)
    endings = [move for move in MOVES if move.verb in ENDINGS and partnership.state in move.origins]
    return {
        "partnership": partnership,
        "act": _next_act(partnership, user, may_keep),
        "endings": [move for move in endings if user.has_perm(LIFECYCLE.permission(move.verb), partnership)],
        "may_keep": may_keep,
        "here": context["request"].path,
    }


def _next_act(partnership: Partnership, user: Actor, may_keep: bool) -> NextAct:
    ahead = next_move(partnership)
    decides = ahead is not None and user.has_perm(LIFECYCLE.permission(ahead.verb), partnership)
    check = check_next(partnership, timezone.localdate()) if may_keep or decides else None
    if ahead is None or check is None:
        return NextAct(None)
    act = Step(ahead.label, reverse("partnership-move", args=[partnership.reference, ahead.verb])) if decides else None
    url_of = lambda finding: finding_url(finding, partnership.reference, partnership.get_absolute_url())
    return first_of(act, check.findings, partnership, user, url_of)


@register.filter
def change(value: float | None) -> str:
    """ "+0.5", "−1.0" or "0.0"; empty if there is nothing to compare with."""
    if value is None:
        return ""
    text = f"{abs(value):.1f}"
    return text if text == "0.0" else f"{'+' if value > 0 else '−'}{text}"


# ── Case studies ───────────────────────────────────────────────────────────────────────────────────


@register.filter
def code_labels(codes: Iterable[str], name: str) -> list[str]:
    """Return the labels of the codes in one of a case's columns."""
    choices = Tagged.TAGS["leaves" if name == "models" else name]
    return [str(choices(code).label) for code in codes if code in choices.values]


@register.filter
def step_day(text: str) -> str:
    """Write the day of a next step; empty without one."""
    return day(datetime.date.fromisoformat(text)) if text else ""


# ── Waits (SP-07); None is a figure that isn't shown ──────────────────────────────────────────────


HIDDEN = "–"


@register.filter
def minutes(value: float | None) -> str:
    """ "12 min", or a dash if it isn't shown."""
    return HIDDEN if value is None else _("%(value)s min") % {"value": f"{value:g}"}


@register.filter
def from_standard(value: float | None) -> str:
    """ "2 min over", "1.5 min under" or "on the standard"."""
    if value is None:
        return HIDDEN
    if not value:
        return _("on the standard")
    sentence = _("%(value)s min over") if value > 0 else _("%(value)s min under")
    return sentence % {"value": f"{abs(value):g}"}


@register.filter
def rating(value: float | None) -> str:
    """ "4.2 of 5"."""
    return HIDDEN if value is None else _("%(value)s of 5") % {"value": f"{round(value, 1):g}"}


@register.filter
def rate(value: float | None) -> str:
    """ "85%", with one decimal if it isn't whole."""
    return HIDDEN if value is None else f"{round(value, 1):g}%"
