"""The forms of the log of services."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from teams.choices import ServiceKind
from web.forms import ActForm, DayField


class ServiceForm(ActForm):
    verb = _("Log it")
    kind = forms.ChoiceField(label=_("Kind of help"), choices=[("", _("Choose a kind")), *ServiceKind.choices])
    given_on = DayField(label=_("Day"))
    given_by = forms.CharField(label=_("Given by"), max_length=150, required=False, help_text=_("You, if you leave this empty."))
    result = forms.CharField(label=_("With what result"), max_length=500, required=False)


class StrikeServiceForm(ActForm):
    verb = _("Remove entry")
    reason = forms.CharField(label=_("Why the entry is removed"), max_length=300, help_text=_("It stays on record with this reason."))
