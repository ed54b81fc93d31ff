"""The filters of the list of residencies; the address holds them, so a saved address is a saved filter."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models import Role, User
from residencies.models import Ministry, Residency
from residencies.models.phases import Phase
from residencies.models.residency import ResidencyQuerySet
from residencies.models.states import State
from web.forms import PlainCheckbox, PlainSelect, PlainText

UNDER_WAY = "under_way"
TO_REVIEW = "to_review"
NOBODY = "nobody"


class ResidencyFilter(django_filters.FilterSet):
    """Which residencies to show. The choices of ministry and owner cost one query each, chosen or not."""

    q = django_filters.CharFilter(
        label=_("Search"),
        method="search",
        widget=PlainText(attrs={"type": "search", "maxlength": 100, "autocomplete": "off"}),
    )
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[(UNDER_WAY, _("Under way")), (TO_REVIEW, _("Waiting for review")), *State.choices],
        method="in_state",
        empty_label=_("Any state"),
        widget=PlainSelect,
    )
    ministry = django_filters.ChoiceFilter(label=_("Ministry"), method="of_ministry", empty_label=_("Any ministry"), widget=PlainSelect)
    phase = django_filters.ChoiceFilter(label=_("Phase"), choices=Phase.choices, empty_label=_("Any phase"), widget=PlainSelect)
    owner = django_filters.ChoiceFilter(label=_("Lab lead"), method="looked_after_by", empty_label=_("Anyone"), widget=PlainSelect)
    overdue = django_filters.BooleanFilter(label=_("Overdue only"), method="only_overdue", widget=PlainCheckbox(attrs={"value": "true"}))

    class Meta:
        model = Residency
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["ministry"].extra["choices"] = [(str(pk), name) for pk, name in Ministry.objects.values_list("pk", "name")]
        self.filters["owner"].extra["choices"] = [(NOBODY, _("Not named yet")), *_lab_accounts()]

    def filter_queryset(self, queryset: ResidencyQuerySet) -> ResidencyQuerySet:
        """A filter that can't be understood finds nothing: an address mistyped must not pass for an answer."""
        return super().filter_queryset(queryset) if self.form.is_valid() else queryset.none()

    def search(self, rows: ResidencyQuerySet, name: str, value: str) -> ResidencyQuerySet:
        return rows.matching(value[:100])

    def in_state(self, rows: ResidencyQuerySet, name: str, value: str) -> ResidencyQuerySet:
        if value == TO_REVIEW:
            return rows.filter(state__in=(State.SUBMITTED, State.IN_REVIEW))
        return rows.under_way() if value == UNDER_WAY else rows.filter(state=value)

    def of_ministry(self, rows: ResidencyQuerySet, name: str, value: str) -> ResidencyQuerySet:
        return rows.of_ministry(int(value))

    def looked_after_by(self, rows: ResidencyQuerySet, name: str, value: str) -> ResidencyQuerySet:
        return rows.filter(owner=None if value == NOBODY else int(value))

    def only_overdue(self, rows: ResidencyQuerySet, name: str, value: bool) -> ResidencyQuerySet:
        return rows.overdue(timezone.localdate()) if value else rows


def _lab_accounts() -> list[tuple[str, str]]:
    lab = User.objects.filter(role_grants__to_at=None, role_grants__role__in=[Role.LAB_OPS, Role.LAB_LEAD]).distinct()
    return [(str(user.pk), str(user)) for user in lab.only("name", "email").order_by("name", "email")]
