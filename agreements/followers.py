"""What follows in agreements when their subject ends, and of what happens to people: a new address, a merge, a colleague who leaves.

Versions that are out for signing, invitations, links and open proposals end with the subject (EL-85); who knows whom is told
to those who ask (EL-16, OP-03).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from acts.act import Actor
from agreements.amendments.voiding import close_agreement, void_with_review
from agreements.invitations import addresses as links
from agreements.listing import for_person
from agreements.models import Agreement, PaperAgreement, Party, State
from agreements.paper.actions import withdraw_scan
from agreements.versions import conversations, mail
from agreements.versions.locks import newest_locked
from ledger import subjects
from ledger.models import Stream
from ledger.subjects import ENDED, REVIEW_REOPENED, Ending, Subject, after_end, follows
from people import addresses, leaving
from people.merging import FATES, Moves, Stays
from residencies.conversations import proposals
from residencies.workspace import contacts

addresses.GUARDS.add(links.asked_to_sign)
addresses.WATCHERS.add(links.follow)
addresses.ASKERS.add(mail.address_change_asked)
leaving.HOLDINGS.add(for_person.holdings)
FATES["agreements.Party.person"] = Moves("agreement__stream", only=for_person.never_asked)
FATES["agreements.Signatory.person"] = Moves()
FATES["agreements.Amendment.person"] = Stays("a proposal keeps whom it named")
contacts.AROUND.add(for_person.people_of_agreement)
subjects.register_belonging(for_person.parties_of_agreement)
contacts.SIGNATORIES.add(for_person.lab_signatories)
proposals.CLAUSES.add(conversations.clauses)
proposals.EXPECTED.add(conversations.expected)

# What was signed is read, downloaded and printed on, and a link that went astray is dealt with.
after_end("signing-link-opened", "signing-link-asked", "signing-link-sent-again", "discussion-seen", "sections-read", "invitation-revoked")
after_end("wrong-person-said", "wrong-person-settled", "agreement-sealed", "seal-waits", "seal-without-timestamp", "seal-printed-again")


@subjects.goes_on_if
def is_about_one_that_outlasts(subject: Subject, act: str, facts: Mapping[str, Any]) -> bool:
    """Let acts on an agreement go on after the end if its purpose outlasts it; every such act names the agreement."""
    if not isinstance(reference := facts.get("agreement"), str):
        return False
    agreement = Agreement.objects.filter(stream=subject.stream_id, reference=reference).first()
    states = subjects.kind_of_subject(subject).after_end
    return agreement is not None and subject.state in states.get(agreement.purpose, ())


@follows(REVIEW_REOPENED)
def void_agreements(stream: Stream, *, subject: Subject, by: Actor, reason: str) -> Iterator[None]:
    """Make void what rests on a review that is open again: the agreement in whatever state, and one on paper; parties are told."""
    standing = [newest_locked(agreement) for agreement in Agreement.objects.current().of(stream).order_by("pk")]
    papers = list(PaperAgreement.objects.current().filter(stream=stream).select_for_update(of=("self",)).order_by("pk"))
    yield
    for newest in standing:
        void_with_review(newest, reason, by=by)
    for paper in papers:
        withdraw_scan(paper, reason, by=by)


@follows(ENDED)
def end_agreements(stream: Stream, *, subject: Subject, ending: Ending) -> Iterator[None]:
    """Close every agreement that stands; one in force stays on record as it is, and its parties are told.

    An agreement whose purpose outlasts this end, such as a benefit commitment after graduation, isn't touched.
    """
    outlasting = [purpose for purpose, states in subjects.kind_of(stream).after_end.items() if ending.state in states]
    ends = Agreement.objects.current().filter(stream=stream).exclude(purpose__in=outlasting)
    standing = [newest_locked(agreement) for agreement in ends.order_by("pk")]
    yield
    for newest in standing:
        close_agreement(newest, ending)
        bound = newest.agreement.versions.filter(state=State.IN_FORCE).exists()
        parties = Party.objects.filter(agreement=newest.agreement, to_at=None) if bound else Party.objects.none()
        ending.tell(party.person for party in parties.select_related("person"))
