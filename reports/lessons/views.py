"""Pages of lessons: all that an account may read, one residency's, and recording, editing and promoting one (EL-95)."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ledger.subjects import subject_or_404
from metrics.frame import framed
from people.identity import account_on
from people.models import User
from reports.lessons import actions
from reports.lessons.forms import EditLessonForm, LessonFilter, LessonForm
from reports.lessons.queries import lessons_for
from reports.models import Lesson
from residencies.models import Residency
from web.access import needs
from web.acts import press, run

TAB = "lessons"
PAGE_SIZE = 50


def residency_or_404(user: User, reference: str) -> Residency:
    subject = subject_or_404(user, reference)
    if not isinstance(subject, Residency):
        raise Http404(reference)
    return subject


def lesson_or_404(user: User, pk: int) -> Lesson:
    """Return a lesson that the account may read, with its residency; one query."""
    rows = Lesson.objects.visible_to(user).for_list().select_related("promoted_by", "stream__residency__owner")
    lesson: Lesson = get_object_or_404(rows, pk=pk)
    return lesson


@needs("reports.list_lessons")
@require_safe
def lessons(request: HttpRequest) -> HttpResponse:
    """List lessons with search and filters; five queries."""
    filters = LessonFilter(request.GET)
    wanted = filters.wanted
    page = Paginator(lessons_for(account_on(request), wanted), PAGE_SIZE).get_page(request.GET.get("page"))
    query = urlencode({name: getattr(value, "pk", value) for name, value in wanted.items()})
    return render(request, "reports/lessons/list.html", {"filters": filters, "page": page, "query": query})


@needs("reports.view_lesson", lesson_or_404)
@require_safe
def lesson(request: HttpRequest, lesson: Lesson) -> HttpResponse:
    """Show one lesson, and what the account can do with it."""
    user = account_on(request)
    context = {
        "lesson": lesson,
        "may_edit": user.has_perm("reports.edit_lesson", lesson),
        "may_promote": user.has_perm("reports.promote_lesson", lesson),
        "may_open": user.has_perm("residencies.view_residency", lesson.subject),
    }
    return render(request, "reports/lessons/lesson.html", context)


@needs("reports.view_showcase", residency_or_404)
@require_safe
def of_residency(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Show the lessons of one residency."""
    rows = Lesson.objects.filter(stream=residency.stream_id).for_list()[:PAGE_SIZE]
    may_record = account_on(request).has_perm("reports.record_lesson", residency)
    return render(request, "reports/lessons/of_residency.html", framed(residency, lessons=rows, may_record=may_record) | {"tab": TAB})


@needs("reports.record_lesson", residency_or_404)
def add(request: HttpRequest, residency: Residency) -> HttpResponse:
    """Record a lesson, from any page of a residency, and go back there."""
    form = LessonForm(request.POST or None, page=request.GET.get("from", ""))
    act = lambda: actions.record_lesson(residency, **form.facts, by=request.user)
    back = reverse("residency-lessons", args=[residency.reference])
    context = framed(residency, heading=_("Add a lesson")) | {"tab": TAB}
    return run(request, form, act, done=_("Lesson recorded. Thank you."), to=back, page="reports/act.html", **context)


@needs("reports.edit_lesson", lesson_or_404)
def edit(request: HttpRequest, lesson: Lesson) -> HttpResponse:
    """Change a lesson that one recorded."""
    form = EditLessonForm(request.POST or None, record=lesson)
    act = lambda: actions.edit_lesson(lesson, shown_revision=form.shown_revision, by=request.user, **form.facts)
    context = framed(lesson.subject, heading=_("Edit the lesson")) | {"tab": TAB}
    return run(request, form, act, done=_("Saved."), to=lesson.get_absolute_url(), page="reports/act.html", **context)


@needs("reports.promote_lesson", lesson_or_404)
@require_POST
def promote(request: HttpRequest, lesson: Lesson) -> HttpResponse:
    """Make a lesson guidance for all teams, or end that."""
    is_guidance = request.POST.get("is_guidance") == "1"
    done = _("Lesson promoted to guidance for all teams.") if is_guidance else _("Lesson removed from guidance.")
    act = lambda: actions.promote_lesson(lesson, is_guidance=is_guidance, shown_revision=lesson.revision, by=request.user)
    return press(request, act, done=done, to=lesson.get_absolute_url())
