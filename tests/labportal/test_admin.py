"""Administration never passes by an act, and nothing is deleted there."""

import datetime

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from ledger.actions import append, lab_stream
from ledger.models import Event
from outbox.models import Message, ScheduleOverride, State
from people.models import Person, User
from residencies.models import Ministry, ProgramArea
from residencies.models.reference_data import Figure
from tests.community.factories import graduated, owner_named
from tests.factories import account, person
from tests.outbox.factories import message
from tests.oversight.follow_ups import follow_up
from web.admin import LabAdmin, ReadOnlyAdmin

pytestmark = pytest.mark.django_db

REGISTERED = sorted(admin.site._registry.items(), key=lambda item: item[0]._meta.label)


def address(row_or_model, page: str) -> str:
    meta = row_or_model._meta
    args = [row_or_model.pk] if page == "change" else []
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=args)


@pytest.fixture
def desk(client, administrator):
    """The administrator's browser."""
    client.force_login(administrator)
    return client


def acts() -> list[str]:
    return list(Event.objects.order_by("id").values_list("act", flat=True))


# ── What holds of every page ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("model", "page"), REGISTERED, ids=lambda value: getattr(value, "__name__", type(value).__name__))
def test_nothing_is_ever_deleted_in_administration(model, page, rf, administrator):
    request = rf.get("/")
    request.user = administrator
    assert isinstance(page, LabAdmin)
    assert not page.has_delete_permission(request)
    assert "delete_selected" not in page.get_actions(request)


@pytest.mark.parametrize(("model", "page"), REGISTERED, ids=lambda value: getattr(value, "__name__", type(value).__name__))
@pytest.mark.parametrize("role", ["lab_ops", "lab_lead", "product_owner", "viewer", ""])
def test_administration_is_for_administrators(model, page, role, client):
    client.force_login(account(*filter(None, [role])))
    answer = client.get(address(model, "changelist"))
    assert answer.status_code in {302, 403}


@pytest.mark.parametrize(("model", "page"), REGISTERED, ids=lambda value: getattr(value, "__name__", type(value).__name__))
def test_every_list_opens(model, page, desk):
    assert desk.get(address(model, "changelist")).status_code == 200
    assert desk.get(address(model, "changelist") + "?q=x").status_code in {200, 302}


def test_every_page_that_can_save_names_its_act():
    """Whoever forgets gets an error, not a write past the ledger."""
    for model, page in REGISTERED:
        request = type("Asked", (), {"user": account("admin")})()
        if page.has_add_permission(request) or page.has_change_permission(request):
            assert type(page).act is not LabAdmin.act or type(page).save_model is not LabAdmin.save_model, model


EVIDENCE_AFTER_LIVE = (
    "BenefitOwner", "BenefitQuarter", "Conversation", "ConversationInvitee", "ConversationMeeting", "Extension", "FollowUp", "Graduation",
    "MentorMeeting", "Release",
)  # fmt: skip


def test_what_happened_from_live_to_home_is_looked_up_there_and_changed_on_the_residencys_pages(desk, ops):
    """EL-80 to EL-86: evidence is read-only in administration; a row's page opens and has nothing to save."""
    pages = {model.__name__: page for model, page in REGISTERED}
    assert [name for name in EVIDENCE_AFTER_LIVE if not isinstance(pages.get(name), ReadOnlyAdmin)] == []
    for row in (owner_named(by=ops), follow_up(graduated(by=ops, product="Wells"))):
        shown = desk.get(address(row, "change"))
        assert shown.status_code == 200
        assert 'name="_save"' not in shown.content.decode()
        assert desk.post(address(row, "change"), {"measure": "x", "changed": "x"}).status_code == 403


@pytest.mark.parametrize("name", ["Group", "Submission", "EmailAddress", "Session", "LogEntry", "RoleGrant"])
def test_what_no_act_keeps_is_not_shown(name):
    assert name not in {model.__name__ for model, _ in REGISTERED}


# ── Accounts ─────────────────────────────────────────────────────────────────────────────────


def fields(user: User, **changes: object) -> dict[str, object]:
    return {"name": user.name, "email": user.email, "roles": sorted(user.roles), "is_active": "on"} | changes


def test_an_account_is_made_with_its_roles_and_its_person(desk, administrator):
    desk.post(address(User, "add"), {"name": "Dana Lee", "email": "Dana@Example.org ", "roles": ["lab_ops", "viewer"]})
    user = User.objects.get(email="dana@example.org")
    assert user.roles == {"lab_ops", "viewer"}
    assert not user.has_usable_password()
    assert user.person.email == "dana@example.org"
    assert acts() == ["account-created", "person-added", "account-linked", "roles-set"]
    assert set(Event.objects.values_list("actor", flat=True)) == {administrator.pk}


def test_someone_whose_account_is_opened_gets_an_email_with_a_way_in(desk, administrator):
    """K16: until now they were told by whoever happened to think of it."""
    from django.core import mail

    from outbox.delivery.worker import deliver_due

    desk.post(address(User, "add"), {"name": "Dana Lee", "email": "dana@example.org", "roles": ["lab_ops"]})
    deliver_due()
    sent = mail.outbox[0]
    assert sent.to[0].endswith("<dana@example.org>")
    assert administrator.name in sent.body
    link = next(word for word in sent.body.split() if word.startswith("https://portal.example.test/accounts/password/reset/key/"))
    assert 'name="password1"' in Client().get(link.removeprefix("https://portal.example.test"), follow=True).content.decode()


def test_the_administrator_finds_the_schedules_that_only_they_may_change(desk, client, ops):
    """K16, EL-60: the page was there, and nothing led to it."""
    assert f'href="{reverse("outbox-occasions")}"' in desk.get(reverse("outbox-occasions")).content.decode().split("<main")[0]
    client.force_login(ops)
    assert f'href="{reverse("outbox-occasions")}"' not in client.get(reverse("home")).content.decode().split("<main")[0]


def test_somebody_known_already_becomes_the_owner_of_their_account(desk):
    known = person(name="Dana Lee", email="dana@example.org")
    desk.post(address(User, "add"), {"name": "Dana Lee", "email": "dana@example.org"})
    assert User.objects.get(email="dana@example.org").person == known


def test_roles_are_changed_through_the_act_and_the_old_ones_stay_on_record(desk):
    user = account("viewer")
    desk.post(address(user, "change"), fields(user, roles=["lab_ops"]))
    user = User.objects.get(pk=user.pk)
    assert user.roles == {"lab_ops"}
    assert user.role_grants.count() == 2
    assert acts() == ["roles-set"]


def test_closing_an_account_ends_its_session(desk, client):
    from django.test import Client

    user = account("viewer")
    theirs = Client()
    theirs.force_login(user)
    desk.post(address(User, "changelist"), {"action": "close_accounts", "_selected_action": [user.pk]})
    assert not User.objects.get(pk=user.pk).is_active
    assert theirs.get(reverse("people")).status_code == 302
    assert acts() == ["account-edited"]


@pytest.mark.parametrize("changes", [{"roles": []}, {"is_active": ""}])
def test_the_last_administrator_can_not_lock_everybody_out(desk, administrator, changes):
    answer = desk.post(address(administrator, "change"), fields(administrator, **changes), follow=True)
    assert "only account that can administer" in answer.content.decode()
    assert User.objects.get(pk=administrator.pk).roles == {"admin"}
    assert acts() == []


def test_no_password_hash_is_shown_and_none_can_be_set(desk):
    user = account("viewer")
    user.set_password("a-long-enough-password")
    user.save()
    page = desk.get(address(user, "change")).content.decode()
    assert user.password not in page
    assert 'name="password' not in page
    desk.post(address(user, "change"), fields(user, password="taken-over-by-me", is_superuser="on", date_joined="2001-01-01"))
    after = User.objects.get(pk=user.pk)
    assert (after.password, after.is_superuser, after.date_joined) == (user.password, False, user.date_joined)


def test_a_link_to_choose_a_password_waits_in_the_outbox_and_works_once(desk, administrator, client):
    from django.core import mail
    from django.test import Client

    from outbox.delivery.worker import deliver_due

    user = account("viewer", email="new@example.org")
    desk.post(address(User, "changelist"), {"action": "send_password_links", "_selected_action": [user.pk]})
    waiting = Message.objects.get(occasion="password-link")
    assert "[password link]" in waiting.preview
    assert "/accounts/" not in waiting.text
    deliver_due()
    sent = mail.outbox[0]
    assert [address.endswith("<new@example.org>") for address in sent.recipients()] == [True]
    link = next(word for word in sent.body.split() if word.startswith("https://portal.example.test/"))
    visitor = Client()
    form = visitor.get(link.removeprefix("https://portal.example.test"), follow=True)
    where = form.redirect_chain[-1][0]
    visitor.post(where, {"password1": "quiet harbour lantern", "password2": "quiet harbour lantern"})
    assert User.objects.get(pk=user.pk).check_password("quiet harbour lantern")
    again = Client().get(link.removeprefix("https://portal.example.test"), follow=True)
    assert 'name="password1"' not in again.content.decode()


# ── People, reference data, figures ──────────────────────────────────────────────────────────


def test_people_are_added_and_edited_through_the_acts(desk):
    desk.post(address(Person, "add"), {"name": "Dana Lee", "email": "dana@example.org"})
    dana = Person.objects.get()
    desk.post(address(dana, "change"), {"name": "Dana Lee", "email": "dana@example.org", "title": "Director", "shown_revision": 1})
    assert Person.objects.get().title == "Director"
    assert acts() == ["person-added", "person-edited"]


def test_an_edit_on_an_older_text_saves_nothing_and_says_so(desk):
    """R14."""
    dana = person(title="Director")
    form = {"name": dana.name, "email": dana.email, "shown_revision": 1}
    desk.post(address(dana, "change"), form | {"title": "Advisor"})
    answer = desk.post(address(dana, "change"), form | {"title": "Chief"}, follow=True)
    assert "This was changed while you were editing" in answer.content.decode()
    assert Person.objects.get().title == "Advisor"


def test_a_ministry_is_added_corrected_renamed_and_retired_on_the_record(desk):
    """EL-01."""
    desk.post(address(Ministry, "add"), {"name": "Ministry of Forrests", "short_name": "FOR"})
    forests = Ministry.objects.get()
    desk.post(address(forests, "change"), {"name": "Ministry of Forests", "short_name": "FOR", "active": "on"})
    area = ProgramArea.objects.create(ministry=forests, name="Range")
    desk.post(address(forests, "change"), {"name": "Ministry of Woods", "short_name": "W", "active": "on", "new_name": "on"})
    old, woods = Ministry.objects.order_by("pk")
    assert (old.name, old.active) == ("Ministry of Forests", False)
    assert (woods.name, woods.active) == ("Ministry of Woods", True)
    area.refresh_from_db()
    assert area.ministry == woods
    desk.post(address(woods, "change"), {"name": "Ministry of Woods", "short_name": "W"})
    woods.refresh_from_db()
    assert not woods.active
    assert acts() == [
        "ministry-added", "ministry-corrected", "ministry-added", "ministry-retired", "ministry-renamed", "ministry-retired",
    ]  # fmt: skip


def test_two_ministries_do_not_bear_one_name(desk):
    desk.post(address(Ministry, "add"), {"name": "Ministry of Forests"})
    desk.post(address(Ministry, "add"), {"name": "  ministry of  FORESTS"})
    assert Ministry.objects.count() == 1


def test_a_program_area_is_added_once_and_renamed(desk):
    ministry = Ministry.objects.create(name="Forests")
    for _ in range(2):
        desk.post(address(ProgramArea, "add"), {"ministry": ministry.pk, "name": "Range"})
    area = ProgramArea.objects.get()
    desk.post(address(area, "change"), {"name": "Range and Grazing"})
    area.refresh_from_db()
    assert area.name == "Range and Grazing"
    assert acts() == ["program-area-added", "program-area-renamed"]


def test_a_figure_holds_from_its_day_on_and_its_history_stays(desk):
    """EL-08."""
    from residencies.reference_data import figure

    today = datetime.date(2026, 3, 3)
    desk.post(address(Figure, "add"), {"name": "team_most", "value": 10, "valid_from": "2026-03-03", "reason": "A larger pilot"})
    desk.post(address(Figure, "add"), {"name": "team_most", "value": 8, "valid_from": "2026-04-01"})
    assert [figure("team_most", day) for day in (today - datetime.timedelta(1), today, datetime.date(2026, 4, 1))] == [9, 10, 8]
    assert acts() == ["figure-set", "figure-set"]


def test_a_figure_out_of_bounds_is_refused(desk):
    answer = desk.post(address(Figure, "add"), {"name": "team_most", "value": 31, "valid_from": "2026-03-03"})
    assert "from 1 to 30 people" in answer.content.decode()
    assert not Figure.objects.exists()


# ── What is only shown ───────────────────────────────────────────────────────────────────────


def test_the_ledger_is_shown_and_refuses_every_post(desk):
    """EL-07."""
    event = append(lab_stream(), "test", by="system", facts={"a": 1})
    assert desk.get(address(event, "change")).status_code == 200
    assert desk.get(address(event.stream, "change")).status_code == 200
    for url in (address(event, "change"), address(Event, "add"), address(event.stream, "change")):
        assert desk.post(url, {"act": "forged", "facts": "{}"}).status_code == 403
    assert Event.objects.get().act == "test"


def test_messages_are_shown_without_their_secret_and_sent_again_by_the_act(desk):
    failed = message(text="Open {{ signing_link }}", state=State.FAILED, mint={"signing_link": ["x.y", {"token": "s3cret"}]})
    page = desk.get(address(failed, "change")).content.decode()
    assert "[signing link]" in page
    assert "s3cret" not in page
    assert desk.post(address(failed, "change"), {"state": "sent"}).status_code == 403
    desk.post(address(Message, "changelist"), {"action": "send_again", "_selected_action": [failed.pk]})
    failed.refresh_from_db()
    assert failed.state == State.QUEUED
    desk.post(address(Message, "changelist"), {"action": "withdraw", "_selected_action": [failed.pk]})
    failed.refresh_from_db()
    assert failed.state == State.CANCELLED
    assert acts() == ["message-resent", "message-cancelled"]


def test_schedules_of_reminders_are_read_there_and_changed_on_a_page_of_their_own(desk):
    """EL-60"""
    ScheduleOverride.objects.create(occasion="graduation-due", turns=[{"from": "2026-11-01", "plan": None}])
    page = desk.get(address(ScheduleOverride, "changelist")).content.decode()
    assert "Graduation due" in page
    assert "5 months before" in page
    assert reverse("outbox-schedule", args=["graduation-due"]) in page
    assert desk.get(address(ScheduleOverride, "add")).status_code == 403
