"""What a list remembers of blockers is never older than the last act: it is told by the ledger's ends, which acts move (EL-06, EL-07)."""

import datetime
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.cache import caches
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ledger.subjects import belongs_to, subject_called
from people.actions import edit_person
from people.models import Person, Role, User
from residencies.lifecycle.blockers import Blocker, blockers, remembered_blockers
from residencies.lifecycle.journey import frame_of
from residencies.models import Residency
from residencies.models.states import UNDER_WAY, State
from residencies.reference_data import set_figure
from residencies.workspace.panels import panels
from teams.roster.actions import end_seat
from tests.actors import ANYONE
from tests.acts import SCENARIOS
from tests.agreements.factories import circulated
from tests.clock import TODAY
from tests.factories import account, person
from tests.pages import client_of, markup
from tests.residencies.factories import draft_residency, ops
from tests.residencies.rows import ProgramAreaFactory
from tests.teams.factories import ready_team, residency, seat

pytestmark = pytest.mark.django_db
# Of a form, and of what it was sent with.
TOKEN = re.compile(r'value="[0-9A-Za-z]{64}"|"X-CSRFToken": "[^"]+"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}')


@contextmanager
def undone() -> Iterator[None]:
    """What is done in here has not happened afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def rows(state: str = "") -> list[Residency]:
    """All residencies as a list reads them; as if they were at `state`, so that everybody who is asked there is asked."""
    residencies = list(Residency.objects.at_heads())
    for row in residencies:
        row.state = state or row.state
    return residencies


def is_true(state: str = "", on: datetime.date = TODAY) -> bool:
    return remembered_blockers(rows(state), on) == blockers(rows(state), on)


def blocker(of: Residency, on: datetime.date = TODAY) -> Blocker:
    """What a list says of it, as if it waited for its agreement."""
    residency = next(row for row in rows(State.AGREEMENT) if row.pk == of.pk)
    return remembered_blockers([residency], on)[of.stream_id]


@pytest.mark.slow
@pytest.mark.thorough
@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_after_any_act_a_list_says_at_once_what_stands_in_the_way(name):
    """Whatever state asks about what the act changes: each is tried, and undone for the next."""
    for state in UNDER_WAY:
        with undone():
            act = SCENARIOS[name]()
            assert is_true(state)
            act()
            assert is_true(state), f"at {state} the list still says what was so before {name}"


def pages(state: str) -> list[object]:
    """What the overview of each residency shows from memory, as if they were at `state`."""
    residencies = list(Residency.objects.for_list().at_heads().select_related("stream"))
    for row in residencies:
        row.state = state or row.state
    return [(row.reference, frame_of(row, TODAY), panels(row, TODAY, sets_phase=True)) for row in residencies]


@pytest.mark.slow
@pytest.mark.thorough
@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_after_any_act_an_overview_shows_at_once_what_changed(name):
    """EL-06, EL-07: everything that an overview remembers moves an end of the ledger when it changes."""
    for state in ("", State.IN_RESIDENCE, State.LIVE):
        with undone():
            act = SCENARIOS[name]()
            pages(state)
            act()
            remembered = pages(state)
            caches["ledger"].clear()
            assert remembered == pages(state), f"at {state or 'its own state'} the overview still shows what was so before {name}"


def pages_for(user: User) -> dict[str, str]:
    """What the list and the pages of every residency that remember HTML show to an account, without what differs each time."""
    client, addresses = client_of(user), [reverse("residency-list")]
    for reference in Residency.objects.values_list("reference", flat=True):
        addresses += [reverse(page, args=[reference]) for page in ("money", "graduation", "residency")]
    answers = {address: client.get(address) for address in addresses}
    return {address: TOKEN.sub("", markup(answer)) for address, answer in answers.items()}


@pytest.mark.slow
@pytest.mark.thorough
@pytest.mark.parametrize("name", sorted(SCENARIOS))
def test_after_any_act_the_pages_show_at_once_what_changed(name):
    """EL-06, EL-07, OP-03: HTML that is remembered, and who belongs to a residency, follow the ledger's ends."""
    act, reader = SCENARIOS[name](), ops()
    pages_for(reader)
    act()
    remembered = pages_for(reader)
    caches["ledger"].clear()
    assert remembered == pages_for(reader), f"a page still shows what was so before {name}"


def test_what_is_remembered_of_money_shows_each_account_its_own_acts():
    """EL-70: whoever may not enter money gets no link to, also after a page shown to somebody who may."""
    of = residency()
    ready_team(of)
    page = reverse("money", args=[of.reference])
    add = reverse("money-add", args=[of.reference])
    for _turn in range(2):
        assert add in markup(client_of(ops()).get(page))
        assert add not in markup(client_of(account(Role.VIEWER)).get(page))


def test_somebody_who_joins_a_residency_decides_nothing_about_it_from_then_on():
    """OP-03: what a page remembered of who belongs to it ends with the act that changes it."""
    of, reader = residency(), ops()
    ready_team(of)
    subject = subject_called(of.reference)
    assert not belongs_to(reader, subject)
    seat(of, person=person(user=reader))
    for again in (subject_called(of.reference), Residency.objects.get(pk=of.pk)):
        assert belongs_to(User.objects.get(pk=reader.pk), again)


def test_a_page_seen_before_asks_nothing_again():
    ready_team(residency())
    first = pages(State.LIVE)
    with CaptureQueriesContext(connection) as queries:
        assert pages(State.LIVE) == first
    assert len(queries) == 1, "the rows alone"


def test_somebody_who_is_named_is_named_as_they_are_now_called():
    version = circulated()
    of = Residency.objects.get(stream=version.agreement.stream)
    assert blocker(of).message.startswith("Anneke Torvald")
    anneke = Person.objects.get(name="Anneke Torvald")
    edit_person(anneke, shown_revision=anneke.revision, by=ops(), name="Anneke Torvald-Reyes")
    assert blocker(of).message.startswith("Anneke Torvald-Reyes")


def test_a_figure_of_the_lab_counts_from_when_it_is_set():
    """EL-08: a figure is everybody's, so it is on the lab's chain."""
    of = residency()
    ready_team(of)
    before = blocker(of)
    set_figure("government_employees", 8, valid_from=TODAY, by=ANYONE)
    assert blocker(of) != before
    assert is_true(State.AGREEMENT)


def test_a_day_that_comes_is_asked_about_anew():
    """No act marks the day on which a seat ends."""
    of = residency()
    owner = ready_team(of)[0]
    end_seat(owner, on=TODAY, shown_revision=owner.revision, by=ops())
    tomorrow = TODAY + datetime.timedelta(days=1)
    assert blocker(of, TODAY) != blocker(of, tomorrow)
    assert is_true(State.AGREEMENT, tomorrow)


def test_an_act_that_came_to_nothing_leaves_nothing_remembered():
    """What was read in a transaction that is undone hangs on an end that no ledger has."""
    of = residency()
    with undone():
        ready_team(of)
        assert is_true(State.AGREEMENT)
    assert is_true(State.AGREEMENT)
    seat(of)
    assert is_true(State.AGREEMENT)


def test_a_residency_without_a_ledger_is_asked_about_each_time():
    of = draft_residency(area=ProgramAreaFactory())
    type(of.stream).objects.filter(pk=of.stream_id).update(head_seq=0, head_hash="0" * 64)
    remembered_blockers(rows(), TODAY)
    assert remembered_blockers(rows(State.QUALIFIED), TODAY) == blockers(rows(State.QUALIFIED), TODAY) != blockers(rows(), TODAY)


def test_what_a_list_has_shown_is_not_asked_for_again():
    for number in range(3):
        draft_residency(area=ProgramAreaFactory(name=f"Area {number}"))
    first = remembered_blockers(rows(), TODAY)
    with CaptureQueriesContext(connection) as queries:
        assert remembered_blockers(rows(), TODAY) == first
    assert len(first) == 3
    assert len(queries) == 1, "the rows alone"


def test_blockers_never_push_out_counts_of_attempts():
    """ASVS 6.3.1: without Redis a cache forgets when it is full."""
    caches["default"].set("tries", 4)
    caches["ledger"].set_many({f"key-{number}": [] for number in range(6_000)})
    assert caches["default"].get("tries") == 4
