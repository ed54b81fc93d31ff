"""Forms for organizations and their contacts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.fields import LineInput
from people.models import Organization
from people.picker import PersonForm
from web.forms import ActForm, DayField


class OrganizationForm(ActForm):
    """The details of an organization. Without a record, it adds one."""

    name = LineInput(label=_("Name"), max_length=150, help_text=_("For example “City of Ottawa”."))
    level = forms.ChoiceField(label=_("Level of government"), choices=[("", _("Choose a level")), *Organization.Level.choices])
    parent = forms.ModelChoiceField(
        label=_("Part of"), queryset=Organization.objects.all(), required=False, empty_label=_("No other organization"), blank=True
    )
    region = LineInput(label=_("Region"), max_length=100, required=False, help_text=_("Where it works, for example “Eastern Ontario”."))
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=Organization.Zone.choices, initial=Organization.Zone.PACIFIC)
    holidays = forms.ChoiceField(label=_("Statutory holidays"), choices=Organization.Holidays.choices, initial=Organization.Holidays.BC)
    languages = LineInput(label=_("Languages of service"), max_length=150, required=False, help_text=_("For example “English, French”."))

    def __init__(self, *args: Any, record: Organization | None = None, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        self.verb = _("Save changes") if record else _("Add organization")
        if record:
            self.fields["parent"].queryset = Organization.objects.exclude(pk=record.pk)  # type: ignore[attr-defined]


class ContactForm(PersonForm):
    verb = _("Add contact")
    role = LineInput(label=_("Role"), max_length=80, help_text=_("What to ask them about, for example “Leases” or “Front-line staff”."))
    from_on = DayField(label=_("First day"))
    field_order = ("who", "person", "name", "email", "role", "from_on")


class EndContactForm(ActForm):
    verb = _("End contact")
    to_on = DayField(label=_("Last day"))
