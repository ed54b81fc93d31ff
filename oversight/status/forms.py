"""Forms for status reports, questions and decisions. They collect input and decide nothing (EL-96)."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oversight.choices import Dimension, Health, Outcome, ReportCadence
from oversight.models import DecisionAnswer, DecisionWanted, HealthRating, ReportingPlan, StatusReport
from people.fields import LineInput
from people.models import Body, Person
from people.picker import KNOWN, NEW, OPEN, PersonForm
from web.forms import ActForm, DayField


def _text(label: Any, rows: int, most: int, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, widget=forms.Textarea(attrs={"rows": rows}), **options)


class BodiesField(forms.ModelMultipleChoiceField):
    """The groups that get a report."""

    def __init__(self, **options: Any) -> None:
        super().__init__(Body.objects.all(), widget=forms.CheckboxSelectMultiple, required=False, **options)


class ReportForm(ActForm):
    """A draft: the health of each dimension, the texts, and the groups that get the report."""

    verb = _("Save and preview")
    summary = _text(_("In short"), 3, 600, required=False, help_text=_("The one thing the group should remember."))
    done = _text(_("Done"), 7, 5000, required=False, help_text=_("One line for each thing."))
    upcoming = _text(_("Next"), 7, 5000, required=False, help_text=_("One line for each thing."))
    bodies = BodiesField(label=_("Send to"))

    def __init__(self, *args: Any, record: StatusReport, ratings: list[HealthRating], bodies: list[int], **kwargs: Any) -> None:
        initial = {"bodies": bodies}
        super().__init__(*args, record=record, initial=initial, **kwargs)
        self.ratings = ratings
        for rating in ratings:
            label = rating.get_dimension_display()
            choices = [
                (colour.value, _("%(colour)s (proposed)") % {"colour": colour.label} if colour == rating.proposed else colour.label)
                for colour in Health
            ]
            self.fields[f"{rating.dimension}_colour"] = forms.ChoiceField(
                label=label, choices=choices, initial=rating.shown, required=False
            )
            self.fields[f"{rating.dimension}_reason"] = forms.CharField(
                label=_("Reason for another colour"), max_length=1000, required=False, initial=rating.reason, widget=forms.TextInput
            )

    @property
    def health_fields(self) -> list[tuple[HealthRating, Any, Any]]:
        """Return each dimension with its two fields."""
        return [(rating, self[f"{rating.dimension}_colour"], self[f"{rating.dimension}_reason"]) for rating in self.ratings]

    @property
    def text_fields(self) -> list[Any]:
        return [self[name] for name in ("summary", "done", "upcoming", "bodies")]

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        for rating in self.ratings:
            differs = (facts.get(f"{rating.dimension}_colour") or rating.proposed) != rating.proposed
            if differs and not facts.get(f"{rating.dimension}_reason", "").strip():
                params = {"proposed": rating.get_proposed_display().lower()}
                message = _("Say why you see it differently, or choose the proposed colour, %(proposed)s.") % params
                self.add_error(f"{rating.dimension}_reason", message)
        return facts

    @property
    def report(self) -> dict[str, Any]:
        """Return the input as the act takes it."""
        data = self.cleaned_data
        health = {name: (data[f"{name}_colour"], data[f"{name}_reason"]) for name in Dimension.values}
        return {**{name: data[name] for name in ("summary", "done", "upcoming", "bodies")}, "health": health}


WRITERS = ((OPEN, _("The lab lead")), (KNOWN, _("Someone on record")), (NEW, _("Someone new")))


class PlanForm(PersonForm):
    """How often a subject reports, who writes the reports, and which groups usually get them."""

    verb = _("Save changes")
    cadence = forms.ChoiceField(label=_("How often"), choices=ReportCadence.choices)
    next_due_on = DayField(label=_("Next report due"), required=False, help_text=_("Leave this empty for one period from today."))
    groups = BodiesField(label=_("Groups that usually get it"))
    choices = WRITERS
    field_order = ("cadence", "next_due_on", "groups")

    def __init__(self, data: Any = None, *args: Any, record: ReportingPlan, usual: str, **kwargs: Any) -> None:
        initial = {
            "who": KNOWN if record.writer_id else OPEN,
            "person": record.writer_id,
            "groups": list(record.bodies.values_list("pk", flat=True)) if record.pk else [],
        }
        super().__init__(data, *args, record=record, initial=initial, **kwargs)
        self.fields["who"].label = _("Who writes the reports")
        self.fields["cadence"].choices = [  # type: ignore[attr-defined]
            (value, _("%(label)s: %(usual)s") % {"label": label, "usual": usual} if value == ReportCadence.USUAL else label)
            for value, label in ReportCadence.choices
        ]

    @property
    def plan(self) -> dict[str, Any]:
        """Return the input as the act takes it."""
        facts = self.facts
        return {"bodies": facts.pop("groups"), **facts}


class QuestionForm(PersonForm):
    verb = _("Send question")
    question = LineInput(
        label=_("Question"), max_length=300, help_text=_("One thing, for example “How many people used the service in October?”")
    )
    due_on = DayField(label=_("Answer due"))
    field_order = ("question", "who", "person", "name", "email", "due_on")


class AnswerLineForm(ActForm):
    verb = _("Send answer")
    answer = _text(_("Your answer"), 4, 2000, help_text=_("It goes into the report with your name."))


class DecisionForm(ActForm):
    verb = _("Add decision")
    text = _text(_("Decision needed"), 3, 1000, help_text=_("What the group should decide, and what you recommend."))
    body = forms.ModelChoiceField(label=_("Group"), queryset=Body.objects.all(), empty_label=None)
    due_on = DayField(label=_("Decision due"))


class AnswerForm(ActForm):
    """A group's answer. Lab staff also say which member gave it."""

    verb = _("Record answer")
    outcome = forms.ChoiceField(label=_("Answer"), choices=Outcome.choices, widget=forms.RadioSelect)
    text = _text(_("Reason"), 3, 2000, help_text=_("Why, and what follows from it."))
    answered_on = DayField(label=_("Date of the decision"))
    deferred_until = DayField(
        label=_("Deferred until"), required=False, help_text=_("Only if it is deferred: the date the group will decide.")
    )
    person = forms.ModelChoiceField(label=_("Answered by"), queryset=Person.objects.none(), required=False, empty_label=None)

    def __init__(
        self,
        *args: Any,
        record: DecisionWanted,
        people: list[Person],
        today: datetime.date,
        corrects: DecisionAnswer | None = None,
        **kwargs: Any,
    ) -> None:
        names = ("outcome", "text", "answered_on", "deferred_until", "person")
        initial: dict[str, Any] = {name: getattr(corrects, name) for name in names} if corrects else {"text": "", "answered_on": today}
        initial["person"] = initial.get("person") or (people[0] if people else None)
        super().__init__(*args, record=record, initial=initial, **kwargs)
        if people:
            self.fields["person"].queryset = Person.objects.filter(pk__in=[person.pk for person in people])  # type: ignore[attr-defined]
        else:
            del self.fields["person"]

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if facts.get("outcome") != Outcome.DEFERRED:
            facts["deferred_until"] = None
        elif not facts.get("deferred_until") and "deferred_until" not in self.errors:
            self.add_error("deferred_until", _("Choose the date the group will decide."))
        return facts
