"""A person is found and chosen with one control on every form (experience.md): PersonField, in a PersonForm."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django import forms
from django.apps import apps
from django.urls import get_resolver

from people.models import Person, User
from people.picker import PersonField, PersonForm

# Fields that name a person in another way, and why. (The lines for all parties of an agreement search as one types, too, but have one
# text field for each role: agreements/drafting.)
TEAM = "a short list: the people of one team, all of them shown"
COLLEAGUES = "a short list: lab staff, all of them shown"
OUTSIDER = "filled in by someone who may not search the people on record"
RECORD = "the person’s own record or account"
OTHERS = {
    "partnerships.sites.trips.views.TripForm.manager": "lab staff, the lead, and the coordinators",
    "agreements.signing.forms.HandOverForm.email": OUTSIDER,
    "agreements.signing.forms.ReplaceForm.instead_of": "hidden: who was in the role when the page was shown",
    "community.forms.GivingForm.person": TEAM,
    "community.mentors.forms.TeamOfferForm.person": TEAM,
    "labportal.accounts.ResetPasswordForm.email": RECORD,
    "oversight.followups.forms.AnswerForm.email": OUTSIDER,
    "oversight.status.forms.AnswerForm.person": "a short list: the members of a group, all of them shown",
    "partnerships.sites.comments.views.CommentForm.responsible": "a short list: the coordinators of one partnership, all of them shown",
    "partnerships.workspace.forms.GovernanceForm.lead": COLLEAGUES,
    "people.forms.AddressForm.email": RECORD,
    "people.forms.LeaveForm.to": COLLEAGUES,
    "people.forms.PersonForm.email": RECORD,
    "residencies.intake.forms.ShareForm.email": OUTSIDER,
    "residencies.review.forms.AssignForm.to": COLLEAGUES,
    "residencies.workspace.views.AssignForm.to": COLLEAGUES,
    "teams.training.forms.LogTrainingForm.people": TEAM,
}


def subclasses(form: type[forms.BaseForm]) -> Iterator[type[forms.BaseForm]]:
    for each in form.__subclasses__():
        yield each
        yield from subclasses(each)


def forms_of_pages() -> dict[str, type[forms.BaseForm]]:
    """Return every form of our apps by its name, without those of the admin site; resolving addresses imports all of them."""
    assert get_resolver().url_patterns
    ours = {config.name.partition(".")[0] for config in apps.get_app_configs() if "site-packages" not in config.path}
    known = {f"{form.__module__}.{form.__name__}": form for form in subclasses(forms.BaseForm)}
    return {name: form for name, form in known.items() if name.partition(".")[0] in ours and ".admin." not in name}


def names_a_person(field: forms.Field) -> bool:
    chosen = isinstance(field, forms.ModelChoiceField) and field.queryset is not None and field.queryset.model in {Person, User}
    return chosen or isinstance(field, forms.EmailField)


def chosen_otherwise(form: type[forms.BaseForm]) -> list[str]:
    """Return the fields of a form that name a person, apart from the picker and its fields for someone new."""
    own = set(PersonForm.base_fields) if issubclass(form, PersonForm) else set()
    return [
        name for name, field in form.base_fields.items() if names_a_person(field) and name not in own and not isinstance(field, PersonField)
    ]


def test_every_form_that_names_a_person_uses_the_picker_or_says_why_not():
    """EL-41"""
    otherwise = {f"{name}.{field}" for name, form in forms_of_pages().items() for field in chosen_otherwise(form)}
    assert otherwise - set(OTHERS) == set(), "build the form on people.picker.PersonForm"
    assert set(OTHERS) - otherwise == set(), "this field is gone"


@pytest.mark.parametrize("field", [forms.ModelChoiceField(Person.objects.none()), forms.EmailField()])
def test_another_way_to_name_a_person_is_noticed(field):
    other = type("OtherForm", (forms.Form,), {"contact": field})
    assert chosen_otherwise(other) == ["contact"]
