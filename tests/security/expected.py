"""Who may do what, written down a second time: what the matrix holds the portal against (D3-36, D4).

`OWNER` means: on the residency that the visitor keeps. docs/permissions.md prints these tables.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.security.roles import ADMINS, EVERYONE, LAB, LEAD, NONE, OPS, OWNER, READERS, SIGNED_IN, Visitor

KEEPERS = frozenset({Visitor.OWNER, Visitor.STRANGER})
Audience = frozenset[Visitor]


@dataclass(frozen=True)
class Row:
    """Who may look, and who may send the form; `of` is what the address is about."""

    get: Audience
    post: Audience = NONE
    of: str = ""


def _residency(get: Audience, post: Audience = NONE) -> Row:
    return Row(get, post, "residency")


SEEN = _residency(READERS | OWNER)
SEEN_BY_READERS = _residency(READERS)
KEPT = _residency(OPS | OWNER, OPS | OWNER)
KEPT_WITH_LAB = _residency(LAB | OWNER, LAB | OWNER)
BY_LAB = _residency(LAB, LAB)
BY_OPS = _residency(OPS, OPS)
BY_LEAD = _residency(LEAD, LEAD)

# The API reads no cookies, so no page of another site can make a browser act with someone's token.
API = {
    f"api-1:{name}"
    for name in (
        "list_residencies",
        "show_residency",
        "show_team",
        "list_metrics",
        "show_metric",
        "list_observations",
        "add_observation",
        "list_products",
        "show_product",
        "list_lessons",
        "list_reports",
        "show_report",
    )
}

EXPECTED: dict[str, Row] = {
    "home": Row(SIGNED_IN),
    "snooze": Row(NONE, SIGNED_IN),
    "snooze-end": Row(NONE),  # whose it is alone: tests/labportal/test_home.py
    "key-figure": Row(READERS),
    "search": Row(SIGNED_IN),
    "help": Row(EVERYONE),
    "help-topic": Row(EVERYONE),
    "phase-guide": Row(EVERYONE),
    "set-up": Row(ADMINS),
    "set-up-done": Row(NONE, ADMINS),
    "system-status": Row(LAB | ADMINS),
    # ── Residencies ──
    "residency-list": Row(READERS | KEEPERS),
    "residency-export": Row(READERS | KEEPERS),
    "residency-bulk": Row(NONE, READERS | KEEPERS),
    "residency": SEEN,
    "residency-edit": BY_OPS,
    "residency-assign": BY_LAB,
    "residency-phases": SEEN,
    "phase-enter": BY_OPS,
    "residency-move": KEPT,
    "graduation": SEEN,
    "graduation-part": KEPT,
    "graduation-story": KEPT,
    "destination": KEPT,
    "follow-up": SEEN,
    "follow-up-enter": KEPT,
    "follow-up-contact": KEPT,
    **{name: Row(EVERYONE, EVERYONE, "link") for name in ("follow-up-answer", "follow-up-answered")},
    "graduate-list": Row(READERS),
    "graduate-export": Row(READERS),
    "release": KEPT,
    "graduation-extend": BY_LEAD,
    "release-correct": BY_LEAD,
    "residency-apply-again": KEPT,
    "tasks": SEEN,
    "task": SEEN,
    **dict.fromkeys(("task-add", "task-plan", "task-done", "task-dismiss", "task-reopen", "task-evidence-add", "tick"), KEPT),
    **dict.fromkeys(("task-begin", "task-evidence-withdraw"), _residency(NONE, OPS | OWNER)),
    "task-evidence": SEEN,
    **dict.fromkeys(("documents", "document", "document-pdf"), SEEN),
    "document-seal": BY_OPS,
    "conversations": SEEN,
    "conversation-open": _residency(LAB | OWNER, LAB | OWNER),
    "conversation": SEEN,
    "conversation-file": SEEN,
    **{f"conversation-{page}": _residency(LAB | OWNER, LAB | OWNER) for page in ("plan", "cancel", "invite", "invitee", "hold", "correct")},
    "conversation-uninvite": _residency(NONE, LAB | OWNER),
    "residency-history": SEEN,
    "residency-mail": SEEN,
    **dict.fromkeys(("ministry-add", "ministry-import", "ministry", "program-area-add", "program-area"), Row(OPS | ADMINS, OPS | ADMINS)),
    **dict.fromkeys(("ministry-remove", "program-area-remove"), Row(NONE, OPS | ADMINS)),
    "ministries": Row(OPS | ADMINS),
    "lab-history": Row(READERS | ADMINS),
    "lab-history-export": Row(READERS | ADMINS),
    # ── Intake ──
    "intake-start": Row(OPS | KEEPERS, OPS | KEEPERS),
    "intake": SEEN,
    "intake-questions": _residency(OPS | OWNER),
    "intake-area": KEPT,
    "intake-problem": KEPT,
    "intake-people": KEPT,
    **{f"intake-condition-{number}": KEPT for number in range(1, 7)},
    "intake-check": KEPT,
    "intake-answer": KEPT,
    "intake-share": KEPT,
    "intake-unshare": KEPT,
    "need-add": KEPT,
    "need-change": KEPT,
    "need-remove": KEPT,
    "evidence-link-add": KEPT,
    "evidence-file-add": KEPT,
    "evidence-file": SEEN,
    "evidence-withdraw": KEPT,
    # ── Review ──
    "review-queue": Row(READERS),
    "review": _residency(READERS),
    "review-take-up": BY_OPS,
    "review-assign": BY_LAB,
    "review-decide": BY_LAB,
    "review-ask": BY_OPS,
    "review-qualify": BY_LEAD,
    "review-decline": BY_LEAD,
    # ── Team ──
    "team": SEEN,
    "team-export": SEEN,
    "team-add": KEPT,
    "team-import": KEPT,
    "seat": SEEN,
    **{f"seat-{verb}": KEPT for verb in ("change", "edit", "end", "fill", "strike")},
    # ── Sprints ──
    "sprints": SEEN,
    "sprint": SEEN,
    "sprint-file": SEEN,
    "cadence": KEPT,
    "sprints-pause": KEPT,
    **{f"sprint-{verb}": KEPT for verb in ("write", "move", "call-off", "reinstate", "hold")},
    "presence": KEPT,
    "everyone-attended": KEPT,
    "champions": SEEN,
    **{f"champion-{verb}": KEPT for verb in ("add", "edit", "end", "lead")},
    # ── Training, and one's own page ──
    "training": SEEN,
    **dict.fromkeys(("training-log", "training-strike", "certificate"), _residency(LAB | OWNER, LAB | OWNER)),
    "certificate-file": SEEN,
    **dict.fromkeys(("lab-training", "lab-training-export", "lab-leaders", "lab-leaders-export"), Row(READERS)),
    "reports": Row(READERS),
    **dict.fromkeys(("portfolio", "portfolio-rows", "portfolio-export"), Row(READERS)),
    **dict.fromkeys(("portfolio-sealed", "portfolio-sealed-rows", "portfolio-changes"), Row(READERS)),
    "portfolio-reports": Row(READERS, LAB),
    "my-lab": Row(SIGNED_IN),
    "my-answer": Row(NONE),  # whoever is expected at that review: tests/teams/test_my_lab.py
    "person-lab": Row(READERS),
    **dict.fromkeys(("calendar", "calendar-download"), Row(READERS | KEEPERS)),
    # ── Checks and services over the lab ──
    "checks": Row(READERS),
    "lab-services": Row(READERS),
    "lab-services-export": Row(READERS),
    "services": SEEN,
    "service-log": BY_LAB,
    "service-strike": BY_LAB,
    "calendar-address": Row(SIGNED_IN, SIGNED_IN),
    # ── Community, experts, desks ──
    "community": SEEN,
    **dict.fromkeys(("giving-note", "giving-strike", "colocation"), KEPT_WITH_LAB),
    "session-ask": KEPT_WITH_LAB,
    "session": SEEN,
    "session-file": SEEN,
    "session-match": BY_LAB,
    "session-hold": BY_LAB,
    "session-call-off": KEPT_WITH_LAB,
    **dict.fromkeys(("desks-give", "desks-change", "desks-take-back"), BY_OPS),
    **dict.fromkeys(
        ("lab-community", "lab-community-export", "lab-given", "lab-given-export", "sessions", "sessions-export"), Row(READERS)
    ),
    "sessions-calendar": Row(READERS),
    "experts": Row(READERS),
    "expert-add": Row(OPS, OPS),
    "expert": Row(OPS, OPS),
    "desks": Row(READERS),
    "desks-count": Row(OPS, OPS),
    # ── Alumni and mentors ──
    "alumni": Row(READERS | KEEPERS),
    "alumni-export": Row(READERS),
    "alumnus-add": Row(OPS, OPS),
    "alumnus": Row(READERS | KEEPERS),
    **dict.fromkeys(("alumnus-offer", "alumnus-listing"), Row(LAB, LAB)),
    "alumnus-confirm": Row(NONE, LAB),
    **dict.fromkeys(("mentors", "mentors-export", "mentor-offers"), Row(READERS)),
    "mentoring": SEEN,
    "mentoring-match": BY_LAB,
    **dict.fromkeys(
        ("mentor-ask", "mentor-offer", "mentoring-meet", "mentoring-finish", "mentoring-cancel", "mentor-meeting-remove"), KEPT_WITH_LAB
    ),
    # ── Benefit owners ──
    **dict.fromkeys(("benefit-list", "benefit-export"), Row(READERS)),
    "benefit-owner-name": KEPT_WITH_LAB,
    **dict.fromkeys(("benefit-owner-metric", "benefit-owner-send"), BY_OPS),
    "benefit-owner-withdraw": KEPT_WITH_LAB,
    # ── Money ──
    **dict.fromkeys(("money", "money-export"), SEEN),
    **dict.fromkeys(("money-budget", "money-fund", "money-confirm", "money-add", "money-correct", "money-remove", "money-payer"), KEPT),
    **dict.fromkeys(("contract-add", "contract", "contract-remove", "money-import"), KEPT),
    # ── Value: metrics and readings ──
    **dict.fromkeys(("value", "metric", "readings-export"), SEEN),
    **dict.fromkeys(
        ("metric-add", "metric-edit", "metric-baseline", "metric-target", "metric-retire", "metric-import", "readings-import"), KEPT
    ),
    "metric-examples": _residency(OPS | OWNER),
    **dict.fromkeys(("metric-star", "metric-restore"), _residency(NONE, OPS | OWNER)),
    **dict.fromkeys(("reading-add", "reading-correct", "reading-remove"), KEPT),
    **dict.fromkeys(("savings", "saving", "saving-file", "value-return", "value-report-sealed", "value-report-changes"), SEEN),
    "value-report": _residency(READERS | OWNER, LAB | OWNER),
    **dict.fromkeys(("showcase-entry", "showcase-names", "showcase-version"), SEEN),
    **dict.fromkeys(("showcase-edit", "showcase-component-add", "showcase-name-add", "showcase-withdraw"), KEPT),
    **dict.fromkeys(
        ("showcase-component-remove", "showcase-name-end", "showcase-propose", "showcase-release"), _residency(NONE, OPS | OWNER)
    ),
    "showcase-list": Row(READERS),
    "residency-lessons": SEEN,
    "lesson-add": KEPT_WITH_LAB,
    "lessons": Row(READERS | KEEPERS),
    "lesson": SEEN,  # of one that isn't shared
    "lesson-edit": Row(NONE),  # who recorded it alone: tests/reports/test_lessons.py
    "lesson-promote": _residency(NONE, OPS),
    **dict.fromkeys(("showcase", "showcase-feed", "showcase-feed-elsewhere", "showcase-product", "sitemap"), Row(EVERYONE)),
    **dict.fromkeys(("showcase-cases", "showcase-cases-feed", "showcase-case"), Row(EVERYONE)),
    **dict.fromkeys(("saving-add", "saving-correct", "saving-remove", "saving-part", "reuse-add", "reuse-remove"), KEPT),
    # ── Barriers, risks, and the bodies that decide ──
    "barriers": SEEN,
    **dict.fromkeys(("barrier-raise", "risk-add"), KEPT_WITH_LAB),
    **dict.fromkeys(("barrier", "risk"), SEEN),
    **{f"barrier-{verb}": KEPT_WITH_LAB for verb in ("describe", "assign", "move", "close", "reopen")},
    **{f"risk-{verb}": KEPT_WITH_LAB for verb in ("edit", "assign", "rate", "close")},
    **dict.fromkeys(("barrier-list", "barrier-export", "barrier-levels", "barrier-tray", "barriers-systemic", "risk-list"), Row(READERS)),
    "barriers-group": Row(NONE, NONE),  # there only while barriers repeat: tests/oversight/test_barrier_pages.py
    # ── Trust and openness ──
    **dict.fromkeys(("trust", "openness-plan"), SEEN),
    **dict.fromkeys(("trust-vision", "trust-decisions", "approval-add", "approval-edit", "approval-resolve"), KEPT_WITH_LAB),
    **{f"openness-{verb}": KEPT_WITH_LAB for verb in ("add", "edit", "review", "close")},
    "bodies": Row(READERS | ADMINS),
    "body": Row(READERS | ADMINS),
    **dict.fromkeys(("body-add", "body-edit", "body-seat-add", "body-seat-end"), Row(OPS | ADMINS, OPS | ADMINS)),
    # ── Status reports and decisions ──
    **dict.fromkeys(("status", "status-report", "status-changes"), SEEN),
    **dict.fromkeys(("status-write", "status-facts", "status-question-remove", "status-decision-remove"), _residency(NONE, LAB | OWNER)),
    **dict.fromkeys(("status-edit", "status-send", "status-discard", "status-ask", "status-decision-add"), KEPT_WITH_LAB),
    "status-plan": BY_LAB,
    **dict.fromkeys(("status-list", "decision-list"), Row(READERS)),
    "decision": SEEN,
    **dict.fromkeys(("decision-answer", "decision-correct"), BY_LAB),  # and the members of the group: tests/oversight/test_status_pages.py
    "status-question": Row(NONE),  # one's own alone: tests/oversight/test_status_pages.py
    **dict.fromkeys(("status-answer", "status-answered"), Row(EVERYONE, EVERYONE, "link")),
    # ── Agreement ──
    "agreement-list": Row(READERS | KEEPERS),
    "agreement-list-export": Row(READERS | KEEPERS),
    "agreement-remind": Row(NONE, OPS),
    "agreement": _residency(READERS | OWNER, OPS),
    "agreement-version": SEEN,
    "paper-record": BY_OPS,
    "paper-confirm": BY_LAB,
    "paper-withdraw": BY_OPS,
    "paper-scan": SEEN,
    "paper-bundle": SEEN,
    "agreement-pdf": SEEN,
    "agreement-seal": BY_OPS,
    **{f"agreement-{page}": BY_OPS for page in ("header", "conditions", "order", "parties", "circulate", "new-link", "revoke")},
    "agreement-amendments": SEEN,
    "agreement-versions": SEEN,
    "agreement-earlier": SEEN,
    **dict.fromkeys(
        ("amendment-propose", "amendment-propose-beside", "amendments-accept", "amendment-reject", "amendment-withdraw", "agreement-void"),
        BY_OPS,
    ),
    "agreement-alignment": SEEN_BY_READERS,
    "agreement-thread": _residency(READERS, OPS),
    "agreement-settle": BY_OPS,
    **dict.fromkeys(("agreement-replace", "agreement-wrong-person"), BY_OPS),
    **dict.fromkeys(("agreement-hand-over", "agreement-note"), BY_LAB),
    "lab-signatories": Row(OPS | ADMINS, OPS | ADMINS),
    "template-preview": Row(LAB | ADMINS),
    "agreement-bundle": _residency(NONE, READERS),
    # ── Organizations and service partnerships ──
    "organizations": Row(READERS | ADMINS),
    "organization": Row(READERS | ADMINS),
    "contacts": Row(READERS | ADMINS),
    **dict.fromkeys(
        ("organization-add", "organization-edit", "contact-add", "contact-edit", "contact-end"), Row(OPS | ADMINS, OPS | ADMINS)
    ),
    # ── Guidance for service partnerships ──
    "partnership-list": Row(READERS),
    "partnership-export": Row(READERS),
    "opportunities": Row(READERS),
    "agreement-audit": Row(READERS),
    "partnership-start": Row(OPS, OPS),
    **dict.fromkeys(
        (
            "partnership",
            "partners",
            "partnership-contacts",
            "partnership-services",
            "sites",
            "site",
            "waits",
            "site-waits",
            "counter",
            "partnership-ending",
            "partnership-history",
            "comments",
            "site-comments",
            "relationship",
            "rating-round",
            "round-export",
            "incidents",
            "incident",
            "pilot-evaluation",
            "meetings",
            "site-quality",
            "volumes",
            "trips",
            "trip",
            "emergency-plan",
        ),
        SEEN,
    ),
    **dict.fromkeys(
        (
            "partnership-edit",
            "partnership-governance",
            "partnership-model",
            "partnership-note",
            "partnership-ending-edit",
            "partner-add",
            "partner-coordinator",
            "partner-leave",
            "site-add",
            "site-edit",
            "site-choose",
            "site-reject",
            "site-refit",
            "site-assess",
            "site-contacts",
            "service-edit",
            "service-training",
            "calendar-add",
            "calendar-edit",
            "closure-add",
            "closure-remove",
            "waits-import",
            "service-add",
            "service-standard",
            "arrangement-add",
            "arrangement-end",
            "criterion-add",
            "criterion-event",
            "criterion-remove",
            "site-comment",
            "round-open",
            "round-close",
            "arrangement-pilot",
            "meeting-rhythm",
            "volume-enter",
            "volumes-import",
            "emergency-plan-keep",
            "emergency-test",
            "quality-assess",
            "quality-assessment",
            "meeting-plan",
            "meeting-record",
            "meeting",
            "meeting-edit",
            "meeting-cancel",
            "pilot-evaluate",
        ),
        BY_OPS,
    ),
    "relationship-rate": _residency(OWNER, OWNER),
    **{name: Row(EVERYONE, EVERYONE, "link") for name in ("rating-by-link", "rating-by-link-sent")},
    # ── Case studies ──
    "case-list": Row(READERS | KEEPERS | ADMINS),
    "case-add": Row(OPS, OPS),
    **dict.fromkeys(("case-start", "partnership-start-like"), BY_OPS),
    "case": SEEN,  # before it is published
    **dict.fromkeys(("case-draft", "case-edit", "case-figure-add", "case-figure-remove", "case-publish", "case-withdraw"), BY_OPS),
    **dict.fromkeys(("case-figures-update", "case-ask"), _residency(NONE, OPS)),
    "case-answer": _residency(OWNER, OWNER),
    "case-by-link": Row(EVERYONE, EVERYONE, "link"),
    "partner-confirm": KEPT,
    "pilot-review": KEPT,
    "comment-add": KEPT,
    **dict.fromkeys(("trip-plan", "trip-checklist", "trip-cancel"), KEPT),
    "trip-sign-off": Row(NONE, NONE),  # its manager alone: tests/partnerships/test_trips.py
    **dict.fromkeys(("counter-taps", "incident-open", "incident-edit", "incident-served", "incident-end"), KEPT),
    **dict.fromkeys(("partnership-move", "partnership-decide", "partnership-answer"), BY_LAB),
    **dict.fromkeys(
        (
            "model-chooser",
            "guidance",
            "guidance-pdf",
            "guidance-model",
            "guidance-model-pdf",
            "guidance-theme",
            "guidance-theme-pdf",
            "guidance-trips",
            "library",
            "resource",
            "resource-file",
        ),
        Row(READERS | KEEPERS | ADMINS),
    ),
    **dict.fromkeys(("resource-add", "resource-publish"), Row(OPS | ADMINS, OPS | ADMINS)),
    # ── For anybody who was given a document ──
    "verify": Row(EVERYONE, EVERYONE),
    "verify-fingerprint": Row(EVERYONE),
    "verify-file": Row(EVERYONE),
    # ── By invitation ──
    "open-invitation": Row(EVERYONE, EVERYONE, "link"),
    "new-link": Row(EVERYONE, EVERYONE, "link"),
    **{name: Row(EVERYONE, EVERYONE, "link") for name in ("conversation-reply", "conversation-replied")},
    **{name: Row(EVERYONE, EVERYONE, "link") for name in ("calendar-feed", "review-answer", "review-answered", "review-answer-file")},
    **{name: Row(EVERYONE, EVERYONE, "link") for name in ("reading-by-link", "reading-by-link-done")},
    "not-me": Row(EVERYONE, EVERYONE, "link"),
    "not-me-told": Row(EVERYONE),
    "sign-closed": Row(EVERYONE),
    "link-asked": Row(EVERYONE),
    "kept-text-discard": Row(EVERYONE, EVERYONE),
    "sign-leave": Row(EVERYONE, EVERYONE),
    **{
        name: Row(NONE, NONE, "invitation")
        for name in (
            "sign",
            "sign-decline",
            "sign-hand-over",
            "sign-code-send",
            "sign-read",
            "sign-sign",
            "sign-done",
            "sign-paper",
            "sign-pdf",
            "sign-bundle",
        )
    },
    **{name: Row(NONE, NONE, "invitation") for name in ("sign-changes", "sign-propose", "sign-withdraw-amendment")},
    **{name: Row(NONE, NONE, "invitation") for name in ("sign-seen", "sign-talk", "sign-stance", "sign-settle")},
    # ── People, outbox ──
    "people": Row(READERS),
    "person": Row(READERS),
    "person-add": Row(LAB, LAB),
    "view-save": Row(SIGNED_IN, SIGNED_IN),
    **dict.fromkeys(("view-edit", "view-delete"), Row(NONE)),  # one's own alone: tests/people/test_lists.py
    "person-edit": Row(LAB, LAB),
    "person-address": Row(LAB, LAB),
    "person-merge": Row(LAB, LAB),
    "account-leave": Row(LEAD, LEAD),
    "account-address": Row(ADMINS, ADMINS),
    "address-change": Row(READERS | ADMINS, LAB),
    "my-mail": Row(SIGNED_IN, SIGNED_IN),
    "person-mail": Row(LAB, LAB),
    "mail-by-link": Row(EVERYONE, EVERYONE, "link"),
    "mail-stop": Row(EVERYONE, EVERYONE, "link"),
    "outbox": Row(READERS),
    "outbox-message": Row(READERS),
    "outbox-html": Row(READERS),
    "outbox-resend": Row(LAB, LAB),
    "outbox-cancel": Row(LAB, LAB),
    "outbox-retry": Row(LAB, LAB),
    "outbox-bulk": Row(NONE, LAB),
    "outbox-ahead": Row(READERS),
    "outbox-day": Row(READERS),
    "outbox-occasions": Row(LAB | ADMINS),
    "outbox-occasion": Row(LAB | ADMINS),
    "outbox-schedule": Row(ADMINS, ADMINS),
    "outbox-schedule-default": Row(ADMINS, ADMINS),
    # ── The API ──
    "api-tokens": Row(READERS | KEEPERS),
    "api-token-create": Row(READERS | KEEPERS, READERS | KEEPERS),
    "api-token-revoke": Row(LEAD | ADMINS, LEAD | ADMINS),  # of another account; its own: tests/reports/test_tokens.py
    "api-1:openapi": Row(EVERYONE),
    **dict.fromkeys(API, Row(NONE, NONE, "token")),
}

# Addresses that take a form without a CSRF token: a mail program has no page to take one from, and the link alone says who (RFC 8058).
WITHOUT_CSRF_TOKEN = {"mail-stop"} | API

# What each permission lets whom do, on what they keep; an address or an act asks for it.
PERMISSIONS: dict[str, Audience] = {
    "people.view_person": READERS,
    "people.edit_person": LAB,
    "people.confirm_address": LAB,
    "people.view_address_change": READERS | ADMINS,
    "people.close_account": LEAD,
    "people.merge": LAB,
    "people.view_bodies": READERS | ADMINS,
    "people.keep_bodies": OPS | ADMINS,
    "people.view_organizations": READERS | ADMINS,
    "people.keep_organizations": OPS | ADMINS,
    "people.administer": ADMINS,
    "people.own_account": NONE,  # one's own alone
    "reports.view_portfolio": READERS,
    **dict.fromkeys(("reports.view_showcase", "reports.view_version"), READERS | OWNER),
    "reports.list_showcase": READERS,
    **dict.fromkeys(("reports.edit_showcase", "reports.edit_showcase_part"), OPS | OWNER),
    **dict.fromkeys(("reports.release_showcase", "reports.release_version"), OPS | OWNER),  # each for its own side
    "recovery.view_status": LAB | ADMINS,
    "reports.list_lessons": READERS | KEEPERS,
    "reports.view_lesson": READERS | OWNER,
    "reports.record_lesson": LAB | OWNER,
    "reports.edit_lesson": NONE,  # who recorded it alone
    "reports.promote_lesson": OPS,
    "reports.create_token": READERS | KEEPERS,
    "reports.revoke_token": LEAD | ADMINS,  # and of one's own
    "outbox.choose_mail": LAB,  # and one's own, by account or by link
    "outbox.end_mail_links": LAB,  # and one's own
    "ledger.view_lab_history": READERS | ADMINS,
    "outbox.view_message": READERS,
    "outbox.send_message": LAB,
    "outbox.view_schedules": LAB | ADMINS,
    "outbox.set_schedule": ADMINS,
    "residencies.list_residencies": READERS | KEEPERS,
    "residencies.view_residency": READERS | OWNER,
    "residencies.view_queue": READERS,
    "residencies.view_review": READERS,
    "residencies.view_evidence": READERS | OWNER,
    "residencies.start_intake": OPS | KEEPERS,
    "residencies.edit_intake": OPS | OWNER,
    "residencies.review_intake": LAB,
    "residencies.assign": LAB,
    "residencies.edit_residency": OPS,
    "residencies.keep_clocks": OPS | OWNER,
    "residencies.hold_conversation": LAB | OWNER,
    "residencies.extend_graduation": LEAD,
    "residencies.correct_release": LEAD,
    "residencies.set_phase": OPS,
    "residencies.edit_graduation": OPS | OWNER,
    "residencies.view_graduates": READERS,
    "oversight.view_follow_up": READERS | OWNER,
    "oversight.keep_follow_up": OPS | OWNER,
    "oversight.answer_follow_up": OPS | OWNER,  # and who came by its link
    "teams.keep_destination": OPS | OWNER,
    "residencies.record_past": OPS,
    "residencies.administer": ADMINS,
    "residencies.keep_ministries": OPS | ADMINS,
    "oversight.view_tasks": READERS | OWNER,
    "oversight.keep_tasks": OPS | OWNER,
    "oversight.view_task": READERS | OWNER,
    "oversight.keep_task": OPS | OWNER,
    "oversight.view_task_evidence": READERS | OWNER,
    "oversight.view_documents": READERS | OWNER,
    "oversight.view_document": READERS | OWNER,
    "oversight.keep_document_seal": OPS,
    "residencies.view_conversation": READERS | OWNER,
    "residencies.record_conversation": LAB | OWNER,
    "residencies.answer_invitation": NONE,  # the invited person alone, by their link
    "residencies.move": OPS | OWNER,  # of withdrawing; the verbs below have each their own
    "residencies.submit": OPS | OWNER,
    "residencies.take_up": OPS,
    "residencies.ask_for_more": OPS,
    "residencies.qualify": LEAD,
    "residencies.decline": LEAD,
    "residencies.withdraw": OPS | OWNER,
    "residencies.prepare_agreement": OPS,
    "residencies.start": OPS,
    "residencies.go_live": OPS,
    "residencies.graduate": OPS,
    "residencies.reopen_review": LEAD,
    "residencies.pivot": LEAD,
    "residencies.apply_again": OPS | OWNER,
    "teams.view_team": READERS | OWNER,
    "teams.edit_team": OPS | OWNER,
    "teams.view_seat": READERS | OWNER,
    "teams.edit_seat": OPS | OWNER,
    "teams.plan_sprints": OPS | OWNER,
    "teams.view_sprint": READERS | OWNER,
    "teams.keep_sprint": OPS | OWNER,
    "teams.keep_champion": OPS | OWNER,
    "teams.log_training": LAB | OWNER,
    "teams.keep_training": LAB | OWNER,
    "teams.view_training": READERS | OWNER,
    "teams.view_lab_training": READERS,
    "teams.answer_review": NONE,  # one's own alone
    "teams.keep_feed": NONE,  # one's own alone
    "teams.view_checks": READERS,
    "teams.view_services": READERS,
    "teams.log_service": LAB,
    "teams.view_calendar": READERS | KEEPERS,
    "oversight.view_barriers": READERS | OWNER,
    "oversight.view_barrier": READERS | OWNER,
    "oversight.raise_barrier": LAB | OWNER,
    "oversight.keep_barrier": LAB | OWNER,
    "oversight.move_barrier": LAB | OWNER,  # of one that the team has
    "oversight.view_all_barriers": READERS,
    "oversight.group_barriers": LAB,
    "oversight.view_status": READERS | OWNER,
    "oversight.keep_status": LAB | OWNER,
    "oversight.plan_status": LAB,
    "oversight.view_report_changes": READERS | OWNER,
    "oversight.view_report": READERS | OWNER,  # of one that was sent, and the members of its groups; a draft is for those who write it
    "oversight.keep_report": LAB | OWNER,
    "oversight.answer_line": NONE,  # the person who was asked, by account or by link
    "oversight.view_decision": READERS | OWNER,
    "oversight.answer_decision": LAB,  # and the members of the group
    "oversight.view_all_status": READERS,
    **dict.fromkeys(("oversight.view_trust", "oversight.view_trust_entry"), READERS | OWNER),
    **dict.fromkeys(("oversight.keep_trust", "oversight.keep_trust_entry"), LAB | OWNER),
    "community.view_community": READERS | OWNER,
    "community.keep_community": LAB | OWNER,
    "community.keep_entry": LAB | OWNER,
    "community.view_lab_community": READERS,
    "community.request_session": LAB | OWNER,
    "community.view_session": READERS | OWNER,
    "community.call_off_session": LAB | OWNER,
    "community.match_session": LAB,
    "community.keep_experts": OPS,
    "community.set_colocation": LAB | OWNER,
    "community.keep_desks": OPS,
    "community.view_alumni": READERS | KEEPERS,
    "community.view_alumnus": READERS | KEEPERS,  # of one who is listed; and one's own
    "community.view_alumnus_email": READERS,  # with their leave, product owners too; and one's own
    "community.keep_alumnus": LAB,  # and one's own
    "community.add_alumnus": OPS,
    "community.name_benefit_owner": LAB | OWNER,
    "community.withdraw_benefit_owner": LAB | OWNER,
    "community.choose_benefit_metric": OPS,
    "community.send_benefit_commitment": OPS,  # not one's own case
    "community.view_mentors": READERS,
    "community.offer_mentor": LAB | OWNER,
    "community.request_mentor": LAB | OWNER,
    "community.match_mentor": LAB,
    "community.view_mentoring": READERS | OWNER,  # and the mentor
    "community.keep_mentoring": LAB | OWNER,  # and the mentor
    "community.keep_meeting": LAB | OWNER,
    "community.cancel_mentoring": LAB | OWNER,
    "partnerships.list_partnerships": READERS,
    "partnerships.view_guidance": READERS | KEEPERS | ADMINS,
    "partnerships.keep_guidance": OPS | ADMINS,
    "partnerships.list_cases": READERS | KEEPERS | ADMINS,
    "partnerships.view_case": READERS | OWNER,  # once it is published, product owners and administrators too
    "partnerships.add_case": OPS,
    "partnerships.keep_case": OPS,
    "partnerships.publish_case": OPS,
    "partnerships.answer_case": OWNER,  # for its own partner alone, and who came by its link
    "partnerships.start_partnership": OPS,
    "partnerships.view_partnership": READERS | OWNER,
    "partnerships.keep_partnership": OPS,
    "partnerships.keep_partner": OPS,
    "partnerships.tap": OPS | OWNER,
    "partnerships.record_comment": OPS | OWNER,
    "partnerships.follow_up_comment": OPS,  # and the person responsible for it
    "partnerships.rate_relationship": OWNER,  # for its own partner alone; and who came by its link
    "partnerships.assess_quality": OPS,  # the lead alone, if there is one
    "partnerships.view_assessment": OPS,  # the same, and the agent
    "partnerships.respond": OPS | OWNER,
    "partnerships.plan_trip": OPS | OWNER,
    "partnerships.view_trip": READERS | OWNER,  # and its traveller and manager
    "partnerships.prepare_trip": OPS | OWNER,  # the same
    "partnerships.sign_off_trip": NONE,  # its manager alone
    "partnerships.review_pilot": OPS | OWNER,  # for its own partner alone
    "partnerships.confirm_purpose": OPS | OWNER,  # for its own partner alone
    **dict.fromkeys(
        (
            "partnerships.move",
            "partnerships.decide",
            "partnerships.study_feasibility",
            "partnerships.begin_agreeing",
            "partnerships.begin_preparing",
            "partnerships.begin_operating",
            "partnerships.end_partnership",
            "partnerships.not_pursue",
        ),
        LAB,
    ),
    "metrics.view_metrics": READERS | OWNER,
    "metrics.keep_metrics": OPS | OWNER,
    "metrics.view_metric": READERS | OWNER,
    "metrics.keep_metric": OPS | OWNER,
    "metrics.record_reading": OPS | OWNER,
    "metrics.keep_reading": OPS | OWNER,
    "metrics.correct_reading": OPS | OWNER,
    "metrics.view_saving": READERS | OWNER,
    "reports.view_return": READERS | OWNER,
    "reports.view_sealed_report": READERS | OWNER,
    "reports.seal_value_report": LAB | OWNER,
    "reports.seal_portfolio": LAB,
    "metrics.keep_savings": OPS | OWNER,
    "metrics.keep_saving": OPS | OWNER,
    "metrics.keep_reuse": OPS | OWNER,
    "oversight.view_money": READERS | OWNER,
    "oversight.keep_money": OPS | OWNER,
    "oversight.view_money_entry": READERS | OWNER,
    "oversight.keep_money_entry": OPS | OWNER,
    "agreements.list_agreements": READERS | KEEPERS,
    "agreements.view_agreement": READERS | OWNER,
    "agreements.preview_template": LAB | ADMINS,
    "agreements.view_alignment": READERS,
    "agreements.discuss": OPS,
    "agreements.answer": NONE,  # the party alone, by its link or its account
    "agreements.take_part": NONE,  # the parties alone
    "agreements.prepare": OPS,
    "agreements.edit_draft": OPS,
    "agreements.circulate": OPS,
    "agreements.keep_invitations": OPS,
    "agreements.keep_notes": LAB,
    "agreements.keep_signatories": OPS | ADMINS,
    "agreements.propose_amendment": OPS,
    "agreements.confirm_party": LAB,
    "agreements.decide_amendment": OPS,
    "agreements.void": OPS,
    "agreements.record_paper": OPS,
    "agreements.confirm_paper": LAB,
    "agreements.keep_seal": OPS,
    "agreements.take_evidence": READERS,
}

# Others' pages: tried as a group (administration) or by their own tests (signing in).
FOREIGN_PREFIXES = ("admin:", "account_")
