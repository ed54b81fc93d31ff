"""An administrator words a text anew, with a preview on a real message (EL-63)."""

import datetime
import html as markup

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from agreements.models.templates import VERB_WORDS, Verb
from agreements.signing import mail as signing_mail
from outbox.catalogue.messages import TEMPLATES
from outbox.delivery.sweep import sweep
from outbox.models import Message, TemplateOverride
from outbox.pages.actions import override_template
from outbox.queue import queue
from residencies import mail as residencies_mail
from tests.factories import account, person
from tests.residencies.rows import residency

pytestmark = pytest.mark.django_db
QUALIFIED, CODE, REMINDER = "qualified", "agreement-code", "review-waiting"


@pytest.fixture
def desk(client, administrator):
    """The administrator's browser."""
    client.force_login(administrator)
    return client


def at(page: str, name: str) -> str:
    return reverse(f"admin:outbox_templateoverride_{page}", args=[name])


def read(answer) -> str:
    return markup.unescape(markup.unescape(answer.content.decode()))


def test_the_list_has_every_text_and_finds_by_word(desk, administrator, django_assert_max_num_queries):
    override_template(TEMPLATES[QUALIFIED], subject="Hurrah for {about}", words="{link}", shown_revision=0, by=administrator)
    with django_assert_max_num_queries(8):
        page = read(desk.get(reverse("admin:outbox_templateoverride_changelist")))
    assert page.count("<tr>") == len(TEMPLATES) + 1
    listing = read(desk.get(reverse("admin:outbox_templateoverride_changelist"), {"q": "hurrah"}))
    assert listing.count("<tr>") == 2
    assert "Edited" in listing
    assert "No text contains these words" in read(desk.get(reverse("admin:outbox_templateoverride_changelist"), {"q": "osprey"}))


def test_a_text_is_worded_anew_and_put_back(desk):
    """EL-63"""
    page = read(desk.get(at("change", QUALIFIED)))
    assert "{link}" in page
    assert str(TEMPLATES[QUALIFIED].subject) in page
    typed = {"subject": "Good news: {about}", "text": "Look:\r\n{link}", "shown_revision": 0}
    assert desk.post(at("change", QUALIFIED), typed).status_code == 302
    assert TemplateOverride.objects.values_list("subject", "text", "revision").get() == ("Good news: {about}", "Look:\n{link}", 1)
    assert "Reset to default" in read(desk.get(at("change", QUALIFIED)))
    assert "Good news" in read(desk.get(at("default", QUALIFIED)))
    assert desk.post(at("default", QUALIFIED), {"shown_revision": 1}).status_code == 302
    assert TemplateOverride.objects.values_list("subject", "text", "revision").get() == ("", "", 2)


def test_a_broken_placeholder_is_refused_by_name_and_what_was_typed_stays(desk):
    """EL-63"""
    typed = {"subject": "Code for {nmae}", "text": "No code here, but much work went into this.", "shown_revision": 0}
    answer = desk.post(at("change", CODE), typed)
    page = read(answer)
    assert answer.status_code == 200
    assert (
        "{nmae} isn’t a placeholder in this text. You can use: {name}, {about}, {lab}, {title}, {signing_code}, {code_name}, {link}, {sign}."
        in page
    )
    assert "{signing_code} is missing" in page
    assert typed["subject"] in page
    assert typed["text"] in page
    assert not TemplateOverride.objects.exists()


def test_the_second_of_two_sees_both_and_may_then_save(desk, administrator):
    """R14"""
    desk.get(at("change", QUALIFIED))
    override_template(TEMPLATES[QUALIFIED], subject="Theirs", words="Their words {link}", shown_revision=0, by=administrator)
    mine = {"subject": "Mine", "text": "My words {link}", "shown_revision": 0}
    page = read(desk.post(at("change", QUALIFIED), mine))
    assert "This text was changed while you were editing" in page
    assert "Their words {link}" in page
    assert "My words {link}" in page
    assert 'name="shown_revision" value="1"' in page
    assert desk.post(at("change", QUALIFIED), mine | {"shown_revision": 1}).status_code == 302
    assert TemplateOverride.objects.get().subject == "Mine"


def test_the_default_is_not_put_back_over_an_edit_that_was_not_seen(desk, administrator):
    override_template(TEMPLATES[QUALIFIED], subject="Theirs", words="{link}", shown_revision=0, by=administrator)
    assert "This text was changed while you were editing" in read(desk.post(at("default", QUALIFIED), {"shown_revision": 0}, follow=True))
    assert TemplateOverride.objects.get().subject == "Theirs"


def test_what_is_typed_is_previewed_on_the_newest_real_message_and_saved_nowhere(desk):
    """EL-63"""
    live = residency("live", product="Kestrel")
    for name in ("Dana Lee", "Ines Okonkwo"):
        queue(
            residencies_mail.QUALIFIED, to=person(name=name), about=live.stream, key=name, params={"link": "https://portal.example.test/k/"}
        )
    typed = {"subject": "Hurrah, {about}", "text": "Dear {name}, <b>look</b>:\n{link}"}
    page = read(desk.post(at("preview", QUALIFIED), typed))
    assert "Hurrah, XL" in page
    assert "Dear Ines Okonkwo, &amp;lt;b&amp;gt;look" in desk.post(at("preview", QUALIFIED), typed).content.decode()
    assert 'href="https://portal.example.test/k/"' in page
    first = Message.objects.earliest("pk")
    assert "Dear Dana Lee" in read(desk.post(at("preview", QUALIFIED), typed | {"tried_on": first.pk}))
    assert "Using made-up details" in read(desk.post(at("preview", QUALIFIED), typed | {"tried_on": "examples"}))
    assert not TemplateOverride.objects.exists()


def test_without_a_message_the_preview_takes_the_examples_and_says_so(desk):
    page = read(desk.get(at("preview", CODE)))
    assert "Using made-up details" in page
    assert "314159" in page


def test_a_preview_says_what_keeps_the_text_from_being_saved(desk):
    assert "{nmae} isn’t a placeholder" in read(desk.post(at("preview", QUALIFIED), {"subject": "{nmae}", "text": "{link}"}))


def test_a_reminder_that_waits_is_a_real_subject_too(desk):
    """EL-63: with the facts of today."""
    row = residency("in_review", owner=account("lab_ops", name="Ruth Calloway"), product="Kestrel")
    row.reviews.create(number=1, opened_at=timezone.now() - datetime.timedelta(days=7))
    type(row.owner.role_grants.get()).objects.update(from_at="2020-01-01T12:00Z")
    with time_machine.travel(timezone.now()):
        sweep()
    page = read(desk.get(at("preview", REMINDER)))
    assert "Hello Ruth Calloway" in page
    assert "Kestrel" in page


def test_a_secret_is_named_in_a_preview_and_never_made(desk):
    """EL-28"""
    mint = {"signing_code": ["tests.outbox.test_texts_admin.no_such_function", {}]}
    live = residency("live")
    queue(
        signing_mail.CODE,
        to=person(),
        about=live.stream,
        key="1",
        params={**VERB_WORDS[Verb.SIGN].params, "title": "Partnership", "link": "https://portal.example.test/sign/1/sign/"},
        mint=mint,
    )
    assert "[signing code]" in read(desk.get(at("preview", CODE)))


def test_a_frame_runs_nothing_and_only_our_own_pages_may_show_it(desk):
    """D3-17"""
    headers = desk.get(at("preview", QUALIFIED)).headers
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "sandbox" in policy
    assert "script-src" not in policy


@pytest.mark.parametrize("which", ["change", "preview", "default"])
def test_texts_are_for_administrators_and_only_those_there_are(which, client, desk):
    assert desk.get(at(which, "no-such-text")).status_code in {302, 404}
    client.force_login(account("lab_ops"))
    assert client.get(at(which, QUALIFIED)).status_code in {302, 403}
    assert client.post(at(which, QUALIFIED), {"subject": "x", "text": "{link}", "shown_revision": 0}).status_code in {302, 403}
    assert not TemplateOverride.objects.exists()
