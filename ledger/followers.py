"""What the ledger itself still writes about a subject that has ended."""

from ledger.adoption import ACT
from ledger.subjects import after_end

# Evidence rows written before there were hashes in events are adopted, whatever has ended since.
after_end(ACT)
