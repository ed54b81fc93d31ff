"""What an answer says to whoever asked: a heading, why, and what to do next, the same parts for every answer (EL-32)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from agreements.verify_page.answers import Answer, AnswerKind


@dataclass(frozen=True)
class Words:
    heading: Any
    because: Any
    next_steps: tuple[Any, ...]
    tone: str
    icon: str


KEEP = _("Keep the file as it is. If you print it or save it from another program, that copy has no seal.")
GIVE_FILE = _("To check a PDF, upload the file below. The wording can be right even if the file was altered.")
ASK_FOR_IT = _("Ask the person who gave it to you for the file as they got it from the lab.")
TELL_LAB = _("If you think someone changed it on purpose, tell the lab before you act on it.")

WORDS: dict[AnswerKind, Words] = {
    AnswerKind.GENUINE: Words(
        _("Genuine, and in force"),
        _("This is the file that the lab sealed, and the agreement in it is in force."),
        (_("You can rely on it as it is."), KEEP),
        "success", "check",
    ),
    AnswerKind.REPLACED: Words(
        _("Genuine, but replaced"),
        _("This is what was agreed at the time. A newer version has replaced it."),
        (_("Ask the person who gave it to you for the latest version."), _("You can rely on it as a record of what was agreed at the time.")),
        "warning", "turn",
    ),
    AnswerKind.VOID: Words(
        _("Genuine, but void"),
        _("This is the file that the lab sealed, but the lab has since voided the agreement. It’s no longer binding."),
        (_("Don’t act on it. Ask the lab what has replaced it."),),
        "danger", "stop",
    ),
    AnswerKind.IN_FORCE: Words(
        _("This wording is in force"),
        _("One of the lab’s agreements has exactly this wording. Everyone who had to %(sign)s it has %(signed)s."),
        (GIVE_FILE,),
        "success", "check",
    ),
    AnswerKind.BEING_SEALED: Words(
        _("In force, and being sealed"),
        _("Everyone who had to %(sign)s it has %(signed)s, so the agreement is in force. Its sealed PDF isn’t ready yet."),
        (_("Come back in a few minutes. Each party gets an email when the sealed PDF is ready."),),
        "success", "clock",
    ),
    AnswerKind.OUT_FOR_SIGNING: Words(
        _("Not in force yet"),
        _("The lab sent an agreement with exactly this wording for %(signature)s. Some people haven’t %(signed)s yet."),
        (_("It isn’t binding yet. Come back when everyone has %(signed)s."),),
        "warning", "clock",
    ),
    AnswerKind.ALTERED: Words(
        _("Altered"),
        _("This isn’t the file the lab sealed, even though it looks like it or has its content. See which checks failed below."),
        (_("Don’t rely on this file."), ASK_FOR_IT, TELL_LAB),
        "danger", "alert",
    ),
    AnswerKind.UNSEALED: Words(
        _("A copy without the lab’s seal"),
        _("The text attached to this file is that of one of the lab’s agreements. The file has no seal, so we can’t confirm that its pages match."),
        (_("You can read it, but don’t rely on it."), ASK_FOR_IT),
        "warning", "alert",
    ),
    AnswerKind.ON_PAPER: Words(
        _("Signed on paper; scan confirmed by two people at the lab"),
        _("This file is the scan of an agreement that was signed on paper. It wasn’t signed in this portal and has no seal."),
        (_("If you need more than the scan, ask the lab for the paper original."),),
        "warning", "file",
    ),
    AnswerKind.DOCUMENT: Words(
        _("Genuine"),
        _("This is the file that the lab sealed."),
        (_("You can rely on it as it is."), KEEP),
        "success", "check",
    ),
    AnswerKind.DOCUMENT_CONTENT: Words(
        _("Issued by the lab"),
        _("The lab issued a document with exactly this content."),
        (_("To check a PDF, upload the file below. The content can be right even if the file was altered."),),
        "success", "check",
    ),
    AnswerKind.DOCUMENT_BEING_SEALED: Words(
        _("Issued by the lab, and being sealed"),
        _("The lab issued a document with exactly this content. Its sealed PDF isn’t ready yet."),
        (_("Come back in a few minutes."),),
        "success", "clock",
    ),
    AnswerKind.DOCUMENT_UNSEALED: Words(
        _("A copy without the lab’s seal"),
        _("The content attached to this file is that of one of the lab’s documents. The file has no seal, so we can’t confirm that its pages match."),
        (_("You can read it, but don’t rely on it."), ASK_FOR_IT),
        "warning", "alert",
    ),
    AnswerKind.NOT_ON_RECORD: Words(
        _("Sealed, but not in our records"),
        _("The file has a seal we recognize and hasn’t changed, but this portal has no record of what’s in it."),
        (_("It may come from another of the lab’s portals. Ask the lab where it comes from."), _("Until then, don’t rely on it.")),
        "warning", "help",
    ),
    AnswerKind.UNKNOWN: Words(
        _("Unknown to us"),
        _("We have no agreement or document on record with this fingerprint. We can’t tell you who made it or whether it’s genuine."),
        (
            _("Check that all 64 digits are there, or upload the PDF below."),
            _("A printout, scan or newly saved copy is a different file. Ask for the one the lab sent."),
        ),
        "neutral", "help",
    ),
}  # fmt: skip


TRY_ONLY = _("It was sealed with a test key. Don’t rely on it.")


def words_for(answer: Answer) -> Words:
    """The words of an answer; a seal for trying things out is never called one to rely on."""
    words = WORDS[answer.kind]
    if answer.standing:
        verb = answer.standing.words.params
        words = replace(words, because=words.because % verb, next_steps=tuple(step % verb for step in words.next_steps))
    if words.tone == "success" and answer.development:
        return replace(words, next_steps=(TRY_ONLY,), tone="warning")
    return words
