"""The filters of the portfolio. They are in the address, so that a page can be shared as it is."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import Min
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dates.months import fiscal_bounds, fiscal_label, fiscal_year_of
from reports.portfolio.rules import Period
from residencies.models import Ministry
from residencies.models.states import Phase, State
from web.forms import ActForm, DayField

ALL = [("", _("All"))]


def _choices(today: datetime.date) -> tuple[list[tuple[Any, str]], list[tuple[str, str]]]:
    """Return the ministries, and the fiscal years since the first application was sent; one query."""
    rows = list(Ministry.objects.annotate(first=Min("program_areas__residencies__submitted_at")).values_list("pk", "name", "first"))
    first = min((moment for _pk, _name, moment in rows if moment), default=None)
    begins = fiscal_year_of(timezone.localdate(first) if first else today)
    years = [(str(year), fiscal_label(year)) for year in range(fiscal_year_of(today), begins - 1, -1)]
    return [(pk, name) for pk, name, _moment in rows], years


class PortfolioFilter(forms.Form):
    """What the portfolio covers; one query. A date in the future isn't accepted."""

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
        ministries, years = _choices(today)
        self.fields["year"].choices = [("", _("All years")), *years]  # type: ignore[attr-defined]
        self.fields["ministry"].choices = [*ALL, *ministries]  # type: ignore[attr-defined]

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


class SealPortfolioForm(ActForm):
    """Which years a sealed portfolio covers; one query."""

    verb = _("Seal the portfolio")
    year = forms.ChoiceField(label=_("Fiscal year"), required=False)

    def __init__(self, data: Any, *, today: datetime.date) -> None:
        super().__init__(data)
        _ministries, years = _choices(today)
        self.fields["year"].choices = [("", _("All years")), *years]  # type: ignore[attr-defined]

    @property
    def first(self) -> datetime.date | None:
        year = self.cleaned_data["year"]
        return fiscal_bounds(int(year))[0] if year else None
