"""Forms for the opening calendars of sites."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.models import WEEKDAYS, OpeningCalendar, Partner, Site
from people.models import Organization
from web.forms import ActForm, DayField

TIMES = re.compile(r"\s*(\d{1,2})[:.h](\d{2})\s*(?:-|–|—|to)\s*(\d{1,2})[:.h](\d{2})\s*", re.IGNORECASE)
EXAMPLE = gettext_lazy("For example 8:30 to 16:30. Leave blank if closed.")
EVERYONE = gettext_lazy("Everyone at the site")


class HoursField(forms.CharField):
    """The hours of a weekday as two times of the 24-hour clock; its value is "08:30-16:30", or "" if closed."""

    def __init__(self, label: Any, help_text: Any = "") -> None:
        super().__init__(label=label, max_length=30, required=False, help_text=help_text)

    def clean(self, value: Any) -> str:
        text = str(super().clean(value))
        if not text.strip():
            return ""
        match = TIMES.fullmatch(text)
        try:
            opens, closes = (datetime.time(int(match[at]), int(match[at + 1])) for at in (1, 3))  # type: ignore[index]
        except (TypeError, ValueError) as error:
            params = {"value": text[:30]}
            message = _("“%(value)s” isn’t a valid range of times. Use the 24-hour clock, for example 8:30 to 16:30.") % params
            raise ValidationError(message, code="invalid") from error
        if closes <= opens:
            raise ValidationError(
                _("The site can’t close before it opens. Use the 24-hour clock, for example 8:30 to 16:30."), code="order"
            )
        return f"{opens:%H:%M}-{closes:%H:%M}"


class CalendarForm(ActForm):
    """Hours by weekday, and whose holidays count."""

    holidays = forms.ChoiceField(label=gettext_lazy("Statutory holidays"), choices=Organization.Holidays.choices)
    monday = HoursField(gettext_lazy("Monday"), EXAMPLE)
    tuesday = HoursField(gettext_lazy("Tuesday"))
    wednesday = HoursField(gettext_lazy("Wednesday"))
    thursday = HoursField(gettext_lazy("Thursday"))
    friday = HoursField(gettext_lazy("Friday"))
    saturday = HoursField(gettext_lazy("Saturday"))
    sunday = HoursField(gettext_lazy("Sunday"))
    verb = gettext_lazy("Save hours")


def _partner_field(label: Any, help_text: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label=label, queryset=Partner.objects.none(), required=False, empty_label=EVERYONE, blank=True, help_text=help_text
    )


def _partners_of(site: Site) -> Any:
    return Partner.objects.filter(partnership=site.partnership, left_on=None).select_related("organization")


class NewCalendarForm(CalendarForm):
    partner = _partner_field(gettext_lazy("Hours of"), gettext_lazy("A partner can have its own hours and holidays at the same site."))
    field_order = ("partner", "holidays", *WEEKDAYS)

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        general = OpeningCalendar.objects.filter(site=site, partner=None).exists()
        field: Any = self.fields["partner"]
        field.queryset = _partners_of(site).exclude(calendars__site=site)
        if general:
            field.required, field.empty_label = True, _("Choose a partner")


class ClosureForm(ActForm):
    verb = gettext_lazy("Add closure")
    partner = _partner_field(gettext_lazy("Who is closed"), "")
    from_on = DayField(label=gettext_lazy("First day"))
    to_on = DayField(label=gettext_lazy("Last day"), required=False, help_text=gettext_lazy("Leave blank for a single day."))
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, help_text=gettext_lazy("For example “Staff training” or “No power”.")
    )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = _partners_of(site)  # type: ignore[attr-defined]


class RemoveClosureForm(ActForm):
    verb = gettext_lazy("Remove closure")
