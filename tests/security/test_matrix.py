"""Addresses × visitors × objects × methods (D3-36, D4). The table is tests/security/expected.py."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import rules
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from agreements.models import Invitation
from community.models import Alumnus, MentorMeeting
from metrics.models import Observation
from oversight.models import ChecklistItem, Contract, DecisionWanted, ReportLine, TaskEvidence
from partnerships.lifecycle.moves import BY_VERB as PARTNERSHIP_MOVES
from partnerships.lifecycle.views import Ahead as AheadOfPartnership
from partnerships.models import CaseConsent, Trip
from people.models import Person, RoleGrant, User
from people.permissions import DECLARED
from residencies.lifecycle.moves import BY_VERB
from residencies.lifecycle.views import Ahead
from residencies.models import Residency
from tests.security.addresses import Address, addresses
from tests.security.expected import EXPECTED, FOREIGN_PREFIXES, PERMISSIONS, WITHOUT_CSRF_TOKEN, Row
from tests.security.roles import ADMINS, Visitor
from tests.security.world import OBJECTS, World

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

OURS = {a.name: a for a in addresses() if not a.name.startswith(FOREIGN_PREFIXES)}
# Whether these visitors are let in can depend on which residency it is.
DEPENDS_ON_WHICH = {Visitor.ANONYMOUS, Visitor.OWNER, Visitor.STRANGER, Visitor.OPS, Visitor.INVITED}
ASK_TWICE = {Visitor.ANONYMOUS, Visitor.OPS}
SMUGGLED = {
    "state": "graduated",
    "is_superuser": "on",
    "is_active": "on",
    "role": "admin",
    "roles": "admin",
    "reference": "XL-1-1",
    "sign": "apply-ready",
}


@pytest.fixture(autouse=True)
def _files_of_the_world(world, settings):
    """The world outlives a test, and so do the files in it."""
    settings.MEDIA_ROOT = world.files


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Writes(list):
    """Collects statements that change a table; a session's own row, and text kept for someone who was turned away, is no page's doing.

    What an act that was only rehearsed wrote, and took back to its savepoint, changed nothing.
    """

    def __init__(self):
        super().__init__()
        self.savepoints = {}

    def __call__(self, execute, sql, params, many, context):
        if sql.startswith("SAVEPOINT "):
            self.savepoints[sql.split()[-1]] = len(self)
        elif sql.startswith("ROLLBACK TO SAVEPOINT "):
            del self[self.savepoints[sql.split()[-1]] :]
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")) and not any(
            table in sql for table in ("django_session", "web_kepttext")
        ):
            self.append(sql)
        return execute(sql, params, many, context)


def audience(row: Row, of: str, world: World, *, sends: bool) -> set[Visitor]:
    """Who may, when the address is about the residency `of`: for another's, owner and stranger change places."""
    allowed = set(row.post if sends else row.get)
    if row.of == "residency" and of == "other" and Visitor.OWNER in allowed:
        allowed = allowed - {Visitor.OWNER} | {Visitor.STRANGER}
    return allowed


def turned_away(response, row: Row) -> bool:
    """Sent to sign in or to the end of an invitation, refused, or told that there is no such page; by the API, for want of a token."""
    if row.of == "token":
        return response.status_code in {401, 405}
    if row.of == "link":  # a link that leads nowhere says so, to whoever comes
        return False
    if response.status_code == 302:
        gone = "/sign/closed/" in response["Location"] and row.of == "invitation"
        return gone or "/accounts/login/" in response["Location"]
    return response.status_code in {403, 404}


def cells(address: Address, world: World, *, sends: bool) -> Iterator[tuple[str, Visitor, Client, str]]:
    """Everyone at the owner's residency; at the others, visitors whose answer may depend on which one it is.

    What a role alone decides is the same at each, and is tested with the permission.
    """
    row = EXPECTED[address.name]
    for of in OBJECTS if row.of in {"residency", "invitation"} else OBJECTS[:1]:
        url = reverse(address.name, kwargs=world.parts(address, of))
        for visitor, client in world.clients.items():
            if of != "own" and visitor not in DEPENDS_ON_WHICH:
                continue
            cache.clear()  # all visitors share an address, and what it may ask a minute is not the matter here
            yield of, visitor, client, url


@pytest.mark.parametrize("name", sorted(OURS))
def test_looking(world, name):
    """GET, HEAD and OPTIONS let in exactly those of the table and change nothing (D3-20)."""
    row = EXPECTED[name]
    for of, visitor, client, url in cells(OURS[name], world, sends=False):
        allowed = visitor in audience(row, of, world, sends=False)
        writes = Writes()
        with undone(), connection.execute_wrapper(writes):
            response = client.get(url)
            if of == "own" and visitor in ASK_TWICE:
                client.head(url)
                client.options(url)
        cell = f"{visitor} looks at {name} ({of}): {response.status_code}"
        assert not writes, f"{cell} wrote {writes[0]}"
        if row.of == "invitation":
            assert turned_away(response, row) or (visitor == Visitor.INVITED and of == "own"), cell
        elif allowed and of != "ended":
            assert response.status_code in {200, 302, 405} or (row.of == "link" and response.status_code in {404, 429}), cell
            assert not turned_away(response, row), cell
        elif not allowed:
            assert turned_away(response, row) or response.status_code == 405, cell


@pytest.mark.parametrize("name", sorted(OURS))
def test_sending(world, name):
    """POST lets through exactly those of the table; what was smuggled into the form changes nothing (D3-19, D3-43)."""
    row = EXPECTED[name]
    graduated = Residency.objects.filter(state="graduated").count()
    for of, visitor, client, url in cells(OURS[name], world, sends=True):
        allowed = visitor in audience(row, of, world, sends=True)
        writes = Writes()
        with undone(), connection.execute_wrapper(writes):
            response = client.post(url, SMUGGLED)
            cell = f"{visitor} sends {name} ({of}): {response.status_code}"
            assert Residency.objects.filter(state="graduated").count() == graduated, cell
            assert not User.objects.filter(is_superuser=True).exclude(name=Visitor.SUPERUSER).exists(), cell
            assert set(RoleGrant.objects.filter(role="admin").values_list("user__name", flat=True)) == {Visitor.ADMIN}, cell
        if allowed and of != "ended":
            assert not turned_away(response, row), cell
        elif not allowed and row.of != "invitation":
            assert turned_away(response, row) or response.status_code in {200, 302, 405}, cell
            assert not writes, f"{cell} wrote {writes[0] if writes else ''}"


@pytest.mark.parametrize("name", sorted(OURS))
def test_sending_without_a_token(world, name):
    """D3-19: nobody, however entitled; but for the one address that is meant for mail programs (tests/outbox/test_wishes.py)."""
    address = OURS[name]
    assert bool(getattr(address.view, "csrf_exempt", False)) == (name in WITHOUT_CSRF_TOKEN)
    if name in WITHOUT_CSRF_TOKEN:
        return
    url = reverse(name, kwargs=world.parts(address, "own"))
    for visitor in (Visitor.ANONYMOUS, Visitor.OPS, Visitor.OWNER):
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = world.clients[visitor].cookies
        with undone():
            assert strict.post(url, {"anything": "at all"}).status_code in {403, 405}, f"{visitor} sends {name} without a token"


@pytest.mark.parametrize("name", sorted(a.name for a in addresses() if a.name.startswith("admin:") and "<" not in a.name))
def test_administration_is_for_administrators(world, name):
    """Every page of administration, by everybody else."""
    address = next(a for a in addresses() if a.name == name)
    url = reverse(name, kwargs=dict.fromkeys(address.parts, "1") | ({"app_label": "people"} if "app_label" in address.parts else {}))
    for visitor, client in world.clients.items():
        if visitor in ADMINS or name in {"admin:login", "admin:logout"}:
            continue
        with undone():
            response = client.get(url)
        assert response.status_code in {302, 403, 404}, f"{visitor} looks at {name}: {response.status_code}"


@pytest.mark.parametrize("name", sorted(a.name for a in addresses() if a.name.startswith("admin:") and a.name.endswith("_changelist")))
def test_lists_of_administration_open_with_rows_in_them(world, name):
    """Without a query for each row: what reads one for each fails here (tests/settings.py)."""
    with undone():
        assert world.clients[Visitor.ADMIN].get(reverse(name)).status_code == 200


def test_hidden_and_absent_look_the_same(world):
    """A stranger learns nothing of which references exist."""
    client = world.clients[Visitor.STRANGER]
    hidden = world.residencies["own"].reference
    absent = hidden[:-3] + "999"
    with undone():
        bodies = [client.get(f"/residencies/{reference}/").content.decode().replace(reference, "") for reference in (hidden, absent)]
    assert _without_tokens(bodies[0]) == _without_tokens(bodies[1])


def _without_tokens(body: str) -> str:
    import re

    return re.sub(r'(csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]+', r"\1", body)


# ── Permissions, and the check of the checks ─────────────────────────────────────────────────


def test_every_permission_stands_in_the_table():
    assert set(DECLARED) == set(PERMISSIONS)


# Of whatever hangs on a team: a sprint, a champion, training.
OF_A_PART = {"teams.view_sprint", "teams.keep_sprint", "teams.keep_champion", "teams.keep_training", "teams.keep_destination"}


def subject(permission: str, world: World, of: str):
    residency = world.residencies[of]
    if permission in {"partnerships.keep_partner", "partnerships.confirm_purpose", "partnerships.review_pilot"}:
        return world.partnerships[of].partners.latest("pk")
    if permission == "partnerships.rate_relationship":
        return world.partnerships[of].partners.latest("pk").ratings.latest("pk")
    if permission in {"partnerships.view_trip", "partnerships.prepare_trip", "partnerships.sign_off_trip"}:
        return Trip.objects.filter(site__partnership=world.partnerships[of]).latest("pk")
    if permission == "partnerships.move":
        return AheadOfPartnership(world.partnerships[of], PARTNERSHIP_MOVES["end_partnership"])
    if permission in {"partnerships.view_case", "partnerships.keep_case", "partnerships.publish_case"}:
        return world.partnerships[of].cases.latest("pk")
    if permission == "partnerships.answer_case":
        return CaseConsent.objects.filter(case__partnership=world.partnerships[of]).latest("pk")
    if permission.startswith("partnerships."):
        return world.partnerships[of]
    if permission == "agreements.answer":
        return Invitation.objects.select_related("party").filter(version__agreement__stream=residency.stream).first()
    if permission in {"outbox.choose_mail", "outbox.end_mail_links", "teams.keep_feed", "people.own_account"}:
        return Person(name="Somebody else")
    if permission == "reports.revoke_token":
        return world.token()
    if permission.startswith("agreements."):
        return residency.stream
    if permission in {"community.keep_entry", "community.view_session", "community.call_off_session"}:
        return residency.expert_sessions.latest("pk")
    if permission in {"community.view_alumnus", "community.view_alumnus_email", "community.keep_alumnus"}:
        return Alumnus.objects.latest("pk")
    if permission in {"community.view_mentoring", "community.keep_mentoring", "community.cancel_mentoring"}:
        return residency.mentorings.latest("pk")
    if permission.endswith(("_benefit_owner", "_benefit_commitment")) and permission != "community.name_benefit_owner":
        return residency.benefit_owners.latest("pk")
    if permission == "community.keep_meeting":
        return MentorMeeting.objects.filter(mentoring__residency=residency).latest("pk")
    if permission.endswith("_money_entry"):
        return Contract.objects.select_related("stream").filter(stream=residency.stream).latest("pk")
    if permission in {"metrics.keep_reading", "metrics.correct_reading"}:
        return Observation.objects.filter(metric__stream=residency.stream).latest("pk")
    if permission == "reports.view_sealed_report":
        return residency.stream.report_runs.latest("pk")
    if permission in {"reports.view_version", "reports.release_version"}:
        return residency.stream.showcase_versions.latest("pk")
    if permission == "reports.edit_showcase_part":
        return residency.stream.showcase_entry.components.latest("pk")
    if permission in {"reports.view_lesson", "reports.edit_lesson"}:
        return residency.stream.lessons.latest("pk")
    if permission == "metrics.keep_reuse":
        return residency.stream.components_taken.latest("pk")
    if permission in {"metrics.view_saving", "metrics.keep_saving"}:
        return residency.stream.savings.latest("pk")
    if permission in {"metrics.view_metric", "metrics.keep_metric", "metrics.record_reading"}:
        return residency.stream.metrics.latest("pk")
    if permission in {"oversight.view_barrier", "oversight.keep_barrier", "oversight.move_barrier"}:
        return residency.stream.barriers.latest("pk")
    if permission.endswith("_trust_entry"):
        return residency.stream.openness_plans.latest("pk")
    if permission.endswith("_seat") or permission in OF_A_PART:
        return residency.stream.team.seats.latest("pk")
    if permission in {"teams.view_training", "teams.answer_review"}:
        return residency.stream.team.trainings.latest("pk")
    if permission == "residencies.move":
        return Ahead(residency, BY_VERB["withdraw"])
    if permission.endswith("_follow_up"):
        return residency.stream.follow_ups.latest("pk")
    if permission in {"oversight.view_task", "oversight.keep_task"}:
        return ChecklistItem.objects.filter(checklist__stream=residency.stream).earliest("pk")
    if permission in {"oversight.view_document", "oversight.keep_document_seal"}:
        return residency.stream.documents.earliest("pk")
    if permission in {"oversight.view_report", "oversight.view_report_changes", "oversight.keep_report"}:
        return residency.stream.status_reports.get(number=1)
    if permission == "oversight.answer_line":
        return ReportLine.objects.filter(report__stream=residency.stream).latest("pk")
    if permission in {"oversight.view_decision", "oversight.answer_decision"}:
        return DecisionWanted.objects.filter(report__stream=residency.stream).earliest("pk")
    if permission == "oversight.view_task_evidence":
        return TaskEvidence.objects.filter(item__checklist__stream=residency.stream).earliest("pk")
    if permission in {"residencies.view_conversation", "residencies.record_conversation"}:
        return residency.conversations.first()
    if permission == "residencies.answer_invitation":
        return residency.conversations.latest("pk").invitees.earliest("pk")
    if permission == "residencies.view_evidence":
        return residency.conditions.get(number=1).evidence.latest("pk")
    return residency


def differences(permission: str, world: World) -> list[str]:
    """Every cell of the permission's row that is not as the table says."""
    mismatches = []
    for of in ("own", "other"):
        allowed = set(PERMISSIONS[permission])
        if of == "other" and Visitor.OWNER in allowed and Visitor.STRANGER not in allowed:
            allowed = allowed - {Visitor.OWNER} | {Visitor.STRANGER}
        for visitor, account in world.accounts.items():
            fresh = User.objects.get(pk=account.pk)
            if fresh.has_perm(permission, subject(permission, world, of)) != (visitor in allowed):
                mismatches.append(f"{visitor} {permission} ({of})")
    return mismatches


@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
def test_a_permission_is_held_by_those_of_the_table_and_a_flipped_one_is_noticed(world, permission):
    """D4: each predicate flipped to always-true once; the matrix must see it."""
    assert differences(permission, world) == []
    declared = DECLARED[permission]
    rules.set_perm(permission, rules.always_true)
    try:
        assert differences(permission, world), f"nobody would notice if everybody had {permission}"
    finally:
        rules.set_perm(permission, declared)
