"""What a calendar's page knows of time, from its address; the same for every calendar with a month and a list."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from dates.months import month_asked, month_from

MONTH, LIST = "month", "list"


def asked_month(request: HttpRequest) -> dict[str, Any]:
    """The `month` asked for, the ones `before` and `after`, `today`, and `from_on`, where the list begins."""
    today = timezone.localdate()
    month = month_asked(request.GET.get("month", ""), today)
    from_on = today if (month.year, month.month) == (today.year, today.month) else month
    return {"month": month, "today": today, "before": month_from(month, -1), "after": month_from(month, 1), "from_on": from_on}
