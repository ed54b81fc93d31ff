"""The forms of the list of ministries."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.fields import LineInput
from residencies.ministries.actions import columns
from web.forms import ActForm
from web.spreadsheets.columns import Column
from web.spreadsheets.forms import SpreadsheetForm


class MinistryForm(ActForm):
    name = LineInput(label=_("Name"), max_length=150)
    short_name = LineInput(label=_("Short name"), max_length=30, required=False, help_text=_("As staff say it, such as “Health”."))


class EditMinistryForm(MinistryForm):
    renamed = forms.BooleanField(
        label=_("Government renamed the ministry"), required=False,
        help_text=_("The old name stays on record with what was signed under it. Leave it unticked to correct a spelling."),
    )  # fmt: skip
    offered = forms.BooleanField(label=_("Offer it in forms"), required=False)


class AreaForm(ActForm):
    name = LineInput(label=_("Program area"), max_length=200)


class ImportForm(SpreadsheetForm):
    verb = _("Import")

    def columns(self) -> tuple[Column, ...]:
        return columns()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("Excel (.xlsx), LibreOffice (.ods) or CSV.")
