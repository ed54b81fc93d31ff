"""Forms of conversations. They collect input and decide nothing (EL-84)."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.picker import OPEN, PersonForm
from residencies.conversations.proposals import ClauseWords, Expected
from residencies.conversations.queries import CouldAttend
from residencies.conversations.rules import LEAST_MINUTES, MOST_MINUTES
from residencies.lifecycle.forms import words
from residencies.models import Conversation, ConversationInvitee, ConversationMeeting
from residencies.models.states import SIX, Group
from web.forms import ActForm, ClockField, DayField

GROUPS = [(group.value, group.label) for group in SIX]


class OpenConversationForm(ActForm):
    """Which expectation, and who raised it. A clause is enough: the expectation is then called like the clause."""

    verb = _("Open the conversation")
    clause = forms.ChoiceField(label=_("Clause of the agreement"), required=False)
    expectation = words(
        _("Expectation that can’t be met"),
        required=False,
        help_text=_("In a sentence. If you leave this empty, we use the clause’s heading."),
    )
    raised_by = forms.CharField(label=_("Raised by"), max_length=150)

    def __init__(self, *args: Any, clauses: list[ClauseWords], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clause"].choices = [("", _("No clause, or not in the agreement")), *((row.key, str(row)) for row in clauses)]  # type: ignore[attr-defined]
        if not clauses:
            del self.fields["clause"]
            self.fields["expectation"].help_text = _("In a sentence.")

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        if not facts.get("clause") and not facts.get("expectation", "").strip() and "expectation" not in self.errors:
            self.add_error("expectation", _("Choose a clause, or say what can’t be met."))
        return facts


class MeetingForm(ActForm):
    """When and where."""

    verb = _("Set the time and send invitations")
    on = DayField(label=_("Date"))
    at = ClockField(label=_("Start time (Pacific)"))
    minutes = forms.IntegerField(label=_("Length in minutes"), min_value=LEAST_MINUTES, max_value=MOST_MINUTES)
    place = forms.CharField(
        label=_("Place or meeting link"), max_length=300, required=False, help_text=_("Included in the email and the calendar file.")
    )

    def __init__(self, *args: Any, record: ConversationMeeting | None, **kwargs: Any) -> None:
        initial = {} if record else {"minutes": 60, "at": datetime.time(10)}
        super().__init__(*args, record=record, initial=initial, **kwargs)
        if record and not record.is_cancelled:
            self.verb = _("Save changes and tell everyone")

    @property
    def shown_or_none(self) -> int | None:
        return self.cleaned_data.get("shown_revision")


class CancelMeetingForm(ActForm):
    verb = _("Cancel this time")
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("Everyone invited will read it."))


class InviteForm(PersonForm):
    verb = _("Add person")
    group = forms.ChoiceField(label=_("Group"), choices=[("", _("Choose a group")), *GROUPS])
    field_order = ("who", "person", "name", "email", "group")


class AnswerForm(ActForm):
    verb = _("Save answer")
    answer = forms.ChoiceField(label=_("Will they be there?"), choices=ConversationInvitee.Answer.choices, widget=forms.RadioSelect)


class ReplyForm(AnswerForm):
    """The same, for the invited person."""

    verb = _("Send answer")
    answer = forms.ChoiceField(label=_("Will you be there?"), choices=ConversationInvitee.Answer.choices, widget=forms.RadioSelect)


class HoldConversationForm(PersonForm):
    """When it was held, who was there, and what came of it."""

    verb = _("Record the outcome")
    choices = ((OPEN, _("No one else")), *PersonForm.choices)
    held_on = DayField(label=_("Date held"))
    attendees = forms.MultipleChoiceField(
        label=_("Attendees"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("To record anyone else, add them to the conversation’s list first."),
    )
    group = forms.ChoiceField(
        label=_("Their group"), required=False, choices=[*GROUPS, (Group.OTHER.value, Group.OTHER.label)], initial=Group.OTHER
    )
    notes = words(_("Notes"), rows=5, most=10_000, required=False)
    outcome = forms.ChoiceField(label=_("Outcome"), choices=Conversation.Outcome.choices, widget=forms.RadioSelect)
    field_order = ("held_on", "attendees", "who", "person", "name", "email", "group", "notes", "outcome")

    def __init__(self, *args: Any, people: list[CouldAttend], **kwargs: Any) -> None:
        ticked = [row.person.pk for row in people if row.is_expected]
        kwargs["initial"] = {"who": OPEN, "attendees": ticked, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.people = {str(row.person.pk): Expected(row.person, row.group) for row in people}
        labelled = [(key, f"{row.person.name}, {Group(row.group).label}") for key, row in self.people.items()]
        self.fields["attendees"].choices = labelled  # type: ignore[attr-defined]
        self.fields["who"].label = _("Someone else who was there")
        if not labelled:
            del self.fields["attendees"]

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        facts["group"] = facts.get("group") or Group.OTHER.value
        if not facts.get("attendees") and not facts.get("person") and not facts.get("name") and not self.errors:
            self.add_error("attendees" if "attendees" in self.fields else "who", _("Tick everyone who was there."))
        return facts

    @property
    def attended(self) -> list[Expected]:
        """Those who were ticked, and someone on record who was chosen besides."""
        data = self.cleaned_data
        ticked = [self.people[key] for key in data.get("attendees", [])]
        return [*ticked, Expected(data["person"], data["group"])] if data.get("person") else ticked

    @property
    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in super().facts.items() if name not in {"attendees", "person", "name", "email", "group"}}


class CorrectConversationForm(HoldConversationForm):
    verb = _("Record the correction")
    reason = words(_("Reason for the correction"), help_text=_("We keep the first record next to the correction."))

    def __init__(self, *args: Any, conversation: Conversation, **kwargs: Any) -> None:
        initial = {name: getattr(conversation, name) for name in ("held_on", "notes", "outcome")}
        super().__init__(*args, initial=initial, **kwargs)
