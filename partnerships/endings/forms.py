"""Forms for sunset criteria, decisions and evaluations of pilots."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from metrics.models import Metric
from partnerships.choices import Choice, Comparison, CriterionKind, EvaluationResult
from partnerships.endings.rules import FACTORS, LONGEST, PARTS, SHORTEST, Factor
from partnerships.models import Partnership, PilotEvaluation
from people.fields import LineInput
from web.forms import ActForm, DayField


class CriterionForm(ActForm):
    """A criterion; which of the fields below the text count depends on its kind."""

    verb = _("Add criterion")
    kind = forms.ChoiceField(label=_("Type of criterion"), choices=CriterionKind.choices, widget=forms.RadioSelect)
    text = LineInput(
        label=_("Criterion"), max_length=300, help_text=_("In the agreement’s words, for example “The lease on the town hall ends”.")
    )
    on = DayField(label=_("Date"), required=False, help_text=_("For a date."))
    metric = forms.ModelChoiceField(
        label=_("Metric"), queryset=Metric.objects.none(), required=False, empty_label=_("No metric"), blank=True,
        help_text=_("For a measure: one of the partnership’s metrics, which are under Value."),
    )  # fmt: skip
    comparison = forms.ChoiceField(label=_("Met when readings are"), choices=Comparison.choices, required=False)
    value = forms.DecimalField(label=_("Value"), max_digits=20, decimal_places=6, required=False, help_text=_("For a measure."))
    for_months = forms.IntegerField(
        label=_("Readings in a row"),
        min_value=1,
        max_value=60,
        required=False,
        help_text=_("For a measure, for example 3 monthly readings."),
    )

    def __init__(self, *args: Any, partnership: Partnership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["metric"].queryset = Metric.objects.filter(stream=partnership.stream_id)  # type: ignore[attr-defined]


class RemoveForm(ActForm):
    verb = _("Remove criterion")
    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class EventForm(ActForm):
    verb = _("Record that it happened")
    met_on = DayField(label=_("Happened on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"met_on": timezone.localdate()}, **kwargs)


class DecideForm(ActForm):
    verb = _("Record decision")
    choice = forms.ChoiceField(label=_("Decision"), choices=Choice.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), help_text=_("All partners can read it.")
    )
    review_on = DayField(label=_("Next review date"), required=False, help_text=_("Not needed if you decide to end."))


class PilotForm(ActForm):
    verb = _("Schedule evaluations")
    months = forms.IntegerField(
        label=_("Months"), min_value=SHORTEST, max_value=LONGEST,
        help_text=_("How long the pilot lasts, from the arrangement’s first day. It is evaluated half-way and at the end."),
    )  # fmt: skip


class EvaluationForm(ActForm):
    """The factors of an evaluation, each with its question: a result, what was found, and the evidence."""

    verb = _("Save findings")

    def __init__(self, *args: Any, record: PilotEvaluation, **kwargs: Any) -> None:
        initial = {f"{part}_{code}": text for code, parts in record.findings.items() for part, text in parts.items()}
        super().__init__(*args, record=record, initial=initial, **kwargs)
        for factor in FACTORS:
            hidden = format_html('<span class="visually-hidden">: {}</span>', factor.name)
            self.fields[f"result_{factor.code}"] = forms.ChoiceField(
                label=format_html("{}{}", _("Result"), hidden), choices=EvaluationResult.choices, widget=forms.RadioSelect, required=False
            )
            self.fields[f"finding_{factor.code}"] = forms.CharField(
                label=format_html("{}{}", _("What was found"), hidden),
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 3}),
                required=False,
            )
            self.fields[f"evidence_{factor.code}"] = LineInput(
                label=format_html("{}{}", _("Evidence"), hidden), max_length=500, required=False,
                help_text=_("Figures and where they are from, for example “Median wait 9 min, was 14 (Waits, Picton)”."),
            )  # fmt: skip

    @property
    def factors(self) -> Iterator[tuple[Factor, list[BoundField]]]:
        """Yield each factor with its fields, for the template."""
        for factor in FACTORS:
            yield factor, [self[f"{part}_{factor.code}"] for part in PARTS]

    @property
    def answers(self) -> dict[str, dict[str, str]]:
        """Return the input as the act takes it."""
        return {factor.code: {part: self.facts[f"{part}_{factor.code}"] for part in PARTS} for factor in FACTORS}


class ReviewForm(ActForm):
    verb = _("Add review")
    on = DayField(label=_("Completed on"))
    text = forms.CharField(
        label=_("What the review found"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Everyone on the partnership can read it."),
    )  # fmt: skip
    url = forms.CharField(label=_("Link to the review"), max_length=1000, required=False, widget=forms.URLInput)
