"""Forms for metrics, their baselines and targets."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from findings import Finding
from metrics.choices import Cadence, Direction, Goal, MetricKind
from metrics.definition.exemplars import BY_CODE
from metrics.definition.rules import GoalOn
from metrics.figures import number, read_figure
from metrics.models import Metric
from people.picker import KNOWN, NEW, OPEN, PersonForm
from web.forms import ActForm, DayField
from web.spreadsheets.columns import Unfit

OWNERS = ((OPEN, _("No owner yet")), (KNOWN, _("Someone on record")), (NEW, _("Someone new")))
GOALS = ("baseline_value", "baseline_on", "target_value", "target_on")


class FigureField(forms.CharField):
    """A number as people type it, with or without its unit: "1,250.5", "$40", "42%"."""

    def __init__(self, *, unit: str = "", **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "class": "figure-input"})
        super().__init__(max_length=40, widget=widget, **kwargs)
        self.unit = unit

    def prepare_value(self, value: Any) -> Any:
        return value if value is None or isinstance(value, str) else number(value).replace(",", "").replace("−", "-")

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return read_figure(text, self.unit)
        except Unfit as unfit:
            params = {"value": text, "expectation": str(unfit)}
            raise forms.ValidationError(_t("“%(value)s” %(expectation)s.") % params, code="invalid") from None


class EditForm(PersonForm):
    """What a metric is called, how it is measured, how often, and who owns it."""

    verb = _("Save changes")
    title = forms.CharField(label=_("Name"), max_length=120, help_text=_("What is measured, such as “Median days to a decision”."))
    kind = forms.ChoiceField(label=_("Kind"), choices=MetricKind.choices)
    unit = forms.CharField(
        label=_("Unit"), max_length=30, help_text=_("Such as days, hours or people. Use % for a percentage and $ for dollars.")
    )
    direction = forms.ChoiceField(label=_("Which way is better"), widget=forms.RadioSelect, choices=Direction.choices)
    cadence = forms.ChoiceField(
        label=_("How often"), choices=Cadence.choices, help_text=_("The owner gets a reminder when a reading is due.")
    )
    method = forms.CharField(
        label=_("How it is measured"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Enough that someone else would get the same number."),
    )
    numerator_label = forms.CharField(
        label=_("Numerator"), max_length=120, required=False, help_text=_("Only for a ratio: what is counted.")
    )
    denominator_label = forms.CharField(
        label=_("Denominator"), max_length=120, required=False, help_text=_("Only for a ratio: what it is divided by.")
    )
    field_order = (
        "title",
        "kind",
        "unit",
        "direction",
        "cadence",
        "method",
        "numerator_label",
        "denominator_label",
        *GOALS,
        "set_on",
        "is_north_star",
        "who",
    )
    choices = OWNERS

    def __init__(self, data: Any = None, *args: Any, record: Metric | None = None, **kwargs: Any) -> None:
        initial = kwargs.pop("initial", None) or {}
        if record is not None:
            initial = {"title": record.name, "who": KNOWN if record.owner_id else OPEN, "person": record.owner_id, "name": ""} | initial
        super().__init__(data, *args, record=record, initial={"who": OPEN} | initial, **kwargs)
        self.fields["who"].label = _("Owner")

    def field_of(self, finding: Finding) -> str | None:
        fields = {"metric-name-taken": "title", "metric-ratio": "denominator_label", "metric-unit-fixed": "unit"}
        return fields.get(finding.code)

    @property
    def metric(self) -> dict[str, Any]:
        """Return the input as the acts take it."""
        facts = self.facts
        plain = ("kind", "unit", "direction", "cadence", "method", "numerator_label", "denominator_label", "email")
        return {"name": facts["title"], "owner": facts["person"], "person_name": facts["name"], **{name: facts[name] for name in plain}}


class MetricForm(EditForm):
    """A new metric, with its baseline and target if they are known."""

    verb = _("Define metric")
    baseline_value = FigureField(
        label=_("Baseline"), required=False, help_text=_("The figure before the team changed anything. 0 is fine.")
    )
    baseline_on = DayField(label=_("Date of the baseline"), required=False)
    target_value = FigureField(label=_("Target"), required=False)
    target_on = DayField(label=_("Date of the target"), required=False)
    is_north_star = forms.BooleanField(
        label=_("This is the north star"),
        required=False,
        help_text=_("The one metric that matters most. It’s shown first, with its chart."),
    )
    example = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        facts = super().clean()
        for goal, label in (("baseline", _t("baseline")), ("target", _t("target"))):
            value, on = facts.get(f"{goal}_value"), facts.get(f"{goal}_on")
            if value is not None and on is None and f"{goal}_on" not in self.errors:
                self.add_error(f"{goal}_on", _t("Enter the date of the %(goal)s.") % {"goal": label})
            if value is None and on is not None and f"{goal}_value" not in self.errors:
                self.add_error(f"{goal}_value", _t("Enter the figure of the %(goal)s.") % {"goal": label})
        return facts

    def field_of(self, finding: Finding) -> str | None:
        fields = {"target-direction": "target_value", "target-before-baseline": "target_on", "day-to-come": "baseline_on"}
        return fields.get(finding.code) or super().field_of(finding)

    @property
    def metric(self) -> dict[str, Any]:
        facts = self.facts
        example = facts["example"] if facts["example"] in BY_CODE else ""
        goals = {name: _goal(facts[f"{name}_value"], facts[f"{name}_on"]) for name in ("baseline", "target")}
        return super().metric | goals | {"is_north_star": facts["is_north_star"], "example": example}


def _goal(value: Any, on: Any) -> GoalOn | None:
    return None if value is None or on is None else GoalOn(value, on)


class GoalForm(ActForm):
    """A baseline or target, with the day it was decided and why it changes."""

    verb = _("Save")
    value = FigureField(label=_("Figure"), required=False)
    on = DayField(label=_("Date"), required=False)
    set_on = DayField(label=_("Decided on"), help_text=_("Progress is measured against it from this day on."))
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def __init__(self, data: Any = None, *args: Any, record: Metric, goal: Goal, **kwargs: Any) -> None:
        self.goal = goal
        self.before = _goal(getattr(record, f"{goal}_value"), getattr(record, f"{goal}_on"))
        super().__init__(data, *args, record=record, **kwargs)
        value, on, reason = self.fields["value"], self.fields["on"], self.fields["reason"]
        value.unit = record.unit  # type: ignore[attr-defined]
        if self.before is not None:
            self.initial.update(value=self.before.value, on=self.before.on)
        if goal == Goal.BASELINE:
            value.label, on.label = _t("Baseline in %(unit)s") % {"unit": record.unit}, _t("Date of the baseline")
            on.help_text = _t("When it was measured.")
        else:
            value.label, on.label = _t("Target in %(unit)s") % {"unit": record.unit}, _t("Date of the target")
            on.help_text = _t("When it should be reached.")
        if self.before is None:
            value.required = on.required = True
            del self.fields["reason"]
        else:
            reason.required = True
            reason.help_text = _t("The earlier one stays on record with your reason. To remove it, leave the figure and its date empty.")

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if not self.errors and (facts.get("value") is None) != (facts.get("on") is None):
            self.add_error("on" if facts.get("on") is None else "value", _t("Enter both the figure and its date."))
        return facts

    def field_of(self, finding: Finding) -> str | None:
        fields = {
            "target-direction": "value", "metric-value": "value", "target-before-baseline": "on", "goal-earlier": "set_on",
            "no-reason": "reason",
        }  # fmt: skip
        return fields.get(finding.code)

    @property
    def change(self) -> dict[str, Any]:
        """Return the input as the act takes it."""
        facts = self.facts
        value = _goal(facts["value"], facts["on"])
        return {"goal": self.goal, "value": value, "set_on": facts["set_on"], "reason": facts.get("reason", "")}


class RetireForm(ActForm):
    verb = _("Retire metric")
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("The metric, its readings and its targets stay on record."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "initial": {"reason": ""}})
