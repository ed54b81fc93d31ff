"""The forms of the lab's review."""

from __future__ import annotations

import hashlib
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from acts.revisions import Stale
from findings import Refused
from people.models import Role, User
from residencies.models import ConditionFinding
from residencies.models.states import Referral
from web.forms import ActForm


class DecideForm(ActForm):
    """A draft finding on one condition."""

    verb = _("Save drafts")
    verdict = forms.ChoiceField(label=_("Finding"), choices=ConditionFinding.Verdict.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The program area will see this once it is sent. For “More needed”, ask your question here."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5000,
    )

    def __init__(self, *args: Any, draft: ConditionFinding | None, case_version: int | None = None, **kwargs: Any) -> None:
        initial = {"verdict": draft.verdict, "reason": draft.reason} if draft else {}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["shown_revision"] = forms.IntegerField(widget=forms.HiddenInput, initial=draft.revision if draft else 0)
        self.fields["case_version"] = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=case_version)
        self.fields["shown"] = forms.CharField(
            widget=forms.HiddenInput, required=False, initial=_digest(initial.get("verdict", ""), initial.get("reason", ""))
        )
        # Set where a colleague's words, or another case, are shown beside these: only the button saves them then, never a field left.
        self.fields["held"] = forms.BooleanField(widget=forms.HiddenInput, required=False)
        del self.fields["submission"]  # one for all six, in the template

    def show_refusal(self, refusal: Refused | Stale) -> None:
        """Show why the draft was not saved, and leave it to the button from now on."""
        super().show_refusal(refusal)
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("held")] = "on"
        self.data = data

    @property
    def is_held(self) -> bool:
        """Whether it waits for someone to compare, and press the button."""
        return bool(self.data.get(self.add_prefix("held")))

    @property
    def is_written(self) -> bool:
        """Whether something was chosen or typed; a draft that was only shown is not saved over what a colleague wrote since."""
        verdict, reason, shown = (self.data.get(self.add_prefix(name), "") for name in ("verdict", "reason", "shown"))
        return _digest(verdict, reason) != (shown or _digest("", ""))

    @property
    def draft(self) -> dict[str, Any]:
        """What the act takes."""
        return {name: self.cleaned_data[name] for name in ("verdict", "reason", "case_version")} | {"shown_revision": self.shown_revision}


def _digest(verdict: str, reason: str) -> str:
    """What a draft said when it was shown, as short as a hidden field should be."""
    return hashlib.sha256(f"{verdict}|{reason.strip()}".replace("\r\n", "\n").encode()).hexdigest()[:16]


class MoveForm(ActForm):
    """A move of the review; what stands in its way is listed at the top of the page, with links."""

    findings_in_summary = False


class AskForm(MoveForm):
    verb = _("Send back with questions")
    question = forms.CharField(
        label=_("Question about the whole intake"),
        help_text=_("Each “More needed” finding asks its own question. Use this one for anything else."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5000,
        required=False,
    )


class QualifyForm(MoveForm):
    verb = _("Qualify")


class HandOverForm(ActForm):
    """What goes to leadership with the findings; sent with them, by a button of its own."""

    verb = _("Hand over to leadership")
    note = forms.CharField(
        label=_("Message to leadership"),
        widget=forms.Textarea(attrs={"rows": 2, "form": "review-form"}),
        max_length=2000,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="id_hand_over_%s", **kwargs)
        del self.fields["submission"]  # the findings' own


class TakeUpForm(MoveForm):
    verb = _("Start the review")


class DeclineForm(MoveForm):
    verb = _("Decline")
    referred_to = forms.ChoiceField(label=_("Referral"), choices=Referral.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"), help_text=_("The program area will see this."), widget=forms.Textarea(attrs={"rows": 3}), max_length=5000
    )


class AssignForm(ActForm):
    verb = _("Assign")
    to = forms.ModelChoiceField(label=_("Colleague"), queryset=User.objects.none(), required=False, empty_label=_("Unassigned"))

    def __init__(self, *args: Any, staff: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ModelChoiceField, self.fields["to"]).queryset = staff


def lab_staff() -> Any:
    """Accounts that can look after an intake."""
    held = User.objects.filter(is_active=True, role_grants__to_at=None, role_grants__role__in=[Role.LAB_OPS, Role.LAB_LEAD])
    return held.order_by("name", "pk").distinct()
