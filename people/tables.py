import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from people.models import Person

ACCOUNT = (
    "{% load i18n %}{% if not value %}{% elif value.is_active %}{% translate 'May sign in' %}{% else %}{% translate 'Closed' %}{% endif %}"
)


class PersonTable(tables.Table):
    """One row a person."""

    name = tables.Column(verbose_name=_("Name"), linkify=("person", {"pk": tables.A("pk")}))
    title = tables.Column(verbose_name=_("Title"), orderable=False)
    organisation = tables.Column(verbose_name=_("Organisation"))
    email = tables.EmailColumn(verbose_name=_("E-mail"), orderable=False)
    account = tables.TemplateColumn(ACCOUNT, accessor="user", verbose_name=_("Account"), orderable=False)

    label = _("People")

    class Meta:
        model = Person
        fields = ("name", "title", "organisation", "email", "account")
        order_by = ("name",)
