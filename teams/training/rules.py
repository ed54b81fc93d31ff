"""What leaders are expected to learn and what is missing (EL-44): plain facts in, findings out. No database, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from findings import Finding, Severity
from teams.choices import Expected

PLACE = "champions"
LAB = "lab"  # beside the roles of `Expected`: who leads the lab
TRAINING = "training"


@dataclass(frozen=True)
class Partner:
    """A champion of today: what they are, and how many hours of lab training they have taken."""

    name: str
    role: str
    is_lead: bool = False
    taken: Decimal = Decimal(0)

    def expected(self, figures: Mapping[str, int]) -> int:
        return hours_expected(self.role, self.is_lead, figures)

    def lacks(self, figures: Mapping[str, int]) -> Decimal:
        """How many hours are still expected."""
        return max(Decimal(0), self.expected(figures) - self.taken)


def figure_of(role: str) -> str:
    """The programme's figure that says how many hours are expected of a role."""
    return f"training_hours_{role}"


def hours_expected(role: str, is_lead: bool, figures: Mapping[str, int]) -> int:
    """Hours of lab training expected of a role; of an alliance lead whatever is more."""
    own = figures[figure_of(role)]
    return max(own, figures[figure_of(Expected.LEAD)]) if is_lead else own


def check(partners: Iterable[Partner], figures: Mapping[str, int], *, is_near_live: bool) -> list[Finding]:
    """What is missing among the champions of a residency, the gravest first."""
    partners = list(partners)
    findings = [*_somebody(partners), *_lead(partners), *_trained(partners, figures, is_near_live)]
    return sorted(findings, key=lambda finding: -finding.severity)


def _somebody(partners: list[Partner]) -> Iterator[Finding]:
    if not partners:
        yield Finding(
            "no-champion", Severity.WARNS, _("This team has no champions yet."), _("Name the champions, starting with the sponsors."), PLACE
        )


def _lead(partners: list[Partner]) -> Iterator[Finding]:
    if partners and not any(partner.is_lead for partner in partners):
        yield Finding(
            "no-alliance-lead",
            Severity.WARNS,
            _("The alliance team has no lead."),
            _("Ask one of the champions to lead it, and record that here."),
            PLACE,
        )


def _trained(partners: list[Partner], figures: Mapping[str, int], is_near_live: bool) -> Iterator[Finding]:
    none = sorted(p.name for p in partners if p.lacks(figures) and not p.taken)
    some = sorted(p.name for p in partners if p.lacks(figures) and p.taken)
    if none:
        message = _("No lab training taken yet: %(names)s.")
        severity = Severity.WARNS if is_near_live else Severity.NOTE
        yield Finding(
            "leader-untrained", severity, message % {"names": ", ".join(none)}, _("Agree on a date, then log the training."), TRAINING
        )
    if some:
        yield Finding(
            "leader-hours-short",
            Severity.NOTE,
            _("Lab training not finished: %(names)s.") % {"names": ", ".join(some)},
            _("Agree on a date for the rest."),
            TRAINING,
        )
