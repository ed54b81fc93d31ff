"""Forms for sunset criteria and decisions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from metrics.models import Metric
from partnerships.choices import Choice, Comparison, CriterionKind
from partnerships.models import Partnership
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
