"""Pages of the partners' meetings: when the next is, what was decided at the last ones, and the forms (PB-30)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from partnerships.choices import MeetingState
from partnerships.fetch import part_or_404, partnership_or_404
from partnerships.models import Partner, PartnerMeeting, Partnership, SharedVision
from partnerships.workspace.meetings import actions
from people.fields import LineInput
from people.models import User
from web.access import needs
from web.acts import run
from web.forms import ActForm, ClockField, DayField

PAGE = "partnerships/act.html"
TAB = "meetings"
MOST = 60  # meetings on the page, five years of a monthly one


# ── Forms ────────────────────────────────────────────────────────────────────────────────────


class RhythmForm(ActForm):
    verb = gettext_lazy("Set rhythm")
    every_months = forms.IntegerField(
        label=gettext_lazy("Months between meetings"), min_value=1, max_value=actions.SELDOMEST,
        help_text=gettext_lazy("Counted from the last meeting, or from today."),
    )  # fmt: skip


class PlanForm(ActForm):
    """When and where the partners meet."""

    on = DayField(label=gettext_lazy("Date"))
    at = ClockField(label=gettext_lazy("Time"), required=False)
    in_person = forms.BooleanField(label=gettext_lazy("In person"), required=False)
    place = LineInput(label=gettext_lazy("Place or link"), max_length=200, required=False)

    def __init__(self, *args: Any, record: PartnerMeeting | None = None, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        self.verb = _("Save changes") if record else _("Plan meeting")


class CancelForm(ActForm):
    verb = gettext_lazy("Cancel meeting")
    tone = "danger"
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class HeldForm(ActForm):
    """What a meeting came to, and for each partner whether it still shares the vision."""

    verb = gettext_lazy("Record meeting")
    on = DayField(label=gettext_lazy("Held on"))
    in_person = forms.BooleanField(label=gettext_lazy("In person"), required=False)
    attended = LineInput(label=gettext_lazy("Who took part"), max_length=500)
    decisions = forms.CharField(
        label=gettext_lazy("Decisions"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Everyone on the partnership can read decisions and notes."),
    )  # fmt: skip
    notes = forms.CharField(label=gettext_lazy("Notes"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, partners: list[Partner], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.partners = partners
        for partner in partners:
            self.fields[f"vision_{partner.pk}"] = forms.ChoiceField(
                label=_("%(partner)s: do they still share the vision?") % {"partner": partner.organization.name},
                choices=[("", _("Not asked")), ("yes", _("Yes")), ("no", _("No"))],
                required=False,
            )
            self.fields[f"note_{partner.pk}"] = LineInput(
                label=_("%(partner)s: if not, why?") % {"partner": partner.organization.name}, max_length=500, required=False
            )

    @property
    def words(self) -> dict[str, Any]:
        """Return the input as the act takes it."""
        facts = self.facts
        given = {partner.pk: (facts.pop(f"vision_{partner.pk}"), facts.pop(f"note_{partner.pk}")) for partner in self.partners}
        return {**facts, "answers": {key: (answer == "yes", note) for key, (answer, note) in given.items() if answer}}


# ── Pages ────────────────────────────────────────────────────────────────────────────────────


def meeting_or_404(user: User, reference: str, meeting: int) -> PartnerMeeting:
    return part_or_404(PartnerMeeting.objects.filter(state=MeetingState.PLANNED), user, reference, pk=meeting)


@require_safe
@needs("partnerships.view_partnership", partnership_or_404)
def meetings(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Show the rhythm, the meetings that are planned, and the latest ones with their decisions; two queries."""
    today = timezone.localdate()
    answers = Prefetch("answers", queryset=SharedVision.objects.select_related("partner__organization"))
    rows: list[Any] = list(PartnerMeeting.objects.filter(partnership=partnership).order_by("-on", "-pk").prefetch_related(answers)[:MOST])
    for row in rows:
        row.over = row.on < today
    planned = [row for row in reversed(rows) if row.is_planned]
    context = {
        "partnership": partnership,
        "tab": TAB,
        "planned": planned,
        "rows": [row for row in rows if not row.is_planned],
        "most": MOST if len(rows) == MOST else 0,
        "is_late": partnership.meet_by is not None and partnership.meet_by < today and all(row.over for row in planned),
        "may_keep": partnership.is_under_way and request.user.has_perm("partnerships.keep_partnership", partnership),
    }
    return render(request, "partnerships/meetings/meetings.html", context)


def _acted(request: HttpRequest, partnership: Partnership, form: Any, act: Any, *, heading: str, done: Any) -> HttpResponse:
    to = reverse(TAB, args=[partnership.reference])
    return run(request, form, act, done=done, to=to, page=PAGE, partnership=partnership, tab=TAB, heading=heading)


@needs("partnerships.keep_partnership", partnership_or_404)
def rhythm(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Set how often the partners meet."""
    form = RhythmForm(request.POST or None, initial={"every_months": partnership.meets_every or 3})
    act = lambda: actions.set_rhythm(partnership, **form.facts, by=request.user)
    return _acted(request, partnership, form, act, heading=_("How often the partners meet"), done=_("The rhythm was set."))


@needs("partnerships.keep_partnership", partnership_or_404)
def plan(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Plan a meeting."""
    form = PlanForm(request.POST or None, initial={"on": max(partnership.meet_by or timezone.localdate(), timezone.localdate())})
    act = lambda: actions.plan_meeting(partnership, **form.facts, by=request.user)
    return _acted(request, partnership, form, act, heading=_("Plan a meeting"), done=_("Meeting planned. It’s in the calendar."))


@needs("partnerships.keep_partnership", meeting_or_404)
def move(request: HttpRequest, meeting: PartnerMeeting) -> HttpResponse:
    """Change when and where a planned meeting is."""
    form = PlanForm(request.POST or None, record=meeting)
    act = lambda: actions.move_meeting(meeting, shown_revision=form.shown_revision, **form.facts, by=request.user)
    return _acted(request, meeting.partnership, form, act, heading=_("Change the meeting"), done=_("Saved."))


@needs("partnerships.keep_partnership", meeting_or_404)
def cancel(request: HttpRequest, meeting: PartnerMeeting) -> HttpResponse:
    """Cancel a planned meeting."""
    form = CancelForm(request.POST or None)
    act = lambda: actions.cancel_meeting(meeting, **form.facts, by=request.user)
    return _acted(request, meeting.partnership, form, act, heading=_("Cancel the meeting"), done=_("Meeting cancelled."))


@needs("partnerships.keep_partnership", partnership_or_404)
def record(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Record a meeting that wasn't planned here."""
    return _held(request, partnership, None)


@needs("partnerships.keep_partnership", meeting_or_404)
def meeting(request: HttpRequest, meeting: PartnerMeeting) -> HttpResponse:
    """Record a planned meeting as held."""
    return _held(request, meeting.partnership, meeting)


def _held(request: HttpRequest, partnership: Partnership, meeting: PartnerMeeting | None) -> HttpResponse:
    partners = list(Partner.objects.filter(partnership=partnership, left_on=None).select_related("organization").order_by("pk"))
    today = timezone.localdate()
    initial = {"on": min(meeting.on, today), "in_person": meeting.in_person} if meeting else {"on": today}
    form = HeldForm(request.POST or None, partners=partners, initial=initial)
    act = lambda: actions.record_meeting(partnership, meeting=meeting, **form.words, by=request.user)
    return _acted(request, partnership, form, act, heading=_("Record a meeting"), done=_("Meeting recorded."))
