"""The forms on a residency's page about its community: what is filled in, and nothing decided (EL-47 to EL-49)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from community.choices import Giving, Mode
from community.models.desks import MOST_DESKS
from people.models import Person
from web.forms import ActForm, DayField


class GivingForm(ActForm):
    """A line of the log; `people` are those who are or were on the team."""

    verb = _("Log contribution")
    person = forms.ModelChoiceField(label=_("Team member"), queryset=Person.objects.none(), empty_label=_("Choose a team member"))
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("Choose a kind")), *Giving.choices])
    given_on = DayField(label=_("Date"))
    hours = forms.DecimalField(
        label=_("Hours"),
        min_value=Decimal("0.25"),
        max_value=Decimal(24),
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.25", "inputmode": "decimal"}),
        help_text=_("This person’s time. A workshop counts for at most one full day, 7.5 hours."),
    )
    what = forms.CharField(label=_("Description"), max_length=200, required=False)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]

    def clean_hours(self) -> Decimal:
        hours: Decimal = self.cleaned_data["hours"]
        if hours % Decimal("0.25"):
            raise forms.ValidationError(_("Enter the time in quarter hours, for example 1.5 or 2.25."))
        return hours

    @property
    def entry(self) -> dict[str, Any]:
        """What the act asks for."""
        facts = self.facts
        return {"minutes": int(facts.pop("hours") * 60), **facts}


class StrikeForm(ActForm):
    verb = _("Remove entry")
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("The entry stays on record with this reason."))


class ColocationForm(ActForm):
    verb = _("Save changes")
    mode = forms.ChoiceField(label=_("How the team works together"), widget=forms.RadioSelect, choices=Mode.choices)
    place = forms.CharField(
        label=_("Where"), max_length=300, required=False, help_text=_("The address, floor or room, and which days if not every day.")
    )
    plan = forms.CharField(
        label=_("Plan for the first weeks"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("One step per line: what happens in week 1, week 2 and so on."),
    )

    def __init__(self, *args: Any, record: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        if record is None:  # nothing is said yet: whoever says it first wins, and the second is shown both
            self.fields["shown_revision"] = forms.IntegerField(widget=forms.HiddenInput, initial=0)


class DesksForm(ActForm):
    verb = _("Assign desks")
    desks = forms.IntegerField(label=_("Number of desks"), min_value=1, max_value=MOST_DESKS)
    from_on = DayField(label=_("First day"))
    to_on = DayField(label=_("Last day"))
    where = forms.CharField(label=_("Which desks"), max_length=150, required=False)


class DesksEditForm(DesksForm):
    verb = _("Save changes")


class TakeBackForm(ActForm):
    verb = _("Release desks")
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("The entry stays on record with this reason."))


class DeskCountForm(ActForm):
    verb = _("Save changes")
    from_on = DayField(label=_("Start date"))
    desks = forms.IntegerField(
        label=_("Number of desks"),
        min_value=0,
        max_value=MOST_DESKS,
        help_text=_("How many desks the lab has from that date, until you set a new number."),
    )


class WeekForm(forms.Form):
    """From which day the view of weeks begins."""

    start = DayField(label=_("Starting week"), required=False)
