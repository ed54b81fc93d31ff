"""The forms of the lab's review."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import Role, User
from residencies.models import ConditionFinding
from residencies.referrals import Referral
from web.forms import ActForm


class DecideForm(ActForm):
    """A draft finding on one condition."""

    verb = _("Save the draft")
    verdict = forms.ChoiceField(label=_("What do you find?"), choices=ConditionFinding.Verdict.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("The program area reads this once it is sent. For “more needed”, ask your question here."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5000,
    )

    def __init__(self, *args: Any, draft: ConditionFinding | None, case_version: int | None = None, **kwargs: Any) -> None:
        initial = {"verdict": draft.verdict, "reason": draft.reason} if draft else {}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, initial=draft.version if draft else 0)
        self.fields["case_version"] = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=case_version)


class AskForm(ActForm):
    verb = _("Send back with questions")
    question = forms.CharField(
        label=_("A question on the whole"),
        help_text=_("Each condition that you find “more needed” asks its own question; write here what belongs to none."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5000,
        required=False,
    )


class QualifyForm(ActForm):
    verb = _("Qualify")


class TakeUpForm(ActForm):
    verb = _("Start the review")


class DeclineForm(ActForm):
    verb = _("Decline")
    referred_to = forms.ChoiceField(label=_("Who can help instead"), choices=Referral.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Why"), help_text=_("The program area reads this."), widget=forms.Textarea(attrs={"rows": 3}), max_length=5000
    )


class AssignForm(ActForm):
    verb = _("Assign")
    to = forms.ModelChoiceField(label=_("Who looks after it"), queryset=User.objects.none(), required=False, empty_label=_("Nobody yet"))

    def __init__(self, *args: Any, staff: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ModelChoiceField, self.fields["to"]).queryset = staff


def lab_staff() -> Any:
    """Accounts that can look after an intake."""
    held = User.objects.filter(is_active=True, role_grants__to_at=None, role_grants__role__in=[Role.LAB_OPS, Role.LAB_LEAD])
    return held.order_by("name", "pk").distinct()
