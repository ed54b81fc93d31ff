"""Forms of a residency's workspace: each sends one act."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.models import Role, User
from residencies.models import Assessment, Conversation, Release
from residencies.phases import Phase
from web.forms import ActForm, DayField


def words(label: Any, *, rows: int = 3, most: int = 2000, required: bool = True, help_text: Any = "") -> forms.CharField:
    """Some sentences."""
    return forms.CharField(
        label=label, max_length=most, required=required, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows})
    )


# ── Moves ────────────────────────────────────────────────────────────────────────────────────


class MoveForm(ActForm):
    """What a move asks beside the press of its button; the verb's words are the lifecycle's."""


class DatedForm(MoveForm):
    on = DayField(label=_("Date"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": timezone.localdate(), **(kwargs.pop("initial", None) or {})}, **kwargs)


class StartForm(DatedForm):
    on = DayField(label=_("First day in residence"))


class GoLiveForm(DatedForm):
    on = DayField(label=_("Date of the final live release"), help_text=_("The clock to graduation starts on this day."))
    note = forms.CharField(label=_("What it brought"), max_length=500, required=False)


class GraduateForm(DatedForm):
    on = DayField(label=_("Date of graduation"))
    reintegrated_into = forms.CharField(
        label=_("Who takes the team in"), max_length=200, help_text=_("The branch or division of the ministry that the team goes home to.")
    )


class PivotForm(DatedForm):
    on = DayField(label=_("Effective on"))
    reason = words(_("Reason"), help_text=_("It is shown on the residency's history."))


class WithdrawForm(MoveForm):
    reason = words(_("Reason"), help_text=_("It is shown on the residency's history."))


# ── Head ─────────────────────────────────────────────────────────────────────────────────────


class EditForm(ActForm):
    verb = _("Save")
    product = forms.CharField(label=_("Product"), max_length=150)
    problem = words(_("The problem, in one sentence"), most=400)


class AssignForm(ActForm):
    verb = _("Assign")
    to = forms.ModelChoiceField(label=_("Lab lead"), queryset=User.objects.none(), required=False, empty_label=_("Nobody"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lab = User.objects.filter(is_active=True, role_grants__to_at=None, role_grants__role__in=[Role.LAB_OPS, Role.LAB_LEAD])
        self.fields["to"].queryset = lab.distinct().order_by("name", "email")  # type: ignore[attr-defined]


# ── The way home ─────────────────────────────────────────────────────────────────────────────


class AssessmentForm(ActForm):
    verb = _("Save")
    responsible = forms.CharField(label=_("Who is responsible"), max_length=150, required=False)
    due_on = DayField(label=_("Due"), required=False)
    done_on = DayField(label=_("Done on"), required=False, help_text=_("Both assessments are done before the product goes live."))
    evidence_url = forms.URLField(
        label=_("Link to it"), max_length=1000, required=False, assume_scheme="https", validators=[URLValidator(["http", "https"])]
    )

    def __init__(self, *args: Any, record: Assessment, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        if record.done_on:
            self.fields["reason"] = words(
                _("Why you correct it"), help_text=_("This assessment is on record as done. The correction stays on record with your name.")
            )


class ReleaseForm(ActForm):
    verb = _("Record the release")
    stage = forms.ChoiceField(label=_("Stage"), choices=[c for c in Release.Stage.choices if c[0] != Release.Stage.LIVE])
    released_on = DayField(label=_("Released on"))
    note = forms.CharField(label=_("What it brought"), max_length=500, required=False)


class PlanForm(ActForm):
    verb = _("Save the plan")
    home = forms.CharField(label=_("Where the team goes in its ministry"), max_length=200, required=False)
    product_ownership = words(_("Who owns the product afterwards"), required=False)
    people = words(_("Who stays, and who takes over from vendors by when"), required=False)
    funding = words(_("Continuing funding"), required=False)
    upkeep = words(_("Hosting and security upkeep"), required=False)
    next_products = words(_("Next products"), required=False)
    risks = words(_("Risks of disruption"), required=False)
    responsible = forms.CharField(label=_("Who is responsible for the plan"), max_length=150, required=False)
    carried_out_on = DayField(
        label=_("Carried out on"), required=False, help_text=_("Leave it empty until the team is home. Graduation waits for this date.")
    )


class ExtendForm(ActForm):
    verb = _("Give more time")
    to_on = DayField(label=_("New date"))
    knowingly = forms.BooleanField(label=_("A move by more than twelve months is meant"), required=False)
    reason = words(_("Reason"), help_text=_("It stays on record with your name."))


# ── Conversations, phases ────────────────────────────────────────────────────────────────────


class OpenConversationForm(ActForm):
    verb = _("Open the conversation")
    expectation = words(_("Which expectation can't be met"), help_text=_("Name the clause of the agreement if there is one."))
    raised_by = forms.CharField(label=_("Who raised it"), max_length=150)


class HoldConversationForm(ActForm):
    verb = _("Record what came of it")
    held_on = DayField(label=_("Held on"))
    present = words(
        _("Who was there"),
        help_text=_(
            "All six groups should be there: the assistant deputy minister, the executive director, the product owner, the lab’s leaders, "
            "the champions and the partners."
        ),
    )
    notes = words(_("Notes"), rows=5, most=10_000, required=False)
    outcome = forms.ChoiceField(label=_("Outcome"), choices=Conversation.Outcome.choices, widget=forms.RadioSelect)


class CorrectConversationForm(HoldConversationForm):
    verb = _("Record the correction")
    reason = words(_("What was wrong with the record"), help_text=_("The earlier record stays beside it."))

    def __init__(self, *args: Any, conversation: Conversation, **kwargs: Any) -> None:
        initial = {name: getattr(conversation, name) for name in ("held_on", "present", "notes", "outcome")}
        super().__init__(*args, initial=initial, **kwargs)


class PhaseForm(ActForm):
    verb = _("Enter this phase")
    phase = forms.ChoiceField(label=_("Phase"), choices=Phase.choices)
    on = DayField(label=_("From"))
    note = forms.CharField(label=_("Note"), max_length=500, required=False)
