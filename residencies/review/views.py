"""The lab's queue of intakes and the review of one (EL-12 to EL-16)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from acts.act import Actor
from acts.revisions import Stale
from findings import Refused
from residencies.fetch import residency_or_404
from residencies.intake.gates import readiness, readiness_facts
from residencies.intake.queries import Case, answer_due, cases, days_waiting, drafting_of, is_late, rounds
from residencies.lifecycle import residency as residency_acts
from residencies.models import Condition, Intake, Residency, Review
from residencies.models.states import State
from residencies.reference_data import figure
from residencies.review import actions
from residencies.review.forms import AskForm, AssignForm, DecideForm, DeclineForm, HandOverForm, QualifyForm, TakeUpForm, lab_staff
from web.access import needs
from web.acts import REFUSED, carry_out, run
from web.forms import ActForm
from web.return_url import return_url

PAGE_SIZE = 50


@needs("residencies.view_queue")
def queue(request: HttpRequest) -> HttpResponse:
    """Intakes that wait for the lab, oldest first, with days waiting; assigned in place (EL-16)."""
    who = request.GET.get("who", "")
    rows = Review.objects.waiting()
    narrowed = {"mine": rows.filter(assignee=request.user.pk), "unassigned": rows.filter(assignee=None)}.get(who, rows)
    page = Paginator(narrowed, PAGE_SIZE).get_page(request.GET.get("page"))
    today, staff = timezone.localdate(), list(lab_staff())
    working_days = figure("review_working_days", today)
    rows_shown = [(review, days_waiting(review, today), is_late(review, today, working_days)) for review in page]
    may_assign = request.user.has_perm("residencies.assign")
    context = {
        "page": page,
        "rows": rows_shown,
        "who": who,
        "staff": staff,
        "may_assign": may_assign,
        "may_start": request.user.has_perm("residencies.start_intake"),
    }
    return render(request, "residencies/review/queue.html", context)


@require_POST
@needs("residencies.assign", residency_or_404)
def assign(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Let a colleague, or nobody, look after it."""
    form = AssignForm(request.POST, staff=lab_staff())
    if form.carried_out(lambda: residency_acts.assign(residency, to=form.cleaned_data["to"], by=request.user)):
        params = {"residency": residency, "who": form.cleaned_data["to"] or _("not assigned yet")}
        messages.success(request, _("%(residency)s: the lab lead is %(who)s.") % params)
    else:
        messages.error(request, _("Choose someone who works at the lab."))
    return redirect(return_url(request) or reverse("review-queue"))


@needs("residencies.view_review", residency_or_404)
def review(request: HttpRequest, residency: Residency) -> HttpResponse:
    """The case beside the decision, condition by condition; drafts for the lab's eyes alone (EL-12)."""
    return _page(request, residency)


def _page(
    request: HttpRequest, residency: Residency, *, sent: Mapping[str, ActForm] = MappingProxyType({}), status: int = 200, **extra: Any
) -> HttpResponse:
    """The review's page; `sent` are forms that came back, by name, such as `ask` or `decide-3`."""
    review_rounds = rounds(residency)
    reviewing = request.user.has_perm("residencies.review_intake", residency)
    decides = reviewing and residency.state == State.IN_REVIEW
    residency_cases = cases(residency, request.user)
    pairs = [(case, sent.get(f"decide-{case.number}") or _decide_form(case) if decides else None) for case in residency_cases]
    open_round = next((review_round.review for review_round in review_rounds if review_round.review.closed_at is None), None)
    context = {
        "residency": residency,
        "tab": "qualification",
        "pairs": pairs,
        "decides": decides,
        "submission": uuid.uuid4(),
        "drafted": sum(case.draft is not None for case in residency_cases),
        "drafting": drafting_of(residency) if residency.state == State.IN_REVIEW else None,
        "intake": Intake.objects.prefetch_related("needs").get(residency=residency),
        "rounds": [review_round for review_round in review_rounds if review_round.review.closed_at],
        "open_round": open_round,
        "days": days_waiting(open_round, timezone.localdate()) if open_round else None,
        "answer_due": answer_due(open_round) if open_round else None,
        "readiness": readiness(residency, timezone.localdate()),
        "readiness_facts": readiness_facts(residency, timezone.localdate()),
        "reviewing": reviewing,
        **_side_forms(request, residency, sent),
        **extra,
    }
    return render(request, "residencies/review/review.html", context, status=status)


def _decide_form(case: Case) -> DecideForm:
    return DecideForm(draft=case.draft, case_version=case.condition.revision, prefix=f"c{case.number}")


def _side_forms(request: HttpRequest, residency: Residency, sent: Mapping[str, ActForm]) -> dict[str, Any]:
    """What this account can do next, each a form of its own."""
    user = request.user

    def offer(verb: str, states: tuple[State, ...], make: Callable[[], ActForm]) -> ActForm | None:
        if residency.state in states and user.has_perm(f"residencies.{verb}", residency):
            return sent.get(verb) or make()
        return None

    assigning = residency.state in (State.SUBMITTED, State.IN_REVIEW) and user.has_perm("residencies.assign", residency)
    return {
        "take_up_form": offer("take_up", (State.SUBMITTED,), TakeUpForm),
        "ask_form": offer("ask_for_more", (State.IN_REVIEW,), lambda: AskForm(auto_id="id_ask_%s")),
        "qualify_form": offer("qualify", (State.IN_REVIEW,), QualifyForm),
        "decline_form": offer("decline", (State.SUBMITTED, State.IN_REVIEW), lambda: DeclineForm(auto_id="id_decline_%s")),
        "hand_over_form": _hand_over_form(user, residency, sent),
        "assign_form": AssignForm(staff=lab_staff(), initial={"to": residency.owner_id}, auto_id="id_assign_%s") if assigning else None,
    }


def _hand_over_form(user: Actor, residency: Residency, sent: Mapping[str, ActForm]) -> ActForm | None:
    """For those who draft and don't decide."""
    drafts = residency.state == State.IN_REVIEW and user.has_perm("residencies.review_intake", residency)
    return sent.get("hand_over") or HandOverForm() if drafts and not user.has_perm("residencies.qualify", residency) else None


@require_POST
@needs("residencies.take_up", residency_or_404)
def take_up(request: HttpRequest, residency: Residency) -> HttpResponse:
    return _move(request, residency, "take_up", TakeUpForm(request.POST), lambda facts: actions.take_up(residency, by=request.user))


@require_POST
@needs("residencies.ask_for_more", residency_or_404)
def ask(request: HttpRequest, residency: Residency) -> HttpResponse:
    form = AskForm(request.POST, auto_id="id_ask_%s")
    act = lambda facts: actions.ask_for_more(residency, question=facts["question"], by=request.user)
    return _move(request, residency, "ask_for_more", form, act)


@require_POST
@needs("residencies.qualify", residency_or_404)
def qualify(request: HttpRequest, residency: Residency) -> HttpResponse:
    return _move(request, residency, "qualify", QualifyForm(request.POST), lambda facts: actions.qualify(residency, by=request.user))


@require_POST
@needs("residencies.decline", residency_or_404)
def decline(request: HttpRequest, residency: Residency) -> HttpResponse:
    form = DeclineForm(request.POST, auto_id="id_decline_%s")
    act = lambda facts: actions.decline(residency, reason=facts["reason"], referred_to=facts["referred_to"], by=request.user)
    return _move(request, residency, "decline", form, act)


def _move(request: HttpRequest, residency: Residency, verb: str, form: ActForm, act: Callable[[dict[str, Any]], Residency]) -> HttpResponse:
    """One move of the review: done and said, or the page again with everything that stands in the way."""
    heading = _HEADINGS[verb]()
    return run(
        request,
        form,
        lambda: act(form.facts),
        done=lambda moved: _("%(residency)s: %(state)s.") % {"residency": moved, "state": moved.get_state_display()},
        to=reverse("review", args=[residency.reference]),
        page=lambda status: _page(request, residency, sent={verb: form}, status=status, refused=form.refusal, refused_heading=heading),
    )


_HEADINGS: dict[str, Callable[[], str]] = {
    "take_up": lambda: _("Can’t start the review yet"),
    "ask_for_more": lambda: _("Can’t send the intake back yet"),
    "qualify": lambda: _("Can’t qualify yet"),
    "decline": lambda: _("Can’t decline yet"),
}


@require_POST
@needs("residencies.review_intake", residency_or_404)
def decide(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Draft the findings on all conditions together: by the button, which may hand them over too, or quietly on leaving a field (EL-12)."""
    conditions = {case.number: case.condition for case in cases(residency, request.user)}
    forms = {number: DecideForm(request.POST, draft=None, prefix=f"c{number}") for number in conditions}
    written = {number: form for number, form in forms.items() if form.is_written}
    if request.htmx:  # type: ignore[attr-defined]
        return _saved_quietly(request, residency, written, conditions)
    note = HandOverForm(request.POST)
    sent: dict[str, ActForm] = {f"decide-{number}": form for number, form in forms.items()} | {"hand_over": note}
    if [form for form in (*written.values(), note) if not form.is_valid()]:
        return _page(request, residency, sent=sent)
    drafts = {number: form.draft for number, form in written.items()}
    hands_over = "hand_over" in request.POST
    act: Callable[[], object] = (
        (lambda: actions.hand_over(residency, drafts=drafts, note=note.cleaned_data["note"], by=request.user))
        if hands_over
        else (lambda: actions.decide_conditions(residency, drafts, by=request.user))
    )
    result = carry_out(act)
    if isinstance(result.refusal, actions.StaleDrafts):
        sent |= {f"decide-{number}": form for number, form in _refused(forms, conditions, result.refusal.by_condition).items()}
        return _page(request, residency, sent=sent, status=REFUSED)
    if not result:
        heading = _("Can’t hand over yet") if hands_over else _("Can’t decide this yet")
        return _page(request, residency, sent=sent, status=REFUSED, refused=result, refused_heading=heading)
    messages.success(request, _("Handed over. Lab leadership will get an email and decide.") if hands_over else _("Drafts saved."))
    return redirect("review", residency.reference)


def _saved_quietly(
    request: HttpRequest, residency: Residency, written: dict[int, DecideForm], conditions: Mapping[int, Condition]
) -> HttpResponse:
    """Save what is complete and say of the rest why it waits; no field is touched, and none holds up another."""
    drafts = {number: form.draft for number, form in written.items() if not form.is_held and form.is_valid()}
    result = carry_out(lambda: actions.decide_conditions(residency, drafts, each_alone=True, by=request.user))
    if not result:
        return render(request, "residencies/review/_saved.html", {"refused": result.findings})
    stale = result.value or {}
    written |= _refused(written, conditions, stale)
    drafts = {number: draft for number, draft in drafts.items() if number not in stale}
    after = {case.number: case for case in cases(residency, request.user)}
    pairs = [(after[number], _decide_form(after[number]) if number in drafts else form) for number, form in written.items()]
    context = {
        "residency": residency,
        "pairs": pairs,
        "saved": bool(drafts),
        "unsaved": [number for number in written if number not in drafts],
        "drafting": drafting_of(residency),
        "now": timezone.localtime(),
    }
    return render(request, "residencies/review/_saved.html", context)


def _refused(
    forms: Mapping[int, DecideForm], conditions: Mapping[int, Condition], stale: Mapping[int, Stale | Refused]
) -> dict[int, DecideForm]:
    """The forms of the drafts that were refused, each with what was typed and what it was written against."""
    refused = {}
    for number, why in stale.items():
        if isinstance(why, Refused):
            refused[number] = _read_again(forms[number], conditions[number], why)
        else:
            forms[number].show_refusal(why)
            refused[number] = forms[number]
    return refused


def _read_again(form: DecideForm, condition: Condition, refused: Refused) -> DecideForm:
    """What was typed beside the case as it is now; saving again then means: I have read it."""
    data = cast(QueryDict, form.data).copy()
    data[form.add_prefix("case_version")] = str(condition.revision)
    again = DecideForm(data, draft=None, prefix=form.prefix)
    again.show_refusal(refused)
    return again
