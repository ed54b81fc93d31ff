"""Why messages are sent, in words; each app that queues messages says its own."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

OCCASIONS: dict[str, Any] = {"password-link": _("Choose a password")}


def declare(labels: dict[str, Any]) -> None:
    """Give occasions their words; called from an app's `ready()`."""
    OCCASIONS.update(labels)


def occasion_label(occasion: str) -> str:
    """The occasion in words; one that nobody declared is shown in its own."""
    return str(OCCASIONS.get(occasion) or occasion.replace("-", " ").replace("_", " ").capitalize())
