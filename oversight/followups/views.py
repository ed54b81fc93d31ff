"""Pages of follow-ups: for staff, and for people who answer from an email without an account (EL-56)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ledger import subjects
from ledger.subjects import people_of, subject_or_404
from oversight.followups import actions, links
from oversight.followups.forms import AnswerForm, ContactForm
from oversight.followups.rules import share_together
from oversight.models import FollowUp, FollowUpLink
from people.identity import account_on
from people.models import User
from people.picker import Picker, people_to_choose
from web import token_pages
from web.access import needs, open_to_anyone
from web.acts import run


def follow_up_or_404(user: User, reference: str, follow_up: int) -> FollowUp:
    """Return a follow-up. Raises `Http404` if `user` can't see its subject."""
    subject = subject_or_404(user, reference)
    rows = FollowUp.objects.select_related("contact", "fallback", "answered_by")
    row = rows.filter(stream=subject.stream, pk=follow_up).first()
    if row is None:
        raise Http404(follow_up)
    row.stream = subject.stream
    return row


def _context(row: FollowUp, **context: Any) -> dict[str, Any]:
    """Return the template context for the subject's frame, whatever its kind."""
    subject = row.subject
    kind = subjects.kind_of_subject(subject)
    return {"base": kind.base, "subject": subject, kind.name: subject, "tab": "graduation", "follow_up": row, **context}


@require_safe
@needs("oversight.view_follow_up", follow_up_or_404)
def follow_up(request: HttpRequest, row: FollowUp) -> HttpResponse:
    """Show a follow-up: its answer, or who was asked and when."""
    today = timezone.localdate()
    may_keep = row.answered_on is None and request.user.has_perm("oversight.keep_follow_up", row)
    context = _context(
        row,
        may_keep=may_keep,
        may_answer=may_keep and row.due_on <= today,
        is_overdue=row.is_overdue(today),
        share=share_together(row.team, row.together, len(row.team)),
        emails=row.links.select_related("person").order_by("pk"),
    )
    return render(request, "oversight/followups/follow_up.html", context)


@needs("oversight.keep_follow_up", follow_up_or_404)
def enter(request: HttpRequest, row: FollowUp) -> HttpResponse:
    """Enter the answer that someone gave by phone or in an email."""
    form = AnswerForm(request.POST or None, follow_up=row)
    act = lambda: actions.answer_follow_up(row, **form.facts, by=request.user)
    heading = _("Enter the answer: %(follow_up)s") % {"follow_up": row}
    return run(
        request, form, act, done=_("Answer recorded."), to=row.get_absolute_url(), page="oversight/followups/act.html",
        **_context(row, heading=heading),
    )  # fmt: skip


@needs("oversight.keep_follow_up", follow_up_or_404)
def contact(request: HttpRequest, row: FollowUp) -> HttpResponse:
    """Ask someone else."""
    picker = Picker(request, lambda sought: people_to_choose(account_on(request), people_of(row.subject), sought))
    if picker.is_asked:
        return picker.answer()
    form = ContactForm(request.POST or None, picker=picker, initial={"person": row.contact_id})
    act = lambda: actions.change_follow_up_contact(row, **form.contact, by=request.user)
    return run(
        request, form, act, done=_("Contact changed. They get the next email."), to=row.get_absolute_url(),
        page="oversight/followups/act.html", **_context(row, heading=_("Contact for the %(follow_up)s") % {"follow_up": row}),
    )  # fmt: skip


# ── Answers by a link from an email ──────────────────────────────────────────────────────────

LOOKUPS_A_MINUTE = 60
WHY_ANSWER = "A former product owner holds a link and no account; it answers one follow-up only."
private = token_pages.private("follow-up-lookups", LOOKUPS_A_MINUTE)


@open_to_anyone(WHY_ANSWER)
@private
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the questions and changes nothing; POST answers. Once answered, both show the answer."""
    link = links.follow_up_link(token)
    if link is None:
        return render(request, "oversight/followups/ended.html", status=404)
    if link.follow_up.answered_on:
        return redirect("follow-up-answered", token=token)
    form = AnswerForm(request.POST or None, follow_up=link.follow_up)
    if form.carried_out(lambda: actions.answer_follow_up(link.follow_up, **form.facts, by=links.FollowUpLinkHolder(link))):
        return redirect("follow-up-answered", token=token)
    return render(request, "oversight/followups/answer.html", _page(link, form=form), status=form.status_or_422)


@open_to_anyone(WHY_ANSWER)
@private
@require_safe
def answered(request: HttpRequest, token: str) -> HttpResponse:
    """Thank for the answer, and show it."""
    link = links.follow_up_link(token)
    if link is None or link.follow_up.answered_on is None:
        return render(request, "oversight/followups/ended.html", status=404)
    return render(request, "oversight/followups/answered.html", _page(link))


def _page(link: FollowUpLink, **context: Any) -> dict[str, Any]:
    return {"link": link, "follow_up": link.follow_up, "subject": link.follow_up.subject, **context}
