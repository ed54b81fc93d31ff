"""Forms for recording a comment and its follow-up. They collect input and decide nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.models import Channel, Tone
from people.fields import LineInput
from people.models import Person
from web.forms import ActForm, DayField


class CommentForm(ActForm):
    verb = _("Record comment")
    channel = forms.ChoiceField(label=_("How it came"), choices=Channel.choices)
    received_on = DayField(label=_("Received on"))
    text = forms.CharField(
        label=_("Comment"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}), help_text=_("In the client’s words, without names.")
    )
    # Not `tone`: pages take that name for how a form's button looks.
    tone_before = forms.ChoiceField(label=_("Tone"), choices=Tone.choices, widget=forms.RadioSelect)
    contact = LineInput(
        label=_("How to reach the client"), max_length=200, required=False, help_text=_("A phone number or an email address.")
    )
    consent = forms.BooleanField(label=_("The client agreed to be contacted about it"), required=False)
    responsible = forms.ModelChoiceField(
        label=_("Who follows up"), queryset=Person.objects.none(), required=False, empty_label=_("The partnership’s lead"), blank=True
    )

    def __init__(self, *args: Any, people: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible"].queryset = Person.objects.filter(pk__in=people).order_by("name")  # type: ignore[attr-defined]

    @property
    def comment(self) -> dict[str, Any]:
        """Return the input as the act takes it."""
        facts = self.facts
        return {"tone": facts.pop("tone_before"), **facts}


class FollowUpForm(ActForm):
    verb = _("Record follow-up")
    followed_up_on = DayField(label=_("Followed up on"))
    learned = forms.CharField(
        label=_("What was learned"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}), help_text=_("Without names.")
    )
    tone_after = forms.ChoiceField(label=_("Tone afterwards"), choices=Tone.choices, widget=forms.RadioSelect)
