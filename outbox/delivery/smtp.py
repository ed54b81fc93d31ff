"""The mail server: what its refusals mean, how they are explained to people, and how many connections it gets (EL-62).

There are three kinds: it refuses this message or address; it doesn't answer; or it refuses everything the lab sends, because of
how sending is set up. In the last case no message is at fault: all mail waits, and one alarm says why.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

# Enhanced codes (RFC 3463) that mean the server refuses the sender, whatever the message: not allowed to send as this address,
# not authenticated, no such sender, blocked as a sender.
OF_THE_SENDER = frozenset({"5.1.7", "5.1.8", "5.7.57", "5.7.60", "5.7.64", "5.7.139", "5.7.708"})
TOO_LARGE = 552


def is_final(error: Exception) -> bool:
    """Return whether the mail server says it will never accept this message."""
    answers = _answers(error)
    return bool(answers) and all(500 <= code < 600 for code, _words in answers) and not refuses_the_lab(error)


def is_away(error: Exception) -> bool:
    """Return whether the mail server couldn't be reached or dropped the connection; it or this message may be at fault.

    smtplib's errors are OSErrors too, so they are checked first.
    """
    if isinstance(error, smtplib.SMTPException):
        return isinstance(error, (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError))
    return isinstance(error, OSError)


def refuses_the_lab(error: Exception) -> bool:
    """Return whether the mail server refuses everything the lab sends: its address, its account, or how it connects."""
    if isinstance(error, (smtplib.SMTPAuthenticationError, smtplib.SMTPHeloError)):
        return True
    if isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code != TOO_LARGE:
        return True
    return any(_enhanced(words) in OF_THE_SENDER for _code, words in _answers(error))


def describe_error(error: Exception) -> str:
    """Say in a sentence what went wrong, followed by the server's own words."""
    answers = "; ".join(f"{code} {words}" for code, words in _answers(error))
    sentence = _sentence(error)
    return _("%(sentence)s The server said: %(answers)s") % {"sentence": sentence, "answers": answers} if answers else sentence


def _sentence(error: Exception) -> str:
    if refuses_the_lab(error):
        return _sentence_for_the_lab(error)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        refused, put_off = (
            _("The mail server doesn’t accept mail for this address."),
            _("The mail server can’t accept mail for this address right now."),
        )
    elif _answers(error):
        refused, put_off = _("The mail server refused this message."), _("The mail server can’t accept this message right now.")
    elif isinstance(error, smtplib.SMTPServerDisconnected):
        return _("The mail server closed the connection before it accepted the message.")
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
    """Return each of the server's answers, as code and text."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [(code, _readable(words)) for code, words in error.recipients.values()]
    if isinstance(error, smtplib.SMTPResponseException):  # of the sender, of the message's text, of the account
        return [(error.smtp_code, _readable(error.smtp_error))]
    return []


def _readable(words: bytes | str) -> str:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    return " ".join(text.split())


LOCKS = 0x0B0C  # an arbitrary number, the same in every process and in the previous release that may still be running


@contextlib.contextmanager
def smtp_slot() -> Iterator[bool]:
    """Hold one of the mail connections within the block; yields False if all are taken, because other processes are sending.

    PostgreSQL frees the connection of a process that dies. SQLite has no such locks: at most two loops run on it.
    """
    if connection.vendor != "postgresql":
        yield True
        return
    # A session lock, not a transaction lock: it lasts through the commits of a batch. Don't put a pooler that
    # gives each transaction another session in between.
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
