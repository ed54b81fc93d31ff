"""The mail server: what its refusals mean and how they are told to people, and how many connections it gets (EL-62).

Three kinds: this message or address is refused; the server is away; or it refuses everything that the lab sends, because of
how the lab's own sending is set up. The last is nobody's message's fault: all mail waits, and one alarm says why.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

# Enhanced codes (RFC 3463) with which servers refuse the sender, whatever the message: not allowed to send as this address,
# not authenticated, no such sender, barred as a sender.
OF_THE_SENDER = frozenset({"5.1.7", "5.1.8", "5.7.57", "5.7.60", "5.7.64", "5.7.139", "5.7.708"})
TOO_LARGE = 552


def is_final(error: Exception) -> bool:
    """The mail server says that this message will never be taken."""
    answers = _answers(error)
    return bool(answers) and all(500 <= code < 600 for code, _words in answers) and not refuses_the_lab(error)


def is_away(error: Exception) -> bool:
    """The mail server stopped talking to us in the middle: it, or this message, is at fault. smtplib's errors are OSErrors too."""
    if isinstance(error, smtplib.SMTPException):
        return isinstance(error, (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError))
    return isinstance(error, OSError)


def refuses_the_lab(error: Exception) -> bool:
    """The mail server refuses the lab's sending as a whole: its address, its account, or how it connects."""
    if isinstance(error, (smtplib.SMTPAuthenticationError, smtplib.SMTPHeloError)):
        return True
    if isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code != TOO_LARGE:
        return True
    return any(_enhanced(words) in OF_THE_SENDER for _code, words in _answers(error))


def describe_error(error: Exception) -> str:
    """What went wrong in a sentence, and the server's own words after it."""
    answers = "; ".join(f"{code} {words}" for code, words in _answers(error))
    sentence = _sentence(error)
    return _("%(sentence)s It said: %(answers)s") % {"sentence": sentence, "answers": answers} if answers else sentence


def _sentence(error: Exception) -> str:
    if refuses_the_lab(error):
        return _sentence_for_the_lab(error)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        refused, put_off = _("The mail server does not take mail to this address."), _("The mail server put this address off.")
    elif _answers(error):
        refused, put_off = _("The mail server refused this message."), _("The mail server put this message off.")
    elif isinstance(error, smtplib.SMTPServerDisconnected):
        return _("The mail server ended the connection before it took the message.")
    elif isinstance(error, TimeoutError):
        return _("The mail server didn’t answer in time.")
    elif isinstance(error, OSError) and not isinstance(error, smtplib.SMTPException):
        return _("The mail server couldn’t be reached.")
    else:
        return _("The message couldn’t be sent: %(error)s") % {"error": f"{type(error).__name__}: {error}"}
    return refused if is_final(error) else put_off


def _sentence_for_the_lab(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return _("The mail server doesn’t accept the portal’s user name and password.")
    sender = getattr(error, "sender", "")
    if sender:
        return _("The mail server doesn’t let the portal send as %(sender)s.") % {"sender": sender}
    return _("The mail server doesn’t let the portal send.")


def _enhanced(words: str) -> str:
    match = re.match(r"\d\.\d{1,3}\.\d{1,3}", words)
    return match[0] if match else ""


def _answers(error: Exception) -> list[tuple[int, str]]:
    """Each answer of the server, by code and words."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [(code, _readable(words)) for code, words in error.recipients.values()]
    if isinstance(error, smtplib.SMTPResponseException):  # of the sender, of the message's text, of the account
        return [(error.smtp_code, _readable(error.smtp_error))]
    return []


def _readable(words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(text.split())


LOCKS = 0x0B0C  # any number, the same in every process, and in the release that still runs while this one starts


@contextlib.contextmanager
def smtp_slot() -> Iterator[bool]:
    """Hold a line for the length of the block; False when all are taken: then somebody else is sending.

    PostgreSQL frees the line of a process that dies. SQLite has no such locks: two loops at most run on it.
    """
    if connection.vendor != "postgresql":
        yield True
        return
    # A lock of the session, not of a transaction: it lasts through the commits of a batch. A pooler that
    # gives each transaction another session must not stand in between.
    number = next((n for n in range(settings.MAIL_CONNECTIONS) if _call_lock("pg_try_advisory_lock", n)), None)
    try:
        yield number is not None
    finally:
        if number is not None:
            with contextlib.suppress(DatabaseError):  # a connection that is gone has freed it
                _call_lock("pg_advisory_unlock", number)


def _call_lock(function: str, number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [LOCKS, number])
        return bool(cursor.fetchone()[0])
