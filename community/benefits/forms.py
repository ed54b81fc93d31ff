"""Forms about the benefit owner (EL-86)."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from people.picker import PersonForm
from web.forms import ActForm


class NameForm(PersonForm):
    """Who reports, and what."""

    verb = _("Name benefit owner")
    measure = forms.CharField(
        label=_("Figure to report"), max_length=200, help_text=_("One figure a quarter. For example: days from application to permit.")
    )
    field_order = ("who", "person", "name", "email", "measure")


class SendForm(ActForm):
    verb = _("Send commitment")


class WithdrawForm(ActForm):
    verb = _("Withdraw name")
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("The name stays on record with this reason."))
