import datetime

from django import template

from labportal.home import waiting as in_words

register = template.Library()


@register.filter
def waiting(since: datetime.date, today: datetime.date) -> str:
    """How long something has waited: "waiting 9 days"."""
    return in_words(since, today)
