"""Pages for answering: a question, with an account or by the link in a mail; and a decision, by a member or for the group (EL-96)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from oversight.models import DecisionAnswer, DecisionWanted, ReportLine
from oversight.status import links
from oversight.status.actions import decisions, questions
from oversight.status.forms import AnswerForm, AnswerLineForm
from oversight.status.queries import answer_or_404, decision_or_404, question_or_404
from oversight.status.views import acted, frame
from people.identity import account_on
from people.lab import lab_staff_among
from people.models import BodySeat, Person
from web import token_pages
from web.access import needs, open_to_anyone
from web.acts import run

# ── Questions ────────────────────────────────────────────────────────────────────────────────

LOOKUPS_A_MINUTE = 60
WHY_ANSWER = "A person who is asked holds a link and no account; it answers one question only."
private = token_pages.private("question-lookups", LOOKUPS_A_MINUTE)


@needs("oversight.answer_line", question_or_404)
def question(request: HttpRequest, line: ReportLine) -> HttpResponse:
    """Answer a question for a report, signed in."""
    form = AnswerLineForm(request.POST or None, initial={"answer": line.answer})
    act = lambda: questions.answer_question(line, answer=form.cleaned_data["answer"], by=request.user)
    page = "oversight/status/question.html"
    return run(request, form, act, done=_("Answer sent to %(name)s.") % {"name": line.asked_by}, to="home", page=page, line=line)


@open_to_anyone(WHY_ANSWER)
@private
@require_http_methods(["GET", "HEAD", "POST"])
def answer_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Answer a question by the link in a mail. GET shows the question and changes nothing; POST answers."""
    link = links.line_link(token)
    # If the report was sent while someone was typing, the act refuses the answer, and the form keeps the text.
    if link is None or (request.method != "POST" and not link.line.report.is_draft):
        return render(request, "oversight/status/link_ended.html", status=404)
    line = link.line
    form = AnswerLineForm(request.POST or None, initial={"answer": line.answer})
    by = links.LineLinkHolder(link)
    if form.carried_out(lambda: questions.answer_question(line, answer=form.cleaned_data["answer"], by=by)):
        return redirect("status-answered", token=token)
    return render(request, "oversight/status/answer.html", {"line": line, "form": form}, status=form.status)


@open_to_anyone(WHY_ANSWER)
@private
@require_safe
def answered(request: HttpRequest, token: str) -> HttpResponse:
    """Show the answer that was given, and the way to change it."""
    link = links.line_link(token)
    if link is None or not link.line.answered_at:
        return render(request, "oversight/status/link_ended.html", status=404)
    return render(request, "oversight/status/answered.html", {"line": link.line, "token": token})


# ── Decisions ────────────────────────────────────────────────────────────────────────────────


@require_safe
@needs("oversight.view_decision", decision_or_404)
def decision(request: HttpRequest, decision: DecisionWanted) -> HttpResponse:
    """Show a decision, its answers with corrections, and what the account can do."""
    user = account_on(request)
    answers = list(decision.answers.select_related("person", "recorded_by", "corrects").order_by("-number"))
    may_answer = decision.subject.is_under_way and user.has_perm("oversight.answer_decision", decision)
    context = {
        "decision": decision,
        "report": decision.report,
        "answers": answers,
        "may_answer": may_answer and decision.is_open,
        "may_correct": may_answer and bool(answers),
        "may_read": user.has_perm("oversight.view_report", decision.report),
    }
    return render(request, "oversight/status/decision.html", frame(request, decision.subject) | context)


def _members(request: HttpRequest, wanted: DecisionWanted) -> list[Person]:
    """Return the members among whom lab staff choose; none for a member, who answers for themselves."""
    user = account_on(request)
    seats = list(BodySeat.objects.filter(body=wanted.body_id).select_related("person").order_by("person__name"))
    if any(seat.person.user_id == user.pk for seat in seats) and user not in lab_staff_among([user]):
        return []
    return list(dict.fromkeys(seat.person for seat in seats))


@needs("oversight.answer_decision", decision_or_404)
def answer(request: HttpRequest, decision: DecisionWanted) -> HttpResponse:
    """Record a group's answer to a decision."""
    return _answer(request, decision, None)


@needs("oversight.answer_decision", answer_or_404)
def correct_answer(request: HttpRequest, answer: DecisionAnswer) -> HttpResponse:
    """Correct the last answer to a decision."""
    return _answer(request, answer.decision, answer)


def _answer(request: HttpRequest, wanted: DecisionWanted, corrects: DecisionAnswer | None) -> HttpResponse:
    people = _members(request, wanted)
    form = AnswerForm(request.POST or None, record=wanted, people=people, today=timezone.localdate(), corrects=corrects)
    if corrects is not None:
        form.verb = gettext_lazy("Correct answer")
    fields: dict[str, Any] = {"by": request.user}

    def act() -> DecisionAnswer:
        facts = {**form.facts, "shown_revision": form.shown_revision, **fields}
        return decisions.correct_answer(corrects, **facts) if corrects else decisions.answer_decision(wanted, **facts)

    heading = _("Correct the answer") if corrects else _("Answer the decision")
    done = lambda row: _("Answer recorded: %(outcome)s.") % {"outcome": row.get_outcome_display().lower()}
    return acted(request, wanted.subject, form, act, heading=heading, done=done, to=wanted.get_absolute_url(), decision=wanted)
