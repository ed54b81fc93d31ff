"""Home lines for API tokens that are about to expire, and for showcase pages that one side has to release (people/todo.py)."""

from __future__ import annotations

import datetime

from django.db.models import F
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from people.models import Role
from people.todo import MOST, OPS, TODO, Line, about
from reports.models import ApiToken, ShowcaseVersion

AHEAD = datetime.timedelta(days=14)
ANY_ROLE = tuple(role.value for role in Role)
OWNERS = (Role.PRODUCT_OWNER.value,)


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


@TODO.add
def showcase_releases(today: datetime.date) -> list[Line]:
    """Return lines for showcase pages that wait for a side's release, the longest waiting first; one query."""
    rows = ShowcaseVersion.objects.waiting().select_related("stream__residency__owner").order_by("proposed_on", "pk")
    return [_to_release(version) for version in rows[:MOST]]


def _to_release(version: ShowcaseVersion) -> Line:
    is_ours = version.lab_by_id is None
    title = _("Showcase page not released by the lab yet") if is_ours else _("Showcase page not released by the product owner yet")
    return Line(
        key=f"showcase-release/{version.pk}",
        title=title,
        verb=_("Read and release the page") if is_ours else _("Follow up"),
        url=reverse("showcase-entry", args=[version.reference]),
        since=version.proposed_on,
        roles=OPS if is_ours else (*OPS, *OWNERS),
        asked=is_ours,
        waits=not is_ours,
        about=about(version.subject),
    )


@TODO.add
def showcase_pages_behind(today: datetime.date) -> list[Line]:
    """Return lines for published pages that show a product under way although it has ended; one query."""
    rows = (
        ShowcaseVersion.objects.published().filter(stream__residency__ended_on__isnull=False).exclude(stage=F("stream__residency__state"))
    )
    return [
        Line(
            key=f"showcase-behind/{version.pk}",
            title=_("Showcase page still shows the product as under way"),
            verb=_("Release a new version"),
            url=reverse("showcase-entry", args=[version.reference]),
            since=version.subject.ended_on,
            roles=OPS,
            about=about(version.subject),
        )
        for version in rows.select_related("stream__residency__owner").order_by("pk")[:MOST]
    ]
