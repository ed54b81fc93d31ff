"""Pages of contacts by organization and role: over all organizations, of one partnership, and of a site (SP-11, PB-54)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.fetch import partnership_or_404, site_or_404
from partnerships.models import Partner, Partnership, Site, SiteContact
from partnerships.organizations import actions
from people.lists.page import list_page
from people.models import Organization, OrganizationContact, Person
from spelling.compare import title_key
from web.access import needs
from web.acts import run
from web.forms import ActForm, PlainSelect
from web.paging import CellColumn, Table

PAGE = "partnerships/act.html"
MOST_WORDS = 100  # characters


# ── Over all organizations ────────────────────────────────────────────────────────────────────────


def _name(row: OrganizationContact) -> SafeString:
    """Return the person with how to reach them, and in an emergency."""
    return format_html("{}{}", row.person.name, _ways(row.person.email, row.person.phone, row.emergency_phone))


def _ways(email: str, phone: str, emergency: str) -> SafeString:
    links = [("mailto:", email, email), ("tel:", phone, phone), ("tel:", emergency, _("Emergency: %(phone)s") % {"phone": emergency})]
    shown = [link for link in links if link[1]]
    parts = format_html_join(" · ", '<a class="d-inline-block py-1" href="{}{}">{}</a>', shown)
    return format_html('<span class="cell-sub">{}</span>', parts)


def _organization(row: OrganizationContact) -> SafeString:
    level = row.organization.get_level_display()
    return format_html('<a href="{}">{}</a><span class="cell-sub">{}</span>', row.organization.get_absolute_url(), row.organization, level)


def _sites(row: Any) -> str:
    return ", ".join(each.site.name for each in row.at_sites)


class ContactTable(Table):
    """One row a contact of today."""

    role = tables.Column(gettext_lazy("Role"), order_by=("role", "pk"))
    person = CellColumn(_name, verbose_name=gettext_lazy("Name"), order_by=("person__name", "pk"))
    organization = CellColumn(_organization, verbose_name=gettext_lazy("Organization"), order_by=("organization__name", "role", "pk"))
    sites = CellColumn(_sites, verbose_name=gettext_lazy("Sites"), orderable=False)

    label = gettext_lazy("Contacts")
    cards = True

    class Meta:
        model = OrganizationContact
        fields = ("role", "person", "organization", "sites")


class ContactFilter(django_filters.FilterSet):
    """Contacts by words, role, organization, level of government, partnership and site."""

    q = django_filters.CharFilter(label=gettext_lazy("Search"), method="by_words")
    role = django_filters.CharFilter(label=gettext_lazy("Role"), lookup_expr="icontains")
    organization = django_filters.ChoiceFilter(label=gettext_lazy("Organization"), empty_label=gettext_lazy("All"), widget=PlainSelect)
    level = django_filters.ChoiceFilter(
        label=gettext_lazy("Level"),
        field_name="organization__level",
        choices=Organization.Level.choices,
        empty_label=gettext_lazy("All"),
        widget=PlainSelect,
    )
    partnership = django_filters.CharFilter(label=gettext_lazy("Partnership"), method="in_partnership")
    site = django_filters.CharFilter(label=gettext_lazy("Site"), method="at_site")

    class Meta:
        model = OrganizationContact
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organizations = [(str(pk), name) for pk, name in Organization.objects.order_by("name").values_list("pk", "name")]
        self.filters["organization"].extra["choices"] = lambda: organizations

    def by_words(self, rows: QuerySet[OrganizationContact], name: str, words: str) -> QuerySet[OrganizationContact]:
        for word in _clean(words).split():
            rows = rows.filter(Q(person__name__icontains=word) | Q(role__icontains=word) | Q(organization__name__icontains=word))
        return rows

    def in_partnership(self, rows: QuerySet[OrganizationContact], name: str, words: str) -> QuerySet[OrganizationContact]:
        words = _clean(words)
        partners = Partner.objects.filter(left_on=None).filter(
            Q(partnership__name__icontains=words) | Q(partnership__reference__iexact=words)
        )
        return rows.filter(organization__in=partners.values("organization"))

    def at_site(self, rows: QuerySet[OrganizationContact], name: str, words: str) -> QuerySet[OrganizationContact]:
        return rows.filter(pk__in=SiteContact.objects.filter(site__name__icontains=_clean(words)).values("contact"))


def _clean(words: str) -> str:
    return words.replace("\x00", "")[:MOST_WORDS].strip()


@needs("people.view_organizations")
def contacts(request: HttpRequest) -> HttpResponse:
    """List the contacts of today over all organizations; two queries beside the filters' own."""
    at_sites = Prefetch("sites", queryset=SiteContact.objects.select_related("site"), to_attr="at_sites")
    rows = OrganizationContact.objects.on(timezone.localdate()).select_related("person", "organization").prefetch_related(at_sites)
    chosen = ContactFilter(request.GET, queryset=rows)
    table = ContactTable(chosen.qs)
    table.empty = {
        "title": _("No contacts match") if request.GET else _("No contacts yet"),
        "text": _("Open an organization to add the people to ask about leases, privacy or front-line staff."),
    }
    return render(request, "partnerships/organizations/contacts.html", {"list": list_page(request, table, chosen), "table": table})


# ── Of one partnership ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Row:
    """Someone to ask at a partner: a contact in a role, or its coordinator."""

    organization: str
    role: str
    person: Person
    emergency_phone: str = ""
    sites: tuple[Site, ...] = ()


def contacts_of(partnership: Partnership) -> list[Row]:
    """Return the coordinators and contacts of today's partners, by organization and role; three queries."""
    partners = list(Partner.objects.filter(partnership=partnership, left_on=None).select_related("organization", "coordinator"))
    names = {partner.organization_id: partner.organization.name for partner in partners}
    at_sites = Prefetch("sites", SiteContact.objects.filter(site__partnership=partnership).select_related("site"), to_attr="at_sites")
    people: Any = OrganizationContact.objects.on(timezone.localdate()).filter(organization__in=names).select_related("person")
    rows = [Row(names[row.organization_id], _("Coordinator"), row.coordinator) for row in partners if row.coordinator]
    rows += [
        Row(names[row.organization_id], row.role, row.person, row.emergency_phone, tuple(each.site for each in row.at_sites))
        for row in people.prefetch_related(at_sites)
    ]
    return sorted(rows, key=lambda row: (title_key(row.organization), title_key(row.role), title_key(row.person.name)))


class RowFilter(forms.Form):
    """The contacts of a partnership by words, organization, role and site; the filters are in the address."""

    q = forms.CharField(label=gettext_lazy("Search"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"}))
    organization = forms.ChoiceField(label=gettext_lazy("Organization"), required=False)
    role = forms.ChoiceField(label=gettext_lazy("Role"), required=False)
    site = forms.ChoiceField(label=gettext_lazy("Site"), required=False)

    def __init__(self, *args: Any, rows: list[Row], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = {str(site.pk): site.name for row in rows for site in row.sites}
        self._offer("organization", {row.organization: row.organization for row in rows})
        self._offer("role", {title_key(row.role): row.role for row in rows})
        self._offer("site", sites)

    def _offer(self, name: str, choices: dict[str, str]) -> None:
        in_order = sorted(choices.items(), key=lambda choice: title_key(choice[1]))
        self.fields[name].choices = [("", _("All")), *in_order]  # type: ignore[attr-defined]

    def chosen(self, rows: list[Row]) -> list[Row]:
        """Return those of `rows` that match the filters that can be read."""
        self.is_valid()
        q, organization, role, site = (self.cleaned_data.get(name) for name in ("q", "organization", "role", "site"))
        return [
            row
            for row in rows
            if (not q or all(word in title_key(f"{row.organization} {row.role} {row.person.name}") for word in title_key(q).split()))
            and (not organization or row.organization == organization)
            and (not role or title_key(row.role) == role)
            and (not site or any(str(each.pk) == site for each in row.sites))
        ]


@needs("partnerships.view_partnership", partnership_or_404)
def partnership_contacts(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    """Show who to ask at each partner for what, for everyone on the partnership; three queries."""
    rows = contacts_of(partnership)
    form = RowFilter(request.GET, rows=rows)
    may_keep = partnership.is_under_way and request.user.has_perm("partnerships.keep_partnership", partnership)
    context = {
        "partnership": partnership,
        "tab": "partners",
        "filters": form,
        "any": bool(rows),
        "rows": [(row, _ways(row.person.email, row.person.phone, row.emergency_phone)) for row in form.chosen(rows)],
        "sites": list(Site.objects.filter(partnership=partnership)) if may_keep else [],
        "sees_organizations": request.user.has_perm("people.view_organizations"),
    }
    return render(request, "partnerships/contacts.html", context)


# ── Of a site ─────────────────────────────────────────────────────────────────────────────────────


class _Contacts(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return _("%(role)s: %(name)s, %(organization)s") % {"role": obj.role, "name": obj.person, "organization": obj.organization}


class SiteContactsForm(ActForm):
    verb = gettext_lazy("Save contacts")
    contacts = _Contacts(
        label=gettext_lazy("Who to ask about this site"),
        queryset=OrganizationContact.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Contacts of the partners’ organizations. Add others under Organizations first."),
    )

    def __init__(self, *args: Any, site: Site, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contacts"].queryset = site.offered_contacts().order_by("organization__name", "role", "pk")  # type: ignore[attr-defined]


@needs("partnerships.keep_partnership", site_or_404)
def site_contacts(request: HttpRequest, site: Site) -> HttpResponse:
    """Choose which contacts are the ones to ask about a site."""
    current = SiteContact.objects.filter(site=site).values_list("contact", flat=True)
    form = SiteContactsForm(request.POST or None, site=site, initial={"contacts": list(current)})
    act = lambda: actions.set_site_contacts(site, **form.facts, by=request.user)
    context = {"partnership": site.partnership, "tab": "partners", "heading": _("Contacts for %(site)s") % {"site": site}}
    to = reverse("partnership-contacts", args=[site.partnership.reference])
    return run(request, form, act, done=_("Saved."), to=to, page=PAGE, **context)
