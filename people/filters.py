import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import Person, PersonQuerySet


class PersonFilter(django_filters.FilterSet):
    """People by words of their name, address, title or organisation."""

    q = django_filters.CharFilter(
        label=_("Name, address, title or organisation"), method="by_words", widget=forms.TextInput(attrs={"type": "search"})
    )

    class Meta:
        model = Person
        fields: tuple[str, ...] = ()

    def by_words(self, people: PersonQuerySet, name: str, words: str) -> PersonQuerySet:
        return people.matching(words)
