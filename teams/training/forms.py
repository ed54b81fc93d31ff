"""The forms about training and what is expected of champions: what is filled in, and nothing decided."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import Person
from people.picker import OPEN, PersonForm
from teams.models import Course
from teams.models.training import MOST_HOURS
from teams.templatetags.teams import hours
from teams.training.queries import Learner
from web.forms import ActForm, DayField


class CourseChoice(forms.ModelChoiceField):
    """A course with the hours it usually takes."""

    def label_from_instance(self, obj: Course) -> str:  # type: ignore[override]
        return f"{obj.name} ({hours(obj.usual_hours)})"


class LogTrainingForm(PersonForm):
    verb = _("Log training")
    choices = ((OPEN, _("No one else")), *PersonForm.choices)
    course = CourseChoice(label=_("Course"), queryset=Course.objects.none(), empty_label=_("Choose a course"))
    finished_on = DayField(label=_("Date finished"))
    people = forms.ModelMultipleChoiceField(
        label=_("People who took it"), queryset=Person.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    hours = forms.DecimalField(
        label=_("Hours, if different from usual"), min_value=0, max_value=MOST_HOURS, max_digits=4, decimal_places=1, required=False
    )
    given_by = forms.CharField(label=_("Given by"), max_length=150, required=False)
    field_order = ("course", "finished_on", "people", "who", "person", "name", "email", "hours", "given_by")

    def __init__(self, *args: Any, learners: list[Learner], **kwargs: Any) -> None:
        kwargs["initial"] = {"who": OPEN, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.fields["who"].label = _("Someone else who took it")
        self.fields["course"].queryset = Course.objects.filter(is_offered=True)  # type: ignore[attr-defined]
        people: Any = self.fields["people"]
        people.queryset = Person.objects.filter(pk__in=[learner.person.pk for learner in learners])
        people.choices = [(learner.person.pk, f"{learner.person.name}, {learner.part}") for learner in learners]

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        person = facts.pop("person", None)
        facts["people"] = [*facts.get("people", ()), *([person] if person else [])]
        if not facts["people"] and not facts.get("name") and not {"people", "person", "name"} & self.errors.keys():
            self.add_error("people" if self.fields["people"].choices else "who", _("Tick who took the course, or choose someone else."))  # type: ignore[attr-defined]
        return facts


class CertificateForm(ActForm):
    verb = _("Save the certificate")
    certificate_url = forms.CharField(
        label=_("Link to the certificate"), max_length=1000, required=False, widget=forms.URLInput(attrs={"autocomplete": "off"})
    )
    file = forms.FileField(
        label=_("Or a file"), required=False, widget=forms.FileInput, help_text=_("PDF, image, Word or text, up to 10 MB.")
    )
    certified_on = DayField(label=_("Date on the certificate"))

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if bool(facts.get("certificate_url", "").strip()) == bool(facts.get("file")) and not self.errors:
            self.add_error("certificate_url", _("Add either a link or a file, not both."))
        return facts


class StrikeTrainingForm(ActForm):
    verb = _("Remove entry")
    reason = forms.CharField(
        label=_("Reason for removing the entry"), max_length=300, help_text=_("The entry and this reason stay in the history.")
    )


class HandLeadForm(ActForm):
    verb = _("Hand over the lead")
