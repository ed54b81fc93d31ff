"""The directory of alumni, and each person's page (EL-54, EL-82)."""

from __future__ import annotations

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms as django_forms
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from community.alumni import actions, forms
from community.alumni.queries import of_ministry, of_residency, on_topic, who_mentor, with_words
from community.choices import HelpTopic
from community.models import Alumnus, AlumnusPlace, Mentoring
from community.tables import search_field, tidy
from community.templatetags.community import SUB, short_offer
from people.identity import account_on
from people.lists.page import View, list_page
from people.models import User
from people.picker import Picker, anyone_called
from residencies.models import Ministry
from spelling.compare import search_words
from web.access import needs
from web.acts import press, run
from web.exports import export
from web.paging import CellColumn, Table, in_order, words_in
from web.templatetags.portal import day

WIDE = {"td": {"class": "cell-wide"}}


def _who(alumnus: Alumnus) -> SafeString:
    """Someone's name, linked, with their role now."""
    person = alumnus.person
    role = ", ".join(part for part in (person.title, person.organisation) if part)
    below = format_html(SUB, role) if role else ""
    return format_html('<a href="{}">{}</a>{}', alumnus.get_absolute_url(), person.name, below)


def _places(alumnus: Alumnus) -> SafeString:
    """The residencies that someone graduated with."""
    return format_html_join(
        "", '<span class="cell-line">{}</span><span class="cell-sub">{}</span>',
        ((place.residency.product, _place(place)) for place in alumnus.places.all()),
    )  # fmt: skip


def _place(place: AlumnusPlace) -> str:
    residency = place.residency
    return ", ".join(part for part in (place.role, str(residency.program_area.ministry), day(residency.ended_on)) if part)


def _contact(alumnus: Alumnus, sees_all: bool) -> str:
    """How to reach someone."""
    if not sees_all and not alumnus.shows_email:
        return format_html('<span class="text-muted">{}</span>', _t("Through the lab"))
    email = alumnus.person.email
    return format_html('<a href="mailto:{0}">{0}</a>', email) if email else _t("No email address")


class AlumniTable(Table):
    """One row a person."""

    who = CellColumn(_who, verbose_name=_("Name"), order_by=("person__name",), attrs=WIDE)
    graduated = CellColumn(_places, verbose_name=_("Graduated with"), orderable=False, attrs=WIDE)
    offers = CellColumn(lambda alumnus: short_offer(alumnus.offer), verbose_name=_("Offers"), orderable=False, attrs=WIDE)
    contact = tables.Column(verbose_name=_("Contact"), orderable=False, empty_values=())

    label = _("Alumni")
    cards = True

    def __init__(self, *args: Any, sees_all: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sees_all = sees_all

    def render_contact(self, record: Alumnus) -> str:
        return _contact(record, self.sees_all)

    class Meta:
        model = Alumnus
        fields = ("who", "graduated", "offers", "contact")


class AlumniFilter(django_filters.FilterSet):
    """The directory by words, topic, ministry and residency."""

    q = search_field(_("Search"))
    topic = django_filters.ChoiceFilter(label=_("Topic"), choices=HelpTopic.choices, method="about", empty_label=_("All"))
    ministry = django_filters.ModelChoiceFilter(
        label=_("Ministry"), queryset=Ministry.objects.order_by("name"), method="from_ministry", empty_label=_("All")
    )
    residency = django_filters.CharFilter(
        label=_("Residency"), method="from_residency", widget=django_forms.TextInput(attrs={"type": "search"})
    )
    mentors = django_filters.BooleanFilter(label=_("Mentors teams"), method="mentoring", widget=django_forms.CheckboxInput)
    check = django_filters.BooleanFilter(label=_("Details to check"), method="to_check", widget=django_forms.CheckboxInput)

    class Meta:
        model = Alumnus
        fields: tuple[str, ...] = ()

    def by_words(self, rows: QuerySet[Alumnus], name: str, words: str) -> QuerySet[Alumnus]:
        return with_words(rows, search_words(tidy(words)))

    def about(self, rows: QuerySet[Alumnus], name: str, topic: str) -> QuerySet[Alumnus]:
        return on_topic(rows, topic)

    def from_ministry(self, rows: QuerySet[Alumnus], name: str, ministry: Ministry) -> QuerySet[Alumnus]:
        return of_ministry(rows, ministry.pk)

    def from_residency(self, rows: QuerySet[Alumnus], name: str, words: str) -> QuerySet[Alumnus]:
        return of_residency(rows, search_words(tidy(words)))

    def mentoring(self, rows: QuerySet[Alumnus], name: str, wanted: bool) -> QuerySet[Alumnus]:
        return who_mentor(rows) if wanted else rows

    def to_check(self, rows: Any, name: str, wanted: bool) -> Any:
        return rows.to_check(timezone.localdate()) if wanted else rows


VIEWS = (View(_("Mentors"), {"mentors": "on"}), View(_("Details to check"), {"check": "on"}))


def _list(request: HttpRequest) -> tuple[AlumniFilter, AlumniTable]:
    alumni_filter = AlumniFilter(request.GET, queryset=Alumnus.objects.listed().for_list().order_by(Lower("person__name"), "pk"))
    return alumni_filter, AlumniTable(alumni_filter.qs, sees_all=account_on(request).has_perm("people.view_person"))


@require_safe
@needs("community.view_alumni")
def alumni(request: HttpRequest) -> HttpResponse:
    """Show everyone in the directory, with what they offer."""
    alumni_filter, table = _list(request)
    table.empty = {
        "title": _t("No alumni match these filters"),
        "text": _t("When a residency graduates, its team and champions are listed here."),
    }
    page = list_page(request, table, alumni_filter, views=VIEWS, export="alumni-export" if table.sees_all else "")
    may_add = account_on(request).has_perm("community.add_alumnus")
    return render(request, "community/alumni/alumni.html", {"part": "alumni", "list": page, "table": table, "may_add": may_add})


@require_safe
@needs("community.view_lab_community")
def alumni_export(request: HttpRequest, file_format: str) -> HttpResponse:
    """Export the filtered list, with email addresses, for the lab."""
    header = (
        _t("Name"),
        _t("Title"),
        _t("Organization"),
        _t("Email"),
        _t("Graduated with"),
        _t("Topics"),
        _t("Offer"),
        _t("Mentors teams"),
    )
    rows = (
        (
            alumnus.person.name, alumnus.person.title, alumnus.person.organisation, alumnus.person.email,
            ", ".join(place.residency.product for place in alumnus.places.all()),
            ", ".join(alumnus.offer.topic_labels) if alumnus.offer else "", alumnus.offer.text if alumnus.offer else "",
            alumnus.offer.teams_at_once if alumnus.offer else 0,
        )
        for alumnus in in_order(request, _list(request)[1]).iterator(chunk_size=1000)
    )  # fmt: skip
    return export("alumni", file_format, header, rows)


def alumnus_or_404(user: User, alumnus: int) -> Alumnus:
    """Return someone in the directory; for the lab and for themselves, also someone who opted out."""
    row = Alumnus.objects.for_list().filter(pk=alumnus).first()
    if row is None or not user.has_perm("community.view_alumnus", row):
        raise Http404(_t("This person isn’t in the alumni directory."))
    return row


@require_safe
@needs("community.view_alumnus", alumnus_or_404)
def alumnus(request: HttpRequest, alumnus: Alumnus) -> HttpResponse:
    """Show one person: what they offer, how to reach them, and which teams they mentored."""
    account = account_on(request)
    may_keep, sees_all = account.has_perm("community.keep_alumnus", alumnus), account.has_perm("people.view_person")
    context = {
        "alumnus": alumnus,
        "part": "alumni",
        "may_keep": may_keep,
        "sees_email": account.has_perm("community.view_alumnus_email", alumnus),
        "sees_all": sees_all,
        "needs_check": sees_all and Alumnus.objects.to_check(timezone.localdate()).filter(pk=alumnus.pk).exists(),
        "mentorings": Mentoring.objects.for_list().filter(mentor=alumnus.person)[:20] if may_keep or sees_all else [],
    }
    return render(request, "community/alumni/alumnus.html", context)


def _acted(request: HttpRequest, alumnus: Alumnus, form: Any, act: Any, *, heading: str, done: str) -> HttpResponse:
    return run(
        request, form, act, done=done, to=alumnus.get_absolute_url(), page="community/alumni/act.html", alumnus=alumnus, heading=heading,
        part="alumni",
    )  # fmt: skip


@needs("community.keep_alumnus", alumnus_or_404)
def offer(request: HttpRequest, alumnus: Alumnus) -> HttpResponse:
    """Change what someone offers."""
    form = forms.OfferForm(request.POST or None, offer=alumnus.offer)
    act = lambda: actions.set_alumni_offer(alumnus, **form.facts, shown_revision=form.shown_revision, by=account_on(request))
    return _acted(request, alumnus, form, act, heading=_t("Offer of %(name)s") % {"name": alumnus}, done=_t("Offer saved."))


@needs("community.keep_alumnus", alumnus_or_404)
def listing(request: HttpRequest, alumnus: Alumnus) -> HttpResponse:
    """Change what others see, or leave the directory."""
    form = forms.ListingForm(request.POST or None, record=alumnus)
    act = lambda: actions.set_listing(alumnus, **form.facts, shown_revision=form.shown_revision, by=account_on(request))
    return _acted(request, alumnus, form, act, heading=_t("What others see about %(name)s") % {"name": alumnus}, done=_t("Saved."))


@require_POST
@needs("community.keep_alumnus", alumnus_or_404)
def confirm(request: HttpRequest, alumnus: Alumnus) -> HttpResponse:
    """Record that the details are right today."""
    act = lambda: actions.confirm_details(alumnus, by=account_on(request))
    return press(request, act, done=_t("Details confirmed."), to=alumnus.get_absolute_url())


@needs("community.add_alumnus")
def add(request: HttpRequest) -> HttpResponse:
    """Add someone who graduated with a residency."""
    picker = Picker(request, anyone_called)
    if picker.is_asked:
        return picker.answer()
    if request.htmx and request.htmx.target == forms.GRADUATED:  # type: ignore[attr-defined]
        return render(
            request, "community/alumni/_graduated.html", {"residencies": forms.graduated_like(words_in(request.GET, "residency"))}
        )
    form = forms.AddForm(request.POST or None, picker=picker)
    act = lambda: actions.add_alumnus(**form.facts, by=account_on(request))
    to = lambda row: row.get_absolute_url()
    return run(
        request, form, act, done=_t("Added to the alumni directory."), to=to, page="community/alumni/add.html", part="alumni",
        heading=_t("Add an alum"), cancel=reverse("alumni"),
    )  # fmt: skip
