"""Whatever is proposed, decided, signed and ended, in whatever order: the same things hold (EL-25, EL-26, EL-33, EL-34)."""

import json
import unicodedata

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agreements.amendments import actions as amendments_actions
from agreements.amendments import voiding
from agreements.amendments.actions import Wording, plain_words
from agreements.models import Agreement, AgreementVersion, Amendment, Clause, Invitation, Party, Signature, State
from agreements.signing import actions as signing_actions
from agreements.versions.canonical_text import canonical, sha256
from findings import Refused
from ledger.verification import verify
from sealing.fonts import unprintable
from tests.agreements.amending import accepted, newest, proposed
from tests.agreements.factories import circulated, intent, read_all, to_sign, witness
from tests.factories import person
from tests.residencies.factories import ops

pytestmark = pytest.mark.django_db

QUIET = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
NUMBER = st.integers(0, 50)
STEPS = st.lists(
    st.tuples(st.sampled_from(["change", "add", "remove", "accept", "reject", "sign", "sign", "sign_all", "old", "void"]), NUMBER),
    max_size=14,
)


class Undone(Exception):
    """Takes an example's rows back."""


@pytest.fixture
def version():
    return circulated(whole=True)


def tried(act):
    """Carry `act` out whole, or be refused and write nothing."""
    try:
        with transaction.atomic():
            act()
    except Refused:
        pass


class Walk:
    """One agreement and everything that can happen to it."""

    def __init__(self, version):
        self.agreement, self.by = version.agreement, ops()

    @property
    def version(self):
        return newest(self.agreement.versions.first())

    def step(self, name, n):
        tried(lambda: getattr(self, name)(n))

    def change(self, n):
        clause = self._clause(n)
        proposed(self.version, Wording("change", clause.number, clause.heading, f"{clause.text} And {n}."), by=self.by)

    def add(self, n):
        proposed(self.version, Wording("add", str(1 + n % 8), f"Added {n}", "More words."), by=self.by)

    def remove(self, n):
        proposed(self.version, Wording("remove", self._clause(n).number), by=self.by)

    def _clause(self, n):
        clauses = list(self.version.clauses.order_by("pk"))
        return clauses[n % len(clauses)]

    def accept(self, n):
        rows = list(Amendment.objects.filter(version__agreement=self.agreement))
        if rows:
            accepted(rows[n % len(rows) :][: 1 + n % 3], by=self.by)

    def reject(self, n):
        rows = list(Amendment.objects.filter(version__agreement=self.agreement))
        if rows:
            amendments_actions.reject_amendment(rows[n % len(rows)], reason="No.", by=self.by)

    def sign(self, n):
        self._sign(to_sign(self.version), n)

    def sign_all(self, n):
        for invitation in to_sign(self.version):
            tried(lambda invitation=invitation: self._sign([invitation], 0))

    def old(self, n):
        """Signing by an invitation to any version, whatever became of it."""
        self._sign(list(Invitation.objects.filter(version__agreement=self.agreement).select_related("version", "party__person")), n)

    def _sign(self, invitations, n):
        invitation = invitations[n % len(invitations)]
        signing_actions.sign(read_all(invitation), intent(invitation), witness(invitation))

    def void(self, n):
        if n > 40:
            voiding.void_agreement(self.agreement, reason="Over.", shown_state=voiding.standing_of(self.version), by=self.by)


def holds(agreement):
    versions = list(AgreementVersion.objects.filter(agreement=agreement).order_by("number"))
    assert [version.number for version in versions] == list(range(1, len(versions) + 1)), "numbers without gaps"
    assert [version.previous for version in versions] == [None, *versions[:-1]], "each continues the one before"
    for before, version in zip([None, *versions], versions, strict=False):
        content = bytes(version.canonical)
        assert content == canonical(version)
        assert version.content_sha256 == sha256(content)
        chained = json.loads(content.split(b"\n", 1)[1]).get("previous_sha256")
        assert chained == (before.content_sha256 if before else None), "the chain of hashes"
    states = [version.state for version in versions]
    assert states.count(State.CIRCULATED) <= 1
    assert states.count(State.IN_FORCE) <= 1
    assert set(states[:-1]) <= {State.SUPERSEDED, State.IN_FORCE, State.VOID}
    assert len({version.content_sha256 for version in versions}) == len(versions)
    signatures_and_amendments(agreement, versions)


def signatures_and_amendments(agreement, versions):
    for signature in Signature.objects.filter(version__agreement=agreement).select_related("version"):
        evidence = json.loads(bytes(signature.evidence).split(b"\n", 1)[1])
        assert evidence["version_sha256"] == signature.version.content_sha256, "signed is what was shown"
    for version in versions:
        must = set(version.roles.filter(must_sign=True).values_list("role", flat=True))
        given_by = set(version.signatures.values_list("role", flat=True))
        assert (version.in_force_at is not None) == (must <= given_by), "in force when the last one signed, and never before"
    void = Agreement.objects.get(pk=agreement.pk).voided_at is not None
    open_on = set(Amendment.objects.open().filter(version__agreement=agreement).values_list("version", flat=True))
    assert open_on <= (set() if void else {versions[-1].pk}), "what is open stands against the newest words"
    if void:
        assert not {State.CIRCULATED, State.IN_FORCE} & {version.state for version in versions}
    numbers = {}
    for clause in Clause.objects.filter(version__agreement=agreement).select_related("follows"):
        first = clause
        while first.follows:
            first = first.follows
        assert numbers.setdefault(clause.number, first.pk) == first.pk, "a number means one clause for ever"


@pytest.mark.slow
def test_whatever_happens_the_same_things_hold(version):
    """EL-25, EL-26, EL-31, EL-33, EL-34"""

    @QUIET
    @given(STEPS)
    def walk(steps):
        try:
            with transaction.atomic():
                walker = Walk(version)
                for name, n in steps:
                    walker.step(name, n)
                holds(version.agreement)
                assert verify().broken is None
                raise Undone
        except Undone:
            pass

    walk()


def printable_letters():
    """Every letter that can be on an agreement; one that can't is refused (test_lettering.py)."""
    letters = "".join(letter for letter in map(chr, range(0x110000)) if unicodedata.category(letter) not in ("Cs", "Cc", "Cn", "Co"))
    missing = set(unprintable(letters))
    return st.sampled_from([letter for letter in letters if letter not in missing])


@given(
    number=st.integers(0, 26),
    extra=st.text(alphabet=st.deferred(printable_letters), min_size=1, max_size=20).filter(
        lambda extra: extra.strip() and not unprintable(plain_words(extra))
    ),
)
@QUIET
def test_any_amendment_changes_the_hash(version, number, extra):
    """EL-25, EL-26: one word more or less, and the fingerprint is another."""
    clause = version.clauses.order_by("pk")[number]
    try:
        with transaction.atomic():
            second = accepted(proposed(version, Wording("change", clause.number, clause.heading, clause.text + extra)))
            assert second.content_sha256 != version.content_sha256
            assert second.content_sha256 == sha256(bytes(second.canonical))
            raise Undone
    except Undone:
        pass


@given(seats=st.lists(st.integers(0, 6), max_size=4))
@QUIET
def test_no_hand_over_changes_the_hash(version, seats):
    """EL-22, EL-26: who fills a role is not part of the words."""
    try:
        with transaction.atomic():
            for seat in seats:
                held = version.agreement.parties.filter(to_at=None).order_by("pk")[seat % 7]
                Party.objects.filter(pk=held.pk).update(to_at=held.from_at)
                Party.objects.create(agreement=version.agreement, role=held.role, person=person(name="Another Person"))
            again = AgreementVersion.objects.get(pk=version.pk)
            assert sha256(canonical(again)) == again.content_sha256
            raise Undone
    except Undone:
        pass
