"""Pages of a residency's savings and offsets: the list by kind, one saving, and the forms that change it (EL-93, EL-98)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ledger.subjects import Subject, subject_or_404
from metrics.choices import WHOLE
from metrics.frame import framed
from metrics.models import Observation, Saving, SavingRevision
from metrics.savings import actions
from metrics.savings.forms import CorrectForm, PartForm, RemoveForm, ReuseForm, SavingForm
from metrics.savings.queries import (
    ReusePage,
    SavingFile,
    SavingPage,
    by_kind,
    file_or_404,
    readings_to_choose,
    reuse_of,
    reuse_or_404,
    revision_or_404,
    saving_or_404,
    saving_page_or_404,
    savings_of,
)
from people.identity import account_on
from web.access import needs
from web.acts import run
from web.forms import ActForm
from web.uploads.storage import as_download

TAB = "savings"
ACT = "metrics/saving_act.html"


def _framed(subject: Subject, **more: Any) -> dict[str, Any]:
    return framed(subject, **more) | {"tab": TAB}


def _acted(request: HttpRequest, subject: Subject, form: ActForm, act: Any, *, heading: str, done: str, **more: Any) -> HttpResponse:
    to = more.pop("to", None) or reverse("savings", args=[subject.reference])
    return run(request, form, act, done=done, to=to, page=ACT, **_framed(subject, heading=heading, **more))


def _with_reading(values: dict[str, Any], subject: Subject) -> dict[str, Any]:
    """Replace a reading's key with the reading."""
    key = values["reading"]
    return values | {"reading": Observation.objects.filter(pk=key, metric__stream=subject.stream_id).first() if key else None}


@require_safe
@needs("metrics.view_metrics", subject_or_404)
def savings(request: HttpRequest, subject: Subject) -> HttpResponse:
    """List the savings that count in a residency by kind, each kind with its own total."""
    may_keep = subject.is_under_way and account_on(request).has_perm("metrics.keep_savings", subject)  # type: ignore[arg-type]  # every kind is a model
    rows = savings_of(subject.stream_id)
    context = _framed(subject, kinds=by_kind(rows), may_keep=may_keep, reuse=reuse_of(subject))
    return render(request, "metrics/savings.html", context)


@require_safe
@needs("metrics.view_saving", saving_page_or_404)
def saving(request: HttpRequest, page: SavingPage) -> HttpResponse:
    """Show a saving with its source, its parts, and every correction."""
    user = account_on(request)
    may_keep = (
        page.saving.stream_id == page.subject.stream_id
        and page.subject.is_under_way
        and not page.revision.removed
        and user.has_perm("metrics.keep_saving", page.saving)
    )
    context = _framed(page.subject, page=page, revision=page.revision, row=page.row, parts=list(page.parts_for(user)), may_keep=may_keep)
    return render(request, "metrics/saving.html", context | {"part_changes": page.part_changes_for(user), "whole": WHOLE})


@needs("metrics.keep_savings", subject_or_404)
def add(request: HttpRequest, subject: Subject) -> HttpResponse:
    """Record a saving."""
    form = SavingForm(request.POST or None, request.FILES or None, readings=readings_to_choose(subject.stream))
    act = lambda: actions.record_saving(subject, **_with_reading(form.saving, subject), by=request.user)
    return _acted(request, subject, form, act, heading=_("Add a saving"), done=_("Saving added."))


@needs("metrics.keep_saving", revision_or_404)
def correct(request: HttpRequest, revision: SavingRevision) -> HttpResponse:
    """Correct a saving, with a reason."""
    subject = revision.subject
    form = CorrectForm(request.POST or None, request.FILES or None, revision=revision, readings=readings_to_choose(subject.stream))
    act = lambda: actions.correct_saving(revision, **_with_reading(form.saving, subject), by=request.user)
    heading = _("Correct: %(saving)s") % {"saving": revision.name}
    to = revision.saving.get_absolute_url()
    return _acted(request, subject, form, act, heading=heading, done=_("Saving corrected."), to=to, revision=revision)


@needs("metrics.keep_saving", revision_or_404)
def remove(request: HttpRequest, revision: SavingRevision) -> HttpResponse:
    """Remove a saving that was recorded by mistake, with a reason."""
    form = RemoveForm(request.POST or None)
    act = lambda: actions.remove_saving(revision, reason=form.cleaned_data["reason"], by=request.user)
    heading = _("Remove: %(saving)s") % {"saving": revision.name}
    return _acted(request, revision.subject, form, act, heading=heading, done=_("Saving removed."), tone="danger", revision=revision)


@needs("metrics.keep_saving", saving_or_404)
def part(request: HttpRequest, saving: Saving) -> HttpResponse:
    """Set how much of a reuse offset counts in a residency: this one, or another."""
    user = account_on(request)
    form = PartForm(request.POST or None, user=user, initial={"residency": request.GET.get("of", "")[:40]})
    act = lambda: actions.set_part(saving, **form.part, by=request.user)
    page = SavingPage(saving, saving.subject)
    intro = _("%(left)s of this saving isn’t counted anywhere yet.") % {"left": page.left}
    to = saving.get_absolute_url()
    heading = _("Share of: %(saving)s") % {"saving": page.revision.name}
    return _acted(request, saving.subject, form, act, heading=heading, done=_("Share saved."), to=to, intro=intro, revision=page.revision)


@needs("metrics.keep_savings", subject_or_404)
def reuse(request: HttpRequest, subject: Subject) -> HttpResponse:
    """Record that a residency reuses a component of another, or gave one."""
    form = ReuseForm(request.POST or None, user=account_on(request), initial={"on": timezone.localdate()})
    act = lambda: actions.record_reuse(subject, **form.reuse, by=request.user)
    return _acted(request, subject, form, act, heading=_("Record reuse"), done=_("Reuse recorded. It is on both residencies’ pages."))


@needs("metrics.keep_reuse", reuse_or_404)
def remove_reuse(request: HttpRequest, page: ReusePage) -> HttpResponse:
    """Remove a reuse that was recorded by mistake."""
    form = ActForm(request.POST or None)
    form.verb = _("Remove reuse")
    act = lambda: actions.remove_reuse(page.link, by=request.user)
    heading = _("Remove: reuse of “%(component)s”") % {"component": page.link.component}
    return _acted(request, page.subject, form, act, heading=heading, done=_("Reuse removed."), tone="danger")


@require_safe
@needs("metrics.view_saving", file_or_404)
def file(request: HttpRequest, file: SavingFile) -> HttpResponse:
    """Serve a source that is a file, always as a download, never inline (ASVS 3.2.1)."""
    row = file.revision
    return as_download(row.file, row.file_name, row.content_type)
