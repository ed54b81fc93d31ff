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


KEEP = _("Keep the file as it is. Printing it, or saving it from another program, makes a copy without the seal.")
GIVE_FILE = _("To check a PDF, give us the file itself below. The words can be right, and the file around them altered.")
ASK_FOR_IT = _("Ask the person who gave it to you for the file that the lab sent. Every party has a copy.")
TELL_LAB = _("If you think that it was changed on purpose, tell the lab before you act on it.")

WORDS: dict[AnswerKind, Words] = {
    AnswerKind.GENUINE: Words(
        _("Genuine, and in force"),
        _("This is the file that the lab sealed, and the agreement in it is in force."),
        (_("You can rely on it as it is."), KEEP),
        "success", "check",
    ),
    AnswerKind.REPLACED: Words(
        _("Genuine, but replaced since"),
        _("It was agreed as you see it. A newer version has taken its place."),
        (_("Ask the person who gave it to you for the newest version."), _("For what was agreed at that time, you can rely on it.")),
        "warning", "turn",
    ),
    AnswerKind.VOID: Words(
        _("Genuine, but void"),
        _("It was made as you see it. The lab has since declared it void, so it is no longer binding."),
        (_("Do not act on it. Ask the lab what has taken its place."),),
        "danger", "stop",
    ),
    AnswerKind.IN_FORCE: Words(
        _("These words are in force"),
        _("An agreement of the lab has exactly these words. Everyone who had to sign it has signed."),
        (GIVE_FILE,),
        "success", "check",
    ),
    AnswerKind.BEING_SEALED: Words(
        _("In force, and being sealed"),
        _("Everyone who had to sign has signed, so the agreement is in force. Its sealed PDF is not ready yet."),
        (_("Come back in a few minutes. Each party gets a message when the sealed PDF is there."),),
        "success", "clock",
    ),
    AnswerKind.OUT_FOR_SIGNING: Words(
        _("Not in force yet"),
        _("The lab sent out an agreement with exactly these words. Some signatures are still missing."),
        (_("It isn’t binding yet. Come back when everyone has signed."),),
        "warning", "clock",
    ),
    AnswerKind.ALTERED: Words(
        _("Altered"),
        _("This is not the file that the lab sealed, though it looks like one or carries its words. What failed stands below."),
        (_("Do not rely on this file."), ASK_FOR_IT, TELL_LAB),
        "danger", "alert",
    ),
    AnswerKind.UNSEALED: Words(
        _("A copy without the lab’s seal"),
        _("The words attached to this file are those of an agreement of the lab. Its pages carry no seal, so we can’t confirm that they are."),
        (_("Read it, but do not rely on it."), ASK_FOR_IT),
        "warning", "alert",
    ),
    AnswerKind.ON_PAPER: Words(
        _("Signed on paper; scan vouched for by two at the lab"),
        _("This file is the scan of an agreement that was signed on paper. It was not signed in this portal and carries no seal."),
        (_("Ask the lab for the paper itself if you need more than the scan."),),
        "warning", "file",
    ),
    AnswerKind.NOT_ON_RECORD: Words(
        _("Sealed, but not on our record"),
        _("The file carries a seal that we know, and is unchanged. But this portal has no record of the agreement in it."),
        (_("Another portal of the lab may have made it. Ask the lab where it comes from."), _("Until then, do not rely on it.")),
        "warning", "help",
    ),
    AnswerKind.UNKNOWN: Words(
        _("Unknown to us"),
        _("We have no agreement on record with this fingerprint. That says nothing about who made it, or whether it is any good."),
        (
            _("Check that all 64 digits are there, or give us the PDF itself below."),
            _("A print, a scan or a file saved again is another file. Ask for the one that the lab sent."),
        ),
        "neutral", "help",
    ),
}  # fmt: skip


TRY_ONLY = _("It was sealed with a test key. Don’t rely on it.")


def words_for(answer: Answer) -> Words:
    """The words of an answer; a seal for trying things out is never called one to rely on."""
    words = WORDS[answer.kind]
    if words.tone == "success" and answer.standing and answer.standing.development:
        return replace(words, next_steps=(TRY_ONLY,), tone="warning")
    return words
