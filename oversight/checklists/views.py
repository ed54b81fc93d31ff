"""Pages of a subject's tasks: its lists, and a page per task (EL-72)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ledger import subjects
from ledger.subjects import Subject, people_of, subject_or_404
from oversight.checklists import actions, forms
from oversight.checklists.library import LIBRARY, sites_of, template_item
from oversight.checklists.queries import (
    checklist_or_404,
    due_in_words,
    evidence_or_404,
    item_or_404,
    lists_of,
    row_of,
    task_or_404,
    tick_or_404,
)
from oversight.models import Checklist, ChecklistItem, TaskEvidence, TaskState
from people.identity import account_on
from people.picker import Picker, people_to_choose
from web.access import needs
from web.acts import press, run
from web.forms import ActForm
from web.return_url import return_url
from web.uploads.storage import as_download


def _context(subject: Subject, page: str = "", **context: Any) -> dict[str, Any]:
    """Return the template context for the subject's frame, whatever its kind, with the section of the list's `page` open."""
    kind = subjects.kind_of_subject(subject)
    sections = {section.page: section.name for tab in kind.tabs for section in tab.sections}
    tab = sections.get(page or "tasks", "tasks")
    return {"base": kind.base, "subject": subject, kind.name: subject, "tab": tab, **context}


def _page_of(item: ChecklistItem) -> str:
    return LIBRARY[item.checklist.code].page


def _list_url(item: ChecklistItem) -> str:
    """Return the address of the page with the item's list, at the item if the list has a page of its own."""
    page, reference = _page_of(item), item.subject.reference
    return f"{reverse(page, args=[reference])}#{item.code}" if page else reverse("tasks", args=[reference])


def _goes_on(item: ChecklistItem) -> bool:
    """Return whether a task can still be changed: its subject hasn't ended, or the list is for after that."""
    return bool(item.checklist.after_end or item.subject.is_under_way)


def _ended(request: HttpRequest, subject: Subject, to: str) -> HttpResponse:
    """Say that nothing can be changed after the end, on the page that shows what was recorded."""
    params = {"kind": subjects.noun(subject)}
    messages.info(request, _("This %(kind)s has ended, so its record can’t be changed.") % params)
    return redirect(to)


@require_safe
@needs("oversight.view_tasks", subject_or_404)
def tasks(request: HttpRequest, subject: Subject) -> HttpResponse:
    """Show every list with its tasks."""
    may_keep = account_on(request).has_perm("oversight.keep_tasks", subject)
    return render(
        request, "oversight/checklists/tasks.html", _context(subject, lists=lists_of(subject, timezone.localdate()), may_keep=may_keep)
    )


@require_safe
@needs("oversight.view_task", item_or_404)
def task(request: HttpRequest, item: ChecklistItem) -> HttpResponse:
    """Show a task with its owner, due date and evidence, and the form for marking it as done."""
    return _task_page(request, item)


def _task_page(request: HttpRequest, item: ChecklistItem, form: ActForm | None = None, status: int = 200) -> HttpResponse:
    may_keep = _goes_on(item) and request.user.has_perm("oversight.keep_task", item)
    template = LIBRARY[item.checklist.code]
    shows_form = may_keep and not template.ticked
    if shows_form and form is None:
        initial = {"done_on": timezone.localdate()}
        form = forms.CompleteForm(record=item, initial=initial) if item.is_left else forms.EvidenceForm()
    context = _context(
        item.subject,
        template.page,
        is_tick=template.ticked,
        list_title=template.title if template.page else _("All tasks"),
        list_url=_list_url(item),
        next=return_url(request),
        item=item,
        row=row_of(item, timezone.localdate()),
        counted=due_in_words(item),
        evidence=[row for row in item.evidence.select_related("added_by") if row.withdrawn_at is None],
        may_keep=may_keep,
        may_begin=may_keep and item.state == TaskState.OPEN,
        form=form if shows_form else None,
        # Show a form with errors even if someone else has settled the task since, so that no input is lost.
        shows_form=shows_form and (item.is_left or (form is not None and form.is_bound)),
    )
    return render(request, "oversight/checklists/task.html", context, status=status)


def _acted(
    request: HttpRequest, item: ChecklistItem, form: ActForm, act: Any, *, heading: str, done: str, intro: str = "", to: str = ""
) -> HttpResponse:
    if request.method == "GET" and not _goes_on(item):
        return _ended(request, item.subject, item.get_absolute_url() if item.pk else _list_url(item))
    return run(
        request, form, act, done=done, to=to or item.get_absolute_url(), page="oversight/checklists/act.html",
        **_context(item.subject, _page_of(item), heading=heading, intro=intro, item=item),
    )  # fmt: skip


@needs("oversight.keep_task", tick_or_404)
def tick(request: HttpRequest, item: ChecklistItem) -> HttpResponse:
    """Tick an item of a list, with a date, a note and evidence. A list's own page sends only a note."""
    if request.method == "GET" and item.done_on:
        return redirect(item.get_absolute_url())
    known = template_item(item.checklist, item.code)
    suggest = LIBRARY[item.checklist.code].suggest_link
    link = suggest(item.subject, item.code) if suggest else ""
    form = forms.TickForm(request.POST or None, request.FILES or None, record=item, known=known, link=link)
    act = lambda: actions.complete_task(item, **form.tick, shown_revision=form.shown_revision, by=request.user)
    heading, intro = (str(known.text), str(known.help)) if known else (item.text, "")
    done = _("Ticked: %(task)s") % {"task": heading}
    return _acted(request, item, form, act, heading=heading, intro=intro, done=done, to=_list_url(item))


@needs("oversight.keep_task", checklist_or_404)
def add(request: HttpRequest, checklist: Checklist) -> HttpResponse:
    """Add a custom task to a list."""
    picker = Picker(request, lambda sought: people_to_choose(account_on(request), people_of(checklist.subject), sought))
    if picker.is_asked:
        return picker.answer()
    form = forms.AddForm(request.POST or None, picker=picker)
    to = reverse("tasks", args=[checklist.subject.reference])
    if request.method == "GET" and not (checklist.after_end or checklist.subject.is_under_way):
        return _ended(request, checklist.subject, to)
    return run(
        request, form, lambda: actions.add_task(checklist, **form.task, by=request.user), done=_("Task added."), to=to,
        page="oversight/checklists/act.html", **_context(checklist.subject, heading=_("Add a task")),
    )  # fmt: skip


@needs("oversight.keep_task", task_or_404)
def plan(request: HttpRequest, item: ChecklistItem) -> HttpResponse:
    """Change a task's owner, due date and note."""
    picker = Picker(request, lambda sought: people_to_choose(account_on(request), people_of(item.subject), sought))
    if picker.is_asked:
        return picker.answer()
    form = forms.PlanForm(request.POST or None, record=item, picker=picker)
    act = lambda: actions.plan_task(item, **form.plan, shown_revision=form.shown_revision, by=request.user)
    return _acted(request, item, form, act, heading=_("Owner and due date: %(task)s") % {"task": item}, done=_("Saved."))


@require_POST
@needs("oversight.keep_task", task_or_404)
def begin(request: HttpRequest, item: ChecklistItem) -> HttpResponse:
    """Mark a task as in progress."""
    return press(request, lambda: actions.begin_task(item, by=request.user), done=_("Task started."), to=item.get_absolute_url())


@require_http_methods(["GET", "HEAD", "POST"])
@needs("oversight.keep_task", task_or_404)
def complete(request: HttpRequest, item: ChecklistItem) -> HttpResponse:
    """Mark a task as done. A GET, such as a reload after a refusal, shows the task's page."""
    if request.method != "POST":
        return _task_page(request, item)
    form = forms.CompleteForm(request.POST, request.FILES, record=item)
    act = lambda: actions.complete_task(
        item, done_on=form.cleaned_data["done_on"], **form.evidence, shown_revision=form.shown_revision, by=request.user
    )
    page = lambda status: _task_page(request, item, form, status)
    return run(request, form, act, done=_("“%(task)s” is done.") % {"task": item}, to=_list_url(item), page=page)


@needs("oversight.keep_task", task_or_404)
def dismiss(request: HttpRequest, item: ChecklistItem) -> HttpResponse:
    """Mark a task as not applicable, with a reason."""
    form = forms.DismissForm(request.POST or None, record=item)
    act = lambda: actions.dismiss_task(item, reason=form.cleaned_data["reason"], shown_revision=form.shown_revision, by=request.user)
    return _acted(request, item, form, act, heading=_("Not applicable: %(task)s") % {"task": item}, done=_("Marked as not applicable."))


@needs("oversight.keep_task", item_or_404)
def reopen(request: HttpRequest, item: ChecklistItem) -> HttpResponse:
    """Reopen a task, or undo a tick, with a reason."""
    is_tick = LIBRARY[item.checklist.code].ticked
    form = forms.UndoForm(request.POST or None, record=item) if is_tick else forms.ReopenForm(request.POST or None, record=item)
    act = lambda: actions.reopen_task(item, reason=form.cleaned_data["reason"], shown_revision=form.shown_revision, by=request.user)
    heading, done = (_("Undo: %(task)s"), _("Tick undone.")) if is_tick else (_("Reopen: %(task)s"), _("Task reopened."))
    return _acted(request, item, form, act, heading=heading % {"task": item}, done=done, to=_list_url(item) if is_tick else "")


# ── Evidence ─────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "HEAD", "POST"])
@needs("oversight.keep_task", item_or_404)
def add_evidence(request: HttpRequest, item: ChecklistItem) -> HttpResponse:
    """Add a link or a file."""
    form = forms.EvidenceForm(request.POST or None, request.FILES or None, sites=sites_of(item))
    act = lambda: actions.add_evidence(item, **form.evidence, by=request.user)
    return _acted(request, item, form, act, heading=_("Add evidence: %(task)s") % {"task": item}, done=_("Evidence added."))


@require_safe
@needs("oversight.view_task_evidence", evidence_or_404)
def evidence(request: HttpRequest, evidence: TaskEvidence) -> HttpResponse:
    """Serve an evidence file, always as a download, never inline (ASVS 3.2.1)."""
    return as_download(evidence.file, evidence.file_name, evidence.content_type)


@require_POST
@needs("oversight.keep_task", evidence_or_404)
def withdraw_evidence(request: HttpRequest, evidence: TaskEvidence) -> HttpResponse:
    """Withdraw a link or a file that was added by mistake."""
    act = lambda: actions.withdraw_evidence(evidence, by=request.user)
    return press(request, act, done=_("Evidence withdrawn."), to=evidence.item.get_absolute_url())
