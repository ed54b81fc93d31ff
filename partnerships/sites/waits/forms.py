"""Forms for waits: the import, and the standard of a service."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.sites.waits.actions import LONGEST
from partnerships.sites.waits.importing import columns
from web.forms import ActForm, DayField
from web.spreadsheets.columns import Column
from web.spreadsheets.forms import SpreadsheetForm


class ImportForm(SpreadsheetForm):
    verb = _("Check the rows")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("The queue system’s file: Excel (.xlsx), LibreOffice (.ods) or CSV.")

    def columns(self) -> Sequence[Column]:
        return columns()


class StandardForm(ActForm):
    verb = _("Set standard")
    minutes = forms.IntegerField(
        label=_("Minutes"), min_value=1, max_value=LONGEST, help_text=_("How long an interview about this service should take.")
    )
    from_on = DayField(label=_("From"), help_text=_("Interviews before this day are compared with the standard of their own day."))
