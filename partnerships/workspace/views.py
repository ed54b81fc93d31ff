"""The list of partnerships, and the pages of one: overview, words, governance, partners, ending and history (SP-01)."""

from __future__ import annotations

from typing import Any

import django_filters
import django_tables2 as tables
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q, QuerySet
from django.forms import CheckboxInput
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from acts.act import Actor
from ledger.history_text import tell
from partnerships.cases.starting import starting_point_of
from partnerships.choices import Leaf, Stage
from partnerships.fetch import partner_or_404, partnership_or_404
from partnerships.lifecycle import actions
from partnerships.lifecycle.moves import LIFECYCLE, check_next, next_move
from partnerships.lifecycle.rules import Facts, PartnerFacts, warnings
from partnerships.models import Arrangement, CaseStudy, Decision, ModelDecision, Partner, Partnership
from partnerships.models.partnership import PartnershipQuerySet
from partnerships.organizations.actions import add_organization
from partnerships.sites.opportunities.views import first_words
from partnerships.workspace import forms
from partnerships.workspace.incidents.views import running
from partnerships.workspace.meetings.queries import next_meeting, vision_warnings
from people.identity import account_on
from people.lists.page import RememberedRows, View, list_page
from people.models import BodySeat, Organization
from people.picker import Picker, anyone_called
from web.access import needs
from web.acts import run
from web.forms import PlainSelect
from web.icons import chip
from web.paging import CellColumn, DateColumn, Table, each_written
from web.templatetags.portal import state_look

PAGE = "partnerships/act.html"
EVENTS = 50


def _name(row: Partnership) -> SafeString:
    return format_html('<a href="{}">{}</a><span class="cell-sub">{}</span>', row.get_absolute_url(), row.name, row.reference)


def _partner_names(row: Any) -> str:
    return ", ".join(partner.organization.name for partner in row.current)


def _stage(row: Partnership) -> SafeString:
    look = state_look(row.state)
    return chip(look.label, look.tone, look.icon)


class PartnershipRows(RememberedRows):
    what = "partnership-row"

    def written(self, keys: list[int]) -> dict[int, str]:
        rows = with_partners(Partnership.objects.all()).in_bulk(keys)
        return dict(zip(rows, each_written(PartnershipTable(list(rows.values())), Context(), striped=False), strict=True))


class PartnershipTable(Table):
    """One row a partnership."""

    name = CellColumn(_name, verbose_name=gettext_lazy("Partnership"), attrs={"td": {"class": "cell-wide"}})
    partners = CellColumn(_partner_names, verbose_name=gettext_lazy("Partners"), orderable=False)
    state = CellColumn(_stage, verbose_name=gettext_lazy("Stage"))
    review_on = DateColumn(verbose_name=gettext_lazy("Review"), format="DATE_FORMAT")
    lead = tables.Column(gettext_lazy("Lead"), default="", orderable=False)

    label = gettext_lazy("Partnerships")
    cards = True
    rows_template = "components/written_rows.html"

    class Meta:
        model = Partnership
        fields = ("name", "partners", "state", "review_on", "lead")


class PartnershipFilter(django_filters.FilterSet):
    """The partnerships by words, stage, model, partner and lead."""

    q = django_filters.CharFilter(label=gettext_lazy("Search"), method="by_words")
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("Stage"), choices=lambda: Stage.choices, empty_label=gettext_lazy("All"), widget=PlainSelect
    )
    leaf = django_filters.ChoiceFilter(
        label=gettext_lazy("Model"), choices=lambda: Leaf.choices, method="with_leaf", empty_label=gettext_lazy("All"), widget=PlainSelect
    )
    partner = django_filters.ChoiceFilter(
        label=gettext_lazy("Partner"), method="with_partner", empty_label=gettext_lazy("All"), widget=PlainSelect
    )
    mine = django_filters.BooleanFilter(label=gettext_lazy("Led by me"), method="led_by_me", widget=CheckboxInput)

    class Meta:
        model = Partnership
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organizations = [(str(pk), name) for pk, name in Organization.objects.order_by("name").values_list("pk", "name")]
        self.filters["partner"].extra["choices"] = lambda: organizations

    def by_words(self, rows: PartnershipQuerySet, name: str, words: str) -> PartnershipQuerySet:
        return rows.matching(words)

    def with_leaf(self, rows: QuerySet[Partnership], name: str, leaf: str) -> QuerySet[Partnership]:
        return rows.filter(pk__in=Arrangement.objects.filter(leaf=leaf).values("partnership"))

    def with_partner(self, rows: QuerySet[Partnership], name: str, organization: str) -> QuerySet[Partnership]:
        return rows.filter(pk__in=Partner.objects.filter(organization=int(organization), left_on=None).values("partnership"))

    def led_by_me(self, rows: QuerySet[Partnership], name: str, wanted: bool) -> QuerySet[Partnership]:
        return rows.filter(lead=self.request.user) if wanted else rows


VIEWS = (View(gettext_lazy("Mine"), {"mine": "on"}), View(gettext_lazy("Operating"), {"state": Stage.OPERATING.value}))


@needs("partnerships.list_partnerships")
def partnerships(request: HttpRequest) -> HttpResponse:
    """List the partnerships with their partners; two queries beside the filters' own, four after an act."""
    chosen = filtered(request)
    table = PartnershipTable(PartnershipRows(chosen.qs))
    may_start = request.user.has_perm("partnerships.start_partnership")
    table.empty = {
        "title": _("No partnerships match") if request.GET else _("No partnerships yet"),
        "text": _("Start one when two levels of government see a service they could deliver together."),
    }
    context = {"list": list_page(request, table, chosen, views=VIEWS, export="partnership-export"), "table": table, "may_start": may_start}
    return render(request, "partnerships/list.html", context)


def filtered(request: HttpRequest) -> PartnershipFilter:
    """Return the partnerships that the address asks for."""
    return PartnershipFilter(request.GET, queryset=Partnership.objects.all(), request=request)


def with_partners(rows: QuerySet[Partnership]) -> QuerySet[Partnership]:
    """Add what a row of the list shows: the lead, and the partners of today as `current`."""
    partners = Partner.objects.filter(left_on=None).select_related("organization").order_by("pk")
    return rows.select_related("lead").prefetch_related(Prefetch("partners", queryset=partners, to_attr="current"))


@needs("partnerships.start_partnership")
def start(request: HttpRequest) -> HttpResponse:
    """Start a partnership, led by whoever starts it; `community` in the address is one of “Where could we partner”."""
    community = request.GET.get("community", "") if request.method != "POST" else ""
    form = forms.StartForm(request.POST or None, initial=first_words(community))
    act = lambda: actions.start_partnership(**form.facts, lead=account_on(request), by=request.user)
    done = lambda row: _("%(name)s was started. Name the partners next.") % {"name": row.name}
    return run(
        request,
        form,
        act,
        done=done,
        to=lambda row: row.get_absolute_url(),
        page="partnerships/start.html",
        cancel=reverse("partnership-list"),
    )


# ── One partnership ──────────────────────────────────────────────────────────────────────────────


@needs("partnerships.view_partnership", partnership_or_404)
def overview(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Where a partnership stands, what is missing before the next stage, what it is for, and who is in it."""
    today, user = timezone.localdate(), request.user
    ahead = next_move(partnership)
    partners = _partners(partnership)
    known = Facts(partners=tuple(PartnerFacts(row.organization.name, row.organization.level) for row in partners))
    arrangements = Arrangement.objects.filter(Q(to_on=None) | Q(to_on__gte=today), partnership=partnership).select_related("site")
    cases = list(CaseStudy.objects.filter(partnership=partnership))
    context = {
        "partnership": partnership,
        "tab": "overview",
        "cases": cases,
        "point": starting_point_of(partnership),
        "may_start": user.has_perm("partnerships.start_partnership"),
        "may_draft": not any(case.state == "draft" for case in cases) and user.has_perm("partnerships.keep_partnership", partnership),
        "ahead": ahead,
        "stands": check_next(partnership, today),
        "warnings": [*warnings(known), *vision_warnings(partnership)],
        "due": Decision.objects.filter(partnership=partnership, choice="").order_by("due_on").first(),
        "partners": partners,
        "arrangements": list(arrangements),
        "meeting": next_meeting(partnership) if partnership.is_under_way else None,
        "running": running(partnership) if partnership.state == Stage.OPERATING else [],
        "may_respond": partnership.state == Stage.OPERATING and user.has_perm("partnerships.respond", partnership),
        "decided": ModelDecision.objects.filter(partnership=partnership).select_related("decided_by").first(),
        "may_keep": user.has_perm("partnerships.keep_partnership", partnership),
        "may_move": bool(ahead) and user.has_perm(LIFECYCLE.permission(ahead.verb), partnership),  # type: ignore[union-attr]
    }
    return render(request, "partnerships/overview.html", context)


def _partners(partnership: Partnership) -> list[Partner]:
    """Return the partners of today, each with this very partnership, so that what they confirmed is compared without a query."""
    rows = list(Partner.objects.filter(partnership=partnership, left_on=None).select_related("organization", "coordinator"))
    for row in rows:
        row.partnership = partnership
    return rows


def _acted(request: HttpRequest, partnership: Partnership, form: Any, act: Any, *, heading: str, done: Any, **more: Any) -> HttpResponse:
    context = {"to": partnership.get_absolute_url(), "tab": "overview", **more}
    return run(request, form, act, done=done, page=PAGE, partnership=partnership, heading=heading, **context)


def _edited(request: HttpRequest, partnership: Partnership, form: Any, heading: str, **more: Any) -> HttpResponse:
    act = lambda: actions.edit_partnership(partnership, shown_revision=form.shown_revision, by=request.user, **form.facts)
    return _acted(request, partnership, form, act, heading=heading, done=_("Saved."), **more)


@needs("partnerships.keep_partnership", partnership_or_404)
def edit(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Change what the partnership is about."""
    return _edited(request, partnership, forms.IdeaForm(request.POST or None, record=partnership), _("Problem, purpose and value"))


@needs("partnerships.keep_partnership", partnership_or_404)
def governance(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Choose the lead and the board."""
    return _edited(request, partnership, forms.GovernanceForm(request.POST or None, record=partnership), _("Lead and board"))


@needs("partnerships.keep_partnership", partnership_or_404)
def note(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Record what was agreed where no agreement is needed (PB-08)."""
    return _edited(request, partnership, forms.NoteForm(request.POST or None, record=partnership), _("Note of what was agreed"))


@needs("partnerships.keep_partnership", partnership_or_404)
def edit_ending(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Set the review date, or say why there are no sunset criteria (PB-27)."""
    form = forms.EndingForm(request.POST or None, record=partnership)
    to = reverse("partnership-ending", args=[partnership.reference])
    return _edited(request, partnership, form, _("Review date and sunset"), to=to, tab="ending")


@needs("partnerships.view_partnership", partnership_or_404)
def history(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Show who did what and when, from the ledger alone."""
    page = Paginator(partnership.stream.events.order_by("-seq"), EVENTS).get_page(request.GET.get("page"))
    context = {"partnership": partnership, "tab": "history", "page": page, "events": [tell(event) for event in page]}
    return render(request, "partnerships/history.html", context)


# ── Partners ─────────────────────────────────────────────────────────────────────────────────────


@needs("partnerships.view_partnership", partnership_or_404)
def partners(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Show the partners with their coordinators and what they confirmed, the board, and former partners; three queries."""
    today = timezone.localdate()
    rows: list[Any] = _partners(partnership)
    for row in rows:
        row.may_confirm = request.user.has_perm("partnerships.confirm_purpose", row)
    former = Partner.objects.filter(partnership=partnership).exclude(left_on=None).select_related("organization")
    board: Any = BodySeat.objects.filter(body=partnership.board_id).on(today).select_related("person") if partnership.board_id else []
    context = {
        "partnership": partnership,
        "tab": "partners",
        "partners": rows,
        "former": list(former),
        "board": list(board),
        "may_keep": request.user.has_perm("partnerships.keep_partnership", partnership),
        "sees_organizations": request.user.has_perm("people.view_organizations"),
    }
    return render(request, "partnerships/partners.html", context)


def _to_partners(partnership: Partnership) -> dict[str, Any]:
    return {"to": reverse("partners", args=[partnership.reference]), "tab": "partners"}


@needs("partnerships.keep_partnership", partnership_or_404)
def add_partner(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Add a partner from the directory, or one that isn't in it yet (PB-02)."""
    picker = Picker(request, anyone_called)
    if picker.is_asked:
        return picker.answer()
    form = forms.PartnerForm(request.POST or None, picker=picker, initial={"joined_on": timezone.localdate(), "who": "open"})
    done = lambda partner: _("%(name)s is now a partner.") % {"name": partner.organization}
    act = lambda: _add_partner(partnership, request.user, **form.facts)
    return _acted(request, partnership, form, act, heading=_("Add a partner"), done=done, **_to_partners(partnership))


def _add_partner(partnership: Partnership, user: Actor, *, new_name: str, new_level: str, **facts: Any) -> Partner:
    if new_name:
        facts["organization"] = add_organization(name=new_name, level=new_level, by=user)
    return actions.add_partner(partnership, by=user, **facts)


@needs("partnerships.keep_partner", partner_or_404)
def coordinator(request: HttpRequest, partner: Partner) -> HttpResponse:
    """Name who coordinates for a partner."""
    picker = Picker(request, anyone_called)
    if picker.is_asked:
        return picker.answer()
    form = forms.CoordinatorForm(request.POST or None, picker=picker, initial={"person": partner.coordinator_id})
    act = lambda: actions.set_coordinator(partner, **form.facts, by=request.user)
    heading = _("Coordinator for %(name)s") % {"name": partner.organization}
    return _acted(request, partner.partnership, form, act, heading=heading, done=_("Saved."), **_to_partners(partner.partnership))


@needs("partnerships.keep_partner", partner_or_404)
def leave(request: HttpRequest, partner: Partner) -> HttpResponse:
    """Record that a partner leaves."""
    form = forms.LeaveForm(request.POST or None, initial={"left_on": timezone.localdate()})
    act = lambda: actions.end_partner(partner, **form.facts, by=request.user)
    heading = _("Record departure: %(name)s") % {"name": partner.organization}
    done = _("Departure recorded. The organization is now listed under former partners.")
    return _acted(request, partner.partnership, form, act, heading=heading, done=done, **_to_partners(partner.partnership))


@needs("partnerships.confirm_purpose", partner_or_404)
def confirm(request: HttpRequest, partner: Partner) -> HttpResponse:
    """Read what the partnership is about, and confirm it for a partner (PB-22)."""
    partnership = partner.partnership
    form = forms.ConfirmForm(request.POST or None, initial={"shown_sha256": partnership.words_sha256})
    act = lambda: actions.confirm_purpose(partner, **form.facts, by=request.user)
    heading = _("Confirm purpose for %(name)s") % {"name": partner.organization}
    more = {**_to_partners(partnership), "shows_words": True}
    return _acted(request, partnership, form, act, heading=heading, done=_("Confirmed."), **more)
