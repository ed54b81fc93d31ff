"""A form that accepts a spreadsheet as a file or as pasted rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from web.forms import ActForm
from web.spreadsheets.columns import Column
from web.spreadsheets.reading import Unreadable, source

LARGEST = 2_000_000


class SpreadsheetForm(ActForm):
    """A form for an import. `facts["text"]` is the content as CSV text, and `notes` tell the user how it was read.

    Subclasses define `columns`.
    """

    file = forms.FileField(
        label=_("Spreadsheet"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.ods,.txt,.tsv,text/csv"}),
        help_text=_("Excel (.xlsx), LibreOffice (.ods) or CSV, with the columns of the export."),
    )
    text = forms.CharField(
        label=_("Or paste the rows"), required=False, max_length=200_000, widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_("The first row names the columns. You can copy straight from Excel."), strip=False,
    )  # fmt: skip
    notes: tuple[str, ...] = ()

    def columns(self) -> Sequence[Column]:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        file = facts.pop("file", None)
        if file:
            self._read(file, facts)
        if not facts.get("text", "").strip() and not self.errors:
            self.add_error("file", _("Choose a file, or paste its rows."))
        return facts

    def _read(self, file: Any, facts: dict[str, Any]) -> None:
        """Put the spreadsheet's content into the text field. Browsers forget a file once it is sent, so users correct or send the text instead."""
        try:
            if file.size > LARGEST:
                raise Unreadable(_t("The file is too large. The limit is 2 MB."))
            content = source(file.read(), self.columns())
        except Unreadable as fault:
            self.add_error("file", str(fault))
            return
        self.notes = content.notes
        facts["text"] = content.text
        data = cast(QueryDict, self.data).copy()
        data["text"] = content.text
        self.data = data
