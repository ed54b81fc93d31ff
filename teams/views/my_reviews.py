"""Saying from one's own page whether one comes to a sprint review (EL-51)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from teams import actions
from teams.expected import expected_on
from teams.forms.sprints import AnswerForm
from teams.models import Presence, Sprint
from web.access import needs


def own_presence_or_404(user: Any, sprint: int) -> Presence:
    """What the account's own person said of a review at which they are expected."""
    sprint_record = Sprint.objects.current().for_calendar().filter(pk=sprint).first()
    expected = expected_on(sprint_record.team_id, sprint_record.review_on) if sprint_record else []
    mine = next((attendee.person for attendee in expected if attendee.person.user_id == user.pk), None)
    if sprint_record is None or mine is None:
        raise Http404(_("You are not expected at such a review."))
    presence_record = Presence.objects.filter(sprint=sprint_record, person=mine).first() or Presence(sprint=sprint_record, person=mine)
    presence_record.sprint = sprint_record
    return presence_record


@needs("teams.answer_review", own_presence_or_404)
def answer_from_my_lab(request: HttpRequest, presence: Presence) -> HttpResponse:
    """I will be there, I can't come, or somebody comes for me."""
    sprint = presence.sprint
    form = AnswerForm(request.POST or None, initial={"answer": presence.answer, "delegate": presence.delegate})
    if form.carried_out(lambda: actions.answer_review(sprint, presence.person, **form.facts, by=request.user)):
        messages.success(request, _("The team knows your answer."))
        return redirect("my-lab")
    return render(request, "teams/my_answer.html", {"sprint": sprint, "residency": sprint.team.residency, "form": form}, status=form.status)
