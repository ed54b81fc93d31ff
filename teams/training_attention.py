"""For the lab's home page: leaders without training as the live release nears, leaders of the lab who lack hours, product owners without Agile training (EL-44, EL-45)."""

from __future__ import annotations

import datetime

from django.db.models import Count, Max, Min
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from residencies.listing.todo import MOST, Attention
from residencies.models import Residency
from residencies.models.states import State
from residencies.reference_data import all_figures
from teams.models import RoleFinding
from teams.training_queries import NEARLY_LIVE, leaders_of_lab, untrained
from teams.training_rules import LAB

SINCE = Greatest("from_on", Coalesce("team__residency__live_on", "team__residency__started_on", "from_on"))


def untrained_leaders(today: datetime.date) -> list[Attention]:
    """One line for all leaders without any lab training whose product is live, or soon will be; two queries."""
    rows = untrained(today, all_figures(today)).filter(NEARLY_LIVE).order_by()
    totals = rows.aggregate(count=Count("pk"), since=Min(SINCE))
    if not totals["count"]:
        return []
    sentence = ngettext(
        "Arrange lab training for %(count)d leader whose product is live or soon will be",
        "Arrange lab training for %(count)d leaders whose products are live or soon will be",
        totals["count"],
    )
    return [Attention(sentence % {"count": totals["count"]}, f"{reverse('lab-leaders')}?missing=near", totals["since"])]


def lab_leaders_behind(today: datetime.date) -> list[Attention]:
    """One line for all leaders of the lab who lack hours, since the newest team started; none before the first has. Two queries."""
    under_way = Residency.objects.filter(state__in=(State.IN_RESIDENCE, State.LIVE), started_on__lte=today)
    since = under_way.aggregate(since=Max("started_on"))["since"]
    count = leaders_of_lab(all_figures(today)).filter(lacks__gt=0).count() if since else 0
    if not count:
        return []
    sentence = ngettext(
        "Arrange lab training for %(count)d leader of the lab", "Arrange lab training for %(count)d leaders of the lab", count
    )
    return [Attention(sentence % {"count": count}, f"{reverse('lab-leaders')}?role={LAB}&missing=open", since)]


def untrained_product_owners() -> list[Attention]:
    """Teams in residence or live whose product owner has had no Agile training; one query."""
    rows = RoleFinding.objects.open().filter(code="product-owner-untrained", team__residency__state__in=(State.IN_RESIDENCE, State.LIVE))
    return [
        Attention(
            _("Arrange Agile training for the product owner of %(residency)s") % {"residency": row.team.residency},
            reverse("training", args=[row.team.residency.reference]),
            timezone.localdate(row.opened_at),
        )
        for row in rows.select_related("team__residency").order_by("opened_at")[:MOST]
    ]
