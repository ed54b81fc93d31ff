"""Who could mentor a team, and the forms about mentors: a team offers one or asks for one, staff match, meetings and the outcome (EL-54)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from community.alumni.forms import OfferForm
from community.choices import HelpTopic, MentoringState
from community.mentors import rules
from community.models import Mentoring, Offer
from people.models import Person
from teams.models import Seat
from web.forms import ActForm, DayField

# ── Who could mentor a team ──────────────────────────────────────────────────────────────────

SHOWN = 50
NOW = Q(person__mentorings__state=MentoringState.MATCHED)
BEFORE = Q(person__mentorings__state=MentoringState.FINISHED)


def with_load(offers: QuerySet[Offer]) -> Any:
    """Annotate offers with how many teams each person mentors (`load`) and has mentored (`finished`)."""
    return offers.annotate(load=Count("person__mentorings", filter=NOW), finished=Count("person__mentorings", filter=BEFORE))


@dataclass(frozen=True)
class Candidate:
    """Someone who could mentor a team."""

    offer: Offer
    facts: rules.MentorFacts
    has_topic: bool

    @property
    def is_free(self) -> bool:
        return self.facts.free > 0


def candidates(mentoring: Mentoring) -> list[Candidate]:
    """Return who could mentor a team, the best fit first: not people on that team, nor the present mentor; three queries."""
    own = Seat.objects.current().filter(team__stream=mentoring.residency.stream_id, person__isnull=False).values("person")
    offers = with_load(Offer.objects.of_mentors().for_list().exclude(person__in=own).exclude(person=mentoring.mentor_id))
    rows = {offer.pk: offer for offer in offers.order_by("person__name", "pk")[: SHOWN * 4]}
    facts = {
        key: rules.MentorFacts(offer.person.name, offer.teams_at_once, offer.load, frozenset(offer.topics)) for key, offer in rows.items()
    }
    ranked = rules.in_order([(each, key) for key, each in facts.items()], mentoring.topic)
    return [Candidate(rows[key], facts[key], mentoring.topic in facts[key].topics) for key in ranked[:SHOWN]]


# ── Forms ────────────────────────────────────────────────────────────────────────────────────


class AskForm(ActForm):
    verb = _("Send request")
    topic = forms.ChoiceField(label=_("Topic"), choices=[("", _("Choose a topic")), *HelpTopic.choices])
    question = forms.CharField(
        label=_("What the team wants help with"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("The lab uses it to find the right person, who reads it before you meet."),
    )


class MatchForm(ActForm):
    """Choose a mentor; each choice says who fits and how busy they are."""

    verb = _("Match mentor")
    mentor = forms.TypedChoiceField(
        label=_("Mentor"), widget=forms.RadioSelect, coerce=lambda key: Person.objects.get(pk=key),
        error_messages={"required": _("Choose a mentor.")},
    )  # fmt: skip

    def __init__(self, *args: Any, candidates: list[Candidate], record: Any, **kwargs: Any) -> None:
        super().__init__(*args, record=record, initial={"mentor": None}, **kwargs)
        self.fields["mentor"].choices = [(each.offer.person_id, self._label(each)) for each in candidates]  # type: ignore[attr-defined]

    @staticmethod
    def _label(candidate: Candidate) -> str:
        offer, facts = candidate.offer, candidate.facts
        fits = _t("has this topic") if candidate.has_topic else _t("other topics")
        room = ngettext("mentors %(load)d of %(most)d team", "mentors %(load)d of %(most)d teams", facts.teams_at_once)
        team = offer.residency.product if offer.residency else _t("alum")
        return f"{offer.person.name} ({team}): {fits}, {room % {'load': facts.load, 'most': facts.teams_at_once}}"


class MeetingForm(ActForm):
    verb = _("Record meeting")
    met_on = DayField(label=_("Date"))
    hours = forms.DecimalField(
        label=_("Hours"),
        min_value=Decimal("0.25"),
        max_value=Decimal(24),
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.25", "inputmode": "decimal"}),
        help_text=_("The mentor’s time. It counts toward their team’s contributions."),
    )
    notes = forms.CharField(label=_("Notes"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def clean_hours(self) -> Decimal:
        hours: Decimal = self.cleaned_data["hours"]
        if hours % Decimal("0.25"):
            raise forms.ValidationError(_("Enter the time in quarter hours, for example 1.5 or 2.25."))
        return hours

    @property
    def meeting(self) -> dict[str, Any]:
        """Return what the act asks for."""
        facts = self.facts
        return {"minutes": int(facts.pop("hours") * 60), **facts}


class FinishForm(ActForm):
    verb = _("Finish mentoring")
    outcome = forms.CharField(
        label=_("Outcome"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What the team does differently now. The mentor will read it."),
    )


class CancelForm(ActForm):
    verb = _("Cancel mentoring")
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("The mentor, if there is one, will read it."))


class RemoveMeetingForm(ActForm):
    verb = _("Remove meeting")
    reason = forms.CharField(label=_("Reason"), max_length=300, help_text=_("The entry stays on record with this reason."))


class TeamOfferForm(OfferForm):
    """What someone on the team offers to other teams."""

    person = forms.ModelChoiceField(label=_("Team member"), queryset=Person.objects.none(), empty_label=_("Choose a team member"))
    field_order = ("person", "topics", "text", "teams_at_once")

    def __init__(self, *args: Any, people: Any, person: Person | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        self.fields["person"].initial = person and person.pk
