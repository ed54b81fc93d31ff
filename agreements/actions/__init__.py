"""Every act on agreements: one function a verb, one transaction each."""

from agreements.actions.amendments import (
    Wording,
    accept_amendments,
    findings_before_accepting,
    propose_amendment,
    reject_amendment,
    withdraw_amendment,
)
from agreements.actions.codes import ask_for_code, enter_code, why_not
from agreements.actions.declining import decline
from agreements.actions.discussion import ask, comment, mark_seen, reopen, resolve, take_stance
from agreements.actions.drafting import edit_header, prepare, set_conditions, set_party
from agreements.actions.evidence import record_evidence_taken
from agreements.actions.handing_over import (
    confirm_hand_over,
    findings_before_deciding,
    handed_over,
    needs_confirmation,
    propose_hand_over,
    refuse_hand_over,
    replace_party,
)
from agreements.actions.ordering import at_once, set_signing_order, side_by_side
from agreements.actions.paper import confirm_paper, findings_before_confirming_paper, record_paper, withdraw_paper
from agreements.actions.reading import ask_for_link, mark_read, open_invitation
from agreements.actions.reporting import say_wrong_person, settle_wrong_person
from agreements.actions.sealing import print_again, put_seal_off, record_sealed, seal_without_timestamp
from agreements.actions.sending import circulate, findings_before_circulating, revoke_invitation, send_new_link, whose_turn_it_is
from agreements.actions.signing import Intent, Witness, findings_before_signing, sign
from agreements.actions.templates import (
    edit_template_version,
    install_standard_template,
    make_template_version,
    publish_template_version,
    record_template_edit,
)
from agreements.actions.voiding import standing_of, told_of_void, void_agreement

__all__ = [
    "Intent",
    "Witness",
    "Wording",
    "accept_amendments",
    "ask",
    "ask_for_code",
    "ask_for_link",
    "at_once",
    "circulate",
    "comment",
    "confirm_hand_over",
    "confirm_paper",
    "decline",
    "edit_header",
    "edit_template_version",
    "enter_code",
    "findings_before_accepting",
    "findings_before_circulating",
    "findings_before_confirming_paper",
    "findings_before_deciding",
    "findings_before_signing",
    "handed_over",
    "install_standard_template",
    "make_template_version",
    "mark_read",
    "mark_seen",
    "needs_confirmation",
    "open_invitation",
    "prepare",
    "print_again",
    "propose_amendment",
    "propose_hand_over",
    "publish_template_version",
    "put_seal_off",
    "record_evidence_taken",
    "record_paper",
    "record_sealed",
    "record_template_edit",
    "refuse_hand_over",
    "reject_amendment",
    "reopen",
    "replace_party",
    "resolve",
    "revoke_invitation",
    "say_wrong_person",
    "seal_without_timestamp",
    "send_new_link",
    "set_conditions",
    "set_party",
    "set_signing_order",
    "settle_wrong_person",
    "side_by_side",
    "sign",
    "standing_of",
    "take_stance",
    "told_of_void",
    "void_agreement",
    "whose_turn_it_is",
    "why_not",
    "withdraw_amendment",
    "withdraw_paper",
]
