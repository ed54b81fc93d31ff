"""What the database itself refuses, whoever asks: words that went out, signatures, two versions in force."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from agreements.models import AgreementVersion, Clause, InvitationToken, Party, Section, Signature, State, TemplateClause, TemplateRole
from ledger.migration_operations import FrozenChildren, FrozenRow
from tests.agreements.factories import circulated, draft, in_force, sign, to_sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def version():
    return circulated()


def refused(write):
    with pytest.raises(IntegrityError), transaction.atomic():
        write()


CHANGES = {
    "canonical": b"agreement/1\n{}",
    "content_sha256": "f" * 64,
    "header": {"product": "Something else"},
    "code_required": True,
    "number": 7,
    "state": State.DRAFT,
    "circulated_at": None,
}


@pytest.mark.parametrize("column", CHANGES)
def test_a_circulated_version_keeps_its_words(version, column):
    """EL-26: by triggers and checks, on SQLite and on PostgreSQL."""
    refused(lambda: AgreementVersion.objects.filter(pk=version.pk).update(**{column: CHANGES[column]}))


def test_a_circulated_version_is_not_deleted(version):
    """EL-26, EL-33"""
    refused(lambda: _sql("DELETE FROM agreements_agreementversion WHERE id = %s", version.pk))


@pytest.mark.parametrize(("table", "change"), [("section", "heading = 'x'"), ("clause", "text = 'x'"), ("partyrole", "must_sign = false")])
def test_sections_clauses_and_roles_of_a_circulated_version_stay(version, table, change):
    """EL-26: nothing is changed or removed, by SQL either."""
    refused(lambda: _sql(f"UPDATE agreements_{table} SET {change} WHERE version_id = %s", version.pk))  # noqa: S608
    refused(lambda: _sql(f"DELETE FROM agreements_{table} WHERE version_id = %s", version.pk))  # noqa: S608


def test_no_clause_is_slipped_into_a_circulated_version(version):
    """EL-26: neither a new one nor one moved over from a draft."""
    section = version.sections.first()
    refused(lambda: Clause.objects.create(version=version, section=section, position=99, number="1.99", heading="x", text="x"))
    other = draft()
    refused(lambda: Section.objects.filter(version=other, number=1).update(version=version, number=99))


def every_frozen_table():
    """Each table that migrations froze, with its triggers; the last migration of a table has the last word."""
    triggers = {}
    for _key, migration in sorted(MigrationLoader(None, ignore_no_migrations=True).disk_migrations.items()):
        for step in migration.operations:
            if isinstance(step, FrozenRow | FrozenChildren):
                triggers[step.table] = {f"{step.table}_frozen_{verb}" for verb in step.conditions("IS NOT")}
    return triggers


@pytest.mark.parametrize("table", every_frozen_table())
def test_the_triggers_stand_after_all_migrations(table):
    """EL-26: SQLite loses them when a migration rebuilds a table: such a migration must freeze it again."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table])
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
        assert {name for (name,) in cursor.fetchall()} >= every_frozen_table()[table]


def test_a_draft_may_still_be_edited():
    version = draft()
    assert Clause.objects.filter(version=version).update(text="x")


def test_a_published_template_version_keeps_its_words_and_roles(version):
    """EL-20"""
    template = version.agreement.template_version
    refused(lambda: TemplateClause.objects.filter(version=template).update(text="x"))
    refused(lambda: TemplateRole.objects.filter(version=template).delete())
    refused(lambda: type(template).objects.filter(pk=template.pk).update(statement_of_intent="x"))
    refused(lambda: type(template).objects.filter(pk=template.pk).update(published_at=None))


def test_a_signature_is_neither_changed_nor_deleted(version):
    """EL-27"""
    signature = sign(to_sign(version)[0])
    refused(lambda: Signature.objects.filter(pk=signature.pk).update(typed_name="x"))
    refused(lambda: _sql("DELETE FROM agreements_signature WHERE id = %s", signature.pk))


def _copy(signature, **other):
    fields = {"version": signature.version, "party": signature.party, "role": signature.role, "typed_name": "x", "evidence": b"x"}
    return Signature(**{**fields, "signed_at": signature.signed_at, "evidence_sha256": "e" * 64, **other})


def test_a_second_signature_of_a_party_or_role_is_impossible(version):
    """EL-27, R13: whatever code does."""
    first, second = to_sign(version)[:2]
    signature = sign(first)
    refused(lambda: _copy(signature, role=second.party.role).save())
    refused(lambda: _copy(signature, party=second.party).save())


@pytest.mark.django_db(transaction=True)
def test_a_signature_on_unknown_words_is_impossible():
    """EL-26: the foreign key points at the hash."""
    signature = sign(to_sign(circulated())[0])
    with pytest.raises(IntegrityError):
        _copy(signature, version=None, version_id="a" * 64).save()


def test_one_version_is_in_force_and_one_out_for_signing():
    """EL-31"""
    version = in_force()
    twin = {"agreement": version.agreement, "canonical": b"x", "circulated_at": version.circulated_at}
    refused(
        lambda: AgreementVersion.objects.create(
            **twin, number=2, state="in_force", content_sha256="b" * 64, in_force_at=version.in_force_at
        )
    )
    AgreementVersion.objects.create(**twin, number=2, state="circulated", content_sha256="b" * 64)
    refused(lambda: AgreementVersion.objects.create(**twin, number=3, state="circulated", content_sha256="c" * 64))


def test_a_hash_is_sixty_four_digits_and_nobody_else_s():
    """EL-26"""
    version = circulated()
    twin = {"agreement": draft().agreement, "number": 2, "state": "circulated", "canonical": b"x", "circulated_at": version.circulated_at}
    refused(lambda: AgreementVersion.objects.create(**twin, content_sha256="b" * 63))
    refused(lambda: AgreementVersion.objects.create(**twin, content_sha256=None))
    refused(lambda: AgreementVersion.objects.create(**twin, content_sha256=version.content_sha256))


def test_a_role_is_filled_by_one_person_at_a_time(version):
    """EL-22"""
    party = version.agreement.parties.first()
    refused(lambda: Party.objects.create(agreement=version.agreement, role=party.role, person=party.person))


def test_two_links_never_share_a_token(version):
    """EL-28"""
    invitation = to_sign(version)[0]
    later = version.circulated_at
    InvitationToken.objects.create(invitation=invitation, sha256="a" * 64, expires_at=later)
    refused(lambda: InvitationToken.objects.create(invitation=invitation, sha256="a" * 64, expires_at=later))


def _sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        connection.check_constraints()
