"""The form for a new API token."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ledger.subjects import subject_or_404
from people.fields import LineInput
from people.models import User
from reports.models import Scope
from web.forms import ActForm, DayField

USUAL_DAYS = 180


class TokenForm(ActForm):
    verb = _("Create token")
    name = LineInput(label=_("Name"), max_length=80, help_text=_("The program that will use it, such as “Ministry dashboard”."))
    scope = forms.ChoiceField(label=_("Access"), choices=Scope.choices, initial=Scope.READ, widget=forms.RadioSelect)
    subject = LineInput(
        label=_("Only for"), max_length=20, required=False,
        help_text=_("A residency’s reference, such as XL-2026-014. Leave it blank to include everything you can see."),
    )  # fmt: skip
    expires_on = DayField(label=_("Last day"), help_text=_("At most a year from today."))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        initial = {"expires_on": timezone.localdate() + datetime.timedelta(days=USUAL_DAYS)}
        super().__init__(*args, initial=initial, **kwargs)
        self.user = user

    def clean_subject(self) -> Any:
        """Return the subject with this reference, or None. Hidden and absent ones give the same error."""
        reference = self.cleaned_data["subject"].strip().upper()
        if not reference:
            return None
        try:
            return subject_or_404(self.user, reference)
        except Http404:
            raise forms.ValidationError(gettext("“%(reference)s” isn’t a residency that you can see.") % {"reference": reference}) from None


class RevokeForm(ActForm):
    verb = _("Revoke token")
