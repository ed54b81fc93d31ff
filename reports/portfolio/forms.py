"""The filters of the portfolio. They are in the address, so that a page can be shared as it is."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dates.months import fiscal_bounds, fiscal_label, fiscal_year_of
from reports.portfolio.rules import Period
from residencies.models import Ministry, Residency
from residencies.models.states import Phase, State
from web.forms import DayField

ALL = [("", _("All"))]


def _years(today: datetime.date) -> list[tuple[str, str]]:
    first = Residency.objects.exclude(submitted_at=None).order_by("submitted_at").values_list("submitted_at", flat=True).first()
    begins = fiscal_year_of(timezone.localdate(first)) if first else fiscal_year_of(today)
    return [(str(year), fiscal_label(year)) for year in range(fiscal_year_of(today), begins - 1, -1)]


class PortfolioFilter(forms.Form):
    """What the portfolio covers; two queries. A date in the future isn't accepted."""

    year = forms.ChoiceField(label=_("Fiscal year"), required=False)
    ministry = forms.ModelChoiceField(Ministry.objects.all(), label=_("Ministry"), required=False, empty_label=_("All"))
    phase = forms.ChoiceField(label=_("Phase"), required=False, choices=[*ALL, *Phase.choices])
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[*ALL, *(choice for choice in State.choices if choice[0] != State.DRAFT)]
    )
    on = DayField(label=_("As of"), required=False)

    def __init__(self, data: Any, *, today: datetime.date) -> None:
        super().__init__(data)
        self.today = today
        self.fields["year"].choices = [("", _("All years")), *_years(today)]  # type: ignore[attr-defined]

    def clean_on(self) -> datetime.date | None:
        on: datetime.date | None = self.cleaned_data["on"]
        if on and on > self.today:
            raise forms.ValidationError(_("This date is in the future. Use today’s date or an earlier one."))
        return on

    @property
    def wanted(self) -> dict[str, Any]:
        """The filters that are set and can be read."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def period(self) -> Period:
        last = self.wanted.get("on") or self.today
        if year := self.wanted.get("year"):
            first, end = fiscal_bounds(int(year))
            return Period(min(last, end), first)
        return Period(last)

    @property
    def query(self) -> str:
        """The filters as the query part of an address."""
        return urlencode({name: getattr(value, "pk", value) for name, value in self.wanted.items()})
