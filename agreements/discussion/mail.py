"""Mail about the discussion of an agreement: one a person and thread, however many comments come in a short time (EL-24, EL-60).

A message waits a little before it goes and lists, as it leaves, every comment since the last one. While it
waits, further comments queue nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from acts.act import SYSTEM
from agreements.discussion.queries import WHOLE
from agreements.invitations import links
from agreements.models import Agreement, Clause, Comment, Invitation
from agreements.versions.mail import AGREEMENT, LINK, TITLE
from ledger.subjects import Subject, subject_of
from outbox.catalogue.messages import MessageKind, Place, Template, address_of
from outbox.delivery.compose import NoLongerHolds, recipe
from outbox.models import Message, State
from outbox.queue import queue
from people.actions import person_of
from people.lab import lab_staff_among
from people.models import Person, User

DISCUSSION = MessageKind(
    "agreement-discussion",
    _("New comments on an agreement"),
    (
        Template(
            _("New comments on {where}: {title} for {about}"),
            _(
                """Hello {name},

There are new comments on {where} of the {title} for {about}:

{news}

Read and reply:
{signing_link}

You don’t need an account. This link is only for you, so please don’t forward it.

{lab}"""
            ),
            wording="party",
            when=_("to a party"),
            places=(LINK,),
        ),
        Template(
            _("New comments on {where}: {title} for {about}"),
            _(
                """Hello {name},

There are new comments on {where} of the {title} for {about}:

{news}

Read and reply:
{link}

{lab}"""
            ),
            wording="lab",
            when=_("to the lab"),
            places=(Place("link", _("the address of the discussion"), f"{AGREEMENT}alignment/4.2/", needed=True),),
        ),
    ),
    places=(
        TITLE,
        Place("where", _("the clause under discussion"), _("clause 4.2")),
        Place(
            "news",
            _("the comments since the last email"),
            "Dana Lee asked on 3 March 2026, 2:30 p.m. Pacific:\n> Does this cover backups?",
            needed=True,
            minted=True,
        ),
    ),
    optional=True,
    may_wait=True,
)
WAITS = datetime.timedelta(minutes=2)
APART = datetime.timedelta(minutes=15)


def tell(comment: Comment, *, reading: Clause | None) -> None:
    """Tell the lab, the parties in the thread and those mentioned of a comment, never its author; `reading` is the clause as the author sees it."""
    recipients = {comment.party.person_id if comment.party else None}
    subject = subject_of(comment.thread.agreement.stream)
    for account in _lab(comment, subject):
        person = person_of(account, by=SYSTEM)
        if account.pk != comment.account_id and person.pk not in recipients:
            recipients.add(person.pk)
            _queue(comment, person, subject, reading, None)
    for invitation in _parties(comment):
        if invitation.party.person_id not in recipients and invitation.party.person.email:
            recipients.add(invitation.party.person_id)
            _queue(comment, invitation.party.person, subject, reading, invitation)


def _lab(comment: Comment, subject: Subject) -> Iterable[User]:
    """Return who prepared it, sent it out, leads the subject or commented here for the lab; all of lab operations if none is left."""
    agreement = comment.thread.agreement
    owner = getattr(subject, "owner_id", None)
    spoke = Comment.objects.filter(thread=comment.thread).exclude(account=None).values("account")
    meant = Q(pk__in=[agreement.made_by_id, comment.version.circulated_by_id, owner]) | Q(pk__in=spoke)
    return lab_staff_among(User.objects.filter(meant))


def _parties(comment: Comment) -> Iterable[Invitation]:
    """Return the invitations, to the version they read now, of today's parties who commented or were mentioned here."""
    comments = Comment.objects.filter(thread=comment.thread)
    meant = Q(party__in=comments.exclude(party=None).values("party")) | Q(party__in=comments.exclude(mentions=None).values("mentions"))
    newest = Invitation.objects.filter(meant, version=comment.version, revoked_at=None, party__to_at=None)
    return newest.select_related("party__person", "party__role", "version").order_by("party__role__position")


def _queue(comment: Comment, to: Person, subject: Subject, reading: Clause | None, invitation: Invitation | None) -> None:
    thread = comment.thread
    key = f"thread:{thread.pk}:"
    earlier = Message.objects.filter(occasion=DISCUSSION.key, person=to, key__startswith=f"{DISCUSSION.key}|{to.pk}|{key}")
    # Locked, so that a claim in this moment is seen: news left to a message that is going out already would never be told.
    last = earlier.select_for_update(of=("self",)).order_by("-pk").first()
    if last and last.state in (State.QUEUED, State.HELD) and not last.digest_id:
        return
    due = timezone.now() + WAITS
    if last and last.sent_at:
        due = max(due, last.sent_at + APART)
    version = comment.version
    params = {"title": version.agreement.template_version.title, "where": _where(reading)}
    mint: dict[str, list[object]] = {"said:news": ["agreements.news.since", {"thread": thread.pk, "first": comment.pk, "reader": to.pk}]}
    if invitation:
        mint["signing_link"] = ["agreements.news.link", {"invitation": invitation.pk}]
    else:
        params["link"] = _page(version.agreement, reading)
    queue(
        DISCUSSION, to=to, about=version.agreement.stream, key=f"{key}{comment.pk}", params=params, wording="party" if invitation else "lab",
        mint=mint, due_at=due,
    )  # fmt: skip


def _where(clause: Clause | None) -> str:
    return _now("clause %(number)s") % {"number": clause.number} if clause else _now("the whole agreement")


def _page(agreement: Agreement, reading: Clause | None) -> str:
    return address_of("agreement-thread", agreement.place, reading.number if reading else WHOLE)


@recipe("agreements.news.since")
def since(thread: int, first: int, reader: int) -> str:
    """Quote the comments of a thread from `first` on, but for the reader's own; put into a mail as it leaves."""
    rows = Comment.objects.filter(thread=thread, pk__gte=first).exclude(party__person=reader).exclude(account__person=reader)
    return "\n\n".join(_quoted_comment(row) for row in rows.select_related("party__person", "party__role", "account").order_by("pk"))


def _quoted_comment(comment: Comment) -> str:
    local = timezone.localtime(comment.said_at)
    params = {
        "who": str(comment.party) if comment.party else _now("%(name)s (the lab)") % {"name": comment.account},
        "when": f"{date_format(local, 'DATE_FORMAT')}, {date_format(local, 'TIME_FORMAT')}",
    }
    heads = {
        Comment.Kind.COMMENT: _now("%(who)s wrote on %(when)s Pacific time:"),
        Comment.Kind.QUESTION: _now("%(who)s asked on %(when)s Pacific time:"),
        Comment.Kind.MISALIGNED: _now("%(who)s marked it as misaligned on %(when)s Pacific time:"),
    }
    words = "\n".join(f"> {line}" for line in comment.text.splitlines())
    return f"{heads[Comment.Kind(comment.kind)] % params}\n{words}"


@recipe("agreements.news.link")
def link(invitation: int) -> str:
    """Issue the party's own link as the mail leaves; the mail is withdrawn when its invitation has ended (EL-28)."""
    row = Invitation.objects.select_related("party", "version").get(pk=invitation)
    if not row.is_live:
        raise NoLongerHolds("The invitation has ended.")
    return links.issue_link(invitation)
