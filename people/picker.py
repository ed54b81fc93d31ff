"""Choosing a person, the same on every form: type a name, title, organization or address and choose from those found, or add someone new.

Results come as one types; without JavaScript the button "Find" lists them, and the form keeps what was filled in.
A view makes a `Picker`, answers with it while somebody types, and else hands it to a form built on `PersonForm`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Q
from django.forms.widgets import ChoiceWidget
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from people.models import Person, User
from web.forms import ActForm
from web.idempotent_post import FIELD
from web.paging import words_in

SOUGHT, FIND = "q", "find-person"
OFFERED = 20
LIST = "person-list"
KNOWN, NEW, OPEN = "known", "new", "open"


def anyone_called(sought: str) -> list[Person]:
    """Return the people on record who match `sought`, for forms of those who may see everyone; no one before something is typed."""
    return list(Person.objects.matching(sought).order_by("name", "pk")[:OFFERED]) if sought else []


def people_to_choose(user: User, near: Q, sought: str) -> list[Person]:
    """Return the people whom `user` can choose: those who are `near`, and those who match `sought`.

    Lab staff search everyone on record. A product owner finds other people only by their exact email address.
    """
    sought = sought.strip()
    matching = Q(pk__in=Person.objects.matching(sought).values("pk"))
    if not sought:
        wanted = near
    elif user.has_perm("people.view_person"):
        wanted = matching
    else:
        wanted = (near & matching) | Q(pk__in=Person.objects.at(sought).values("pk"))
    return list(Person.objects.current().filter(wanted).distinct().order_by("name", "pk")[:OFFERED])


class Picker:
    """Who can be chosen on a page: `find` gives those that match words, and for none those who are offered first."""

    def __init__(self, request: HttpRequest, find: Callable[[str], list[Person]]) -> None:
        self.request, self.find = request, find
        self.sought = words_in(request.POST if request.method == "POST" else request.GET, SOUGHT)

    @property
    def is_asked(self) -> bool:
        """Whether the request comes from the field as somebody types in it, and wants the results alone."""
        return bool(self.request.method == "GET" and self.request.htmx and self.request.htmx.target == LIST)  # type: ignore[attr-defined]

    def answer(self) -> HttpResponse:
        """The results for what was typed so far."""
        return render(self.request, "people/picker_results.html", {"people": self.people, "sought": self.sought})

    @cached_property
    def people(self) -> list[Person]:
        return self.find(self.sought)

    def may_choose(self, person: Person) -> bool:
        """Whether the account may name this person: the lab anyone, others only those that it is shown."""
        return self.request.user.has_perm("people.view_person") or person in [*self.people, *self.find("")]


class PersonWidget(ChoiceWidget):
    """The search field, and a radio button for each person that was found."""

    input_type = "radio"
    template_name = "people/picker.html"
    option_template_name = "django/forms/widgets/radio_option.html"
    picker: Picker

    class Media:
        css = {"all": ["css/picker.css"]}
        js = (forms.Script("js/picker.js", defer=True),)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        chosen = str(value or "")
        options = [(person, str(person.pk) == chosen) for person in self._people(chosen)]
        picker = self.picker
        return context | {"options": options, "sought": picker.sought, "path": picker.request.path, "list": LIST, "find": FIND}

    def optgroups(self, name: str, value: Any, attrs: dict[str, Any] | None = None) -> list[Any]:
        """Return none: the template shows `options`, and Django's own would read everyone on record."""
        return []

    def _people(self, chosen: str) -> list[Person]:
        """Those found, with the one who was chosen before in front."""
        people = self.picker.people
        if not chosen.isdecimal() or any(str(person.pk) == chosen for person in people):
            return people
        before = Person.objects.filter(pk=chosen).first()
        return [before, *people] if before and self.picker.may_choose(before) else people

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        return id_


class PersonField(forms.ModelChoiceField):
    """A person on record, found by typing; one that `picker` doesn't let the account choose isn't valid."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Person.objects.current(), widget=PersonWidget, **kwargs)

    def offer(self, picker: Picker) -> None:
        self.picker = self.widget.picker = picker

    def to_python(self, value: Any) -> Person | None:
        person: Person | None = super().to_python(value)
        if person and not self.picker.may_choose(person):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return person


class PersonForm(ActForm):
    """Who it is: someone on record, someone new, or, where `choices` offer that, no one yet."""

    who = forms.ChoiceField(label=_("Who to choose"), widget=forms.RadioSelect, initial=KNOWN)
    person = PersonField(label=_("Find a person"), required=False, help_text=_("Type a name, a title or an email."))
    name = forms.CharField(label=_("Name"), max_length=150, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    email = forms.EmailField(
        label=_("Email address"),
        max_length=254,
        required=False,
        help_text=_("If this address is already on record, that person is chosen."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    choices: tuple[tuple[str, Any], ...] = ((KNOWN, _("Someone on record")), (NEW, _("Someone new")))

    def __init__(self, data: Any = None, *args: Any, picker: Picker, **kwargs: Any) -> None:
        if data is not None and FIND in data:
            # "Find" was pressed: nothing is sent yet, and the form shows again what was filled in.
            kwargs["initial"] = {**(kwargs.get("initial") or {}), **self._typed(data), "who": KNOWN}
            data = None
        super().__init__(data, *args, **kwargs)
        self.fields["who"].choices = self.choices  # type: ignore[attr-defined]
        self.fields["person"].offer(picker)  # type: ignore[attr-defined]

    def _typed(self, data: Any) -> dict[str, Any]:
        many = {name for name, field in self.base_fields.items() if isinstance(field, forms.MultipleChoiceField)}
        return {name: data.getlist(name) if name in many else data[name] for name in data if name in self.base_fields and name != FIELD}

    def clean(self) -> dict[str, Any]:
        facts = super().clean() or {}
        who = facts.pop("who", None)
        if who == KNOWN and not facts.get("person") and "person" not in self.errors:
            self.add_error("person", _("Choose a person on record, or add someone new."))
        if who == NEW and not facts.get("name", "").strip():
            self.add_error("name", _("Enter the person’s name."))
        if who != KNOWN:
            facts["person"] = None
        if who != NEW:
            facts["name"] = facts["email"] = ""
        return facts
