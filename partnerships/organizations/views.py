"""Pages of organizations and their contacts, and their forms (SP-01, SP-11)."""

from __future__ import annotations

from typing import Any

import django_filters
import django_tables2 as tables
from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.organizations import actions
from people.fields import LineInput
from people.lists.page import list_page
from people.models import Organization, OrganizationContact, User
from people.picker import PersonForm, Picker, anyone_called
from web.access import needs
from web.acts import run
from web.forms import ActForm, DayField
from web.paging import Table, TemplateColumn

# ── Forms ─────────────────────────────────────────────────────────────────────────────────────────


class OrganizationForm(ActForm):
    """The details of an organization. Without a record, it adds one."""

    name = LineInput(label=gettext_lazy("Name"), max_length=150, help_text=gettext_lazy("For example “City of Ottawa”."))
    level = forms.ChoiceField(
        label=gettext_lazy("Level of government"), choices=[("", gettext_lazy("Choose a level")), *Organization.Level.choices]
    )
    parent = forms.ModelChoiceField(
        label=gettext_lazy("Part of"),
        queryset=Organization.objects.all(),
        required=False,
        empty_label=gettext_lazy("No other organization"),
        blank=True,
    )
    region = LineInput(
        label=gettext_lazy("Region"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("Where it works, for example “Eastern Ontario”."),
    )
    time_zone = forms.ChoiceField(label=gettext_lazy("Time zone"), choices=Organization.Zone.choices, initial=Organization.Zone.PACIFIC)
    holidays = forms.ChoiceField(
        label=gettext_lazy("Statutory holidays"), choices=Organization.Holidays.choices, initial=Organization.Holidays.BC
    )
    languages = LineInput(
        label=gettext_lazy("Languages of service"), max_length=150, required=False, help_text=gettext_lazy("For example “English, French”.")
    )

    def __init__(self, *args: Any, record: Organization | None = None, **kwargs: Any) -> None:
        super().__init__(*args, record=record, **kwargs)
        self.verb = gettext_lazy("Save changes") if record else gettext_lazy("Add organization")
        if record:
            self.fields["parent"].queryset = Organization.objects.exclude(pk=record.pk)  # type: ignore[attr-defined]


def _emergency_phone() -> LineInput:
    return LineInput(
        label=gettext_lazy("Phone in an emergency"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("A number that is answered outside office hours, too."),
    )


class ContactForm(PersonForm):
    verb = gettext_lazy("Add contact")
    role = LineInput(
        label=gettext_lazy("Role"),
        max_length=80,
        help_text=gettext_lazy("What to ask them about, for example “Leases” or “Front-line staff”."),
    )
    emergency_phone = _emergency_phone()
    from_on = DayField(label=gettext_lazy("First day"))
    field_order = ("who", "person", "name", "email", "role", "emergency_phone", "from_on")


class EditContactForm(ActForm):
    verb = gettext_lazy("Save changes")
    role = LineInput(label=gettext_lazy("Role"), max_length=80)
    emergency_phone = _emergency_phone()


class EndContactForm(ActForm):
    verb = gettext_lazy("End contact")
    to_on = DayField(label=gettext_lazy("Last day"))


# ── Pages ─────────────────────────────────────────────────────────────────────────────────────────


PAGE = "partnerships/organizations/act.html"
NAME = '<a href="{{ record.get_absolute_url }}">{{ record.name }}</a>{% if record.parent %}<span class="cell-sub">{{ record.parent }}</span>{% endif %}'


class OrganizationTable(Table):
    """One row an organization."""

    name = TemplateColumn(NAME, verbose_name=gettext_lazy("Name"), attrs={"td": {"class": "cell-wide"}})
    level = tables.Column(gettext_lazy("Level"), accessor="get_level_display", order_by=("level", "name"))
    region = tables.Column(gettext_lazy("Region"), default="")
    languages = tables.Column(gettext_lazy("Languages"), default="", orderable=False)
    current = tables.Column(gettext_lazy("Contacts"), orderable=False)

    label = gettext_lazy("Organizations")
    cards = True

    class Meta:
        model = Organization
        fields = ("name", "level", "region", "languages", "current")


class OrganizationFilter(django_filters.FilterSet):
    """The directory by words and level."""

    q = django_filters.CharFilter(label=gettext_lazy("Search"), method="by_words")
    level = django_filters.ChoiceFilter(label=gettext_lazy("Level"), choices=Organization.Level.choices, empty_label=gettext_lazy("All"))

    class Meta:
        model = Organization
        fields: tuple[str, ...] = ()

    def by_words(self, rows: QuerySet[Organization], name: str, words: str) -> QuerySet[Organization]:
        for word in words.replace("\x00", "")[:100].split():
            rows = rows.filter(Q(name__icontains=word) | Q(region__icontains=word))
        return rows


@needs("people.view_organizations")
def organizations(request: HttpRequest) -> HttpResponse:
    """List the organizations with how many contacts each has now."""
    rows = Organization.objects.select_related("parent").annotate(current=Count("contacts", filter=Q(contacts__to_on=None)))
    chosen = OrganizationFilter(request.GET, queryset=rows)
    table = OrganizationTable(chosen.qs)
    table.empty = {
        "title": _("No organizations match"),
        "text": _("Add the organizations that take part in partnerships, with the level of government of each."),
    }
    context = {"list": list_page(request, table, chosen), "table": table, "may_keep": request.user.has_perm("people.keep_organizations")}
    return render(request, "partnerships/organizations/list.html", context)


def organization_or_404(user: User, pk: int) -> Organization:
    return get_object_or_404(Organization.objects.select_related("parent"), pk=pk)


def contact_or_404(user: User, pk: int) -> OrganizationContact:
    return get_object_or_404(OrganizationContact.objects.select_related("organization", "person"), pk=pk, to_on=None)


@needs("people.view_organizations", organization_or_404)
def organization(request: HttpRequest, organization: Organization) -> HttpResponse:
    """Show an organization, its parts, and its contacts by role; three queries."""
    today = timezone.localdate()
    contacts = list(organization.contacts.select_related("person"))
    context: dict[str, Any] = {
        "organization": organization,
        "parts": list(organization.parts.all()),
        "contacts": [contact for contact in contacts if contact.to_on is None or contact.to_on >= today],
        "former": [contact for contact in contacts if contact.to_on and contact.to_on < today],
        "may_keep": request.user.has_perm("people.keep_organizations"),
        "sees_people": request.user.has_perm("people.view_person"),
    }
    return render(request, "partnerships/organizations/organization.html", context)


@needs("people.keep_organizations")
def add(request: HttpRequest) -> HttpResponse:
    """Add an organization."""
    form = OrganizationForm(request.POST or None)
    act = lambda: actions.add_organization(**form.facts, by=request.user)
    done = lambda organization: _("%(name)s was added. Add its contacts next.") % {"name": organization}
    to = lambda organization: organization.get_absolute_url()
    return run(request, form, act, done=done, to=to, page=PAGE, heading=_("Add an organization"))


@needs("people.keep_organizations", organization_or_404)
def edit(request: HttpRequest, organization: Organization) -> HttpResponse:
    """Edit an organization's details."""
    form = OrganizationForm(request.POST or None, record=organization)
    act = lambda: actions.edit_organization(organization, shown_revision=form.shown_revision, by=request.user, **form.facts)
    return run(request, form, act, done=_("Saved."), to=organization.get_absolute_url(), page=PAGE, heading=organization.name)


@needs("people.keep_organizations", organization_or_404)
def contact_add(request: HttpRequest, organization: Organization) -> HttpResponse:
    """Add a contact in a role."""
    picker = Picker(request, anyone_called)
    if picker.is_asked:
        return picker.answer()
    form = ContactForm(request.POST or None, picker=picker, initial={"from_on": timezone.localdate()})
    act = lambda: actions.add_contact(organization, **form.facts, by=request.user)
    done = lambda contact: _("%(name)s is now a contact at %(organization)s.") % {"name": contact.person, "organization": organization}
    heading = _("Add a contact: %(organization)s") % {"organization": organization}
    return run(request, form, act, done=done, to=organization.get_absolute_url(), page=PAGE, heading=heading)


@needs("people.keep_organizations", contact_or_404)
def contact_edit(request: HttpRequest, contact: OrganizationContact) -> HttpResponse:
    """Change a contact's role, or the phone in an emergency."""
    form = EditContactForm(request.POST or None, record=contact)
    act = lambda: actions.edit_contact(contact, shown_revision=form.shown_revision, by=request.user, **form.facts)
    heading = _("Edit contact: %(name)s") % {"name": contact.person}
    to = reverse("organization", args=[contact.organization_id])
    return run(request, form, act, done=_("Saved."), to=to, page=PAGE, heading=heading)


@needs("people.keep_organizations", contact_or_404)
def contact_end(request: HttpRequest, contact: OrganizationContact) -> HttpResponse:
    """End a contact's time in a role."""
    form = EndContactForm(request.POST or None, initial={"to_on": timezone.localdate()})
    act = lambda: actions.end_contact(contact, **form.facts, by=request.user)
    heading = _("End contact: %(name)s") % {"name": contact.person}
    to = reverse("organization", args=[contact.organization_id])
    return run(request, form, act, done=_("Contact ended. It stays on record."), to=to, page=PAGE, heading=heading)
