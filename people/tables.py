"""The list of people: its columns and its search."""

import django_filters
import django_tables2 as tables
from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import Person, PersonQuerySet

ACCOUNT = (
    "{% load i18n %}{% if not value %}{% elif value.is_active %}{% translate 'May sign in' %}{% else %}{% translate 'Closed' %}{% endif %}"
)


class PersonTable(tables.Table):
    """One row a person."""

    name = tables.Column(verbose_name=_("Name"), linkify=("person", {"pk": tables.A("pk")}))
    title = tables.Column(verbose_name=_("Title"), orderable=False)
    organisation = tables.Column(verbose_name=_("Organization"))
    email = tables.EmailColumn(verbose_name=_("E-mail"), orderable=False)
    account = tables.TemplateColumn(ACCOUNT, accessor="user", verbose_name=_("Account"), orderable=False)

    label = _("People")

    class Meta:
        model = Person
        fields = ("name", "title", "organisation", "email", "account")
        order_by = ("name",)


class PersonFilter(django_filters.FilterSet):
    """People by words of their name, address, title or organisation."""

    q = django_filters.CharFilter(
        label=_("Name, email address, title or organization"), method="by_words", widget=forms.TextInput(attrs={"type": "search"})
    )

    class Meta:
        model = Person
        fields: tuple[str, ...] = ()

    def by_words(self, people: PersonQuerySet, name: str, words: str) -> PersonQuerySet:
        return people.matching(words)
