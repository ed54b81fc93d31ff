"""What opened and settled a finding, in words."""

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

register = template.Library()

WORDS: dict[str, Any] = {
    "seat-added": _("somebody joined the roster"),
    "seat-edited": _("an entry was corrected"),
    "seat-changed": _("a place changed"),
    "seat-struck": _("an entry was taken out"),
    "training-logged": _("a course in Agile was logged"),
    "training-struck": _("a course in Agile was taken out of the log"),
    "time": _("a date passed, or the residency moved on"),
}


@register.filter
def act_words(because: str) -> str:
    """ "somebody joined the roster" for `seat-added`."""
    return str(WORDS.get(because, because))
