"""Taking a stance and talking: every word stays, every act is on the ledger, its text is not (EL-24, EL-29)."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import Actor, account_of, act
from agreements.discussion import mail, rules
from agreements.discussion.queries import WHOLE
from agreements.invitations.sessions import PartySession
from agreements.models import AgreementVersion, Clause, Comment, DiscussionBookmark, Invitation, Party, Signature, Stance, State, Thread
from agreements.versions.locks import locked_invitation, locked_to_answer, locked_version, version_facts
from agreements.versions.stances import lineage
from findings import Finding, Refused, refuse
from ledger.actions import append
from people.models import Person, User

LAB = "lab"  # what one writes after an “@” to ask lab operations
TALKS = (State.CIRCULATED, State.IN_FORCE)
Speaker = Invitation | User  # a party by its invitation, or an account of the lab


@act("agreements.answer")
def take_stance(invitation: Invitation, number: str, value: str, *, note: str = "", by: Actor) -> Stance:
    """The party says what it finds of a clause; what it said before ends now (EL-24).

    A misaligned one says why, and the note stands in the clause's thread too. Saying the same again
    changes nothing. Raises `Refused` with everything in the way.
    """
    invitation = locked_to_answer(invitation)
    version, party = invitation.version, invitation.party
    clause = version.clauses.filter(number=number).first()
    note = note.strip()
    findings = _findings_before_stance(invitation, clause, value, note)
    if findings or clause is None:
        raise Refused(findings)
    line = lineage(version)
    standing = Stance.objects.filter(party=party, clause__in=line.same[clause.pk], to_at=None).order_by("-from_at", "-pk").first()
    if standing and (standing.value, standing.note) == (value, note):
        return standing
    now = timezone.now()
    Stance.objects.filter(party=party, clause=clause, to_at=None).update(to_at=now)
    stance = Stance.objects.create(party=party, clause=clause, value=value, note=note, from_at=now)
    if value == Stance.Value.MISALIGNED:
        thread = _thread(version, line.first(clause.pk), by=invitation)
        mail.tell(_say(thread, version, invitation, note, Comment.Kind.MISALIGNED, []), reading=clause)
    append(version.agreement.stream, "stance-taken", by=party.person, facts={**version_facts(version), "clause": number, "stance": value})
    return stance


def _findings_before_stance(invitation: Invitation, clause: Clause | None, value: str, note: str) -> list[Finding]:
    version, party = invitation.version, invitation.party
    facts = rules.StanceFacts(
        invitation_live=invitation.is_live,
        version_open=version.is_open,
        signed=Signature.objects.filter(version=version, party=party).exists(),
        clause_known=clause is not None,
        value_known=value in Stance.Value.values,
        misaligned=value == Stance.Value.MISALIGNED,
        note=note,
        verb=version.agreement.template_version.words.params,
    )
    return list(rules.before_stance(facts))


@act("agreements.discuss", "agreements.take_part")
def comment(
    version: AgreementVersion, number: str, text: str, *, by: Actor, mentions: Iterable[Party] = (), question: bool = False
) -> Comment:
    """Say something about a clause, or about the whole agreement (`number` "whole") (EL-24, EL-29).

    `by` is the session of a party that is invited to this version, or an account of the lab; nobody speaks as somebody else.
    Whoever is mentioned, in `mentions` or by name after an “@”, hears of it with all who are in the thread
    and those at the lab who look after the agreement; the author does not. A thread that was closed is open
    again. Raises `Refused` with everything in the way.
    """
    speaker = _speaker(by)
    version = locked_version(speaker.version_id if isinstance(speaker, Invitation) else version.pk)
    if isinstance(speaker, Invitation):
        speaker = locked_invitation(speaker, version)
    clause = None if number == WHOLE else version.clauses.filter(number=number).first()
    text = text.strip()
    findings = list(rules.before_saying(_saying(version, speaker, clause is not None or number == WHOLE, text)))
    if findings:
        raise Refused(findings)
    first = lineage(version).first(clause.pk) if clause else None
    asks_lab = question or bool(rules.called_by_name(text, {LAB: LAB}))
    kind = Comment.Kind.QUESTION if asks_lab and isinstance(speaker, Invitation) else Comment.Kind.COMMENT
    thread = _thread(version, first, by=speaker)
    comment = _say(thread, version, speaker, text, kind, _called(version, text, mentions))
    mail.tell(comment, reading=clause)
    append(
        version.agreement.stream, "asked" if kind == Comment.Kind.QUESTION else "commented", by=_who(speaker), at=comment.said_at,
        facts={**version_facts(version), "clause": number, "comment": comment.pk},
    )  # fmt: skip
    return comment


@act("agreements.answer")
def ask(invitation: Invitation, text: str, *, number: str = WHOLE, by: Actor) -> Comment:
    """The party asks the lab something, about a clause or about the whole (EL-29). As `comment` otherwise."""
    return comment(invitation.version, number, text, by=by, question=True)


@act("agreements.discuss", "agreements.take_part")
def resolve(thread: Thread, *, by: Actor) -> Thread:
    """Say that a thread is settled: who and when is on record; nothing said is lost. Twice is as once.

    The lab may, and a party that spoke in it. Raises `Refused` for anybody else.
    """
    speaker = _speaker(by)
    thread = _locked_thread(thread, speaker)
    if thread.is_open:
        thread.resolved_at, thread.resolved_by = timezone.now(), str(_who(speaker))[:200]
        thread.save(update_fields=["resolved_at", "resolved_by"])
        _record(thread, "thread-resolved", speaker)
    return thread


@act("agreements.discuss", "agreements.take_part")
def reopen(thread: Thread, *, by: Actor) -> Thread:
    """Take up a settled thread again. Raises `Refused` for whoever may not settle it."""
    speaker = _speaker(by)
    thread = _locked_thread(thread, speaker)
    if not thread.is_open:
        _open_again(thread, speaker)
    return thread


@act("agreements.answer")
def mark_seen(invitation: Invitation, upto: int, *, by: Actor) -> DiscussionBookmark | None:
    """The party says that it has seen what was said up to the comment with this id; its bookmark never goes back.

    Raises `Refused` for an invitation that ended. An id from elsewhere changes nothing.
    """
    invitation = locked_invitation(invitation)
    if not invitation.is_live:
        raise refuse("invitation-ended", _("Your invitation has ended."), _("Ask lab operations for a new invitation."), "agreement")
    bookmark = DiscussionBookmark.objects.filter(party=invitation.party).first()
    agreement = invitation.version.agreement
    last = Comment.objects.filter(pk=upto, thread__agreement=agreement, pk__gt=bookmark.comment_id if bookmark else 0).first()
    if last is None:
        return bookmark
    bookmark, _created = DiscussionBookmark.objects.update_or_create(
        party=invitation.party, defaults={"comment": last, "seen_at": timezone.now()}
    )
    append(agreement.stream, "discussion-seen", by=invitation.party.person, facts={**version_facts(invitation.version), "comment": last.pk})
    return bookmark


def _saying(version: AgreementVersion, by: Speaker, clause_known: bool, text: str) -> rules.SayingFacts:
    hour_ago = timezone.now() - datetime.timedelta(hours=1)
    mine = Comment.objects.filter(party=by.party_id, said_at__gt=hour_ago) if isinstance(by, Invitation) else None
    return rules.SayingFacts(
        may_speak=not isinstance(by, Invitation) or by.is_live,
        version_talks=version.state in TALKS,
        clause_known=clause_known,
        text=text,
        said_this_hour=mine.count() if mine is not None else 0,
    )


def _called(version: AgreementVersion, text: str, mentions: Iterable[Party]) -> list[Party]:
    """The parties of today that are meant; an id of another agreement's party is left out."""
    current = {party.pk: party for party in version.agreement.parties.filter(to_at=None).select_related("person")}
    by_name = rules.called_by_name(text, {pk: party.person.name for pk, party in current.items()})
    return [current[pk] for pk in sorted({party.pk for party in mentions} | by_name) if pk in current]


def _thread(version: AgreementVersion, first: int | None, *, by: Speaker) -> Thread:
    """The thread about these words, locked and open."""
    about: dict[str, Any] = {"agreement": version.agreement, "clause_id": first}
    # Made first, locked second: `get_or_create` under a lock has nothing to lock while the row isn't there.
    row, _new = Thread.objects.get_or_create(**about)
    thread = Thread.objects.select_for_update(of=("self",)).get(pk=row.pk)
    thread.agreement = version.agreement  # what it is about is read once
    if not thread.is_open:
        _open_again(thread, by)
    return thread


def _say(thread: Thread, version: AgreementVersion, by: Speaker, text: str, kind: str, called: list[Party]) -> Comment:
    author: dict[str, Any] = {"party": by.party} if isinstance(by, Invitation) else {"account": by}
    comment = Comment.objects.create(thread=thread, version=version, kind=kind, text=text, **author)
    comment.mentions.add(*called)
    return comment


def _locked_thread(thread: Thread, by: Speaker) -> Thread:
    if isinstance(by, Invitation):
        by = locked_invitation(by)
        mine = by.is_live and Comment.objects.filter(thread=thread, party=by.party_id).exists()
        if not mine:
            raise refuse(
                "thread-of-others",
                _("You haven’t commented in this discussion."),
                _("Add a comment first, or leave this to the people in the discussion."),
                "agreement",
            )
    return Thread.objects.select_for_update(of=("self",)).select_related("agreement__stream", "clause").get(pk=thread.pk)


def _open_again(thread: Thread, by: Speaker) -> None:
    thread.resolved_at, thread.resolved_by = None, ""
    thread.save(update_fields=["resolved_at", "resolved_by"])
    _record(thread, "thread-reopened", by)


def _record(thread: Thread, act: str, by: Speaker) -> None:
    facts = {"agreement": thread.agreement.reference, "clause": thread.clause.number if thread.clause else WHOLE}
    append(thread.agreement.stream, act, by=_who(by), facts=facts)


def _speaker(by: Actor) -> Speaker:
    return by.invitation if isinstance(by, PartySession) else account_of(by)


def _who(by: Speaker) -> Person | User:
    """How the ledger and the page name whoever acts: the account, or the party's person."""
    return by.party.person if isinstance(by, Invitation) else by
