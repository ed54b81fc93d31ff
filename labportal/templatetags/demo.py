from collections.abc import Iterable

from django import template
from django.conf import settings

from demo.views import DEMO_DOMAIN
from people.models import User

register = template.Library()

MOST = 12


@register.simple_tag
def demo_accounts() -> Iterable[User]:
    """The accounts that the demo made, to enter with one press; none unless this is a place for trying things."""
    if not settings.DEBUG:
        return []
    return User.objects.filter(email__endswith=DEMO_DOMAIN, is_active=True).exclude(role_grants=None).order_by("pk")[:MOST]
