"""What a mail server's refusal means, and how it is told to people (EL-62)."""

from __future__ import annotations

import smtplib

from django.utils.translation import gettext as _


def is_final(error: Exception) -> bool:
    """The mail server says that this message will never be taken."""
    answers = _answers(error)
    return bool(answers) and all(500 <= code < 600 for code, _words in answers)


def is_away(error: Exception) -> bool:
    """The mail server stopped talking to us in the middle: it, or this message, is at fault. smtplib's errors are OSErrors too."""
    if isinstance(error, smtplib.SMTPException):
        return isinstance(error, (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError, smtplib.SMTPAuthenticationError))
    return isinstance(error, OSError)


def told(error: Exception) -> str:
    """What went wrong in a sentence, and the server's own words after it."""
    answers = "; ".join(f"{code} {words}" for code, words in _answers(error))
    if not answers:
        return f"{type(error).__name__}: {error}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        sentence = (
            _("The mail server does not take mail to this address.") if is_final(error) else _("The mail server put this address off.")
        )
    else:
        sentence = _("The mail server refused this message.") if is_final(error) else _("The mail server put this message off.")
    return _("%(sentence)s It said: %(answers)s") % {"sentence": sentence, "answers": answers}


def _answers(error: Exception) -> list[tuple[int, str]]:
    """Each answer of the server, by code and words."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [(code, _readable(words)) for code, words in error.recipients.values()]
    if isinstance(error, smtplib.SMTPDataError):
        return [(error.smtp_code, _readable(error.smtp_error))]
    return []


def _readable(words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(text.split())
