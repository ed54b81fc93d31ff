import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from people.models import Person


class PersonFilter(django_filters.FilterSet):
    """People by words of their name, address, title or organisation."""

    q = django_filters.CharFilter(
        label=_("Name, address, title or organisation"), method="by_words", widget=forms.TextInput(attrs={"type": "search"})
    )

    class Meta:
        model = Person
        fields: tuple[str, ...] = ()

    def by_words(self, people: QuerySet[Person], name: str, words: str) -> QuerySet[Person]:
        for word in words.split()[:8]:
            found = Q(name__icontains=word) | Q(email__icontains=word) | Q(title__icontains=word) | Q(organisation__icontains=word)
            people = people.filter(found)
        return people
