"""What ends with the subject of an agreement: versions out for signing, invitations and links, open proposals (EL-85)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agreements.amendments.voiding import close_agreement
from agreements.models import Agreement, Party, State
from agreements.versions.locks import newest_locked
from ledger.models import Stream
from ledger.subjects import ENDED, Ending, after_end, follows

# What was signed is read, downloaded and printed on, and a link that went astray is dealt with.
after_end("signing-link-opened", "signing-link-asked", "signing-link-sent-again", "discussion-seen", "sections-read", "invitation-revoked")
after_end("wrong-person-said", "wrong-person-settled", "agreement-sealed", "seal-waits", "seal-without-timestamp", "seal-printed-again")


@follows(ENDED)
def end_agreements(stream: Stream, *, subject: Any, ending: Ending) -> Iterator[None]:
    """Close every agreement that stands; one in force stays on record as it is, and its parties are told."""
    standing = [newest_locked(agreement) for agreement in Agreement.objects.current().filter(stream=stream).order_by("pk")]
    yield
    for newest in standing:
        close_agreement(newest, ending)
        bound = newest.agreement.versions.filter(state=State.IN_FORCE).exists()
        parties = Party.objects.filter(agreement=newest.agreement, to_at=None) if bound else Party.objects.none()
        ending.tell(party.person for party in parties.select_related("person"))
