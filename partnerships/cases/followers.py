"""What case studies do after their partnership has ended: they are written, answered and published, so that others learn from it."""

from __future__ import annotations

from ledger.subjects import after_end

after_end("case-drafted", "case-edited", "case-figures-changed", "case-consent-asked", "case-answered", "case-published", "case-withdrawn")
