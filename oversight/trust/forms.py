"""Forms for trust and openness. They collect input and decide nothing (EL-55, EL-57)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oversight.money.forms import CentsField
from people.fields import LineInput
from people.models import Person
from web.forms import ActForm, DayField

SIDES = ("delivery_team", "alliance_team", "executive")


def text_field(label: Any, rows: int = 4, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=2000, widget=forms.Textarea(attrs={"rows": rows}), **options)


class PersonChoice(forms.ChoiceField):
    """One of a few people, who are read once for the whole form (`offer`)."""

    people: Mapping[str, Person] = {}

    def clean(self, value: Any) -> Person | None:
        return self.people.get(super().clean(value))


def offer(form: forms.Form, names: Iterable[str], people: Iterable[Person]) -> None:
    """Offer `people` in the fields called `names`; one query."""
    known = {str(person.pk): person for person in people}
    for name in names:
        field: Any = form.fields[name]
        field.people = known
        empty = _("Choose a person") if field.required else _("No owner yet")
        field.choices = [("", empty), *((key, person.name) for key, person in known.items())]


class SidesForm(ActForm):
    """When something was agreed, and by whom for each side. `people` are those with a stake in the subject."""

    verb = _("Record agreement")
    agreed_on = DayField(label=_("Date agreed"))
    delivery_team = PersonChoice(label=_("Agreed for the delivery team"))
    alliance_team = PersonChoice(label=_("Agreed for the alliance team"))
    executive = PersonChoice(label=_("Agreed for the executive"))

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, SIDES, people)


class VisionForm(SidesForm):
    text = text_field(_("Vision"), 3, help_text=_("What will be different for people once the product is available."))
    outcomes = text_field(_("Expected outcomes"), help_text=_("What you will see, and by when. One on each line."))
    field_order = ("text", "outcomes", "agreed_on", *SIDES)


class DecisionsForm(SidesForm):
    text = text_field(
        _("What the product owner decides without asking"), help_text=_("For example: the order of work, releases, tools, and training.")
    )
    limit_cents = CentsField(
        label=_("Spending without asking, up to"),
        required=False,
        help_text=_("For one decision, within the team’s funding. Leave empty for no limit."),
    )
    field_order = ("text", "limit_cents", "agreed_on", *SIDES)


class ApprovalForm(ActForm):
    verb = _("Add approval")
    what = LineInput(label=_("What needs approval?"), max_length=300)
    waiting_for = LineInput(label=_("Who is the team waiting for?"), max_length=200, help_text=_("A person, a role or a group."))
    since = DayField(label=_("Waiting since"))


class EditApprovalForm(ApprovalForm):
    verb = _("Save changes")


class ResolveForm(ActForm):
    verb = _("Mark as resolved")
    resolved_on = DayField(label=_("Date resolved"))
    outcome = text_field(_("Outcome"), 2, help_text=_("What was decided, and whether the team needs to ask next time."))


class PlanForm(ActForm):
    verb = _("Add plan")
    closed_part = LineInput(label=_("What isn’t open?"), max_length=300, help_text=_("For example: the code that matches health records."))
    reason = text_field(_("Why privacy comes first here"), 2)
    plan = text_field(_("Plan for alignment"), help_text=_("What you will do so that it can be open, or as open as possible."))
    owner = PersonChoice(label=_("Owner"), required=False)
    align_by = DayField(label=_("To be aligned by"))
    next_review_on = DayField(label=_("Next review"), help_text=_("The owner gets a reminder."))

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["owner"] = getattr(self.initial.get("owner"), "pk", "")
        offer(self, ("owner",), people)


class EditPlanForm(PlanForm):
    verb = _("Save changes")


class ReviewForm(ActForm):
    verb = _("Record review")
    note = text_field(_("What has changed since the last review?"), 3)
    next_review_on = DayField(label=_("Next review"))

    def __init__(self, *args: Any, review_on: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"next_review_on": review_on}, **kwargs)


class ClosePlanForm(ActForm):
    verb = _("Close plan")
    outcome = text_field(_("Outcome"), 2, help_text=_("Whether this part is open now, or why it stays closed."))
