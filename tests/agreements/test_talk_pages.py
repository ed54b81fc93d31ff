"""Reading, taking stances and talking as a party, and the grid as lab operations (EL-23, EL-24, EL-29)."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from agreements.discussion import actions as discussion_actions
from agreements.discussion.queries import WHOLE
from agreements.invitations import actions as invitations_actions
from agreements.invitations import mail as invitation_mail
from agreements.models import Comment, DiscussionBookmark, Invitation, SectionRead, Stance, Thread
from tests.agreements.amending import amended
from tests.agreements.discussing import misaligned, next_version
from tests.agreements.factories import as_party, circulated, read_all, sign, to_sign, token_for
from tests.factories import account
from tests.residencies.factories import applicant, ops, qualified_residency
from tests.web.browsing import form_with, forms_of
from tests.worlds import made_once, mine

pytestmark = pytest.mark.django_db


begins_with = made_once(lambda: circulated(by=ops(name="Olive Officer")))


@pytest.fixture
def version(begins_with):
    return mine(begins_with)


@pytest.fixture
def officer(version):
    return version.circulated_by


@pytest.fixture
def party(version):
    return to_sign(version)[0]


def visit(invitation):
    client = Client()
    client.post(reverse("open-invitation", args=[token_for(invitation)]))
    return client


def at(name, invitation, *args):
    return reverse(name, args=[invitation.pk, *args])


def of(name, version, *args):
    return reverse(name, args=[version.agreement.subject.reference, *args])


def words(response):
    return re.sub(r"\s+", " ", response.content.decode())


# ── A party ──────────────────────────────────────────────────────────────────────────────────


def test_the_welcome_says_how_long_what_is_left_takes(party, monkeypatch):
    """EL-23"""
    monkeypatch.setattr("agreements.versions.document.WORDS_A_MINUTE", 1)
    client = visit(party)
    takes = lambda sections: sum(len(clause.text.split()) for section in sections for clause in section.clauses.all())
    whole = list(party.version.sections.order_by("number"))
    assert f"Reading takes about {takes(whole)} minutes" in words(client.get(at("sign", party)))
    assert "What happens in each phase" in words(client.get(at("sign", party))), "EL-35"
    assert "What happens in each phase: http" in invitation_mail.guide(party.version), "EL-35"
    invitations_actions.mark_read(party, [1], by=as_party(party))
    assert f"The rest takes about {takes(whole[1:])} minutes" in words(client.get(at("sign", party)))
    read_all(party)
    assert "You’ve read all of it. All that’s left is your signature." in words(client.get(at("sign", party)))


def test_a_stance_is_taken_without_scripts_and_leads_back_to_its_clause(party):
    """EL-24"""
    client = visit(party)
    response = client.post(at("sign-stance", party, "2.1"), {"value": "comfortable"})
    assert response["Location"] == at("sign-read", party) + "#clause-2.1"
    page = words(client.get(at("sign-read", party)))
    assert "You: Comfortable," in page
    assert "You marked clause 2.1 as comfortable." in page
    assert Stance.objects.get().party == party.party


def test_a_misaligned_stance_without_a_reason_is_refused_and_says_how_to_mend_it(party):
    """EL-24, D3-10"""
    response = visit(party).post(at("sign-stance", party, "2.1"), {"value": "misaligned"})
    assert response.status_code == 409
    assert "Say in a sentence or two what would have to change." in words(response)
    assert not Stance.objects.exists()


def test_without_scripts_a_clause_has_a_page_for_feedback_comments_and_other_wording(party):
    """EL-24, EL-25: the reading page links to it, and holds no form for it."""
    client = visit(party)
    reading = client.get(at("sign-read", party))
    assert not [form for form in forms_of(reading) if "/talk/" in form.action]
    assert f'href="{at("sign-talk", party, "2.1")}"' in words(reading)
    page = client.get(at("sign-talk", party, "2.1"))
    assert f"{at('sign-propose', party)}?clause=2.1" in words(page)
    form = form_with(page, "value", action=at("sign-stance", party, "2.1"))
    assert client.post(form.action, {**form.fields, "value": "misaligned", "note": "Name the branch."}).status_code == 302
    assert Stance.objects.get().note == "Name the branch."


def test_with_scripts_the_clause_s_part_alone_comes_back(party):
    """EL-24: in place, with a sentence for who can't see it change."""
    client = visit(party)
    scripts = {"HX-Request": "true"}
    response = client.post(at("sign-stance", party, "2.1"), {"value": "clear"}, headers=scripts)
    part = words(client.get(response["Location"], headers=scripts))
    assert "<html" not in part
    assert re.search(r'value="clear" aria-pressed="true"', part)
    assert 'id="said"' in part
    assert "You marked clause 2.1 as clear." in part
    refused = client.post(at("sign-stance", party, "2.1"), {"value": "misaligned"}, headers=scripts)
    assert (refused.status_code, "The reason is missing. Say in a sentence or two what would have to change." in words(refused)) == (
        200,
        True,
    )


def test_a_question_is_asked_below_the_clause_and_sent_twice_is_asked_once(party, version):
    """EL-29, R12"""
    client = visit(party)
    part = client.get(at("sign-talk", party, "2.1"), headers={"HX-Request": "true"})  # the reading page gets it when it is opened
    form = form_with(part, "text", action=at("sign-talk", party, "2.1"))
    sent = {**form.fields, "text": "May we ask for more?", "kind": "question"}
    for _ in range(2):
        assert client.post(form.action, sent)["Location"] == at("sign-read", party) + "#clause-2.1"
    comment = Comment.objects.get()
    assert (comment.kind, comment.party, comment.thread.clause.number) == ("question", party.party, "2.1")


def test_ask_is_one_tap_away_on_every_page_of_the_reading_room(party):
    """EL-29: what is written about the whole stays on its page, with the answer."""
    client = visit(party)
    assert words(client.get(at("sign-read", party))).count(at("sign-talk", party, WHOLE)) >= 2
    page = client.get(at("sign-talk", party, WHOLE))
    form = form_with(page, "text")
    response = client.post(at("sign-talk", party, WHOLE), {**form.fields, "text": "Until when?", "kind": "question"})
    assert response["Location"] == at("sign-talk", party, WHOLE)
    assert "Until when?" in words(client.get(response["Location"]))


def test_an_empty_question_is_refused_and_a_long_one_is_kept(party):
    """D3: what was typed stays."""
    client = visit(party)
    assert "Enter your question or comment." in words(client.post(at("sign-talk", party, "2.1"), {"text": " "}))
    long = client.post(at("sign-talk", party, "2.1"), {"text": "x" * 4001})
    assert "x" * 4001 in words(long)
    assert not Comment.objects.exists()


def test_whoever_is_ticked_hears_of_it_and_a_party_of_another_agreement_can_t_be(party, version):
    """EL-24, D3-43"""
    client = visit(party)
    two, foreign = to_sign(version)[1], to_sign(circulated())[0]
    refused = client.post(at("sign-talk", party, "2.1"), {"text": "Look", "mentions": [foreign.party_id]})
    assert refused.status_code == 200
    assert not Comment.objects.exists()
    client.post(at("sign-talk", party, "2.1"), {"text": "Look", "mentions": [two.party_id]})
    assert list(Comment.objects.get().mentions.all()) == [two.party]


def test_parties_see_each_other_s_comments_and_misalignments_and_no_other_stance(version, officer):
    """EL-24: and the page says so."""
    first, second = to_sign(version)[:2]
    misaligned(first, note="Far too low, I think.")
    discussion_actions.take_stance(first, "2.2", "comfortable", by=as_party(first))
    discussion_actions.comment(version, "2.2", "It reads well.", by=as_party(first))
    page = words(visit(second).get(at("sign-read", second)))
    assert "Far too low, I think." in page
    assert "It reads well." in page
    assert "You: Comfortable" not in page
    assert page.count('aria-pressed="true"') == 0
    assert "Misaligned on 1 clause" in page
    assert "Parties see each other’s comments" in words(visit(second).get(at("sign-talk", second, "2.1")))


def test_what_changed_since_i_last_looked_is_on_top_until_i_say_that_i_saw_it(version, officer):
    """EL-24: looking alone marks nothing (D3-20)."""
    first, second = to_sign(version)[:2]
    client = visit(second)
    assert "new comment" not in words(client.get(at("sign-read", second)))
    discussion_actions.comment(version, "2.1", "First", by=as_party(first))
    discussion_actions.comment(version, WHOLE, "Second", by=officer)
    for _ in range(2):
        page = client.get(at("sign-read", second))
        assert "2 new comments" in words(page)
    form = form_with(page, "upto")
    discussion_actions.comment(version, "2.2", "Third, while reading", by=as_party(first))
    client.post(form.action, form.fields)
    assert "One new comment" in words(client.get(at("sign-read", second)))
    assert DiscussionBookmark.objects.get().comment.text == "Second"


@pytest.mark.parametrize("upto", ["", "x", "9" * 30, "-1"])
def test_a_bookmark_of_nonsense_changes_nothing(party, upto):
    assert visit(party).post(at("sign-seen", party), {"upto": upto}).status_code == 302
    assert not DiscussionBookmark.objects.exists()


def test_one_press_marks_all_sections_down_to_here_and_says_which(party):
    """EL-23: each is marked by the party, whose button names them."""
    client = visit(party)
    client.post(at("sign-read", party), {"section": "2"})
    page = words(client.get(at("sign-read", party)))
    assert "I have read sections 1 to 4" in page
    assert "I have read sections 1 to 1" not in page
    client.post(at("sign-read", party), {"upto": "4"})
    assert list(SectionRead.objects.values_list("section__number", flat=True)) == [1, 2, 3, 4]
    assert "I have read sections" not in words(client.get(at("sign-read", party))).partition('id="section-6"')[0]


@pytest.mark.parametrize("pressed", [{"upto": "9999999999999999999999"}, {"section": "x"}, {"upto": "x"}, {}])
def test_a_press_of_nonsense_is_no_error(party, pressed):
    assert visit(party).post(at("sign-read", party), pressed).status_code == 302


def test_who_signed_is_offered_talk_and_no_stance(party):
    """EL-27"""
    sign(party)
    client = visit(party)
    assert f'href="{at("sign-talk", party, "2.1")}"' in words(client.get(at("sign-read", party)))
    page = words(client.get(at("sign-talk", party, "2.1")))
    assert 'name="value"' not in page
    assert "Ask the lab" in page
    assert client.post(at("sign-stance", party, "2.1"), {"value": "clear"}).status_code == 409


def test_a_replaced_version_is_read_with_its_talk_and_takes_no_more(party, version):
    """EL-25"""
    discussion_actions.comment(version, "2.1", "Said before", by=as_party(party))
    client = visit(party)
    next_version(version)
    page = words(client.get(at("sign-read", party)))
    assert "Said before" in page
    assert 'name="text"' not in page
    assert client.post(at("sign-talk", party, "2.1"), {"text": "More"}).status_code == 409


def test_unchanged_and_changed_words_of_a_next_version_say_so(party, version):
    """EL-25"""
    for number in ("1.1", "2.1"):
        discussion_actions.take_stance(party, number, "comfortable", by=as_party(party))
        discussion_actions.comment(version, number, f"About {number}", by=as_party(party))
    after = next_version(version, words={"2.1": "Other words."})
    mine = Invitation.objects.get(party=party.party, version=after)
    page = words(visit(mine).get(at("sign-read", mine)))
    assert page.count("From version 1, where the wording was the same.") == 1
    assert "One comment on earlier wording" in page
    assert page.count("on version 1") == 2


def test_a_misaligned_party_is_told_before_it_signs_and_ticks_that_it_means_it(party):
    """EL-24, EL-27"""
    read_all(party)
    misaligned(party)
    client = visit(party)
    page = client.get(at("sign-sign", party))
    assert "You marked this as misaligned:" in words(page)
    form = form_with(page, "typed_name")
    sent = {**form.fields, "typed_name": party.party.person.name, "intends": "on", "consents": "on"}
    refused = words(client.post(at("sign-sign", party), sent))
    assert "Select this to sign even though you marked a clause as misaligned" in refused
    response = client.post(at("sign-sign", party), {**sent, "acknowledged": "on"})
    assert response["Location"] == at("sign-done", party)


def test_whoever_finds_nothing_misaligned_is_not_asked(party):
    read_all(party)
    assert 'name="acknowledged"' not in words(visit(party).get(at("sign-sign", party)))


def test_a_party_settles_what_it_spoke_of_and_nothing_else(version):
    """EL-24"""
    first, second = to_sign(version)[:2]
    discussion_actions.comment(version, "2.1", "Why?", by=as_party(first))
    client, other = visit(first), visit(second)
    assert other.post(at("sign-settle", second, "2.1")).status_code == 409
    assert client.post(at("sign-settle", first, "2.2")).status_code == 404
    assert client.post(at("sign-settle", first, "2.1")).status_code == 302
    assert not Thread.objects.get().is_open
    client.post(at("sign-settle", first, "2.1"), {"reopen": "1"})
    assert Thread.objects.get().is_open


def test_a_party_reaches_no_talk_of_another_agreement(party):
    """D3-36: the same answer for another's invitation and for none; a clause that is not there is not there."""
    other = to_sign(circulated())[0]
    discussion_actions.comment(other.version, "2.1", "Secret of others", by=as_party(other))
    client = visit(party)
    for pk in (other.pk, 999_999):
        for name, args in (("sign-talk", ["2.1"]), ("sign-stance", ["2.1"]), ("sign-settle", ["2.1"]), ("sign-seen", [])):
            for send in (client.get, client.post):
                assert send(reverse(name, args=[pk, *args]), {"text": "x"})["Location"] == reverse("sign-closed")
    assert "Secret of others" not in words(client.get(at("sign-read", party)))
    assert client.get(at("sign-talk", party, "99.9")).status_code == 404


@pytest.mark.parametrize("role", ["lab_ops", "lab_lead", "admin"])
def test_staff_can_t_speak_as_a_party(client, party, role):
    """EL-27"""
    client.force_login(account(role))
    for name, args in (("sign-talk", ["2.1"]), ("sign-stance", ["2.1"]), ("sign-seen", [])):
        assert client.post(at(name, party, *args), {"text": "x", "value": "clear"})["Location"] == reverse("sign-closed")
    assert not Comment.objects.exists()
    assert not Stance.objects.exists()


def test_what_people_write_is_text_never_markup(party, version, client, officer):
    """D3-1"""
    misaligned(party, note="<script>alert(1)</script>")
    discussion_actions.comment(version, "2.1", "<img src=x onerror=alert(2)>", by=as_party(party))
    client.force_login(officer)
    for page in (
        visit(party).get(at("sign-read", party)),
        client.get(of("agreement-alignment", version)),
        client.get(of("agreement-thread", version, "2.1")),
    ):
        assert "<script>alert" not in page.content.decode()
        assert "<img src=x" not in page.content.decode()


def test_reading_costs_the_same_however_much_was_said(version, officer, django_assert_max_num_queries):
    """D3: constant."""
    cache.clear()
    party = to_sign(version)[0]
    client = visit(party)
    discussion_actions.comment(version, "1.2", "One", by=as_party(to_sign(version)[1]), mentions=[party.party])
    client.get(at("sign-read", party))
    with django_assert_max_num_queries(30) as few:
        client.get(at("sign-read", party))
    for invitation in to_sign(version):
        misaligned(invitation)
        for number in ("1.1", "2.2", WHOLE):
            discussion_actions.comment(version, number, "Hello @Dana Lee", by=as_party(invitation))
    with django_assert_max_num_queries(30) as many:
        client.get(at("sign-read", party))
    assert len(many) == len(few)


# ── Lab operations ───────────────────────────────────────────────────────────────────────────


def test_the_grid_shows_in_words_what_each_party_finds_of_each_clause(client, version, officer):
    """EL-24"""
    first, second, third = to_sign(version)[:3]
    invitations_actions.mark_read(first, [1], by=as_party(first))
    discussion_actions.take_stance(first, "2.1", "clear", by=as_party(first))
    discussion_actions.take_stance(second, "2.1", "comfortable", by=as_party(second))
    misaligned(third, note="Far too low.")
    client.force_login(officer)
    response = client.get(of("agreement-alignment", version))
    rows = {row.standing.party.pk: {talk.number: str(mark.label) for talk, mark in row.cells} for row in response.context["grid"].rows}
    assert [rows[i.party_id]["2.1"] for i in (first, second, third)] == ["Clear", "Comfortable", "Misaligned"]
    assert (rows[first.party_id]["1.1"], rows[second.party_id]["1.1"]) == ("Read, no feedback yet", "Unread")
    page = words(response)
    assert '<span class="visually-hidden">Misaligned</span>' in page
    assert f"Misaligned for {third.party.person}: Far too low." in page
    assert "waiting for the lab’s reply" in page
    assert of("agreement-thread", version, "2.1") in page


def test_the_grid_leaves_out_clauses_that_nobody_spoke_of_when_asked(client, version, officer):
    """EL-24"""
    misaligned(to_sign(version)[0])
    client.force_login(officer)
    whole = client.get(of("agreement-alignment", version)).context["grid"]
    response = client.get(of("agreement-alignment", version), {"only": "said"})
    assert [talk.number for talk in response.context["grid"].clauses] == ["2.1"]
    assert response.context["grid"].left_out == len(whole.clauses) - 1
    assert "Show all clauses" in words(response)


def test_an_empty_grid_says_what_to_do(client, officer):
    from tests.agreements.factories import draft

    version = draft(by=officer)
    client.force_login(officer)
    assert "Name the parties of the draft." in words(client.get(of("agreement-alignment", version)))


def test_operations_answer_in_the_thread_as_the_lab_and_settle_it(client, version, officer):
    """EL-24"""
    invitation = to_sign(version)[0]
    discussion_actions.ask(invitation, "How long?", number="2.1", by=as_party(invitation))
    client.force_login(officer)
    page = client.get(of("agreement-thread", version, "2.1"))
    form = form_with(page, "text")
    for _ in range(2):
        response = client.post(of("agreement-thread", version, "2.1"), {**form.fields, "text": "Two weeks."})
    assert response["Location"] == of("agreement-thread", version, "2.1")
    answer = Comment.objects.latest("pk")
    assert (answer.account, answer.party, Comment.objects.count()) == (officer, None, 2)
    client.post(of("agreement-settle", version, "2.1"))
    assert Thread.objects.get().resolved_by == "Olive Officer"
    assert "Resolved by Olive Officer" in words(client.get(of("agreement-thread", version, "2.1")))
    assert client.post(of("agreement-settle", version, "2.2")).status_code == 404
    assert client.get(of("agreement-thread", version, "99.9")).status_code == 404


@pytest.mark.parametrize("role", ["lab_lead", "viewer"])
def test_leadership_and_auditors_look_and_answer_nothing(client, version, role):
    """D3-36"""
    client.force_login(account(role))
    assert client.get(of("agreement-alignment", version)).status_code == 200
    page = client.get(of("agreement-thread", version, "2.1"))
    assert not [form for form in forms_of(page) if "text" in form.names]
    client.post(of("agreement-thread", version, "2.1"), {"text": "I say so."})
    assert client.post(of("agreement-settle", version, "2.1")).status_code == 403
    assert not Comment.objects.exists()


def test_a_product_owner_sees_no_talk(client, officer):
    """D3-36: it is between the parties and the lab, which its auditors may read."""
    owner = applicant()
    version = circulated(residency=qualified_residency(by=owner), by=officer)
    client.force_login(owner)
    assert client.get(of("agreement-alignment", version)).status_code == 403
    assert client.get(of("agreement-thread", version, "2.1")).status_code == 403
    assert of("agreement-alignment", version) not in client.get(of("agreement", version)).content.decode()


def test_the_grid_and_the_status_page_ask_a_fixed_number_of_times(client, version, officer, django_assert_max_num_queries):
    """D3: at any size."""
    client.force_login(officer)
    counts = {}
    discussion_actions.comment(version, "1.2", "One", by=officer, mentions=[to_sign(version)[0].party])
    for name in ("agreement-alignment", "agreement"):
        client.get(of(name, version))
        with django_assert_max_num_queries(40) as few:
            client.get(of(name, version))
        counts[name] = len(few)
    for invitation in to_sign(version):
        misaligned(invitation)
        for number in ("1.1", "2.2", WHOLE):
            discussion_actions.comment(version, number, "Hello @Dana Lee", by=as_party(invitation))
    for name, few in counts.items():
        client.get(of(name, version))
        with django_assert_max_num_queries(few):
            client.get(of(name, version))
    assert (
        counts["agreement"] <= 35
    )  # one for the other agreements, one for addresses that wait for a second account, one for notes on signers
    assert counts["agreement-alignment"] <= 30


def test_the_status_page_says_who_is_misaligned_and_who_asked(client, version, officer):
    """EL-24"""
    first, second = to_sign(version)[:2]
    misaligned(first)
    discussion_actions.ask(second, "Until when?", by=as_party(second))
    client.force_login(officer)
    page = words(client.get(of("agreement", version)))
    assert "Misaligned on 1 clause" in page
    assert "1 question" in page
    discussion_actions.resolve(Thread.objects.get(clause=None), by=officer)
    assert "1 question" not in words(client.get(of("agreement", version)))


# ── Home ─────────────────────────────────────────────────────────────────────────────────────


def home(client, user):
    client.force_login(user)
    return words(client.get(reverse("home"), {"who": "everyone"}))


def test_home_says_what_waits_for_the_lab_s_answer(client, version, officer):
    """EL-24: until somebody of the lab answers or settles it; a misalignment until it is settled."""
    first, second = to_sign(version)[:2]
    assert "Reply to" not in home(client, officer)
    asked = discussion_actions.ask(first, "Until when?", number="1.1", by=as_party(first))
    assert "Reply to 1 discussion" in home(client, officer)
    discussion_actions.comment(version, "1.1", "Until spring.", by=officer)
    assert "Reply to 1 discussion" not in home(client, officer)
    discussion_actions.comment(version, "1.1", "And then?", by=as_party(second))
    discussion_actions.resolve(asked.thread, by=officer)
    assert "Reply to 1 discussion" not in home(client, officer)
    misaligned(first)
    discussion_actions.comment(version, "2.1", "We look into it.", by=officer)
    page = home(client, officer)
    assert "Reply to 1 discussion" in page
    assert of("agreement-alignment", version) in page


def test_talk_about_words_that_changed_waits_for_nobody(client, version, officer):
    """EL-25"""
    invitation = to_sign(version)[0]
    misaligned(invitation, "2.1")
    misaligned(invitation, "2.2")
    after = amended(version, clause="2.1", text="A higher sum.")
    assert "Reply to 1 discussion" in home(client, officer)
    amended(after, clause="2.2", text="Other words too.")
    assert "Reply to" not in home(client, officer)
