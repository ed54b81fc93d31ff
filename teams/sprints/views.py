"""A team's sprints, their reviews and who came, and answers from a mail (EL-50 to EL-52)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from outbox.queue import announcement, recipients
from people.models import Person, User
from residencies.fetch import part_or_404, residency_or_404
from residencies.models import Residency
from residencies.reference_data import figure
from teams.choices import Came
from teams.models import Presence, Sprint
from teams.pages import acted
from teams.sprints import actions, attendance, links
from teams.sprints import mail as review_mail
from teams.sprints.forms import AnswerForm, CadenceForm, CallOffForm, HoldForm, MoveForm, PauseForm, PresenceForm, ReinstateForm, WriteForm
from teams.sprints.queries import SprintsOf, expected_on, people_at, reviews_after
from web import token_pages
from web.access import needs, open_to_anyone
from web.acts import press


def sprint_or_404(user: User, reference: str, sprint: int) -> Sprint:
    """A sprint of a residency that `user` may know of, one taken back too: it is still in people's calendars."""
    rows = Sprint.objects.select_related("team")
    return part_or_404(rows, user, reference, path="team__stream", pk=sprint, missing=_("This sprint doesn’t exist."))


@needs("teams.view_team", residency_or_404)
def sprints(request: HttpRequest, residency: Residency) -> HttpResponse:
    """The cadence, the reviews to come and held, the champions and who of them came lately."""
    context = {
        "residency": residency,
        "tab": "sprints",
        "plan": SprintsOf(residency, timezone.localdate()),
        "may_plan": residency.is_under_way and request.user.has_perm("teams.plan_sprints", residency),
    }
    return render(request, "teams/sprints.html", context)


@needs("teams.plan_sprints", residency_or_404)
def cadence(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Say how the team sprints from now on."""
    running = SprintsOf(residency, timezone.localdate()).running
    initial = {name: getattr(running, name) for name in ("weeks", "at", "minutes", "place")} if running else {}
    initial = {"weeks": figure("sprint_weeks", timezone.localdate()), **initial}
    form = CadenceForm(request.POST or None, initial=initial)
    intro = _("This plans the sprints of the next six months, around statutory holidays. Everyone who is expected will get an email.")
    if running:
        intro = f"{intro} {_('Sprints already planned for the same weeks are removed.')}"
    act = lambda: actions.set_cadence(residency, **form.facts, by=request.user)
    return acted(
        request,
        residency,
        form,
        act,
        heading=_("Plan the sprints"),
        done=_("Sprints planned. Everyone who is expected will get an email."),
        intro=intro,
    )


@needs("teams.plan_sprints", residency_or_404)
def pause(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Take a pause, with or without a day on which the team goes on."""
    today = timezone.localdate()
    form = PauseForm(request.POST or None, initial={"from_on": today})
    act = lambda: actions.pause_sprints(residency, **form.facts, by=request.user)
    intro = _("Reviews during the pause are cancelled and removed from calendars.")
    if not form.is_bound:
        mailed = recipients(lambda: actions.pause_sprints(residency, from_on=today, reason="-", by=request.user))
        intro += " " + _("If the pause starts today: %(sentence)s") % {"sentence": announcement(mailed)} if mailed is not None else ""
    return acted(request, residency, form, act, heading=_("Pause sprints"), done=_("Sprints paused."), intro=intro)


@needs("teams.view_sprint", sprint_or_404)
def sprint(request: HttpRequest, sprint: Sprint) -> HttpResponse:
    """One sprint and its review: goal, what was shown and decided, who said what and who came."""
    residency = sprint.team.subject
    today = timezone.localdate()
    people = people_at(sprint)
    context = {
        "residency": residency,
        "tab": "sprints",
        "sprint": sprint,
        "people": people,
        "recorded": any(row.came for row in people),
        "unrecorded": any(not row.came for row in people),
        "begun": sprint.review_on <= today,
        "over": sprint.is_held or sprint.review_on < today,
        "may_reinstate": sprint.is_called_off and not sprint.withdrawn and sprint.starts_at > timezone.now(),
        "may_close": sprint.is_planned and sprint.starts_at <= timezone.now(),
        "may_keep": residency.is_under_way and request.user.has_perm("teams.keep_sprint", sprint),
    }
    return render(request, "teams/sprint.html", context)


@needs("teams.keep_sprint", sprint_or_404)
def write(request: HttpRequest, sprint: Sprint) -> HttpResponse:
    """Write down the goal, what was shown, what was decided."""
    form = WriteForm(request.POST or None, record=sprint)
    act = lambda: actions.write_review(sprint, shown_revision=form.shown_revision, by=request.user, **form.facts)
    return _on(request, sprint, form, act, _("Goal, demo and decisions"), _("Sprint saved."))


@needs("teams.keep_sprint", sprint_or_404)
def move(request: HttpRequest, sprint: Sprint) -> HttpResponse:
    """Hold the review at another time, alone or with all that follow."""
    form = MoveForm(request.POST or None, record=sprint)
    act = lambda: actions.move_review(sprint, shown_revision=form.shown_revision, by=request.user, **form.when)
    alone, together = review_mail.concerned([sprint]), review_mail.concerned([sprint, *reviews_after(sprint)])
    intro = [_("It is planned for %(when)s. Calendar entries will be updated.") % {"when": sprint.when}, _announced(alone)]
    if {person.pk for person in together} != {person.pk for person in alone}:
        intro.append(_("If all later reviews move too: %(sentence)s") % {"sentence": _announced(together)})
    return _on(
        request,
        sprint,
        form,
        act,
        _("Move the review"),
        _("Review moved. Everyone who is expected will get an email."),
        intro=" ".join(intro),
    )


@needs("teams.keep_sprint", sprint_or_404)
def call_off(request: HttpRequest, sprint: Sprint) -> HttpResponse:
    """Say that the review is not held."""
    form = CallOffForm(request.POST or None, record=sprint)
    act = lambda: actions.call_off_review(sprint, shown_revision=form.shown_revision, by=request.user, **form.facts)
    intro = (
        _("The sprint continues without a review. The review is removed from calendars.")
        + " "
        + _announced(review_mail.concerned([sprint]))
    )
    return _on(
        request,
        sprint,
        form,
        act,
        _("Cancel the review"),
        _("Review cancelled. Everyone who is expected will get an email."),
        intro=intro,
        tone="danger",
    )


@needs("teams.keep_sprint", sprint_or_404)
def reinstate(request: HttpRequest, sprint: Sprint) -> HttpResponse:
    """Hold a cancelled review after all."""
    form = ReinstateForm(request.POST or None, record=sprint)
    act = lambda: actions.reinstate_review(sprint, shown_revision=form.shown_revision, by=request.user)
    intro = _("It will take place on %(when)s, its original time. Calendar entries will be restored.") % {"when": sprint.when}
    intro += " " + _announced(review_mail.concerned([sprint]))
    return _on(
        request,
        sprint,
        form,
        act,
        _("Reinstate the review"),
        _("Review reinstated. Everyone who is expected will get an email."),
        intro=intro,
    )


@needs("teams.keep_sprint", sprint_or_404)
def hold(request: HttpRequest, sprint: Sprint) -> HttpResponse:
    """Put on record that the review was held."""
    form = HoldForm(request.POST or None, record=sprint)
    act = lambda: actions.hold_review(sprint, shown_revision=form.shown_revision, by=request.user)
    intro = _("Anyone expected who isn’t marked as attended counts as missed. You can still correct attendance later.")
    return _on(request, sprint, form, act, _("Record the review as held"), _("Review recorded as held."), intro=intro)


def _announced(people: Iterable[Person]) -> str:
    return announcement(person.name for person in people)


def _on(request: HttpRequest, sprint: Sprint, form: Any, act: Any, heading: str, done: str, **more: Any) -> HttpResponse:
    return acted(
        request, sprint.team.subject, form, act, heading=heading, done=done, after=sprint.get_absolute_url(), sprint=sprint, **more
    )


def presence_or_404(user: User, reference: str, sprint: int, person: int) -> Presence:
    """What is known of somebody at a review, on record or not yet."""
    sprint_record = sprint_or_404(user, reference, sprint)
    presence_record = Presence.objects.filter(sprint=sprint_record, person=person).first() or Presence(
        sprint=sprint_record, person=get_object_or_404(Person, pk=person)
    )
    presence_record.sprint = sprint_record
    return presence_record


@require_POST
@needs("teams.keep_sprint", presence_or_404)
def presence(request: HttpRequest, presence: Presence) -> HttpResponse:
    """One tap: somebody came, sent somebody, or missed it."""
    form, back = PresenceForm(request.POST), f"{presence.sprint.get_absolute_url()}#person-{presence.person_id}"
    if not form.is_valid():
        return redirect(back)
    note = lambda: attendance.note_presence(presence.sprint, presence.person, came=form.cleaned_data["came"], by=request.user)
    return press(request, note, to=back)


@require_POST
@needs("teams.keep_sprint", sprint_or_404)
def everyone_attended(request: HttpRequest, sprint: Sprint) -> HttpResponse:
    """One press: everyone of whom nothing is on record attended; exceptions are tapped, before or after."""
    return press(
        request,
        lambda: attendance.record_everyone_attended(sprint, by=request.user),
        done=_recorded,
        to=f"{sprint.get_absolute_url()}#people",
    )


def _recorded(presences: list[Presence]) -> str:
    sentences = []
    for came, label in (
        (Came.CAME, _("Recorded as attended: %(names)s.")),
        (Came.DELEGATE, _("Recorded as having sent a delegate: %(names)s.")),
    ):
        names = [presence.person.name for presence in presences if presence.came == came]
        if names:
            sentences.append(label % {"names": ", ".join(names)})
    return " ".join(sentences)


def own_presence_or_404(user: User, sprint: int) -> Presence:
    """What the account's own person said of a review at which they are expected."""
    sprint_record = Sprint.objects.current().for_calendar().filter(pk=sprint).first()
    expected = expected_on(sprint_record.team_id, sprint_record.review_on) if sprint_record else []
    mine = next((attendee.person for attendee in expected if attendee.person.user_id == user.pk), None)
    if sprint_record is None or mine is None:
        raise Http404(_("You aren’t expected at this review."))
    presence_record = Presence.objects.filter(sprint=sprint_record, person=mine).first() or Presence(sprint=sprint_record, person=mine)
    presence_record.sprint = sprint_record
    return presence_record


@needs("teams.answer_review", own_presence_or_404)
def answer_from_my_lab(request: HttpRequest, presence: Presence) -> HttpResponse:
    """I will be there, I can't come, or somebody comes for me."""
    sprint = presence.sprint
    form = AnswerForm(request.POST or None, initial={"answer": presence.answer, "delegate": presence.delegate})
    if form.carried_out(lambda: attendance.answer_review(sprint, presence.person, **form.facts, by=request.user)):
        messages.success(request, _("Answer sent to the team."))
        return redirect("my-lab")
    return render(request, "teams/my_answer.html", {"sprint": sprint, "residency": sprint.team.subject, "form": form}, status=form.status)


# ── Answers by a link from a mail ────────────────────────────────────────────────────────────

LOOKUPS_A_MINUTE = 60
WHY_ANSWER = "A champion holds a link and no account; it answers for one review only."
private = token_pages.private("calendar-lookups", LOOKUPS_A_MINUTE)


@open_to_anyone(WHY_ANSWER)
@private
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the review and the question and changes nothing; POST answers."""
    link = links.answer_link(token)
    if link is None:
        return render(request, "teams/answer_ended.html", status=404)
    presence = Presence.objects.filter(sprint=link.sprint, person=link.person).first()
    initial = {"answer": presence.answer, "delegate": presence.delegate} if presence else {}
    form = AnswerForm(request.POST or None, initial=initial)
    if form.carried_out(lambda: attendance.answer_review(link.sprint, link.person, **form.facts, by=links.AnswerLinkHolder(link))):
        return redirect("review-answered", token=token)
    context = {"link": link, "sprint": link.sprint, "residency": link.sprint.team.subject, "form": form, "said": presence}
    return render(request, "teams/answer.html", context, status=form.status)


@open_to_anyone(WHY_ANSWER)
@private
@require_safe
def answered(request: HttpRequest, token: str) -> HttpResponse:
    """What one answered, and the way to change it."""
    link = links.answer_link(token)
    presence = Presence.objects.filter(sprint=link.sprint, person=link.person).first() if link else None
    if link is None or presence is None:
        return render(request, "teams/answer_ended.html", status=404)
    context = {"link": link, "sprint": link.sprint, "residency": link.sprint.team.subject, "said": presence, "token": token}
    return render(request, "teams/answered.html", context)
