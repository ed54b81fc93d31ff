"""What the pages about a team's community say in words: hours, how long somebody waited, the parts of the lab's pages."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from community.models import ExpertSession
from community.models.giving import in_hours

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


@register.filter
def waited(session: ExpertSession) -> str:
    """How long a request has waited, in days."""
    count = (timezone.localdate() - timezone.localdate(session.requested_at)).days
    return ngettext("waiting %(count)d day", "waiting %(count)d days", count) % {"count": count} if count else _("since today")
