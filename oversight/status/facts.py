"""What each app knows of a subject since its last report: gathered for a draft, and kept with a report that is sent (EL-96, EL-97).

An app adds a source in a file `status.py` (oversight/status/sources.py). All sources together take at most 15 queries.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ledger.canonical import canonical_json
from ledger.subjects import Subject
from oversight.choices import Dimension
from oversight.status import rules
from oversight.status.rules import Proposal
from oversight.status.sources import Contribution, Period, Rows, SourceRow, sources

MOST_NAMED = 3  # in one line


@dataclass(frozen=True)
class Gathered:
    """The rows that the sources have of a subject in a period, by the source's code, and what a calculation counts from them."""

    period: Period
    calculation: int
    rows: Mapping[str, Rows]
    parts: tuple[Contribution, ...]

    @property
    def facts(self) -> dict[str, int]:
        return {name: value for part in self.parts for name, value in part.facts.items()}

    @property
    def done(self) -> str:
        return "\n".join(line for part in self.parts for line in part.done)

    @property
    def upcoming(self) -> str:
        return "\n".join(line for part in self.parts for line in part.upcoming)

    @property
    def proposals(self) -> dict[Dimension, Proposal]:
        return rules.propose(self.facts, self.calculation)

    @property
    def figures(self) -> str:
        """Return the facts, the proposals and the figures, with the words that people read, as canonical JSON."""
        health = {str(dimension): {"proposed": str(row.colour), "because": list(row.because)} for dimension, row in self.proposals.items()}
        figures = [{"code": row.code, "label": row.label, "text": row.text} for part in self.parts for row in part.figures]
        content: dict[str, Any] = {
            "calculation": self.calculation,
            "from": self.period.start,
            "to": self.period.today,
            "facts": self.facts,
            "health": health,
            "figures": figures,
        }
        return canonical_json(content).decode()

    @property
    def numbers(self) -> bytes:
        """Return the facts, the proposed colours and the numbers of the figures as canonical JSON, without words, which may be edited.

        This is what is sealed with a report and recomputed from its rows, byte for byte.
        """
        health = {str(dimension): {"proposed": str(row.colour), "facts": list(row.facts)} for dimension, row in self.proposals.items()}
        content: dict[str, Any] = {
            "calculation": self.calculation,
            "from": self.period.start,
            "to": self.period.today,
            "facts": self.facts,
            "health": health,
            "figures": {row.code: dict(row.numbers) for part in self.parts for row in part.figures},
        }
        return canonical_json(content)

    @property
    def kept_rows(self) -> bytes:
        """Return the rows as canonical JSON, by source and table."""
        return canonical_json(
            {
                source: {
                    table: [{"key": row.key, "label": row.label, "values": row.values} for row in of_table]
                    for table, of_table in tables.items()
                }
                for source, tables in self.rows.items()
            }
        )


def gather(subject: Subject, period: Period) -> Gathered:
    """Ask every source; at most 15 queries, however much there is."""
    return count({source.code: source.rows(subject, period) for source in sources()}, period)


def count(rows: Mapping[str, Rows], period: Period, calculation: int = rules.CALCULATION) -> Gathered:
    """Count rows by the calculation with this number; no query. Raises `KeyError` if the rows are of a source that no app declares."""
    declared = {source.code: source for source in sources()}
    if unknown := rows.keys() - declared.keys():
        raise KeyError(f"no source is called {', '.join(sorted(unknown))}")
    parts = (source.counted(rows[code], period, calculation) for code, source in declared.items() if code in rows)
    return Gathered(period, calculation, rows, tuple(parts))


def rows_from(kept: str) -> dict[str, Rows]:
    """Return rows that were kept as canonical JSON."""
    return {
        source: {
            table: tuple(SourceRow(table, row["key"], row["label"], row["values"]) for row in of_table)
            for table, of_table in tables.items()
        }
        for source, tables in json.loads(kept).items()
    }


# ── Words that sources share ─────────────────────────────────────────────────────────────────


def named(names: list[str]) -> str:
    """Return the first names of a list, and how many more there are: "A, B, C and 2 more"."""
    more = len(names) - MOST_NAMED
    listed = ", ".join(names[:MOST_NAMED])
    if more <= 0:
        return listed
    return ngettext("%(names)s and %(count)d more", "%(names)s and %(count)d more", more) % {"names": listed, "count": more}


def summary_of(proposals: Mapping[Dimension, Proposal]) -> str:
    """Return the first sentence of a report: the colours, the worst first."""
    parts = []
    for colour in rules.WORST:
        names = [str(dimension.label).lower() for dimension, row in proposals.items() if row.colour == colour]
        if len(names) == len(proposals):
            return _("Everything is %(colour)s.") % {"colour": colour.label.lower()}
        if names:
            params = {
                "names": _(" and ").join([*([", ".join(names[:-1])] if names[1:] else []), names[-1]]),
                "colour": colour.label.lower(),
            }
            parts.append(ngettext("%(names)s is %(colour)s", "%(names)s are %(colour)s", len(names)) % params)
    sentence = ", ".join(parts)
    return f"{sentence[:1].upper()}{sentence[1:]}."
