"""Amendments that follow from a conversation: the words at hand, and the link between the two (EL-84)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from acts.act import Actor
from agreements.models import AgreementVersion, Amendment
from residencies.conversations.actions import link_amendment
from residencies.models import Conversation, ConversationAmendment


def conversation_of(request: HttpRequest, version: AgreementVersion) -> Conversation | None:
    """Return the conversation that the address names, if it ended in an amendment of this agreement."""
    key = request.GET.get("conversation", "")
    if not key.isdecimal() or len(key) > 17:
        return None
    rows = Conversation.objects.current().filter(residency__stream=version.agreement.stream_id, outcome=Conversation.Outcome.AMENDED)
    return rows.filter(pk=key).first()


def words_at_hand(conversation: Conversation | None) -> dict[str, Any]:
    """Return what a form about the amendment is filled in with."""
    if conversation is None or conversation.held_on is None:
        return {}
    params = {"day": date_format(conversation.held_on, "j F Y"), "notes": conversation.notes}
    reason = _("Outcome of the conversation held on %(day)s.") % params
    return {"reason": "\n\n".join(filter(None, [reason, conversation.notes]))[:2000], "at_request_of": conversation.raised_by}


def follow_up(conversation: Conversation | None, amendment: Amendment, *, by: Actor) -> None:
    """Record that the amendment follows from the conversation."""
    if conversation is not None:
        agreement = amendment.version.agreement.reference
        link_amendment(conversation, agreement=agreement, amendment=amendment.pk, place=amendment.place, by=by)


def with_conversations(amendments: Iterable[Amendment]) -> list[Amendment]:
    """Return `amendments`, each with the conversation that it follows from, as `conversation`; one query."""
    rows = list(amendments)
    links = ConversationAmendment.objects.filter(amendment__in=[row.pk for row in rows]).select_related("conversation__residency")
    conversations = {link.amendment: link.conversation for link in links}
    for row in rows:
        row.conversation = conversations.get(row.pk)  # type: ignore[attr-defined]
    return rows
