"""A document can be issued by the act that ends its subject, and sealed after that (ledger/subjects.py)."""

from ledger.subjects import after_end

after_end("document-issued", "document-sealed", "document-seal-waits", "document-seal-without-timestamp", "document-printed-again")
