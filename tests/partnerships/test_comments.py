"""Clients' comments are followed up on time, read by few, and erased after a year (SP-07, PB-48)."""

import datetime
import json

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from acts.act import SYSTEM
from findings import Refused
from ledger.models import Event
from outbox.delivery.compose import letter_to_read
from outbox.delivery.sweep import sweep
from outbox.models import Message
from partnerships.models import ClientComment
from partnerships.sites.comments import actions
from partnerships.sites.comments.rules import CommentFacts, figures
from people.models import RoleGrant
from tests.clock import TODAY
from tests.factories import account, person
from tests.pages import text
from tests.partnerships import factories as make

DAY = datetime.timedelta(days=1)
TONES = st.sampled_from(["pleased", "neutral", "displeased"])


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


@st.composite
def comments(draw):
    due_on = draw(st.none() | st.integers(-30, 30).map(lambda days: TODAY + days * DAY))
    done_on = draw(st.none() | st.integers(-30, 0).map(lambda days: TODAY + days * DAY)) if due_on else None
    return CommentFacts(draw(TONES), due_on, done_on, draw(TONES) if done_on else "")


@given(st.lists(comments(), max_size=20))
def test_figures_equal_plain_arithmetic_and_few_are_hidden(rows):
    """PB-48: those due later don't count yet, unless they are done."""
    of = figures(rows, TODAY)
    due = [row for row in rows if row.due_on and (row.followed_up_on or row.due_on < TODAY)]
    on_time = [row for row in due if row.followed_up_on and row.followed_up_on <= row.due_on]
    done = [row for row in rows if row.followed_up_on]
    assert (of.comments, of.due) == (len(rows), len(due))
    assert of.on_time == (100 * len(on_time) / len(due) if len(due) >= 5 else None)
    if len(done) < 5:
        assert of.tones is None
    else:
        for tone, (before, after) in of.tones.items():
            assert before == sum(row.tone == tone for row in done)
            assert after == sum(row.tone_after == tone for row in done)


pytestmark = pytest.mark.django_db


def test_a_follow_up_is_due_ten_days_later_on_which_the_site_is_open(ops):
    """PB-48: by the site's own hours, holidays and closures, not by the lab's."""
    site = make.site(make.partnership(by=ops), by=ops)
    monday = TODAY - TODAY.weekday() * DAY
    make.calendar(site, by=ops, **dict.fromkeys(("monday", "wednesday", "thursday", "friday"), ""), tuesday="09:00-12:00")
    row = make.comment(site, by=ops, received_on=monday - 7 * DAY)
    tuesdays = [monday + DAY + 7 * n * DAY for n in range(-1, 14)]
    assert row.due_on in tuesdays
    assert row.due_on >= tuesdays[9]


@pytest.mark.parametrize("fields", [{"contact": "", "consent": False}, {"consent": False}])
def test_without_a_contact_or_consent_nothing_is_due_and_no_contact_is_kept(fields, ops):
    """PB-48"""
    row = make.comment(make.site(make.partnership(by=ops), by=ops), by=ops, **fields)
    assert row.due_on is None
    assert row.contact == ""
    assert not row.needs_follow_up


def test_what_is_missing_is_refused_at_once(ops):
    site = make.site(make.partnership(by=ops), by=ops)
    with pytest.raises(Refused) as refused:
        make.comment(site, by=ops, text=" ", contact="", received_on=site.today + 2 * DAY)
    assert refused.value.codes == {"comment-empty", "comment-no-contact", "comment-ahead"}


def followed_up(row, by, **fields):
    facts = {"followed_up_on": row.site.today, "learned": "The sign is behind a tree.", "tone_after": "pleased", **fields}
    return actions.follow_up(row, **facts, shown_revision=row.revision, by=by)


def test_a_comment_is_followed_up_once(ops):
    """PB-48"""
    row = make.comment(make.site(make.partnership(by=ops), by=ops), by=ops, received_on=TODAY - 3 * DAY)
    for fields, code in (
        ({"followed_up_on": row.site.today + 2 * DAY}, "comment-ahead"),
        ({"followed_up_on": row.received_on - DAY}, "comment-early"),
        ({"learned": " "}, "comment-empty"),
    ):
        with pytest.raises(Refused) as refused:
            followed_up(row, ops, **fields)
        assert refused.value.codes == {code}
    done = followed_up(row, ops)
    assert (done.tone, done.tone_after, done.followed_up_by) == ("displeased", "pleased", ops)
    with pytest.raises(Refused) as refused:
        followed_up(done, ops)
    assert refused.value.codes == {"comment-done"}


def test_only_the_lead_lab_operations_and_the_person_responsible_read_a_comment(ops):
    """PB-48, PB-55: others on the partnership see figures; and no event has a word of it."""
    row = make.partnership(by=ops)
    reader, other = account("product_owner", name="Reader"), account("product_owner", name="Other")
    responsible = person(user=reader)
    make.partner(row, person=responsible, by=ops), make.partner(row, person=person(user=other), by=ops)
    site = make.site(row, by=ops)
    comment = make.comment(site, text="Marmots-in-the-hall", contact="marmot@example.org", responsible=responsible, by=ops)
    followed_up(comment, reader, learned="Marmots-indeed")
    listing = reverse("site-comments", args=[row.reference, site.pk])
    overview = reverse("comments", args=[row.reference])
    for user, reads in ((ops, True), (reader, True), (other, False), (account("viewer"), False), (account("lab_lead"), False)):
        page = client_of(user).get(comment.get_absolute_url())
        assert (page.status_code == 200) == reads, user
        assert (b"marmot" in page.content.lower()) == reads
        assert (b"Marmots" in client_of(user).get(listing).content) == (user == ops)
        assert b"Marmots" not in client_of(user).get(overview).content
    assert "armot" not in json.dumps(list(Event.objects.values_list("facts", flat=True)))
    admin = client_of(account("admin"))
    for page in ("changelist", "change"):
        address = reverse(f"admin:partnerships_clientcomment_{page}", args=[comment.pk] if page == "change" else [])
        assert b"armot" not in admin.get(address).content


def test_a_coordinator_records_a_comment_and_is_told_what_is_due(ops):
    user = account("product_owner", name="Greeter")
    row = make.partnership(by=ops)
    make.partner(row, person=person(user=user), by=ops)
    site = make.site(row, by=ops)
    fields = {"channel": "counter", "received_on": str(site.today), "text": "Friendly.", "tone_before": "pleased"}
    address = reverse("comment-add", args=[row.reference, site.pk])
    assert "It needs no follow-up" in text(client_of(user).post(address, fields, follow=True))
    done = client_of(user).post(address, {**fields, "contact": "250-555-0100", "consent": "on"}, follow=True)
    assert "The follow-up is due in ten working days." in text(done)
    assert ClientComment.objects.filter(recorded_by=user).count() == 2


# ── Reminders and home ───────────────────────────────────────────────────────────────────────────


def overdue(site, **fields):
    facts = {"channel": "box", "tone": "neutral", "text": "Cold.", "contact": "250-555-0100", "consent": True}
    return ClientComment.objects.create(site=site, received_on=TODAY - 20 * DAY, **{"due_on": TODAY - DAY, **facts, **fields})


def test_the_person_responsible_gets_one_reminder_a_day_however_many_are_overdue(ops, time_machine):
    """PB-48"""
    RoleGrant.objects.update(from_at=timezone.now() - 900 * DAY)
    user = account("product_owner", name="Responsible")
    row = make.partnership(by=ops)
    responsible = person(user=user, email="responsible@example.org")
    make.partner(row, person=responsible, by=ops)
    site = make.site(row, by=ops)
    overdue(site, responsible=responsible, due_on=TODAY - 2 * DAY)
    overdue(site, responsible=responsible)
    overdue(site)  # of nobody in particular: lab operations, as there is no lead
    for _day in range(3):
        sweep(), sweep()
        time_machine.move_to(timezone.now() + DAY)
    sent = Message.objects.filter(occasion="comment-follow-up-overdue")
    letters = sent.filter(person=responsible)
    others = sent.exclude(person=responsible)
    assert {str(message.person) for message in others} == {ops.name}
    assert "Overdue: 1" in letter_to_read(others.first()).text
    days = [message.due_on for message in letters]
    assert len(days) == len(set(days))
    assert days
    assert "Overdue: 2" in letter_to_read(letters.first()).text
    assert "Cold." not in letter_to_read(letters.first()).text
    ClientComment.objects.update(followed_up_on=timezone.localdate(), tone_after="neutral")
    before = letters.count()
    time_machine.move_to(timezone.now() + 3 * DAY)
    sweep()
    assert letters.count() == before


def test_an_overdue_follow_up_is_on_home_until_it_is_recorded(ops):
    """PB-48"""
    site = make.site(make.partnership(by=ops, lead=ops), name="Library", by=ops)
    row = overdue(site)
    assert "Follow up on a client’s comment: Library" in text(client_of(ops).get("/"))
    followed_up(ClientComment.objects.select_related("site__partnership__stream").get(pk=row.pk), ops)
    assert "Follow up on a client’s comment: Library" not in text(client_of(ops).get("/"))


# ── Retention ────────────────────────────────────────────────────────────────────────────────────


def test_what_is_personal_is_erased_after_a_year_and_the_figures_stay(ops, time_machine):
    """PB-48: nothing is due any more then either."""
    site = make.site(make.partnership(by=ops), by=ops)
    row = make.comment(site, by=ops)
    waiting = make.comment(site, by=ops, text="Waiting.")
    followed_up(row, ops)
    assert actions.forget_comments(by=SYSTEM) == 0
    time_machine.move_to(timezone.now() + 366 * DAY)
    assert actions.forget_comments(by=SYSTEM) == 2
    assert actions.forget_comments(by=SYSTEM) == 0
    row.refresh_from_db(), waiting.refresh_from_db()
    assert (row.text, row.contact, row.learned) == ("", "", "")
    assert (row.tone, row.tone_after) == ("displeased", "pleased")
    assert not waiting.needs_follow_up
    assert not ClientComment.objects.overdue(timezone.localdate()).exists()
    assert "Erased after a year" in text(client_of(ops).get(row.get_absolute_url()))
