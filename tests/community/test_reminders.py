"""Sessions with experts that wait for the lab (EL-48, EL-60)."""

import pytest
from django.utils import timezone

from community.mail import OUTCOME_MISSING, SESSION_WAITING
from outbox.delivery.sweep import sweep
from outbox.models import Message
from people.models import RoleGrant
from tests.community.factories import a_session_without_an_expert, a_session_without_an_outcome
from tests.factories import account
from tests.residencies.rows import residency

pytestmark = pytest.mark.django_db


def recipients(occasion: str) -> list[str]:
    return sorted(Message.objects.filter(occasion=occasion).values_list("to_name", flat=True))


def test_whoever_looks_after_the_residency_is_told_until_they_leave_the_lab_then_all_of_lab_operations(ops):
    """EL-60: the account stays open."""
    row = residency("in_residence", owner=ops)
    a_session_without_an_expert(row, days=5, by=ops), a_session_without_an_outcome(row, days=3, by=ops)
    account("lab_ops", name="Ines Okonkwo")
    RoleGrant.objects.update(from_at="2020-01-01T12:00Z")
    sweep()
    assert recipients(SESSION_WAITING.key) == recipients(OUTCOME_MISSING.key) == ["Noor Castellane"]
    ops.role_grants.update(to_at=timezone.now())
    Message.objects.all().delete()
    sweep()
    assert recipients(SESSION_WAITING.key) == recipients(OUTCOME_MISSING.key) == ["Ines Okonkwo"]
