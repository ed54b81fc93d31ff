"""Home lines for API tokens that are about to expire (people/todo.py)."""

from __future__ import annotations

import datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from people.models import Role
from people.todo import MOST, TODO, Line
from reports.models import ApiToken

AHEAD = datetime.timedelta(days=14)
ANY_ROLE = tuple(role.value for role in Role)


@TODO.add
def expiring_tokens(today: datetime.date) -> list[Line]:
    """Return lines for tokens in use that expire within 14 days, each for its own account; one query."""
    rows = ApiToken.objects.working(today).filter(expires_on__lte=today + AHEAD).exclude(last_used_at=None)
    return [_line(token) for token in rows.select_related("account").order_by("expires_on", "pk")[:MOST]]


def _line(token: ApiToken) -> Line:
    params = {"name": token.name, "day": date_format(token.expires_on, "j F")}
    return Line(
        key=f"api-token/{token.pk}",
        title=_("API token “%(name)s” expires after %(day)s") % params,
        verb=_("Create a new token"),
        url=reverse("api-token-create"),
        since=token.expires_on - AHEAD,
        due_on=token.expires_on,
        roles=ANY_ROLE,
        hidden=True,
        assignee=token.account_id,
        assignee_name=str(token.account),
    )
