"""What the pages about a team's community say in words: hours, how long somebody waited, the parts of the lab's pages."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from community.models import ExpertSession, Mentoring, Offer
from community.models.giving import in_hours
from web.icons import chip
from web.templatetags.portal import day

register = template.Library()

# Name of the part, its label, the name of its address.
PARTS = (
    ("habits", gettext_lazy("Habits"), "lab-community"),
    ("given", gettext_lazy("Pay it forward"), "lab-given"),
    ("sessions", gettext_lazy("Expert sessions"), "sessions"),
    ("experts", gettext_lazy("Experts"), "experts"),
    ("calendar", gettext_lazy("Session calendar"), "sessions-calendar"),
    ("desks", gettext_lazy("Desks"), "desks"),
    ("alumni", gettext_lazy("Alumni"), "alumni"),
    ("mentors", gettext_lazy("Mentors"), "mentors"),
)


class Part(NamedTuple):
    label: Any
    url: str
    current: bool


@register.simple_tag
def community_parts(current: str) -> list[Part]:
    """The lab's pages about the community; `current` is the one that is shown."""
    return [Part(label, reverse(address), name == current) for name, label, address in PARTS]


@register.filter
def hours(minutes: int | None) -> str:
    """ "1.5" for 90 minutes."""
    return f"{in_hours(minutes).normalize():f}"


@register.filter
def in_words(hours: Any) -> str:
    """ "1.5 hours" for a number of hours."""
    number = f"{hours.normalize():f}"
    return _("1 hour") if number == "1" else _("%(hours)s hours") % {"hours": number}


SUB = '<span class="cell-sub">{}</span>'


@register.filter
def short_offer(offer: Offer | None) -> SafeString:
    """What someone offers to teams, cut for a row of a list."""
    if offer is None:
        return format_html('<span class="text-muted">{}</span>', _("Nothing yet"))
    text = format_html(SUB, Truncator(offer.text).chars(140)) if offer.text else ""
    count = offer.teams_at_once
    mentors = ngettext("Mentors 1 team at a time", "Mentors up to %(count)s teams at a time", count) % {"count": count} if count else ""
    return format_html("{}{}{}", ", ".join(offer.topic_labels), text, format_html(SUB, mentors) if mentors else "")


@register.filter
def mentoring_chip(mentoring: Mentoring) -> SafeString:
    """Where a mentoring stands."""
    if mentoring.is_requested:
        look = ("warning", "clock")
    elif mentoring.is_matched:
        look = ("active", "people")
    else:
        look = ("success", "check") if mentoring.outcome else ("neutral", "minus")
    return chip(mentoring.get_state_display(), *look)


def mentoring_since(mentoring: Mentoring) -> str:
    """Since when a mentoring waits, or when the team and its mentor last met."""
    if mentoring.is_requested:
        return format_html("{}" + SUB, day(mentoring.requested_at), waited(mentoring))
    if not mentoring.is_matched:
        return day(mentoring.closed_on)
    met = mentoring.last_met_on
    last = _("No meeting yet") if met == mentoring.matched_on else _("Last met %(day)s") % {"day": day(met)}
    return format_html("{}" + SUB, day(mentoring.matched_on), last)


@register.filter
def waited(session: ExpertSession | Mentoring) -> str:
    """How long a request has waited, in days."""
    count = (timezone.localdate() - timezone.localdate(session.requested_at)).days
    return ngettext("waiting %(count)d day", "waiting %(count)d days", count) % {"count": count} if count else _("since today")
