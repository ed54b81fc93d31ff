"""The outbox as the lab sees it (EL-62)."""

import datetime
import re
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from outbox.delivery.sweep import sweep
from outbox.models import Attempt, Message, ScheduleOverride, State
from outbox.pages.actions import cancel
from outbox.reminders.declare import REMINDERS
from tests.factories import account
from tests.outbox.factories import message
from tests.outbox.reminders import one_of_each_due
from tests.pages import markup, text
from tests.residencies.rows import residency

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, ops):
    client.force_login(ops)
    return client


def test_an_empty_outbox_says_what_will_come(desk):
    assert "Nothing has been sent yet" in desk.get(reverse("outbox")).content.decode()


def test_the_list_costs_the_same_at_two_and_at_forty_rows(desk, django_assert_max_num_queries):
    message()
    desk.get(reverse("outbox"))
    for _ in range(40):
        message()
    with django_assert_max_num_queries(9):
        desk.get(reverse("outbox"))


def test_a_row_says_what_the_last_problem_was_beside_its_state_and_each_cell_bears_its_head_for_phones(desk):
    message(state=State.FAILED, last_error="550 no such user" + "." * 200, due_at="2026-12-02T18:35Z")
    page = markup(desk.get(reverse("outbox")))
    page = page[page.index("<main") :]
    row = page[page.index("<tbody") : page.index("</tbody>")]
    assert re.findall('data-label="([^"]+)"', row) == ["Select", "Message", "State", "Due, Pacific", "To", "Why", "About", "Attempts"]
    assert "550 no such user" in row
    assert "." * 80 not in row
    assert "2 Dec 2026, 11:35 a.m." in row


def test_messages_are_found_by_state_and_words(desk):
    message(subject="Kestrel", state=State.FAILED)
    message(subject="Heron")
    page = desk.get(reverse("outbox"), {"state": "failed"}).content.decode()
    assert "Kestrel" in page
    assert "Heron" not in page
    assert "Heron" not in desk.get(reverse("outbox"), {"q": "kest"}).content.decode()
    assert "No messages match" in desk.get(reverse("outbox"), {"q": "osprey"}).content.decode()


def test_messages_are_found_by_the_days_on_which_they_are_due_pacific(desk):
    """EL-62"""
    message(subject="Kestrel", due_at="2026-12-02T06:30Z")
    message(subject="Heron", due_at="2026-12-02T07:30Z")
    assert "Heron" not in desk.get(reverse("outbox"), {"until": "2026-12-01"}).content.decode()
    assert "Kestrel" not in desk.get(reverse("outbox"), {"since": "2026-12-02"}).content.decode()


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"since": "soon"}, "Due from: Use YYYY-MM-DD, for example 2026-11-22."),
        ({"since": "2026-12-03", "until": "2026-12-02"}, "Due to: Choose 3 December 2026 or a later day."),
    ],
)
def test_days_that_make_no_sense_are_told_and_nothing_is_filtered(desk, asked, expected):
    message(subject="Kestrel", due_at="2026-12-02T07:30Z")
    message(subject="Heron", due_at="2026-12-02T08:30Z", state=State.FAILED)
    page = markup(desk.get(reverse("outbox"), asked | {"state": "failed"}))
    section = page[page.index('id="results"') :]
    assert expected in section
    assert "All messages are shown" in section
    assert "Kestrel" in section
    assert "Heron" in section
    assert "Enter a valid date" not in page


def test_a_message_shows_its_text_and_never_its_secret(desk):
    """EL-28."""
    row = message(text="<b>Open</b> {{ signing_link }}", mint={"signing_link": ["x.y", {"token": "s3cret"}]}, last_error="550 nobody")
    page = desk.get(reverse("outbox-message", args=[row.pk])).content.decode()
    assert "[signing link]" in page
    assert "&lt;b&gt;Open" in page
    assert "550 nobody" in page
    assert "s3cret" not in page


def test_a_failed_message_is_sent_again_and_a_waiting_one_withdrawn_by_post_alone(desk):
    row = message(state=State.FAILED)
    assert desk.get(reverse("outbox-resend", args=[row.pk])).status_code == 405
    desk.post(reverse("outbox-resend", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == State.QUEUED
    desk.post(reverse("outbox-cancel", args=[row.pk]), {"state": "sent"})
    row.refresh_from_db()
    assert row.state == State.CANCELLED


@pytest.mark.parametrize(("role", "answer"), [("viewer", 200), ("product_owner", 403)])
def test_only_the_lab_and_its_auditors_see_the_outbox_and_auditors_send_nothing(client, role, answer):
    row = message(state=State.FAILED)
    client.force_login(account(role))
    for name, args in (("outbox", []), ("outbox-message", [row.pk])):
        assert client.get(reverse(name, args=args)).status_code == answer
    for name in ("outbox-resend", "outbox-cancel"):
        assert client.post(reverse(name, args=[row.pk])).status_code == 403
    row.refresh_from_db()
    assert row.state == State.FAILED


def test_the_life_of_a_message_is_told_from_its_making_to_its_end(desk, ops):
    """EL-62: each try that failed with what the mail server said, and who withdrew it."""
    row = message()
    Attempt.objects.create(message=row, error="451 try later")
    cancel(row, by=ops)
    page = text(desk.get(reverse("outbox-message", args=[row.pk])))
    for words in ("Queued", "Attempt failed", "451 try later", f"{ops.name} withdrew the message."):
        assert words in page


def test_a_reminder_that_was_never_written_and_lost_its_cause_still_has_a_page(desk):
    """EL-62"""
    row = message(occasion="review-waiting", about=residency("draft").stream, text="", state=State.CANCELLED)
    Message.objects.filter(pk=row.pk).update(text="", due_on=timezone.localdate())
    assert "This message was never written" in text(desk.get(reverse("outbox-message", args=[row.pk])))


def test_all_that_failed_is_sent_again_after_a_look_at_what_it_is(desk):
    """EL-62"""
    message(state=State.FAILED), message(state=State.FAILED)
    assert "2 messages failed" in text(desk.get(reverse("outbox")))
    assert "2 messages failed" in text(desk.get(reverse("outbox-retry")))
    assert Message.objects.filter(state=State.FAILED).count() == 2
    assert "2 messages are back in the queue." in text(desk.post(reverse("outbox-retry"), follow=True))
    assert "No messages have failed" in text(desk.get(reverse("outbox-retry")))


@pytest.fixture
def due_today(ops):
    """A lab in which a reminder of each kind is due this morning, and its people are known."""
    with time_machine.travel("2027-03-03T17:00Z", tick=False):
        one_of_each_due()
        sweep()
        Message.objects.all().delete()
        yield timezone.localdate()


def test_the_calendar_tells_how_many_get_what_on_which_day_and_the_day_tells_whom(due_today, desk, django_assert_max_num_queries):
    """EL-60, EL-62"""
    with django_assert_max_num_queries(12):
        month = text(desk.get(reverse("outbox-ahead")))
    assert "Reminder about an agreement" in month
    listed = text(desk.get(reverse("outbox-ahead"), {"view": "list"}))
    assert "Wednesday 3 March 2027" in listed
    url = reverse("outbox-day", args=["2027-03-03"])
    day = " ".join(text(desk.get(url, {"page": page})) for page in desk.get(url).context["page"].paginator.page_range)
    for label in (reminder.label for reminder in REMINDERS.values()):
        assert str(label) in day
    assert "Reminder to sign" in day
    assert Message.objects.count() == 0
    assert "graduates in 7 days" in text(desk.get(reverse("outbox-day", args=["2027-03-10"]))) or "Nothing goes out" not in day


@pytest.mark.parametrize("day", ["2027-02-30", "yesterday", "1020-01-01", "99999-01-01"])
def test_a_day_that_is_none_has_no_page(desk, day):
    assert desk.get(reverse("outbox-day", args=[day])).status_code == 404


def test_a_day_that_is_over_leads_to_what_was_due_on_it(desk):
    message(subject="Kestrel", due_at="2025-12-02T18:30Z")
    message(subject="Heron", due_at="2025-12-03T18:30Z")
    page = text(desk.get(reverse("outbox-day", args=["2025-12-02"]), follow=True))
    assert "2 December 2025 has passed. These messages were due that day." in page
    assert "Kestrel" in page
    assert "Heron" not in page


def test_a_dry_run_prints_what_would_go_out_and_writes_nothing(due_today):
    """EL-62: `manage.py send_due --dry-run --on DAY`."""
    out = StringIO()
    call_command("send_due", "--dry-run", "--on", "2027-03-03", stdout=out)
    assert "Reminder to sign" in out.getvalue()
    assert f"{len(out.getvalue().splitlines()) - 1} messages" in out.getvalue().splitlines()[-1]
    assert Message.objects.count() == 0
    for wrong in (["--on", "2027-03-03"], ["--dry-run", "--on", "soon"], ["--dry-run", "--on", "2020-01-01"], ["--dry-run", "--loop"]):
        with pytest.raises(CommandError):
            call_command("send_due", *wrong)


def test_each_occasion_tells_when_it_comes_next_and_what_it_says(due_today, desk):
    """EL-60: "On 3 March 2027 this will go to 4 people"."""
    assert "On 3 March 2027 this will go to" in text(desk.get(reverse("outbox-occasions")))
    for occasion in REMINDERS:
        page = text(desk.get(reverse("outbox-occasion", args=[occasion])))
        assert "On 3 March 2027 this will go to" in page
        assert "Hello " in page
    assert desk.get(reverse("outbox-occasion", args=["nothing"])).status_code == 404


def test_a_residency_tells_which_mail_comes_next(desk):
    """EL-60: the overview opens without asking for it, and fetches the first two lines once it stands; the page has them all."""
    trail, other, over = residency("in_residence"), residency("in_residence"), residency("graduated")
    address = reverse("residency-mail", args=[trail.reference])
    assert "No messages are planned" in text(desk.get(address))
    days = [timezone.now() + datetime.timedelta(days=days) for days in (30, 36, 42, 48)]
    first, second, third, fourth = (f"On {date_format(timezone.localdate(day))} this will go to 1 person." for day in days)
    for day in days[:3]:
        message(stream=trail.stream, due_at=day, next_try_at=day)
    for of in (other, over):
        message(stream=of.stream, due_at=days[3], next_try_at=days[3])
    assert address in desk.get(reverse("residency", args=[trail.reference])).content.decode()
    fetched = desk.get(address, headers={"HX-Request": "true"})
    assert "<html" not in fetched.content.decode()
    assert first in text(fetched)
    assert second in text(fetched)
    assert third not in text(fetched)
    assert "And 1 more" in text(fetched)
    whole = desk.get(address)
    assert "HX-Request" in whole["Vary"]
    assert third in text(whole)
    assert fourth not in text(whole)
    assert "No messages are planned" in text(desk.get(reverse("residency-mail", args=[over.reference])))


# ── Changing a schedule ──────────────────────────────────────────────────────────────────────

PAGE = ("outbox-schedule", ["graduation-due"])


@pytest.fixture
def administrator(client):
    client.force_login(account("admin"))
    return client


def filled(response, **more):
    form = response.context["form"]
    values = {field.html_name: field.value() for field in form}
    return {name: value for name, value in (values | more).items() if value not in (None, "")}


def test_an_administrator_sees_what_would_go_out_before_it_is_saved(due_today, administrator):
    """EL-60"""
    url = reverse(PAGE[0], args=PAGE[1])
    data = filled(administrator.get(url), step_5_count="8")
    looked = administrator.post(url, data | {"look": "1"})
    assert "Nothing is saved yet." in text(looked)
    assert "On 9 March 2027 this will go to" in text(looked)
    assert not ScheduleOverride.objects.exists()
    saved = administrator.post(url, filled(looked, **data), follow=True)
    assert "It applies from 4 March 2027." in text(saved)
    assert "8 days before" in text(saved)
    assert "Reset to default" in text(saved)
    listed = text(administrator.get(reverse("outbox-occasions")))
    assert "Graduation due Changes on 4 March 2027" in listed
    assert listed.count("Changes on") == 1
    back = administrator.post(reverse("outbox-schedule-default", args=PAGE[1]), {"shown_revision": "2"}, follow=True)
    assert "The default schedule applies again from tomorrow." in text(back)
    assert "From 4 March 2027" not in text(back)
    assert "Reset to default" not in text(back)
    assert "Changes on" not in text(administrator.get(reverse("outbox-occasions")))
    assert ScheduleOverride.objects.get().turns == [{"from": "2027-03-04", "plan": None}]


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"useful_days": "40"}, "Days until a reminder expires: Choose from 1 to 31 days."),
        ({"valid_from": "2020-01-01"}, "Start date: That date has passed."),
        ({"step_0_count": "4"}, "Step 2, number: It’s on the same day as step 1."),
        ({"step_0_count": "", "step_2_count": "4"}, "Step 3, number: It’s on the same day as step 2."),
        ({"step_1_count": "-3"}, "Step 2, number: Enter 0 or more"),
        ({"step_1_count": "soon"}, "Step 2, number: Enter a whole number"),
        ({"step_1_count": "40"}, "Step 2, number: It’s too far away."),
        ({f"step_{number}_count": "" for number in range(9)}, "Step 1, number: A schedule needs at least one step."),
        ({"step_2_to": []}, "Step 3, recipients: It has no recipients. Choose who it is for."),
        ({"most": "2"}, "Maximum number of reminders: There are 7 steps, but at most 2 reminders."),
        ({"most": "100"}, "Maximum number of reminders: That’s too many reminders."),
        ({"every_days": "400"}, "Days between repeats: That’s too long."),
        ({"every_days": "", "most": "9"}, "Days between repeats: The limit is higher"),
    ],
)
def test_a_schedule_that_can_not_be_is_told_beside_what_was_typed(administrator, wrong, expected):
    """EL-60"""
    url = reverse(PAGE[0], args=PAGE[1])
    data = filled(administrator.get(url), reason="As the steering group asked")
    answer = administrator.post(url, {name: value for name, value in (data | wrong).items() if value != ""})
    assert expected in text(answer)
    assert re.search(rf'<a href="#(\w+)">{expected[:20]}.*id="\1"', markup(answer))
    assert "As the steering group asked" in answer.content.decode()
    assert not ScheduleOverride.objects.exists()


def test_a_sent_message_is_sent_a_second_time_once_however_often_the_button_is_pressed(desk):
    """EL-62: the page says that the person gets it twice."""
    first = message(state=State.SENT, sent_at="2026-11-20T08:00Z", subject="Kestrel")
    page = desk.get(reverse("outbox-message", args=[first.pk]))
    assert "will get it a second time" in markup(page)
    form = {"submission": str(page.context["submission"])}
    for _ in range(2):
        answer = desk.post(reverse("outbox-resend", args=[first.pk]), form)
    copy = Message.objects.get(repeats=first)
    assert answer["Location"] == reverse("outbox-message", args=[copy.pk])
    assert reverse("outbox-message", args=[first.pk]) in markup(desk.get(answer["Location"]))
