"""What goes on in reports after a residency has ended: its lessons, and what the public reads of it (EL-95)."""

from ledger.subjects import after_end

# A team learns most at the end, and a product that graduated or stopped can still be shown, corrected and withdrawn.
after_end("lesson-recorded", "lesson-edited", "lesson-promoted", "lesson-demoted")
after_end("showcase-edited", "showcase-component-added", "showcase-component-removed", "showcase-name-agreed", "showcase-name-ended")
after_end("showcase-proposed", "showcase-published", "showcase-withdrawn")
after_end("showcase-link-died", "showcase-link-back")
