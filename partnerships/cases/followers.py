"""What case studies do after their partnership has ended, when others still learn from it, and when a person is merged."""

from __future__ import annotations

from ledger.subjects import after_end
from people.merging import FATES, Moves

FATES.update(
    {
        "partnerships.CaseConsent.person": Moves("partner__partnership__stream"),
        "partnerships.CaseLink.person": Moves("consent__partner__partnership__stream"),
    }
)

after_end("case-drafted", "case-edited", "case-figures-changed", "case-consent-asked", "case-answered", "case-published", "case-withdrawn")
