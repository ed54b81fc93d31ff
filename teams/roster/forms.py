"""The roster's forms: what is filled in, and nothing decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.picker import OPEN, PersonForm
from teams.choices import Employer, TeamRole
from teams.roster.importing import columns
from web.forms import ActForm, DayField
from web.spreadsheets.columns import Column
from web.spreadsheets.forms import SpreadsheetForm


class AsOfForm(forms.Form):
    on = DayField(label=_("Roster date"), required=False)


class SlideForm(forms.Form):
    """The same day, by pulling: so many days after the first of the axis."""

    day = forms.IntegerField(label=_("Slide to another date"), min_value=0, max_value=5000, required=False)


class ImportForm(SpreadsheetForm):
    verb = _("Add to the roster")

    def columns(self) -> Sequence[Column]:
        return columns()


class SeatFields(ActForm):
    """What an entry says beside who it is and when."""

    role = forms.ChoiceField(
        label=_("Role"), choices=[("", _("Choose a role")), *TeamRole.choices], error_messages={"required": _("Choose a role.")}
    )
    employer = forms.ChoiceField(
        label=_("Employer"),
        choices=[("", _("Choose an employer")), *Employer.choices],
        error_messages={"required": _("Choose who employs them.")},
    )
    vendor = forms.CharField(
        label=_("Vendor's name"), max_length=150, required=False, help_text=_("Only if the employer is a vendor."),
        widget=forms.TextInput(attrs={"list": "vendors", "autocomplete": "off"}),
    )  # fmt: skip
    share = forms.IntegerField(
        label=_("Share of full time, in percent"), min_value=1, max_value=100, initial=100, help_text=_("100 means full time.")
    )
    is_senior = forms.BooleanField(
        label=_("Senior"),
        required=False,
        help_text=_("To go live, the team needs at least one senior DevOps or site reliability engineer."),
    )
    agile_trained_on = DayField(
        label=_("Agile training finished on"), required=False, help_text=_("A product owner needs Agile training before the start.")
    )
    band = forms.TypedChoiceField(
        label=_("Management band"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("Unknown or none")), *((n, _("Band %d") % n) for n in range(1, 7))],
        help_text=_("A product owner is usually a director, Band 3."),
    )
    successor = forms.CharField(
        label=_("Successor"), max_length=150, required=False, help_text=_("For a vendor’s seat: who takes over the work after the lab.")
    )

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        is_vendor, vendor = facts.get("employer") == Employer.VENDOR, facts.get("vendor", "").strip()
        if is_vendor and not vendor:
            self.add_error("vendor", _("Enter the name of the company."))
        if vendor and facts.get("employer") and not is_vendor:
            self.add_error("vendor", _("Leave this empty, or choose “Vendor” as the employer."))
        return facts


class Span(forms.Form):
    from_on = DayField(label=_("First day"))
    to_on = DayField(label=_("Last day"), required=False, help_text=_("Leave this empty if no end is planned."))

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        first, last = facts.get("from_on"), facts.get("to_on")
        if first and last and last < first:
            self.add_error("to_on", _("The last day is before the first day."))
        return facts


class AddForm(SeatFields, Span, PersonForm):
    verb = _("Add to the roster")
    choices = (*PersonForm.choices, (OPEN, _("Open seat (no one named yet)")))
    field_order = ("who", "person", "name", "email", "role", "employer", "vendor", "share", "from_on", "to_on")


class EditForm(SeatFields, Span):
    verb = _("Save the correction")
    field_order = ("role", "employer", "vendor", "share", "from_on", "to_on")


class ChangeForm(SeatFields):
    verb = _("Change from this date")
    on = DayField(label=_("Date of the change"))
    field_order = ("on", "role", "employer", "vendor", "share")


class EndForm(ActForm):
    verb = _("Set the last day")
    to_on = DayField(label=_("Last day on the team"))


class FillForm(PersonForm):
    verb = _("Fill this seat")
    from_on = DayField(label=_("First day"))
    field_order = ("who", "person", "name", "email", "from_on")


class StrikeForm(ActForm):
    verb = _("Remove entry")
    reason = forms.CharField(
        label=_("Reason for removing the entry"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("The entry and this reason stay in the history."),
    )
