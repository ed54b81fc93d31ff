"""Writing an intake over many sittings, and sending it (EL-10 to EL-14)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from acts.act import Actor, together
from residencies.fetch import condition_or_404, membership_or_404, need_or_404, question_or_404, residency_or_404
from residencies.intake import actions
from residencies.intake.forms import (
    AnswerForm,
    AreaForm,
    CaseForm,
    FileForm,
    LinkForm,
    NeedForm,
    PeopleForm,
    ProblemForm,
    ShareForm,
    SittingForm,
    StartForm,
    SubmitForm,
)
from residencies.intake.gates import readiness
from residencies.intake.queries import answer_due, cases, rounds, sitting, step_label
from residencies.lifecycle import residency as residency_acts
from residencies.models import Condition, Intake, Membership, Need, Question, Residency
from residencies.models.states import Referral, State
from web.access import needs
from web.acts import press, run
from web.forms import ActForm


@needs("residencies.start_intake")
def start(request: HttpRequest) -> HttpResponse:
    """Begin a residency as a draft (EL-01, EL-02); a busy program area is said beside the field, with all words kept."""
    form = StartForm(request.POST or None)
    return run(
        request,
        form,
        lambda: _begin(form, request.user),
        done=lambda residency: (
            _("%(residency)s has been started. Your work is saved as you go, so you can leave and come back at any time.")
            % {"residency": residency}
        ),
        to=lambda residency: reverse("intake-problem", args=[residency.reference]),
        page=lambda status: render(
            request, "residencies/intake/start.html", {"form": form, "areas": StartForm.known_areas()}, status=status
        ),
    )


def _begin(form: StartForm, by: Actor) -> Residency:
    cleaned_data = form.cleaned_data
    with together():
        area = residency_acts.program_area_for(cleaned_data["ministry"], cleaned_data["area"], by=by)
        return residency_acts.start_intake(program_area=area, product=cleaned_data["product"], problem=cleaned_data["problem"], by=by)


# ── The intake as a whole ────────────────────────────────────────────────────────────────────


@needs("residencies.view_residency", residency_or_404)
def intake(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Where the intake stands: to be gone on with, or sent and what happens next, or what the lab found."""
    return _whole(request, residency)


def _whole(request: HttpRequest, residency: Residency, share_form: ShareForm | None = None) -> HttpResponse:
    editable = residency.state == State.DRAFT and request.user.has_perm("residencies.edit_intake", residency)
    review_rounds = rounds(residency)
    waits = residency.state in (State.SUBMITTED, State.IN_REVIEW)
    context = {
        "residency": residency,
        "tab": "intake",
        "intake": Intake.objects.prefetch_related("needs").get(residency=residency),
        "cases": cases(residency, request.user),
        "rounds": review_rounds,
        "editable": editable,
        "sitting": sitting(residency) if editable else None,
        "waits": waits,
        "answer_due": answer_due(review_rounds[0].review) if waits else None,
        "referral": Referral(residency.referred_to).label if residency.referred_to else "",
        "members": residency.memberships.filter(to_at=None).select_related("user").order_by("from_at"),
        "share_form": share_form or ShareForm(auto_id="id_share_%s"),
        "may_share": residency.is_under_way and request.user.has_perm("residencies.edit_intake", residency),
    }
    return render(request, "residencies/intake/whole.html", context, status=share_form.status if share_form else 200)


@require_POST
@needs("residencies.edit_intake", residency_or_404)
def share(request: HttpRequest, residency: Residency) -> HttpResponse:
    form = ShareForm(request.POST, auto_id="id_share_%s")
    return run(
        request,
        form,
        lambda: actions.share_intake(residency, email=form.cleaned_data["email"], by=request.user),
        done=lambda membership: _("%(name)s can now edit this intake.") % {"name": membership.user},
        to=reverse("intake", args=[residency.reference]),
        page=lambda status: _whole(request, residency, form),
    )


@require_POST
@needs("residencies.edit_intake", membership_or_404)
def unshare(request: HttpRequest, membership: Membership) -> HttpResponse:
    actions.stop_sharing(membership, by=request.user)
    messages.success(request, _("%(name)s can no longer edit this intake.") % {"name": membership.user})
    stays = request.user.has_perm("residencies.view_residency", membership.residency)
    return redirect("intake", membership.residency.reference) if stays else redirect("home")


# ── Step by step ─────────────────────────────────────────────────────────────────────────────


@needs("residencies.edit_intake", residency_or_404)
def area_step(request: HttpRequest, residency: Residency) -> HttpResponse:
    form = AreaForm(request.POST or None, residency=residency)
    if form.carried_out(lambda: _save_area(form, residency, request.user)):
        return redirect("intake-problem", residency.reference)
    return _step(request, residency, "intake-area", form, areas=StartForm.known_areas())


def _save_area(form: AreaForm, residency: Residency, by: Actor) -> None:
    cleaned_data = form.cleaned_data
    with together():
        area = residency_acts.program_area_for(cleaned_data["ministry"], cleaned_data["area"], by=by)
        changes = {"program_area": area, "product": cleaned_data["product"], "problem": cleaned_data["problem"]}
        actions.save_product(residency, shown_revision=form.shown_revision, changes=changes, by=by)


@needs("residencies.edit_intake", residency_or_404)
def problem_step(request: HttpRequest, residency: Residency) -> HttpResponse:
    return _problem_page(request, residency)


def _problem_page(request: HttpRequest, residency: Residency, need_form: NeedForm | None = None) -> HttpResponse:
    row = Intake.objects.get(residency=residency)
    form = ProblemForm(request.POST if need_form is None and request.method == "POST" else None, record=row)
    listed = [NeedForm(record=need, auto_id=f"id_need{need.pk}_%s") for need in row.needs.all()]
    if need_form is not None and need_form.record_pk:
        listed = [need_form if form.record_pk == need_form.record_pk else form for form in listed]
    extra = {"needs": listed, "need_form": need_form if need_form and not need_form.record_pk else NeedForm(auto_id="id_need_%s")}
    if need_form is None:
        save = lambda: actions.save_intake(residency, changes=form.changes, shown=form.shown, by=request.user)
        return _sit(request, residency, "intake-problem", form, save, **extra)
    return _step(request, residency, "intake-problem", form, status=need_form.status, **extra)


@needs("residencies.edit_intake", residency_or_404)
def people_step(request: HttpRequest, residency: Residency) -> HttpResponse:
    form = PeopleForm(request.POST or None, record=Intake.objects.get(residency=residency))
    save = lambda: actions.save_intake(residency, changes=form.changes, shown=form.shown, by=request.user)
    return _sit(request, residency, "intake-people", form, save)


@needs("residencies.edit_intake", condition_or_404)
def condition_step(request: HttpRequest, condition: Condition) -> HttpResponse:
    return condition_page(request, condition)


def condition_page(request: HttpRequest, condition: Condition, *, added: ActForm | None = None) -> HttpResponse:
    """The page of one condition; `added` is a form of evidence that was sent and could not be taken."""
    residency = condition.residency
    case = next(case for case in cases(residency, request.user) if case.number == condition.number)
    form = CaseForm(request.POST if added is None and request.method == "POST" else None, record=condition)
    form.fields["case"].label = case.words.question
    extra = {
        "case": case,
        "link_form": added if isinstance(added, LinkForm) else LinkForm(auto_id="id_link_%s"),
        "file_form": added if isinstance(added, FileForm) else FileForm(auto_id="id_file_%s"),
        "answers": _answer_forms(case.questions),
    }
    name = f"intake-condition-{condition.number}"
    if added is not None:
        return _step(request, residency, name, form, status=added.status, **extra)

    def save() -> None:
        if "case" in form.changes:
            actions.save_case(residency, condition.number, case=form.changes["case"], shown=form.shown, by=request.user)

    return _sit(request, residency, name, form, save, **extra)


def _sit(request: HttpRequest, residency: Residency, name: str, form: SittingForm, save: Callable[[], Any], **extra: Any) -> HttpResponse:
    """One sending of a step: by the button, which goes on to the next, or quietly on leaving a field."""
    if request.method != "POST":
        return _step(request, residency, name, form, **extra)
    good = form.is_valid()
    if "X-Quiet" in request.headers:
        return _saved(residency, name, form) if form.hand_to(save) else _not_saved(form)
    return redirect(_onward(residency, name)) if good and form.hand_to(save) else _step(request, residency, name, form, **extra)


def _not_saved(form: SittingForm) -> HttpResponse:
    """Nothing was saved; without the fields that are in `conflicts` the rest can be."""
    if form.stale is None:
        return JsonResponse({"refused": str(form.refusal), "conflicts": []}, status=form.status)
    conflicts = list(form.stale.differing)
    labels = ", ".join(f"“{form.fields[field_name].label}”" for field_name in conflicts)
    sentence = _("Not saved: someone else also changed %(fields)s. Press “Save and continue” to compare.") % {"fields": labels}
    return JsonResponse({"refused": sentence, "conflicts": conflicts}, status=form.status)


def _saved(residency: Residency, name: str, form: SittingForm) -> HttpResponse:
    stands = sitting(residency)
    time = date_format(timezone.localtime(), "TIME_FORMAT")
    errors = {name: " ".join(str(text) for text in texts) for name, texts in form.errors.items()}
    status = _("Saved %(time)s") % {"time": time}
    here = [[gap.url, gap.finding.message, gap.finding.remedy] for gap in stands.missing if gap.finding.place == name]
    payload = {"saved": "" if errors else status, "errors": errors, "done": stands.done, "total": stands.total, "missing": here}
    return JsonResponse(payload)


def _onward(residency: Residency, name: str) -> str:
    following = sitting(residency).neighbour(name, +1)
    return following.url if following else reverse("intake-check", args=[residency.reference])


def _step(request: HttpRequest, residency: Residency, name: str, form: ActForm, status: int | None = None, **extra: Any) -> HttpResponse:
    stands = sitting(residency, current=name)
    context = {
        "residency": residency,
        "form": form,
        "sitting": stands,
        "step_title": step_label(name),
        "before": stands.neighbour(name, -1),
        "editable": residency.state == State.DRAFT,
        "missing_here": [missing for missing in stands.missing if missing.finding.place == name],
        **extra,
    }
    return render(request, _template(name), context, status=status or form.status)


def _template(name: str) -> str:
    page = "condition" if name.startswith("intake-condition") else name.removeprefix("intake-")
    return f"residencies/intake/{page}.html"


# ── Needs, questions, sending ────────────────────────────────────────────────────────────────


@require_POST
@needs("residencies.edit_intake", residency_or_404)
def add_need(request: HttpRequest, residency: Residency) -> HttpResponse:
    form = NeedForm(request.POST, auto_id="id_need_%s")
    add = lambda: actions.add_need(residency, **{name: form.cleaned_data[name] for name in form.kept}, by=request.user)
    return redirect(_needs_part(residency)) if form.carried_out(add) else _problem_page(request, residency, form)


@require_POST
@needs("residencies.edit_intake", need_or_404)
def change_need(request: HttpRequest, need: Need) -> HttpResponse:
    form = NeedForm(request.POST, record=need, auto_id=f"id_need{need.pk}_%s")
    change = lambda: actions.change_need(need, changes=form.changes, shown=form.shown, by=request.user)
    return redirect(_needs_part(need.residency)) if form.carried_out(change) else _problem_page(request, need.residency, form)


@require_POST
@needs("residencies.edit_intake", need_or_404)
def remove_need(request: HttpRequest, need: Need) -> HttpResponse:
    return press(request, lambda: actions.remove_need(need, by=request.user), to=_needs_part(need.residency))


def _needs_part(residency: Residency) -> str:
    return f"{reverse('intake-problem', args=[residency.reference])}#needs"


@needs("residencies.edit_intake", residency_or_404)
def questions(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Everything the lab has asked, with room to answer what is open (EL-14)."""
    return _questions_page(request, residency)


def _questions_page(request: HttpRequest, residency: Residency, answered: AnswerForm | None = None) -> HttpResponse:
    review_rounds = rounds(residency)
    forms = _answer_forms([question for review_round in review_rounds for question in review_round.questions], answered)
    context = {"residency": residency, "answers": forms, "sitting": sitting(residency), "editable": residency.state == State.DRAFT}
    return render(request, "residencies/intake/questions.html", context, status=answered.status if answered else 200)


def _answer_forms(asked: list[Question], answered: AnswerForm | None = None) -> list[tuple[Question, AnswerForm]]:
    forms = ((question, AnswerForm(record=question, auto_id=f"id_answer{question.pk}_%s")) for question in asked)
    return [(question, answered if answered and answered.record_pk == question.pk else form) for question, form in forms]


@require_POST
@needs("residencies.edit_intake", question_or_404)
def answer(request: HttpRequest, question: Question) -> HttpResponse:
    form = AnswerForm(request.POST, record=question, auto_id=f"id_answer{question.pk}_%s")
    form.is_valid()

    def save() -> None:
        if "answer" in form.changes:
            actions.answer_question(question, answer=form.changes["answer"], shown=form.shown, by=request.user)

    if not form.hand_to(save):
        return _questions_page(request, question.residency, form)
    messages.success(request, _("Your answer is saved. It goes to the lab when you send the intake."))
    return redirect(f"{reverse('intake-questions', args=[question.residency.reference])}#question-{question.pk}")


@needs("residencies.edit_intake", residency_or_404)
def check(request: HttpRequest, residency: Residency) -> HttpResponse:
    """All of it on one page, what is missing with links, and the button that sends it (EL-10)."""
    form = SubmitForm(request.POST if request.method == "POST" else None)
    return run(
        request,
        form,
        lambda: actions.submit_intake(residency, by=request.user),
        done=lambda sent: (
            _("%(residency)s has been sent to the lab. You’ll get an email when the lab has a decision or questions.") % {"residency": sent}
        ),
        to=reverse("intake", args=[residency.reference]),
        page=lambda status: _check_page(request, residency, form),
    )


def _check_page(request: HttpRequest, residency: Residency, form: ActForm) -> HttpResponse:
    context = {
        "residency": residency,
        "form": form,
        "refused": form.refusal,
        "intake": Intake.objects.prefetch_related("needs").get(residency=residency),
        "cases": cases(residency, request.user),
        "sitting": sitting(residency),
        "checking": True,
        "readiness": readiness(residency, timezone.localdate()),
        "editable": residency.state == State.DRAFT,
    }
    return render(request, "residencies/intake/check.html", context, status=form.status)
