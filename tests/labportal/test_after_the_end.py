"""A subject that has ended is a record: every act is refused but those declared to go on after the end (EL-85)."""

from contextlib import suppress

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from acts.act import SYSTEM
from acts.revisions import Stale
from agreements.models import Agreement
from findings import Refused
from ledger import subjects
from ledger.actions import append, lab_stream
from ledger.models import Event
from outbox.reminders.declare import REMINDERS
from residencies.lifecycle import residency as residency_acts
from residencies.models import Residency
from residencies.models.states import ENDED, State
from tests.factories import account
from tests.residencies.rows import residency

# What an act on an ended residency may put on the ledger. Docs say why of each (docs/endings.md).
GOES_ON = {
    # evidence of the time before its hashes stood in events
    "records-adopted",
    # who may read it, and whom to ask
    "assigned", "member-added", "member-ended",
    # residencies of the time before the portal are recorded as graduated
    "past-recorded", "imported", "repository-added",
    # the program area of one that ended early applies again
    "applied-again",
    # two records of one person
    "people-merged",
    # mail that was or is to be sent
    "message-cancelled", "message-resent", "message-sent-again",
    # reading, downloading and sealing what was signed; links that went astray
    "signing-link-opened", "signing-link-asked", "signing-link-sent-again", "discussion-seen", "sections-read", "invitation-revoked",
    "wrong-person-said", "wrong-person-settled", "agreement-sealed", "seal-waits", "seal-printed-again", "seal-without-timestamp",
    # letters and reports about an ended subject, and sealing them
    "document-issued", "document-sealed", "document-seal-waits", "document-seal-without-timestamp", "document-printed-again",
    # logged late, or corrected
    "training-logged", "training-struck", "certificate-kept", "service-logged", "service-struck", "session-held", "session-corrected",
    "giving-noted", "giving-struck",
    # components of a team that has graduated are reused, and the metric of an earlier benefit owner is chosen
    "reuse-noted", "reuse-removed", "benefit-metric-chosen",
    "habit-checklist-made", "habit-task-added", "habit-task-planned", "habit-task-begun", "habit-task-done", "habit-task-dismissed",
    "habit-task-reopened", "habit-task-evidence-added", "habit-task-evidence-withdrawn",
    # who graduated with it, added later
    "alumni-joined",
    # who reports the benefit after graduation, and the quarters
    "benefit-owner-named", "benefit-owner-accepted", "benefit-owner-withdrawn", "benefit-quarters-planned", "benefit-reported",
    # what is wrapped up after a pivot
    "transition-checklist-made", "transition-task-added", "transition-task-planned", "transition-task-begun", "transition-task-done", "transition-task-dismissed",
    "transition-task-reopened", "transition-task-evidence-added", "transition-task-evidence-withdrawn",
    # figures that the home ministry reports after graduation
    "benefit-report-removed", "benefit-metric-defined",
    "benefit-reading-recorded", "benefit-reading-corrected", "benefit-reading-removed",
    # what became of a team and its product after graduation
    "graduation-edited", "follow-up-answered", "follow-up-contact-changed",
    # what a team learned, and what the public reads of its product
    "lesson-recorded", "lesson-edited", "lesson-promoted", "lesson-demoted",
    "showcase-edited", "showcase-component-added", "showcase-component-removed", "showcase-name-agreed", "showcase-name-ended",
    "showcase-proposed", "showcase-published", "showcase-withdrawn", "showcase-link-died", "showcase-link-back",
    # what others learn from a partnership
    "case-drafted", "case-edited", "case-figures-changed", "case-consent-asked", "case-answered", "case-published", "case-withdrawn",
    # what an end leaves free
    "desks-changed", "desks-taken-back", "findings-changed", "sprints-ended",
}  # fmt: skip


def test_the_acts_that_go_on_after_the_end_are_these_and_no_others():
    assert subjects.AFTER_END == GOES_ON


def test_the_reminders_that_go_on_after_the_end_are_these_and_no_others():
    """Whoever declares one that does adds it here, and to docs/endings.md."""
    names = {name for name, reminder in REMINDERS.items() if reminder.after_end}
    assert names == {
        "follow-up-due",
        "transition-task-due",
        "alumni-check",
        "agreement-unsigned",
        "benefit-reading-due",
        "showcase-release-missing",
        "showcase-link-dead",
    }


def about_one_that_outlasts(event, state):
    """Return whether an event is about a benefit commitment after graduation: a successor signs one then, too (EL-86)."""
    named = Agreement.objects.filter(reference=event.facts.get("agreement"))
    return state == State.GRADUATED and event.act.startswith("agreement-") and named.filter(purpose="benefit").exists()


def assert_refused_on_what_has_ended(act, name):
    """In every ended state; test_acts.py asks it of every act there is. Nothing but the state is changed: hooks may have been missed."""
    streams = set(Residency.objects.values_list("stream", flat=True))
    newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for state in ENDED:
        with transaction.atomic():
            Residency.objects.update(
                state=state, ended_on=timezone.localdate(), end_reason="It ended.", before_portal=state == State.GRADUATED
            )
            with suppress(Refused, Stale, PermissionDenied), transaction.atomic():
                act()
            events = Event.objects.filter(pk__gt=newest, stream__in=streams)
            written = {event.act for event in events if not about_one_that_outlasts(event, state)}
            assert written <= GOES_ON, f"{name} passes although the residency is {state}"
            transaction.set_rollback(True)


@pytest.mark.django_db
def test_an_ended_residency_is_neither_renamed_nor_edited_and_says_since_when():
    ended = residency(State.WITHDRAWN)
    with pytest.raises(Refused) as refused:
        residency_acts.edit_residency(ended, shown_revision=ended.revision, product="Another name", by=account("lab_ops"))

    assert refused.value.codes == {"ended"}
    assert "This residency ended on " in refused.value.findings[0].message
    assert Residency.objects.get(pk=ended.pk).product == ended.product


@pytest.mark.django_db
def test_an_event_is_refused_whoever_writes_it_and_nothing_of_its_act_stays():
    """No view, command or shell helper comes past the ledger."""
    ended = residency(State.PIVOTED)

    @transaction.atomic
    def some_new_act():
        Residency.objects.filter(pk=ended.pk).update(product="Another name")
        append(ended.stream, "something-new", by=SYSTEM)

    with pytest.raises(Refused):
        some_new_act()

    assert Residency.objects.get(pk=ended.pk).product == ended.product
    with transaction.atomic():
        append(lab_stream(), "something-new", by=SYSTEM)  # the lab itself never ends
