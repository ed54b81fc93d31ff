"""What each message says: declared beside what queues it, edited by an administrator (EL-63)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acts.revisions import Stale
from findings import Refused
from ledger.models import Event
from outbox.catalogue.messages import (
    ABOUT,
    LAB,
    MESSAGES,
    NAME,
    PLACE,
    TEMPLATES,
    MailParams,
    Place,
    Template,
    examples_for,
    facts_for,
    filled,
    subject_findings,
    text_findings,
)
from outbox.models import Message, TemplateOverride
from outbox.pages.actions import override_template, restore_template
from outbox.queue import queue
from outbox.wording import read_once, words_of
from residencies.mail import QUALIFIED
from tests.factories import person
from tests.residencies.rows import residency

LINK = Place("signing_link", "their own link", "https://portal.example.test/a/x", needed=True, minted=True)
WHY = Place("why", "the reason", "Because.")
PLACES = {place.name: place for place in (NAME, ABOUT, LAB, LINK, WHY)}


def codes(findings) -> set[str]:
    return {finding.code for finding in findings}


# ── Every text there is ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("text", TEMPLATES.values(), ids=lambda text: text.name)
def test_a_default_could_be_saved_as_it_is(text):
    """EL-63: its placeholders exist, and those that must stay are there."""
    assert text.occasion in MESSAGES
    assert not subject_findings(str(text.subject), text.known)
    assert not text_findings(str(text.text), text.known)
    assert all(str(place.stands_for) and str(place.example) for place in text.known.values())


def test_every_occasion_has_its_texts_and_several_wordings_say_when():
    by_occasion = {occasion: [text for text in TEMPLATES.values() if text.occasion == occasion] for occasion in MESSAGES}
    assert [occasion for occasion, messages in by_occasion.items() if not messages] == []
    assert [text.name for messages in by_occasion.values() if len(messages) > 1 for text in messages if not text.when] == []


# ── Placeholders ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("Open {signing_link}, {name}.", set()),
        ("Open {signing_link}, {nmae}.", {"text-place-unknown"}),
        ("Open {signing_link} { name }.", {"text-place-broken"}),
        ("Open {signing_link} {{ name }}.", {"text-place-broken"}),
        ("Open {{signing_link}}.", {"text-place-broken", "text-place-missing"}),
        ("Open {signing_link} {name", {"text-place-broken"}),
        ("Open {signing_link} {name.__class__}", {"text-place-broken"}),
        ("Open {signing_link} {name!r} {0} {}", {"text-place-broken", "text-place-unknown"}),
        ("Open {signing_link} %(name)s", {"text-place-broken"}),
        ("Open it.", {"text-place-missing"}),
        (" \n ", {"text-empty", "text-place-missing"}),
        ("{signing_link}" + "x" * 10_001, {"text-long"}),
    ],
)
def test_a_broken_placeholder_is_found(words, wrong):
    """EL-63"""
    assert codes(text_findings(words, PLACES)) == wrong


def test_what_is_wrong_is_named_with_those_that_exist():
    (finding,) = text_findings("Open {signing_link}, {nmae}.", PLACES)
    assert "{nmae}" in finding.message
    assert finding.remedy == "You can use: {name}, {about}, {lab}, {signing_link}, {why}."


@pytest.mark.parametrize(
    ("subject", "wrong"),
    [
        ("For {name}", set()),
        ("", {"text-empty"}),
        ("x" * 151, {"text-long"}),
        ("Two\nlines", {"text-long"}),
        ("Open {signing_link}", {"text-minted-in-subject"}),
        ("For {nobody}", {"text-place-unknown"}),
    ],
)
def test_a_subject_is_one_line_without_secrets(subject, wrong):
    assert codes(subject_findings(subject, PLACES)) == wrong


anything = st.text() | st.sampled_from(["{name}", "{{ signing_link }}", "{name.__class__}", "%(lab)s", "%s", "{lab}\n\n{why}"])


@given(anything)
def test_what_somebody_typed_is_said_literally_and_never_read_as_a_placeholder(typed):
    """D3-6: what looks like our rows' name for a secret gets spaces that do not break, and is none."""
    text = Template("s", "a {why} z {signing_link}", places=(LINK, WHY), occasion="x")
    facts = facts_for(text, MailParams({"why": typed}, mint={"signing_link": ["x.y", {}]}), name="Dana", about="it")
    result = filled(str(text.text), facts)
    assert result.count("{{ signing_link }}") == 1
    assert result.replace("\u00a0", " ") == f"a {typed} z {{{{ signing_link }}}}".replace("\u00a0", " ")


@given(st.text(alphabet="{}%()s abname_\n", max_size=60))
def test_what_may_be_saved_leaves_no_bracket_when_it_is_filled(words):
    """EL-63"""
    if not text_findings(words, {"name": NAME}):
        assert not re.search(r"[{}]", filled(words, {"name": "Dana"}))


def test_a_paragraph_of_one_empty_fact_goes():
    assert filled("a\n\n{notes}\n\nb", {"notes": ""}) == "a\n\nb"
    assert filled("a\n\n{notes}\n\nb", {"notes": "n"}) == "a\n\nn\n\nb"


def test_a_message_from_before_an_update_gets_the_defaults_of_the_placeholders_it_lacks():
    text = Template("s", "Please {sign}, {name}.", places=(NAME, Place("sign", "what is asked", "sign", default="sign")), occasion="x")
    before = facts_for(text, MailParams({}), name="Dana", about="it")
    assert filled(str(text.text), before) == "Please sign, Dana."
    after = facts_for(text, MailParams({"sign": "endorse"}), name="Dana", about="it")
    assert filled(str(text.text), after) == "Please endorse, Dana."


@pytest.mark.django_db
def test_a_fact_that_was_not_handed_over_stops_the_act_and_no_half_mail_leaves():
    """Otherwise an administrator could name a placeholder that one day is empty."""
    live = residency("live")
    with pytest.raises(LookupError, match="qualified lacks link"):
        queue(QUALIFIED, to=person(), about=live.stream, key="1", params={})
    with pytest.raises(LookupError, match="declared"):
        queue(QUALIFIED, to=person(), about=live.stream, key="1", params={}, wording="no-such-wording")
    assert not Message.objects.exists()


# ── Worded anew ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def queue_qualified():
    """`queue_qualified()`: what is said when a residency is qualified, queued now."""
    live = residency("live", product="Kestrel")
    numbers = iter(range(100))

    def tell() -> Message:
        to = person(name="Dana Lee")
        return queue(QUALIFIED, to=to, about=live.stream, key=str(next(numbers)), params={"link": "https://x.example.test/"})

    return tell


@pytest.mark.django_db
def test_new_words_hold_from_the_next_message_on_and_the_ledger_has_both(queue_qualified, administrator):
    """EL-63, EL-07"""
    before = queue_qualified()
    override_template(
        TEMPLATES[QUALIFIED.key], subject="Yes: {about}", words="Dear {name},\r\n\r\n{link}\r\n{lab}", shown_revision=0, by=administrator
    )
    after = queue_qualified()
    assert after.subject.startswith("Yes: ")
    assert after.text == "Dear Dana Lee,\n\nhttps://x.example.test/\nExchange Lab"
    assert Message.objects.get(pk=before.pk).text == before.text
    event = Event.objects.get(act="text-worded")
    assert (event.actor, event.facts["id"]) == (administrator, QUALIFIED.key)
    assert event.facts["changes"]["subject"]["to"] == "Yes: {about}"


@pytest.mark.django_db
def test_the_default_comes_back_and_so_does_what_was_typed_like_it(queue_qualified, administrator):
    """EL-63"""
    text, default = TEMPLATES[QUALIFIED.key], queue_qualified().text
    override_template(text, subject="Yes", words="Look: {link}", shown_revision=0, by=administrator)
    restore_template(text, shown_revision=1, by=administrator)
    assert queue_qualified().text == default
    override_template(text, subject=str(text.subject), words=f"{text.text}\n", shown_revision=2, by=administrator)
    assert queue_qualified().text == default
    row = TemplateOverride.objects.get()
    assert (row.subject, row.text, row.revision) == ("", "", 2)


@pytest.mark.django_db
def test_broken_words_are_refused_with_every_reason_and_nothing_is_written(administrator):
    """EL-63"""
    with pytest.raises(Refused) as refused:
        override_template(TEMPLATES["agreement-code"], subject="", words="Hello {nmae}", shown_revision=0, by=administrator)
    assert refused.value.codes == {"text-empty", "text-place-unknown", "text-place-missing"}
    assert not TemplateOverride.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_the_second_of_two_editors_overwrites_nothing(administrator):
    """R14"""
    text = TEMPLATES[QUALIFIED.key]
    override_template(text, subject="First", words="{link}", shown_revision=0, by=administrator)
    for act in (
        lambda: override_template(text, subject="Second", words="{link}", shown_revision=0, by=administrator),
        lambda: restore_template(text, shown_revision=0, by=administrator),
    ):
        with pytest.raises(Stale):
            act()
    assert words_of(text)[0] == "First"


@pytest.mark.django_db
def test_words_whose_placeholder_is_gone_after_an_update_do_not_stop_the_mail(queue_qualified):
    """EL-61: the default goes out in their place."""
    default = queue_qualified().text
    TemplateOverride.objects.create(name=QUALIFIED.key, subject="Fine: {about}", text="Was {once_there}: {link}")
    message = queue_qualified()
    assert message.subject.startswith("Fine: ")
    assert message.text == default


@pytest.mark.django_db
def test_a_batch_reads_edited_words_once(django_assert_num_queries):
    with django_assert_num_queries(1), read_once():
        for text in TEMPLATES.values():
            words_of(text)


def test_all_that_a_default_names_is_tried_with_its_examples():
    for text in TEMPLATES.values():
        assert not PLACE.search(filled(str(text.text), examples_for(text))), text.name


def test_a_text_is_told_by_its_words():
    assert str(TEMPLATES["agreement-declined.lab"]) == "Declined agreement: to the lab"
