from itertools import pairwise

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class MaximumLengthValidator:
    """Refuse passwords so long that hashing them is work for an attacker to give us (ASVS 6.2.9)."""

    def __init__(self, max_length: int = 128) -> None:
        self.max_length = max_length

    def validate(self, password: str, user: object = None) -> None:
        if len(password) > self.max_length:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        return _("Your password can have at most %(max)d characters.") % {"max": self.max_length}


ROWS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "01234567890", "qwertzuiop", "azertyuiop")
NEXT_TO = {pair for row in ROWS for pair in (*pairwise(row), *pairwise(row[::-1]))}


class SurprisingValidator:
    """Refuse what is long only because it repeats itself or runs along the keyboard: `aaaaaaaaaaaaaaa`, `abcabcabcabcabc`.

    A character counts if the ones before it don't foretell it: it is not the one beside on a keyboard row, and does not
    go on with a piece that was there already.
    """

    def __init__(self, least: int = 8) -> None:
        self.least = least

    def validate(self, password: str, user: object = None) -> None:
        if surprises(password) < self.least:
            raise ValidationError(self.get_help_text(), code="password_too_simple")

    def get_help_text(self) -> str:
        return _("Your password can’t be a repeated pattern or a row of keys. Four unrelated words work well.")


def surprises(password: str) -> int:
    """How many characters of `password` the ones before them don't foretell."""
    text = password.casefold()
    return sum(not _foretold(text, place) for place in range(len(text)))


def _foretold(text: str, place: int) -> bool:
    character = text[place]
    if place and (character == text[place - 1] or (text[place - 1], character) in NEXT_TO):
        return True
    return place > 1 and text.find(text[place - 1 : place + 1]) < place - 1
