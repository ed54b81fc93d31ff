"""Of two who act at one moment one is refused in a sentence, never with a server error (K16)."""

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.db.models import UniqueConstraint

from acts.act import act
from acts.constraints import declared, known, refusal_of, sentence, violated
from findings import Refused
from ledger.models import Event
from people.actions import add_person, create_account
from people.models import Person, RoleGrant, User
from residencies.ministries.actions import add_ministry
from residencies.models import Ministry, Repository
from teams.models import Course
from teams.training.catalogue import add_course
from tests.actors import ANYONE
from tests.factories import account, person
from tests.residencies.factories import draft_residency

OURS = {"ledger", "people", "outbox", "residencies", "agreements", "teams", "community", "web"}


def test_every_constraint_of_every_table_has_a_sentence_and_a_remedy():
    names = {constraint.name for model in apps.get_models() if model._meta.app_label in OURS for constraint in model._meta.constraints}
    assert names <= set(known())
    for name in known():
        assert sentence(name).message
        assert sentence(name).remedy


def test_a_sentence_is_declared_for_a_constraint_that_is_there():
    assert declared() <= set(known())


def broken_rows() -> dict:
    """Rows that break a constraint, each with its name: a unique field, one on several columns, a partial one, one on expressions, a check."""
    somebody, user, residency = person(), account("viewer"), draft_residency()
    Repository.objects.create(residency=residency, url="https://example.org/a")
    return {
        "people_user.email": lambda: User.objects.create(email=user.email),
        "people_person.user_id": lambda: [Person.objects.create(name=name, user=user) for name in ("One", "Two")],
        "people_person_email": lambda: Person.objects.create(name="Two", email=somebody.email.upper()),
        "people_one_grant_at_a_time": lambda: RoleGrant.objects.create(user=user, role="viewer"),
        "people_known_role": lambda: RoleGrant.objects.create(user=user, role="king"),
        "residencies_repository_once": lambda: Repository.objects.create(residency=residency, url="https://example.org/a"),
        "residencies_residency.reference": lambda: (
            type(residency).objects.filter(pk=draft_residency().pk).update(reference=residency.reference)
        ),
    }


@pytest.mark.django_db
@pytest.mark.by_engine
def test_the_constraint_that_was_broken_is_known_on_either_engine():
    for name, write in broken_rows().items():
        with pytest.raises(IntegrityError) as broken, transaction.atomic():
            write()
        assert violated(broken.value) == name


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: create_account(email="dana@example.test", name="Dana", by=ANYONE), "account-known"),
        (lambda: add_ministry(name="FORESTS", by=ANYONE), "ministry-known"),
        (lambda: add_course(name="agile", kind="agile", usual_hours=7, by=ANYONE), "course-known"),
    ],
)
def test_an_act_that_loses_says_so_and_leaves_nothing(call, code):
    User.objects.create(email="dana@example.test")
    Ministry.objects.create(name="Forests")
    Course.objects.create(name="Agile", kind="agile", usual_hours=7)
    before = Event.objects.count()
    with pytest.raises(Refused) as refused:
        call()
    assert refused.value.codes == {code}
    assert Event.objects.count() == before


@act("for-tests")
def break_a_check(user: User, *, by: object) -> None:
    RoleGrant.objects.create(user=user, role="king")


@act("for-tests")
def break_a_trigger(event: Event, *, by: object) -> None:
    Event.objects.filter(pk=event.pk).update(act="another")


@pytest.mark.django_db
def test_a_constraint_without_a_sentence_of_its_own_is_refused_too():
    with pytest.raises(Refused) as refused:
        break_a_check(account(), by=ANYONE)
    assert refused.value.codes == {"not-consistent"}


@pytest.mark.django_db
def test_what_no_constraint_says_stays_an_error():
    """A trigger that refuses to alter the record is no matter for a sentence."""
    add_person(name="Dana Lee", by=ANYONE)
    with pytest.raises(IntegrityError), transaction.atomic():
        break_a_trigger(Event.objects.latest("pk"), by=ANYONE)
    assert refusal_of(IntegrityError("FOREIGN KEY constraint failed")) is None


def test_constraints_on_the_same_columns_say_the_same():
    """SQLite names a unique constraint by its columns alone, so that it can't tell them apart."""
    sentences_by_columns: dict[tuple, set] = {}
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if isinstance(constraint, UniqueConstraint) and constraint.fields:
                sentences_by_columns.setdefault((model, *sorted(constraint.fields)), set()).add(sentence(constraint.name))
    assert [about for about, sentences in sentences_by_columns.items() if len(sentences) > 1] == []
