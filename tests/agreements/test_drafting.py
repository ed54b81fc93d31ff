"""From the template to a draft, and from a draft to words that nobody can change."""

import pytest

from acts.act import SYSTEM
from acts.revisions import Stale
from agreements.drafting import actions as drafting_actions
from agreements.drafting import sending, templates
from agreements.drafting.sending import findings_before_circulating
from agreements.models import Agreement, AgreementVersion, Party, State, TemplateVersion
from findings import Refused
from outbox.models import Message
from residencies.models.states import State as ResidencyState
from tests.actors import ANYONE
from tests.agreements.factories import circulated, complete_draft, draft, in_force, someone_in
from tests.factories import account, person
from tests.residencies.factories import acts_of, ops, qualified_residency, residency_in_review

pytestmark = pytest.mark.django_db


def test_an_agreement_is_made_from_the_template_and_the_residency_follows():
    """EL-20, EL-21: clauses, roles and header are there; the residency is at “Agreement”."""
    residency = qualified_residency()
    version = draft(residency=residency, whole=True)
    residency.refresh_from_db()
    assert residency.state == ResidencyState.AGREEMENT
    assert version.agreement.reference == f"{residency.reference}-A1"
    assert version.clauses.count() == version.agreement.template_version.clauses.count() > 20
    assert dict(version.header_lines)["Proposed product"] == residency.product
    assert dict(version.header_lines)["Ministry"] == residency.ministry.name
    assert acts_of(residency)[-2:] == ["agreement-begun", "agreement-prepared"]


def test_nothing_is_made_before_all_six_conditions_are_met_and_every_unmet_one_is_named():
    """EL-13, D3-10: also from a shell, for the act itself refuses."""
    residency = residency_in_review()
    with pytest.raises(Refused) as refused:
        draft(residency=residency)
    assert sum(code.startswith("condition") for code in [f.code for f in refused.value.findings]) == 6
    assert "not-qualified" in refused.value.codes
    assert not Agreement.objects.exists()


def test_a_second_agreement_is_refused_while_one_stands():
    """EL-20"""
    version = draft()
    with pytest.raises(Refused) as refused:
        draft(residency=version.agreement.subject)
    assert refused.value.codes == {"agreement-exists"}


def test_a_template_version_is_frozen_once_an_agreement_is_made_from_it():
    """EL-20"""
    version = draft()
    template = TemplateVersion.objects.get(pk=version.agreement.template_version_id)
    assert template.frozen_at
    copy = templates.make_template_version(template, by=ANYONE)
    assert (copy.number, copy.frozen_at, copy.published_at) == (2, None, None)
    assert list(copy.clauses.values_list("heading", "text")) == list(template.clauses.values_list("heading", "text"))
    assert templates.make_template_version(template, by=ANYONE) == copy
    assert list(TemplateVersion.objects.offered_for("residency")) == [template]
    templates.publish_template_version(copy, by=ANYONE)
    assert list(TemplateVersion.objects.offered_for("residency")) == [copy]


def test_an_unpublished_template_version_makes_no_agreement():
    """EL-20"""
    residency = qualified_residency()
    template = templates.make_template_version(templates.install_standard_template(by=SYSTEM), by=account("admin"))
    with pytest.raises(Refused) as refused:
        drafting_actions.prepare(residency.stream, template, by=ops())
    assert refused.value.codes == {"template-not-published"}


def test_the_header_is_edited_once_and_a_stale_edit_is_told():
    """EL-21"""
    version = draft()
    edited = drafting_actions.edit_header(version, {"product": "Crop  Claims", "smuggled": "x"}, shown_revision=version.revision, by=ops())
    assert edited.header["product"] == "Crop Claims"
    assert "smuggled" not in edited.header
    with pytest.raises(Stale):
        drafting_actions.edit_header(version, {"product": "Mine"}, shown_revision=version.revision, by=ops())


def test_conditions_of_this_team_are_numbered_after_the_template_s_own_and_replaced_as_a_whole():
    """EL-21"""
    version = draft()
    version = drafting_actions.set_conditions(
        version, [("Health data", "Code is published after review."), ("", "Two."), ("x", " ")], shown_revision=version.revision, by=ops()
    )
    unique = version.clauses.filter(kind="unique")
    assert [(c.number, c.heading) for c in unique] == [("8.2", "Health data"), ("8.3", "Unique condition")]
    version = drafting_actions.set_conditions(version, [("", "Only one.")], shown_revision=version.revision, by=ops())
    assert [c.number for c in version.clauses.filter(kind="unique")] == ["8.2"]
    with pytest.raises(Stale):
        drafting_actions.set_conditions(version, [], shown_revision=1, by=ops())


def test_who_filled_a_role_before_stays_on_record():
    """EL-22"""
    version, by = draft(), ops()
    role = version.roles.first().role
    first, second = person(), person()
    drafting_actions.set_party(version, role, first, by=by)
    drafting_actions.set_party(version, role, second, instead_of=first, by=by)
    assert [(p.person, p.to_at is None) for p in Party.objects.filter(role=role).order_by("pk")] == [(first, False), (second, True)]
    with pytest.raises(Refused) as refused:
        drafting_actions.set_party(version, role, person(), instead_of=first, by=by)
    assert refused.value.codes == {"party-changed"}


def test_one_person_holds_two_roles_only_knowingly():
    """EL-22"""
    version, by = draft(), ops()
    first, second = [row.role for row in version.roles.all()[:2]]
    dana = person()
    drafting_actions.set_party(version, first, dana, by=by)
    with pytest.raises(Refused) as refused:
        drafting_actions.set_party(version, second, dana, by=by)
    assert refused.value.codes == {"holds-two-roles"}
    assert drafting_actions.set_party(version, second, dana, by=by, acknowledged=True)


def test_a_draft_with_gaps_is_not_sent_and_every_gap_is_named():
    """EL-21, EL-22"""
    version, by = draft(), ops()
    role = version.roles.first().role
    drafting_actions.set_party(version, role, person(email=""), by=by)
    version = drafting_actions.edit_header(version, {"product": ""}, shown_revision=version.revision, by=by)
    with pytest.raises(Refused) as refused:
        sending.circulate(version, shown_revision=version.revision, by=by)
    codes = [f.code for f in refused.value.findings]
    assert codes.count("role-unfilled") == version.roles.filter(must_sign=True).count() - 1
    assert {"party-without-address", "header-empty"} <= set(codes)
    assert not Message.objects.filter(occasion="agreement-invitation").exists()
    version.refresh_from_db()
    assert version.state == State.DRAFT


def test_a_draft_edited_meanwhile_is_not_sent():
    """EL-26: what goes out is what the sender saw."""
    version, by = complete_draft(), ops()
    drafting_actions.edit_header(version, {"product": "Another"}, shown_revision=version.revision, by=by)
    with pytest.raises(Refused) as refused:
        sending.circulate(version, shown_revision=version.revision, by=by)
    assert refused.value.codes == {"draft-changed"}


def test_circulating_freezes_the_words_and_asks_each_party_once():
    """EL-26, EL-28: one message a party, informed roles too, and no message holds a link."""
    version = circulated(informed=True)
    assert version.state == State.CIRCULATED
    assert len(version.content_sha256) == 64
    messages = list(Message.objects.filter(occasion="agreement-invitation"))
    assert len(messages) == version.roles.count()
    assert all("{{ signing_link }}" in message.text and "/a/" not in message.text for message in messages)
    assert {i.purpose for i in version.invitations.all()} == {"sign", "read"}
    assert acts_of(version.agreement.subject)[-1] == "agreement-circulated"


def test_circulated_words_are_edited_by_no_act():
    """EL-26"""
    version, by = circulated(), ops()
    role = version.roles.first().role
    for act in (
        lambda: drafting_actions.edit_header(version, {"product": "x"}, shown_revision=version.revision, by=by),
        lambda: drafting_actions.set_conditions(version, [("", "x")], shown_revision=version.revision, by=by),
        lambda: drafting_actions.set_party(version, role, person(), by=by),
        lambda: sending.circulate(version, shown_revision=version.revision, by=by),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.codes == {"words-frozen"}


def test_what_is_in_the_way_can_be_asked_without_doing_anything():
    """EL-13"""
    assert findings_before_circulating(complete_draft()) == []
    assert AgreementVersion.objects.get().state == State.DRAFT


def test_everybody_is_told_when_it_is_in_force():
    """EL-31"""
    version = in_force(informed=True)
    messages = Message.objects.filter(occasion="agreement-in-force")
    assert messages.count() == version.roles.count()
    assert version.content_sha256 in messages.first().text
    assert someone_in(version, "Product owner").email in set(messages.values_list("to_address", flat=True))
