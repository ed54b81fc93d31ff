"""The lists over the whole lab."""

from __future__ import annotations

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from teams.models import Sprint

WHEN = '<a href="{{ record.get_absolute_url }}">{{ record.when }}</a>'
STATE = "{% include 'teams/_review_chip.html' with sprint=record only %}"


class ReviewTable(tables.Table):
    """One row a review, the next first."""

    when = tables.TemplateColumn(WHEN, verbose_name=_("When"), orderable=False)
    residency = tables.Column(_("Residency"), accessor="team__residency", orderable=False, linkify=True)
    sprint = tables.Column(_("Sprint"), accessor="number", orderable=False)
    place = tables.Column(_("Place"), orderable=False, default="")
    state = tables.TemplateColumn(STATE, verbose_name=_("State"), orderable=False, empty_values=())

    label = _("Sprint reviews")

    class Meta:
        model = Sprint
        fields = ("when", "residency", "sprint", "place", "state")
