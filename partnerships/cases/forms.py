"""Forms of case studies. They collect input and decide nothing (SP-08)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from findings import Finding
from partnerships.choices import Leaf
from partnerships.models import CaseConsent, CaseStudy, CommunityKind, Theme
from people.fields import LineInput
from people.models import Organization
from web.forms import ActForm


def _text(label: Any, most: int, help_text: Any = "", rows: int = 5) -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=False, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows}))


def _several(label: Any, choices: Any, help_text: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, help_text=help_text, widget=forms.CheckboxSelectMultiple
    )  # fmt: skip


class CaseForm(ActForm):
    """The text of a case, and what it is found by."""

    verb = _("Save")
    title = LineInput(label=_("Title"), max_length=150, help_text=_("The place, and what the partners do there."))
    kind = forms.ChoiceField(
        label=_("Kind"), choices=CaseStudy.Kind.choices, widget=forms.RadioSelect, initial=CaseStudy.Kind.CASE,
        help_text=_("An example needs only its background. The guidance shows it beside its model."),
    )  # fmt: skip
    place = LineInput(label=_("Place"), max_length=150, required=False)
    partners = _text(_("Partners"), 1000, _("Organizations, one on each line. Don’t name people."), 3)
    started = LineInput(
        label=_("Started"), max_length=60, required=False, help_text=_("As precisely as it’s known, for example “June 2016”.")
    )
    background = _text(_("Background"), 4000, _("The situation, and who it affected."))
    objectives = _text(_("Objectives"), 3000, _("One on each line."))
    status = _text(_("Status"), 2000, _("Where it is now."), 3)  # type: ignore[assignment]  # the form keeps its own in the instance
    results = _text(_("Results"), 4000, _("The results so far, including what didn’t work."))
    next_steps = _text(_("Next steps"), 2000, _("One on each line. Begin with the date if there is one: 2027-03-31 Final evaluation."), 3)
    leaves = _several(_("Models"), Leaf.choices, _("Leave all open if none fits."))
    levels = _several(_("Levels of government"), Organization.Level.choices)
    communities = _several(_("Kinds of community"), CommunityKind.choices)
    themes = _several(_("Themes"), Theme.choices)

    def __init__(self, *args: Any, record: CaseStudy | None = None, **kwargs: Any) -> None:
        tags = {name: getattr(record, name).split() for name in CaseStudy.TAGS} if record else {}
        super().__init__(*args, **({"record": record} if record else {}), initial=tags, **kwargs)

    def field_of(self, finding: Finding) -> str | None:
        return {"case-step-day": "next_steps", "case-no-title": "title"}.get(finding.code)


class FigureForm(ActForm):
    """A figure and where it is from."""

    verb = _("Add figure")
    label = LineInput(label=_("Label"), max_length=100, help_text=_("What is counted, for example “Clients a year”."))
    value = LineInput(label=_("Value"), max_length=40)
    unit = LineInput(label=_("Unit"), max_length=30, required=False, help_text=_("For example “minutes”, “%” or “km”."))
    source = LineInput(label=_("Source"), max_length=200, help_text=_("For example “Annual report 2025”."))
    url = forms.URLField(label=_("Link to the source"), max_length=500, required=False, assume_scheme="https")


class RemoveFigureForm(ActForm):
    verb = _("Remove figure")
    shown_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)


class DraftForm(ActForm):
    verb = _("Draft case study")


class StartLikeForm(ActForm):
    verb = _("Start partnership")
    name = LineInput(label=_("Name"), max_length=150, help_text=_("The place and the service, for example “Joint counter in Picton”."))


class AnswerForm(ActForm):
    """A partner's answer to the text that is shown."""

    verb = _("Send answer")
    answer = forms.ChoiceField(
        label=_("Your answer"), widget=forms.RadioSelect, required=False,
        choices=[
            (CaseConsent.Answer.AGREED, _("Agree: this text can be published")), (CaseConsent.Answer.CHANGES, _("Ask for changes first")),
        ],
    )  # fmt: skip
    comment = _text(_("What to change"), 2000, _("If you ask for changes."), 4)
    shown_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def field_of(self, finding: Finding) -> str | None:
        return {"case-no-answer": "answer", "case-changes-missing": "comment"}.get(finding.code)


class PublishForm(ActForm):
    verb = _("Publish")
    shown_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)


class WithdrawCaseForm(ActForm):
    verb = _("Withdraw")
    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("It stays on record and isn’t public.")
    )
