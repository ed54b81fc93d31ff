"""What models of the outbox were called in earlier events."""

from ledger import history_text

history_text.register(renamed={"outbox.wish": "outbox.mailpreference", "outbox.wording": "outbox.templateoverride"})
