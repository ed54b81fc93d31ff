"""Forms for barriers and risks. They collect input and decide nothing (EL-73)."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from oversight.choices import BarrierState, Gravity, Impact, Likelihood, Scope
from oversight.models import Barrier, Category, Level
from people.fields import LineInput
from people.picker import PersonForm
from web.forms import ActForm, DayField


def category_field(**options: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.filter(is_offered=True), required=False, empty_label=_("Not chosen yet"), **options
    )


def text_field(label: Any, rows: int = 3, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=2000, widget=forms.Textarea(attrs={"rows": rows}), **options)


class RaiseForm(ActForm):
    """One sentence is enough to raise a barrier; the rest can follow."""

    verb = _("Raise barrier")
    text = LineInput(label=_("What is the barrier?"), max_length=300, help_text=_("One sentence. You can add the details later."))
    severity = forms.ChoiceField(label=_("Severity"), choices=Gravity.choices, initial=Gravity.MODERATE)
    scope = forms.ChoiceField(label=_("Who is affected"), choices=Scope.choices, initial=Scope.LOCAL, widget=forms.RadioSelect)
    blocks_work = forms.BooleanField(
        label=_("The team’s work is on hold until this is resolved"), required=False, help_text=_("We’ll count the working days lost.")
    )
    category = category_field()
    raised_for = LineInput(
        label=_("Raised on behalf of"), max_length=150, required=False, help_text=_("Leave empty if you raise it for your own team.")
    )


class DescribeForm(ActForm):
    """What defines a barrier: category, cause, and a proposed solution."""

    verb = _("Save changes")
    text = LineInput(label=_("What is the barrier?"), max_length=300)
    category = category_field()
    severity = forms.ChoiceField(label=_("Severity"), choices=Gravity.choices)
    scope = forms.ChoiceField(label=_("Who is affected"), choices=Scope.choices, widget=forms.RadioSelect)
    cause = text_field(_("Cause"), required=False, help_text=_("Why it exists, as far as you know."))
    proposed_solution = text_field(_("Proposed solution"), required=False, help_text=_("What would remove it, and who could do that."))
    blocks_work = forms.BooleanField(
        label=_("The team’s work is on hold until this is resolved"), required=False, help_text=_("We’ll count the working days lost.")
    )
    raised_for = LineInput(label=_("Raised on behalf of"), max_length=150, required=False)

    def __init__(self, *args: Any, record: Barrier, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        if record.is_the_labs or record.systemic_parent_id:
            del self.fields["scope"]
        if record.is_the_labs:
            del self.fields["raised_for"], self.fields["blocks_work"]


class OwnerForm(PersonForm):
    """The choice of a barrier's or a risk's owner."""

    verb = _("Save owner")

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"person": record.owner_id, **(kwargs.get("initial") or {})}
        super().__init__(*args, record=record, **kwargs)


class MoveForm(ActForm):
    verb = _("Move barrier")
    to = forms.ModelChoiceField(label=_("Move to"), queryset=Level.objects.none(), empty_label=None, widget=forms.RadioSelect)
    recommendation = text_field(_("Recommendation"), help_text=_("What you recommend they do."))
    reason = text_field(_("Reason"), 2, help_text=_("Why you’re moving it now. Everyone who can see this barrier can read this."))

    def __init__(self, *args: Any, levels: list[Level], proposed: int | None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"to": proposed}, **kwargs)
        self.fields["to"].queryset = Level.objects.filter(pk__in=[level.pk for level in levels])  # type: ignore[attr-defined]


class CloseForm(ActForm):
    """How a barrier is closed. A systemic barrier can be closed together with the barriers grouped under it."""

    verb = _("Close barrier")
    state = forms.ChoiceField(
        label=_("What happened"), widget=forms.RadioSelect, initial=BarrierState.RESOLVED,
        choices=[
            (BarrierState.RESOLVED, _("Resolved: it no longer holds anyone up")),
            (BarrierState.ACCEPTED, _("Accepted: we’ll live with it until a set date")),
            (BarrierState.WITHDRAWN, _("Withdrawn: it wasn’t a barrier after all")),
        ],
    )  # fmt: skip
    outcome = text_field(_("Outcome"), help_text=_("How it was resolved, or why it’s accepted or withdrawn."))
    accepted_until = DayField(
        label=_("Accepted until"),
        required=False,
        help_text=_("Only for an accepted barrier. On this date it comes back for a new decision."),
    )

    def __init__(self, *args: Any, parts: list[Barrier], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if parts:
            self.fields["also"] = forms.ModelMultipleChoiceField(
                label=_("Also close for these teams"), queryset=Barrier.objects.filter(pk__in=[row.pk for row in parts]), required=False,
                widget=forms.CheckboxSelectMultiple, initial=[row.pk for row in parts],
            )  # fmt: skip
            self.fields["also"].label_from_instance = lambda row: f"{row.subject}: {row}"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if facts.get("state") == BarrierState.ACCEPTED and not facts.get("accepted_until") and "accepted_until" not in self.errors:
            self.add_error("accepted_until", _("Choose the date for a new decision."))
        if facts.get("state") != BarrierState.ACCEPTED:
            facts["accepted_until"] = None
        return facts


class ReopenForm(ActForm):
    verb = _("Reopen barrier")
    reason = text_field(_("Reason"), 2, help_text=_("What has changed since it was accepted."))


class GroupForm(ActForm):
    """One systemic barrier for several similar ones."""

    verb = _("Raise systemic barrier")
    text = LineInput(label=_("What barrier do they share?"), max_length=300)
    barriers = forms.ModelMultipleChoiceField(
        label=_("Barriers to group"), queryset=Barrier.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    cause = text_field(_("Cause"), required=False)
    proposed_solution = text_field(_("Proposed solution"), required=False)

    def __init__(self, *args: Any, barriers: list[Barrier], **kwargs: Any) -> None:
        super().__init__(*args, initial={"barriers": [row.pk for row in barriers]}, **kwargs)
        field: Any = self.fields["barriers"]
        field.queryset = Barrier.objects.whole().filter(pk__in=[row.pk for row in barriers])
        field.label_from_instance = lambda row: f"{row.subject}: {row}"


# ── Risks ────────────────────────────────────────────────────────────────────────────────────

LIKELIHOODS = [(value, _("%(number)d: %(label)s") % {"number": value, "label": label}) for value, label in Likelihood.choices]
IMPACTS = [(value, _("%(number)d: %(label)s") % {"number": value, "label": label}) for value, label in Impact.choices]


class RatingFields(ActForm):
    likelihood = forms.TypedChoiceField(label=_("Likelihood"), choices=LIKELIHOODS, coerce=int, initial=3)
    impact = forms.TypedChoiceField(label=_("Impact"), choices=IMPACTS, coerce=int, initial=3)
    next_review_on = DayField(label=_("Next review"), help_text=_("On this date the owner gets a reminder to review it."))


class RiskForm(RatingFields):
    verb = _("Add risk")
    text = LineInput(label=_("What could happen?"), max_length=300, help_text=_("One sentence, and what it would mean for the team."))
    category = category_field()
    response = text_field(_("Response"), 2, required=False, help_text=_("What you’re doing to make it less likely, or to prepare for it."))
    field_order = ("text", "likelihood", "impact", "category", "response", "next_review_on")


class RiskDescribeForm(ActForm):
    verb = _("Save changes")
    text = LineInput(label=_("What could happen?"), max_length=300)
    category = category_field()
    response = text_field(_("Response"), 3, required=False)
    next_review_on = DayField(label=_("Next review"))


class RateForm(RatingFields):
    verb = _("Save rating")
    because_of = forms.CharField(
        label=_("What was done"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("What you did, or what changed, since the last rating."),
    )  # fmt: skip
    field_order = ("because_of", "likelihood", "impact", "next_review_on")

    def __init__(self, *args: Any, record: Any, review_on: datetime.date, **kwargs: Any) -> None:
        initial = {"likelihood": record.likelihood, "impact": record.impact, "next_review_on": review_on}
        super().__init__(*args, record=record, initial=initial, **kwargs)


class CloseRiskForm(ActForm):
    verb = _("Close risk")
    outcome = text_field(_("Outcome"), 2, help_text=_("Whether it happened, or why it no longer can."))
