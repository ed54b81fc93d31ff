"""The forms of the moves: each sends one act."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from web.forms import DayField, LifecycleForm


def words(label: Any, *, rows: int = 3, most: int = 2000, required: bool = True, help_text: Any = "") -> forms.CharField:
    """Some sentences."""
    return forms.CharField(
        label=label, max_length=most, required=required, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows})
    )


class DatedForm(LifecycleForm):
    on = DayField(label=_("Date"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": timezone.localdate(), **(kwargs.pop("initial", None) or {})}, **kwargs)


class StartForm(DatedForm):
    on = DayField(label=_("First day in residence"))


class GoLiveForm(DatedForm):
    on = DayField(label=_("Date of the final live release"), help_text=_("The clock to graduation starts on this day."))
    note = forms.CharField(label=_("Summary of the release"), max_length=500, required=False)


class GraduateForm(DatedForm):
    on = DayField(label=_("Date of graduation"))
    reintegrated_into = forms.CharField(
        label=_("Home branch"), max_length=200, help_text=_("The branch or division of the ministry that the team is joining.")
    )
    story = words(
        _("Story"),
        rows=6,
        most=10_000,
        required=False,
        help_text=_("What changed for people, in the team’s own words. You can add it later."),
    )
    ceremony_on = DayField(label=_("Date of the ceremony"), required=False)
    ceremony_place = forms.CharField(label=_("Place of the ceremony"), max_length=200, required=False)


class PivotForm(DatedForm):
    on = DayField(
        label=_("Effective date"),
        help_text=_(
            "Today, or up to six months from now. The residency ends today in any case. Give the people affected the time they need."
        ),
    )
    reason = words(_("Reason"), help_text=_("The letter, the email to everyone involved and the history show this."))


class ReasonForm(LifecycleForm):
    reason = words(_("Reason"), help_text=_("This is shown in the residency’s history."))
