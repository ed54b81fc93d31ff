"""Where alignment is missing, for lab operations: parties by clauses, and the talk about each (EL-24)."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agreements.discussion import actions
from agreements.discussion.actions import TALKS
from agreements.discussion.party_views import TalkForm
from agreements.discussion.queries import Talk, discussion, grid
from agreements.models import AgreementVersion, Clause
from agreements.versions.conversations import open_url
from agreements.versions.lookups import agreement_of, page
from agreements.versions.progress import signing_progress
from people.identity import account_on
from people.models import User
from sealing.contents import blocks
from web.access import needs
from web.acts import run


@needs("agreements.view_alignment", agreement_of)
@require_GET
def alignment(request: HttpRequest, version: AgreementVersion) -> HttpResponse:
    """The grid; `?only=said` leaves out the clauses that nobody has said anything of."""
    only_said = request.GET.get("only") == "said"
    agreement_discussion = discussion(version)
    rows = [row for row in signing_progress(version, agreement_discussion.troubles()) if row.party]
    context: dict[str, Any] = {
        "grid": grid(version, rows, agreement_discussion, only_said=only_said),
        "discussion": agreement_discussion,
        "only_said": only_said,
        "rows": rows,
    }
    return page(request, "alignment", version.agreement.stream, version=version, **context)


def talk_of(user: User, reference: str, clause: str) -> tuple[AgreementVersion, Talk]:
    """The newest version of the agreement about this subject, and the talk about a clause of it or the whole; Http404 for none."""
    version = agreement_of(user, reference)
    talk = discussion(version).at(clause)
    if talk is None:
        raise Http404(clause)
    return version, talk


@needs("agreements.view_alignment", talk_of)
@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: HttpRequest, version_and_talk: tuple[AgreementVersion, Talk]) -> HttpResponse:
    """One clause, what each party finds of it, and all that was said; POST answers for the lab."""
    version, about = version_and_talk
    user = account_on(request)
    may = request.user.has_perm("agreements.discuss") and version.state in TALKS
    form = TalkForm(request.POST if may and request.method == "POST" else None, parties=version.agreement.parties.filter(to_at=None))
    context = {"talk": about, "clause": about.clause, "form": form, "may_talk": may, "blocks": _words(about.clause)}
    context["conversation_url"] = open_url(request, version) if about.clause else ""
    return run(
        request,
        form,
        lambda: actions.comment(version, about.number, form.cleaned_data["text"], by=user, mentions=form.cleaned_data["mentions"]),
        done=_("Reply posted. The people in this discussion will get an email."),
        to=reverse("agreement-thread", args=[version.agreement.place, about.number]),
        page=lambda status: page(
            request, "thread", version.agreement.stream, status=status, version=version, findings=form.findings, **context
        ),
    )


@needs("agreements.discuss", talk_of)
@require_POST
def settle(request: HttpRequest, version_and_talk: tuple[AgreementVersion, Talk]) -> HttpResponse:
    """Say that a talk is settled, or take it up again."""
    version, about = version_and_talk
    if about.thread is None:
        raise Http404
    user = account_on(request)
    (actions.reopen if request.POST.get("reopen") else actions.resolve)(about.thread, by=user)
    return redirect("agreement-thread", version.agreement.place, about.number)


def _words(clause: Clause | None) -> Any:
    return blocks(clause.text) if clause else ()
