"""Forms of conversations (EL-84)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from residencies.lifecycle.forms import words
from residencies.models import Conversation
from web.forms import ActForm, DayField


class OpenConversationForm(ActForm):
    verb = _("Open the conversation")
    expectation = words(_("Expectation that can’t be met"), help_text=_("Name the clause of the agreement if there is one."))
    raised_by = forms.CharField(label=_("Raised by"), max_length=150)


class HoldConversationForm(ActForm):
    verb = _("Record the outcome")
    held_on = DayField(label=_("Date held"))
    present = words(
        _("Attendees"),
        help_text=_(
            "All six groups should be there: the assistant deputy minister, the executive director, the product owner, the leaders of "
            "the lab, the champions and the partners."
        ),
    )
    notes = words(_("Notes"), rows=5, most=10_000, required=False)
    outcome = forms.ChoiceField(label=_("Outcome"), choices=Conversation.Outcome.choices, widget=forms.RadioSelect)


class CorrectConversationForm(HoldConversationForm):
    verb = _("Record the correction")
    reason = words(_("Reason for the correction"), help_text=_("We keep the first record next to the correction."))

    def __init__(self, *args: Any, conversation: Conversation, **kwargs: Any) -> None:
        initial = {name: getattr(conversation, name) for name in ("held_on", "present", "notes", "outcome")}
        super().__init__(*args, initial=initial, **kwargs)
