"""The bytes that everybody signs: always the same for the same words, never the same for other words."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acts.act import SYSTEM
from agreements.drafting import actions, templates
from agreements.models import (
    Agreement,
    AgreementVersion,
    Clause,
    Party,
    PartyRole,
    Section,
    Template,
    TemplateClause,
    TemplateRole,
    TemplateSection,
    TemplateVersion,
)
from agreements.versions.canonical_text import canonical, sha256
from ledger.models import Stream
from tests.agreements.factories import circulated, complete_draft
from tests.factories import person
from tests.residencies.factories import ops

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).with_name("golden_agreement.txt")


def small_version() -> AgreementVersion:
    """A version with one of everything, the same on every machine."""
    template = TemplateVersion.objects.create(
        template=Template.objects.create(slug="golden", name="Golden"), number=3, title="Accord d’essai", summary="x",
        statement_of_intent="I mean it.", consent="I consent.", header_fields=[{"key": "product", "label": "Product", "from": "product"}],
    )  # fmt: skip
    role = TemplateRole.objects.create(version=template, position=1, label="Product owner", side="program")
    agreement = Agreement.objects.create(
        stream=Stream.objects.create(kind="residency"), template_version=template, number=1, reference="XL-2026-001-A1", made_by=ops()
    )
    version = AgreementVersion.objects.create(agreement=agreement, number=1, header={"product": "Sentier · Trail Finder"})
    section = Section.objects.create(version=version, number=1, heading="Everything", takes_conditions=True)
    for position, kind, text in ((1, "standard", "First line.  \r\n\r\n- an item\r\n"), (2, "unique", "Cafe\u0301 data stays here.")):
        Clause.objects.create(
            version=version, section=section, position=position, number=f"1.{position}", heading="H", text=text, kind=kind
        )
    PartyRole.objects.create(version=version, role=role, position=1, label=role.label, side=role.side)
    return version


def test_the_bytes_are_those_of_the_golden_file():
    """EL-26: a hash made today can be made again in ten years. Never change the golden file: make format 2."""
    data = canonical(small_version())
    assert data == GOLDEN.read_bytes()
    assert sha256(data) == "d1eabc5966a707b75228b5c7e8f77a98a1e07e0c90afcc0714a10e4853ebae68"


def test_what_was_frozen_is_what_the_rows_still_say():
    """EL-26"""
    version = circulated()
    version = AgreementVersion.objects.get(pk=version.pk)
    assert bytes(version.canonical) == canonical(version)
    assert version.content_sha256 == sha256(bytes(version.canonical))
    assert version.short_hash == f"{version.content_sha256[:4]} {version.content_sha256[4:8]} {version.content_sha256[8:12]}"


@pytest.fixture
def version():
    return complete_draft()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_any_change_of_any_word_changes_the_hash(version, data):
    """EL-26: clause by clause, word by word."""
    before = sha256(canonical(version))
    clause = data.draw(st.sampled_from(list(version.clauses.all())))
    words = clause.text.split(" ")
    place = data.draw(st.integers(0, len(words) - 1))
    words[place] = data.draw(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=12).filter(lambda w: w != words[place]))
    old = clause.text
    Clause.objects.filter(pk=clause.pk).update(text=" ".join(words))
    after = sha256(canonical(version))
    Clause.objects.filter(pk=clause.pk).update(text=old)
    assert after != before
    assert sha256(canonical(version)) == before


def test_header_conditions_headings_and_roles_are_hashed(version):
    """EL-21, EL-22, EL-26"""
    hashes = {sha256(canonical(version))}
    version = actions.edit_header(version, {"product": "Another"}, shown_revision=version.revision, by=ops())
    hashes.add(sha256(canonical(version)))
    version = actions.set_conditions(version, [("Data", "Stays.")], shown_revision=version.revision, by=ops())
    hashes.add(sha256(canonical(version)))
    version.sections.filter(number=1).update(heading="Another")
    hashes.add(sha256(canonical(version)))
    version.roles.filter(position=1).update(must_sign=False)
    hashes.add(sha256(canonical(version)))
    assert len(hashes) == 5


def test_handing_a_role_to_another_person_does_not_change_the_hash(version):
    """EL-29: a hand-over needs no new version."""
    before = canonical(version)
    party = Party.objects.filter(agreement=version.agreement).first()
    actions.set_party(version, party.role, person(), instead_of=party.person, by=ops())
    assert canonical(version) == before


def test_equal_words_of_two_agreements_have_two_hashes():
    """EL-26: reference and number are part of the words."""
    first, second = circulated(), circulated()
    assert first.content_sha256 != second.content_sha256


def test_the_standard_template_covers_what_an_agreement_must_cover():
    """EL-20, requirements section 10: and installing it again changes nothing."""
    version = templates.install_standard_template(by=SYSTEM)
    assert templates.install_standard_template(by=SYSTEM) == version
    assert 20 <= version.clauses.count() <= 30
    text = " ".join(version.clauses.values_list("text", flat=True)).casefold()
    topics = (
        "sign", "conditions hold", "procure", "platform", "corporate policy", "coaching", "not charge", "curiosity", "service", "passion",
        "teamwork", "accountability", "courage", "experts", "$800,000", "$1.3 million", "the ministry pays", "measures", "training",
        "champion", "outcome", "two to three weeks", "mentors", "chat", "documentation hub", "common component", "public",
        "in person", "remote", "two members are government employees", "product owner", "reliability engineer", "together",
        "other duties", "exceptions", "journey", "privacy impact", "security threat", "licences", "human resources",
        "six months", "ten working days", "pivot", "nine people",
    )  # fmt: skip
    assert [topic for topic in topics if topic not in text] == []
    assert TemplateSection.objects.filter(version=version, takes_conditions=True).count() == 1
    sides = set(TemplateRole.objects.filter(version=version, must_sign=True).values_list("side", flat=True))
    assert sides == {"lab", "program", "alliance"}
    assert not TemplateClause.objects.filter(version=version, text__contains="  ").exists()
