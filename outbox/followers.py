"""Hooks into other apps: people's address changes and merges, the health probes, and earlier names of models in events."""

from __future__ import annotations

from ledger import history_text
from outbox.delivery.health import complaints
from outbox.queue import readdress
from people import addresses
from people.merging import FATES, Moves, Stays
from web.serving.health import NOTES

addresses.FOLLOWERS.add(readdress)
FATES["outbox.Message.person"] = Stays("it was or will be sent to the address of that record")
FATES["outbox.MailPreference.person"] = Moves()
NOTES.add(complaints)
history_text.register(renamed={"outbox.wish": "outbox.mailpreference", "outbox.wording": "outbox.templateoverride"})
