"""What the outbox follows of what happens to people, what it tells the probes, and what its models were called in earlier events."""

from __future__ import annotations

from ledger import history_text
from outbox.delivery.health import complaints
from outbox.queue import readdress
from people import addresses
from people.merging import FATES, Moves, Stays
from web.serving.health import NOTES

addresses.FOLLOWERS.add(readdress)
FATES["outbox.Message.person"] = Stays("it went, or goes, to the address of that record")
FATES["outbox.MailPreference.person"] = Moves()
NOTES.add(complaints)
history_text.register(renamed={"outbox.wish": "outbox.mailpreference", "outbox.wording": "outbox.templateoverride"})
