"""Minutes and rates of a site's waits in words; None is a figure that isn't shown (SP-07)."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

register = template.Library()
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
