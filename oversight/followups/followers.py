"""What is still possible after the end for follow-ups, and what happens to them when people's records are merged."""

from ledger.subjects import after_end
from people.merging import FATES, Moves

after_end("follow-up-answered", "follow-up-contact-changed")

FATES.update(
    {
        "oversight.FollowUp.contact": Moves("stream"),
        "oversight.FollowUp.fallback": Moves("stream"),
        "oversight.FollowUpLink.person": Moves("follow_up__stream"),
    }
)
