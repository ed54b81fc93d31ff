"""Acts on accounts, people and messages."""

import datetime
from functools import partial

from django.utils import timezone

from labportal import accounts, set_up
from ledger.actions import lab_stream
from outbox import queue as outbox
from outbox.catalogue.messages import TEMPLATES, RenderedMail
from outbox.models import Message, State
from outbox.pages import actions
from outbox.preferences import actions as preferences_actions
from outbox.preferences.links import MailLinkHolder, token_of
from outbox.reminders import due
from outbox.reminders.schedule import Schedule, Step
from people import actions as people
from people import addresses, leaving, merging
from people.models import AddressChange, SavedView, Snooze
from people.todo import Line
from residencies.lifecycle.residency import assign
from residencies.mail import QUALIFIED
from tests.acts import Act, scenario
from tests.clock import TODAY
from tests.factories import account, long_standing, person
from tests.residencies.factories import draft_residency


@scenario("people.actions.add_person")
def add_person() -> Act:
    return partial(people.add_person, name="Yuki Penhallow", email="yuki@example.org", by=account("lab_ops"))


@scenario("people.actions.edit_person")
def edit_person() -> Act:
    somebody = person()
    return partial(people.edit_person, somebody, shown_revision=somebody.revision, title="Assistant deputy minister", by=account("lab_ops"))


@scenario("people.actions.save_view")
def save_view() -> Act:
    user = account("lab_ops")
    return partial(people.save_view, user, page="residency-list", name="Live", query="state=live", by=user)


@scenario("people.actions.rename_view")
def rename_view() -> Act:
    view = SavedView.objects.create(account=account("lab_ops"), page="residency-list", name="Live", query="state=live")
    return partial(people.rename_view, view, name="All live ones", by=view.account)


@scenario("people.actions.delete_view")
def delete_view() -> Act:
    view = SavedView.objects.create(account=account("lab_ops"), page="residency-list", name="Live", query="state=live")
    return partial(people.delete_view, view, by=view.account)


@scenario("people.actions.person_of")
def person_of() -> Act:
    return partial(people.person_of, account("lab_ops"), by=account("lab_ops"))


def waiting_change() -> AddressChange:
    """A change that waits for a second account, as when its person is asked to sign."""
    somebody = person()
    facts = {"to_address": "new@example.org", "reason": "Moved.", "state": AddressChange.State.WAITING}
    asker, asked_at = account("lab_ops"), timezone.now()
    return AddressChange.objects.create(person=somebody, from_address=somebody.email, requested_by=asker, requested_at=asked_at, **facts)


@scenario("people.addresses.change_address")
def change_address() -> Act:
    return partial(addresses.change_address, person(), "new@example.org", by=account("lab_ops"))


@scenario("people.addresses.confirm_address_change")
def confirm_address_change() -> Act:
    return partial(addresses.confirm_address_change, waiting_change(), by=long_standing("lab_ops"))


@scenario("people.addresses.refuse_address_change")
def refuse_address_change() -> Act:
    return partial(addresses.refuse_address_change, waiting_change(), reason="Not hers.", by=account("lab_ops"))


def line() -> Line:
    return Line("review/1", "New application", "Start the review", "/", TODAY)


@scenario("people.actions.snooze")
def snooze() -> Act:
    me = account("lab_ops")
    return partial(people.snooze, me, line(), until=TODAY + datetime.timedelta(days=3), by=me)


@scenario("people.actions.end_snooze")
def end_snooze() -> Act:
    me = account("lab_ops")
    row = Snooze.objects.create(user=me, line="review/1", title="New application", until=TODAY + datetime.timedelta(days=3))
    return partial(people.end_snooze, row, by=me)


@scenario("people.leaving.leave_lab")
def leave_lab() -> Act:
    leaver = account("lab_ops")
    assign(draft_residency(by=leaver), to=leaver, by=leaver)
    return partial(leaving.leave_lab, leaver, to=account("lab_ops"), reason="New job.", by=account("lab_lead"))


@scenario("people.merging.merge_people")
def merge_people() -> Act:
    kept, merged = person(), person()
    return partial(merging.merge_people, kept, merged, reason="They told me.", by=account("lab_ops"))


@scenario("people.actions.create_account")
def create_account() -> Act:
    return partial(people.create_account, email="new@example.test", name="New", roles=["viewer"], by=account("admin"))


@scenario("people.actions.edit_account")
def edit_account() -> Act:
    return partial(people.edit_account, account("viewer"), name="Another name", by=account("admin"))


@scenario("people.actions.set_roles")
def set_roles() -> Act:
    return partial(people.set_roles, account("viewer"), ["lab_ops", "lab_lead"], by=account("admin"))


def message(state: str = State.QUEUED) -> Message:
    queued = outbox.put("notice", RenderedMail("Hello", "Hello."), to=person(), about=lab_stream(), key="1")
    Message.objects.filter(pk=queued.pk).update(state=state, sent_at=timezone.now() if state == State.SENT else None)
    return Message.objects.get(pk=queued.pk)


@scenario("outbox.queue.queue")
def queue() -> Act:
    params = {"link": "https://portal.example.test/intake/"}
    return partial(outbox.queue, QUALIFIED, to=person(), about=lab_stream(), key="1", params=params)


@scenario("outbox.queue.put")
def put() -> Act:
    return partial(outbox.put, "notice", RenderedMail("Hello", "Hello."), to=person(), about=lab_stream(), key="1")


@scenario("outbox.queue.withdraw")
def withdraw() -> Act:
    waiting = message()
    Message.objects.filter(pk=waiting.pk).update(occasion=QUALIFIED.key)
    return partial(outbox.withdraw, QUALIFIED, lab_stream())


@scenario("outbox.reminders.due.withdraw_reminders")
def withdraw_reminders() -> Act:
    waiting = message()
    Message.objects.filter(pk=waiting.pk).update(occasion="graduation-due")
    return partial(due.withdraw_reminders, lab_stream())


@scenario("outbox.preferences.actions.choose_mail")
def wish() -> Act:
    return partial(preferences_actions.choose_mail, person(), optional=False, by=account("lab_ops"))


@scenario("outbox.preferences.actions.stop")
def stop() -> Act:
    somebody = person()
    token = token_of(somebody, somebody.email)
    return partial(preferences_actions.stop, somebody, "agreement-discussion", by=MailLinkHolder(token, somebody))


@scenario("outbox.preferences.actions.end_mail_links")
def end_wish_links() -> Act:
    return partial(preferences_actions.end_mail_links, person(), by=account("lab_ops"))


@scenario("outbox.pages.actions.cancel")
def cancel() -> Act:
    return partial(actions.cancel, message(), by=account("lab_ops"))


@scenario("outbox.pages.actions.resend")
def resend() -> Act:
    return partial(actions.resend, message(State.FAILED), by=account("lab_ops"))


@scenario("outbox.pages.actions.send_again")
def send_again() -> Act:
    return partial(actions.send_again, message(State.SENT), by=account("lab_ops"))


@scenario("outbox.pages.actions.resend_failed")
def resend_failed() -> Act:
    message(State.FAILED)
    return partial(actions.resend_failed, by=account("lab_ops"))


@scenario("outbox.pages.actions.set_schedule")
def set_schedule() -> Act:
    fields = {"valid_from": timezone.localdate(), "shown_revision": 1, "by": account("admin"), "reason": "Too many."}
    return partial(actions.set_schedule, "graduation-due", Schedule((Step(days=-20),)), **fields)


@scenario("outbox.pages.actions.override_template")
def word_text() -> Act:
    text = TEMPLATES["qualified"]
    return partial(
        actions.override_template, text, subject="Good news: {about}", words="Look:\n{link}", shown_revision=0, by=account("admin")
    )


@scenario("outbox.pages.actions.restore_template")
def default_text() -> Act:
    word_text()()
    return partial(actions.restore_template, TEMPLATES["qualified"], shown_revision=1, by=account("admin"))


@scenario("labportal.accounts.send_password_link")
def send_password_link() -> Act:
    return partial(accounts.send_password_link, account("viewer"), by=account("admin"))


@scenario("labportal.accounts.invite_to_account")
def invite_to_account() -> Act:
    return partial(accounts.invite_to_account, account("viewer"), by=account("admin"))


@scenario("labportal.set_up.confirm_step")
def confirm_step() -> Act:
    return partial(set_up.confirm_step, "backup", by=account("admin"))
