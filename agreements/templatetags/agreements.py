"""What the agreement's pages say in its own words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from django import template

from agreements.discussion.queries import Discussion, Talk
from agreements.models import PartyRole, TemplateRole, TemplateVersion
from agreements.models.templates import VERB_WORDS, Verb, VerbWords
from agreements.versions.diff import ClauseChange
from agreements.versions.document import ReadableClause, ReadableSection, ReadingRoom
from agreements.versions.progress import SigningProgress

register = template.Library()


class Tally(NamedTuple):
    signed: int
    total: int


@register.filter
def signed_of(rows: Iterable[SigningProgress]) -> Tally:
    """How many of those who must sign have signed."""
    must = [row for row in rows if row.role.must_sign]
    return Tally(sum(row.signature is not None for row in must), len(must))


@register.filter
def verb_words(content: Mapping[str, Any]) -> VerbWords:
    """What the parties to an agreement with this canonical content do; content without a verb is signed."""
    return VERB_WORDS[Verb(content.get("verb", Verb.SIGN))]


@register.filter
def side_in(role: PartyRole | TemplateRole, made_from: TemplateVersion) -> str:
    """How the side of a role is called in the template that its agreement was made from."""
    return made_from.side_label(role.side)


@register.filter
def of_clause(changed: Mapping[str, ClauseChange] | str, number: str) -> ClauseChange | None:
    """What a version changed of the clause with this number, if anything."""
    return changed.get(number) if isinstance(changed, Mapping) else None


@register.filter
def talk_on(discussion: Discussion, clause: ReadableClause) -> Talk:
    """What is found of and said about a clause."""
    return discussion.clauses[clause.pk]


class Heard(NamedTuple):
    """What there is to hear in a section."""

    new: int
    open: int


@register.filter
def heard_in(discussion: Discussion, section: ReadableSection) -> Heard:
    """How many comments are new and how many talks are open in a section."""
    talks = [discussion.clauses[clause.pk] for clause in section.clauses]
    return Heard(sum(len(talk.new) for talk in talks), sum(talk.is_open for talk in talks))


@register.filter
def skips(room: ReadingRoom, section: ReadableSection) -> int:
    """The first section above this one that is not marked as read, 0 for none."""
    return next((number for number in room.unread_numbers if number < section.number), 0)
