"""What `manage.py check --deploy` says of the web floor's settings."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.caches, deploy=True)
def limits_are_shared(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Attempts to guess are counted per process unless the cache is shared (ASVS 6.3.1)."""
    if not settings.CACHES["default"]["BACKEND"].endswith("LocMemCache"):
        return []
    return [
        Warning(
            "Without Redis each process counts wrong passwords for itself.",
            hint="Set REDIS_URL, or serve with one process.",
            id="web.W001",
        )
    ]
