"""Pages of case studies: the list, one case, writing it, asking partners, and publishing (SP-08, PB-43, PB-44)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import django_filters
import django_tables2 as tables
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships.cases import actions, forms, links
from partnerships.cases.queries import PartnerAnswer, answers_to, case_or_404, fields_of, missing_of, text_sha256, versions_of
from partnerships.cases.starting import pattern_of, start_like
from partnerships.choices import Leaf, Model
from partnerships.fetch import partnership_or_404
from partnerships.models import CaseConsent, CaseStudy, CommunityKind, Partnership, Theme
from partnerships.models.cases import CaseStudyQuerySet, tagged
from people.identity import account_on
from people.lists.page import View, list_page
from people.models import Organization, User
from web import token_pages
from web.access import needs, open_to_anyone
from web.acts import press, run
from web.paging import Table, TemplateColumn

READS = ["GET", "HEAD", "POST"]
PAGE = "partnerships/cases/act.html"
TITLE = (
    '<a href="{{ record.get_absolute_url }}">{{ record.title }}</a>'
    '<span class="cell-sub">{{ record.get_kind_display }}{% if record.place %}, {{ record.place }}{% endif %}</span>'
)
MODELS = "{{ record.model_labels|join:', '|default:'–' }}"
STATE = "{% include 'components/state_chip.html' with state=record.state label=record.get_state_display only %}"
MODEL_CHOICES = [
    choice
    for model in Model
    for choice in ((model.value, model.label), *((leaf.value, leaf.label) for leaf in Leaf if leaf.model == model))
]


class CaseTable(Table):
    """One row a case."""

    title = TemplateColumn(TITLE, verbose_name=gettext_lazy("Case study"), attrs={"td": {"class": "cell-wide"}})
    models = TemplateColumn(MODELS, verbose_name=gettext_lazy("Models"), orderable=False, empty_values=())
    started = tables.Column(gettext_lazy("Started"), default="–", orderable=False)
    state = tables.Column(gettext_lazy("Status"))

    label = gettext_lazy("Case studies")
    cards = True

    class Meta:
        model = CaseStudy
        fields = ("title", "models", "started", "state")


class CaseFilter(django_filters.FilterSet):
    """The cases by words, model, theme, level of government, kind of community and status."""

    q = django_filters.CharFilter(label=gettext_lazy("Search"), method="by_words")
    model = django_filters.ChoiceFilter(
        label=gettext_lazy("Model"), choices=MODEL_CHOICES, method="with_code", empty_label=gettext_lazy("All")
    )
    theme = django_filters.ChoiceFilter(
        label=gettext_lazy("Theme"), choices=Theme.choices, method="with_code", empty_label=gettext_lazy("All")
    )
    level = django_filters.ChoiceFilter(
        label=gettext_lazy("Level"), choices=Organization.Level.choices, method="with_code", empty_label=gettext_lazy("All")
    )
    community = django_filters.ChoiceFilter(
        label=gettext_lazy("Community"), choices=CommunityKind.choices, method="with_code", empty_label=gettext_lazy("All")
    )
    kind = django_filters.ChoiceFilter(label=gettext_lazy("Kind"), choices=CaseStudy.Kind.choices, empty_label=gettext_lazy("All"))
    state = django_filters.ChoiceFilter(label=gettext_lazy("Status"), choices=CaseStudy.State.choices, empty_label=gettext_lazy("All"))

    class Meta:
        model = CaseStudy
        fields: tuple[str, ...] = ()

    def by_words(self, rows: CaseStudyQuerySet, name: str, words: str) -> CaseStudyQuerySet:
        return rows.matching(words)

    def with_code(self, rows: CaseStudyQuerySet, name: str, code: str) -> Any:
        return tagged(rows, **{name: code})


VIEWS = (
    View(gettext_lazy("Published"), {"state": CaseStudy.State.PUBLISHED.value}),
    View(gettext_lazy("Drafts"), {"state": CaseStudy.State.DRAFT.value}),
)


@require_safe
@needs("partnerships.list_cases")
def cases(request: HttpRequest) -> HttpResponse:
    """List the case studies that the account may read; one query beside the list's own."""
    chosen = CaseFilter(request.GET, queryset=CaseStudy.objects.visible_to(account_on(request)), request=request)
    table = CaseTable(chosen.qs)
    table.empty = {
        "title": _("No case studies match") if request.GET else _("No case studies yet"),
        "text": _("Draft one from a partnership that has something to show."),
    }
    context = {"list": list_page(request, table, chosen, views=VIEWS), "may_add": account_on(request).has_perm("partnerships.add_case")}
    return render(request, "partnerships/cases/list.html", context)


# ── One case ─────────────────────────────────────────────────────────────────────────────────


@require_safe
@needs("partnerships.view_case", case_or_404)
def case(request: HttpRequest, case: CaseStudy) -> HttpResponse:
    """Show a case as it would be published, what it lacks, what its partners answered, and what was published; seven queries."""
    user, answers, versions = account_on(request), answers_to(case), versions_of(case)
    published = versions[0] if versions and versions[0].to_at is None else None
    fields = fields_of(case)
    may_keep = user.has_perm("partnerships.keep_case", case)
    missing = missing_of(case, answers) if may_keep else []
    context = {
        "case": case,
        "shown": fields | {"figures": case.figures},
        "answers": answers,
        "missing": missing,
        "to_ask": [each for each in answers if not each.has_agreed],
        "mine": _mine(user, answers),
        "versions": versions,
        "published": published,
        "is_changed": published is not None and published.fields != fields,
        "may_keep": may_keep,
        "may_start": user.has_perm("partnerships.start_partnership"),
        "may_publish": not missing
        and (published is None or published.fields != fields)
        and user.has_perm("partnerships.publish_case", case),
        "may_withdraw": published is not None and user.has_perm("partnerships.publish_case", case),
        "sees_partnership": case.partnership is not None and user.has_perm("partnerships.view_partnership", case.partnership),
    }
    return render(request, "partnerships/cases/case.html", context)


def _mine(user: User, answers: list[PartnerAnswer]) -> CaseConsent | None:
    """Return what the account is asked to answer, as the coordinator of a partner."""
    own = [each.consent for each in answers if each.partner.coordinator and each.partner.coordinator.user_id == user.pk]
    return next((consent for consent in own if consent), None)


@require_http_methods(READS)
@needs("partnerships.add_case")
def add(request: HttpRequest) -> HttpResponse:
    """Add a case that has no partnership here."""
    form = forms.CaseForm(request.POST or None)
    act = lambda: actions.add_case(**form.facts, by=request.user)
    done = _("Added. Publish it when it’s complete.")
    to = lambda row: row.get_absolute_url()
    return run(request, form, act, done=done, to=to, page=PAGE, heading=_("Add a case study"), cancel=reverse("case-list"))


@require_http_methods(READS)
@needs("partnerships.keep_partnership", partnership_or_404)
def draft(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Draft a case study from this partnership."""
    form = forms.DraftForm(request.POST or None)
    act = lambda: actions.draft_case(partnership, by=request.user)
    done = _("Drafted. Write the results next, then ask the partners.")
    context = {"partnership": partnership, "tab": "overview", "heading": _("Draft a case study"), "cancel": partnership.get_absolute_url()}
    to = lambda row: row.get_absolute_url()
    return run(request, form, act, done=done, to=to, page="partnerships/cases/draft.html", **context)


def _acted(request: HttpRequest, case: CaseStudy, form: Any, act: Any, *, heading: str, done: Any, **more: Any) -> HttpResponse:
    context = {"to": case.get_absolute_url(), "page": PAGE, **more}
    return run(request, form, act, done=done, case=case, heading=heading, **context)


@require_http_methods(READS)
@needs("partnerships.keep_case", case_or_404)
def edit(request: HttpRequest, case: CaseStudy) -> HttpResponse:
    """Change the text of a case."""
    form = forms.CaseForm(request.POST or None, record=case)
    act = lambda: actions.edit_case(case, shown_revision=form.shown_revision, by=request.user, **form.facts)
    return _acted(request, case, form, act, heading=_("Edit “%(title)s”") % {"title": case.title}, done=_("Saved."))


@require_http_methods(READS)
@needs("partnerships.keep_case", case_or_404)
def figure_add(request: HttpRequest, case: CaseStudy) -> HttpResponse:
    """Add a figure."""
    form = forms.FigureForm(request.POST or None)
    act = lambda: actions.add_figure(case, **form.facts, by=request.user)
    return _acted(request, case, form, act, heading=_("Add a figure"), done=_("Figure added."))


@dataclass(frozen=True)
class FigureOf:
    """A figure of a case, by its place in the list."""

    case: CaseStudy
    number: int

    @property
    def partnership(self) -> Partnership | None:
        return self.case.partnership

    @property
    def partnership_id(self) -> int | None:
        return self.case.partnership_id


def figure_or_404(user: User, case: int, number: int) -> FigureOf:
    row = case_or_404(user, case)
    if not 1 <= number <= len(row.figures):
        raise Http404(number)
    return FigureOf(row, number)


@require_http_methods(READS)
@needs("partnerships.keep_case", figure_or_404)
def figure_remove(request: HttpRequest, figure: FigureOf) -> HttpResponse:
    """Remove a figure."""
    form = forms.RemoveFigureForm(request.POST or None, initial={"shown_sha256": text_sha256(figure.case)})
    act = lambda: actions.remove_figure(figure.case, number=figure.number, **form.facts, by=request.user)
    heading = _("Remove figure: %(label)s") % {"label": figure.case.figures[figure.number - 1]["label"]}
    return _acted(request, figure.case, form, act, heading=heading, done=_("Figure removed."))


@require_POST
@needs("partnerships.keep_case", case_or_404)
def figures_update(request: HttpRequest, case: CaseStudy) -> HttpResponse:
    """Take the latest figures from the partnership."""
    act = lambda: actions.update_figures(case, by=request.user)
    return press(request, act, done=_("The figures are up to date."), to=case.get_absolute_url())


@require_POST
@needs("partnerships.keep_case", case_or_404)
def ask(request: HttpRequest, case: CaseStudy) -> HttpResponse:
    """Ask the partners that haven't agreed."""
    done = lambda consents: (
        _("Asked: %(names)s. They get an email with a link.") % {"names": ", ".join(str(row.person) for row in consents)}
    )
    return press(request, lambda: actions.ask_partners(case, by=request.user), done=done, to=case.get_absolute_url())


@require_http_methods(READS)
@needs("partnerships.publish_case", case_or_404)
def publish(request: HttpRequest, case: CaseStudy) -> HttpResponse:
    """Publish a case."""
    form = forms.PublishForm(request.POST or None, initial={"shown_sha256": text_sha256(case)})
    act = lambda: actions.publish_case(case, **form.facts, by=request.user)
    heading = _("Publish “%(title)s”") % {"title": case.title}
    done = _("Published. It’s in the public showcase and in the guidance.")
    return _acted(request, case, form, act, heading=heading, done=done, shown=fields_of(case))


@require_http_methods(READS)
@needs("partnerships.publish_case", case_or_404)
def withdraw(request: HttpRequest, case: CaseStudy) -> HttpResponse:
    """Withdraw a published case."""
    form = forms.WithdrawCaseForm(request.POST or None)
    act = lambda: actions.withdraw_case(case, **form.facts, by=request.user)
    heading = _("Withdraw “%(title)s”") % {"title": case.title}
    return _acted(request, case, form, act, heading=heading, done=_("Withdrawn. It isn’t public any more."), tone="danger")


# ── Starting one like it ─────────────────────────────────────────────────────────────────────


def _start(request: HttpRequest, source: CaseStudy | Partnership) -> HttpResponse:
    form = forms.StartLikeForm(request.POST or None)
    act = lambda: start_like(source, **form.facts, lead=account_on(request), by=request.user)
    done = lambda row: _("%(name)s was started. Name the partners next.") % {"name": row.name}
    to = lambda row: row.get_absolute_url()
    context = {"source": source, "pattern": pattern_of(source), "cancel": source.get_absolute_url()}
    return run(request, form, act, done=done, to=to, page="partnerships/cases/start.html", **context)


@require_http_methods(READS)
@needs("partnerships.start_partnership", case_or_404)
def like_case(request: HttpRequest, case: CaseStudy) -> HttpResponse:
    """Start a partnership like a case study."""
    return _start(request, case)


@require_http_methods(READS)
@needs("partnerships.start_partnership", partnership_or_404)
def like_partnership(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Start a partnership like another one."""
    return _start(request, partnership)


# ── A partner's answer ───────────────────────────────────────────────────────────────────────


def consent_or_404(user: User, case: int, consent: int) -> CaseConsent:
    """Return a partner's answer to a case that `user` may read."""
    of = case_or_404(user, case)
    row = CaseConsent.objects.select_related("partner__organization", "partner__partnership").filter(case=of, pk=consent).first()
    if row is None:
        raise Http404(consent)
    row.case = of
    return row


def _answer_form(request: HttpRequest, consent: CaseConsent) -> forms.AnswerForm:
    initial = {"answer": consent.answer, "comment": consent.comment, "shown_sha256": text_sha256(consent.case)}
    return forms.AnswerForm(request.POST or None, initial=initial)


@require_http_methods(READS)
@needs("partnerships.answer_case", consent_or_404)
def answer(request: HttpRequest, consent: CaseConsent) -> HttpResponse:
    """Read a case and answer for a partner, with an account."""
    form = _answer_form(request, consent)
    act = lambda: actions.answer_case(consent, **form.facts, by=request.user)
    heading = _("Answer for %(partner)s") % {"partner": consent.partner.organization.name}
    return _acted(
        request, consent.case, form, act, heading=heading, done=_("Thank you. Your answer was sent."), shown=fields_of(consent.case)
    )


LOOKUPS_A_MINUTE = 60
WHY = "A partner may have no account. The link shows one case study and answers for that partner."
private = token_pages.private("case-lookups", LOOKUPS_A_MINUTE)


@open_to_anyone(WHY)
@private
@require_http_methods(READS)
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the case, the question and an earlier answer, and changes nothing; POST answers."""
    link = links.case_link(token)
    if link is None:
        return render(request, "partnerships/cases/link_ended.html", status=404)
    consent = link.consent
    form = _answer_form(request, consent)
    if form.carried_out(lambda: actions.answer_case(consent, **form.facts, by=links.CaseLinkHolder(link))):
        return redirect("case-by-link", token=token)
    is_current = consent.text_sha256 == text_sha256(consent.case)
    context = {"link": link, "consent": consent, "case": consent.case, "form": form, "is_current": is_current}
    # Someone whose text was replaced reads nothing new by an old link.
    context["shown"] = fields_of(consent.case) if is_current else None
    return render(request, "partnerships/cases/by_link.html", context, status=form.status_or_422)
