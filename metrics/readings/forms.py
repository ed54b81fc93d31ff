"""Forms for readings: one, a correction, and a spreadsheet. What may be a mistake is asked about once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from acts.revisions import Stale
from findings import Finding, Refused
from metrics.definition.forms import FigureField
from metrics.models import Metric, Observation
from metrics.readings.importing import columns
from metrics.readings.links import Period
from metrics.readings.rules import DOUBTS
from web.forms import ActForm, DayField
from web.spreadsheets.columns import Column
from web.spreadsheets.forms import SpreadsheetForm

ACKNOWLEDGED = "acknowledged"
FIELDS_OF = {
    "day-to-come": "on", "reading-that-day": "on", "reading-before-baseline": "on", "unsafe-link": "evidence", "no-reason": "reason",
    "ratio-of-none": "denominator", "metric-ratio": "denominator",
}  # fmt: skip


class ReadingForm(ActForm):
    """A reading: its date and value, or the two numbers of a ratio.

    When the act doubts the figure, the form asks once; sending the same figure and date again confirms it.
    """

    verb: Any = _("Add reading")
    value = FigureField(label=_("Value"))
    numerator = FigureField(label=_("Numerator"))
    denominator = FigureField(label=_("Denominator"))
    on = DayField(label=_("Date"), help_text=_("The last day that the figure covers."))
    note = forms.CharField(label=_("Note"), max_length=300, required=False, help_text=_("What happened, if the figure needs explaining."))
    evidence = forms.CharField(
        label=_("Evidence"), max_length=1000, required=False, widget=forms.URLInput, help_text=_("A link to where the figure comes from.")
    )
    acknowledged = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, metric: Metric, **kwargs: Any) -> None:
        self.metric = metric
        initial = {"on": timezone.localdate()} | (kwargs.pop("initial", None) or {})
        super().__init__(*args, initial=initial, **kwargs)
        if metric.is_ratio:
            del self.fields["value"]
            self.fields["numerator"].label, self.fields["denominator"].label = metric.numerator_label, metric.denominator_label
        else:
            del self.fields["numerator"], self.fields["denominator"]
            self.fields["value"].label = _t("Value in %(unit)s") % {"unit": metric.unit} if metric.unit else _t("Value")
            self.fields["value"].unit = metric.unit  # type: ignore[attr-defined]

    @property
    def reading(self) -> dict[str, Any]:
        """Return the input as the acts take it."""
        facts = self.facts
        return facts | {ACKNOWLEDGED: bool(facts[ACKNOWLEDGED]) and facts[ACKNOWLEDGED] == self._figure()}

    def show_refusal(self, refusal: Refused | Stale) -> None:
        doubted = self._figure()  # before errors are added, which take their fields out of what was entered
        super().show_refusal(refusal)
        if isinstance(refusal, Refused) and refusal.codes <= DOUBTS:
            data = cast(QueryDict, self.data).copy()
            data[ACKNOWLEDGED] = doubted
            self.data = data
            self.verb = _t("Confirm reading")

    def field_of(self, finding: Finding) -> str | None:
        name = FIELDS_OF.get(finding.code, "value" if "value" in self.fields else "numerator")
        return name if name in self.fields else None

    def _figure(self) -> str:
        """Return what is confirmed: the date and the numbers, as they were understood."""
        names = ("on", "value", "numerator", "denominator")
        return " ".join(str(self.cleaned_data[name]) for name in names if name in self.cleaned_data)


class CorrectForm(ReadingForm):
    verb = _("Save correction")
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("The earlier figure stays on record with your reason."))

    def __init__(self, *args: Any, observation: Observation, **kwargs: Any) -> None:
        values = {name: getattr(observation, name) for name in ("on", "value", "numerator", "denominator", "note", "evidence")}
        super().__init__(*args, metric=observation.metric, initial=values, **kwargs)


class LinkForm(ReadingForm):
    """The one number that a reminder asks for. Everything else has a default; of a period, its date is fixed."""

    field_order = ("value", "numerator", "denominator", "on", "note")

    def __init__(self, *args: Any, observation: Observation | None, period: Period | None = None, **kwargs: Any) -> None:
        if observation is not None:
            kwargs["initial"] = {name: getattr(observation, name) for name in ("on", "value", "numerator", "denominator", "note")}
        elif period is not None:
            kwargs["initial"] = {"on": period.last_on}
        super().__init__(*args, **kwargs)
        del self.fields["evidence"]
        if period is not None:
            # Disabled: the day is the period's, whatever is sent.
            self.fields["on"].widget, self.fields["on"].disabled = forms.HiddenInput(), True
        self.verb = _t("Change reading") if observation else _t("Send reading")


class RemoveForm(ActForm):
    verb = _("Remove reading")
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("The reading stays on record with this reason and no longer counts.")
    )


class ImportForm(SpreadsheetForm):
    """Readings from a spreadsheet. The first time it is sent, the page shows what would be added; then that is confirmed."""

    verb = _("Check the rows")
    text = forms.CharField(
        label=_("Or paste the rows"), required=False, max_length=2_000_000, widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=_("The first row names the columns. You can copy straight from Excel."), strip=False,
    )  # fmt: skip
    metric: Metric | None = None

    def columns(self) -> Sequence[Column]:
        return columns(self.metric)
