"""Home lines for links outside on showcase pages that don't work any more (people/todo.py)."""

from __future__ import annotations

import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from people.models import Role
from people.todo import MOST, OPS, TODO, Line, about
from reports.models import OutsideLink

OWNERS = (Role.PRODUCT_OWNER.value,)


@TODO.add
def dead_links(today: datetime.date) -> list[Line]:
    """Return lines for dead links, one for each product, the longest dead first; one query."""
    rows = OutsideLink.objects.dead().select_related("stream__residency__owner").order_by("dead_since", "pk")
    first = {link.stream_id: link for link in reversed(rows[:MOST])}
    return [
        Line(
            key=f"dead-link/{link.pk}",
            title=_("A link on the showcase page doesn’t work any more"),
            verb=_("Correct the link"),
            url=reverse("showcase-entry", args=[link.subject.reference]),
            since=link.dead_since or today,
            note=link.url,
            roles=(*OPS, *OWNERS),
            about=about(link.subject),
        )
        for link in reversed(first.values())
    ]
