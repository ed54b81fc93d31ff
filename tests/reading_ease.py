"""How many years of school a text asks for, by the formula of Flesch and Kincaid."""

from __future__ import annotations

import re

NOT_WORDS = re.compile(r"https?://\S+|\{\{.*?\}\}|\b[0-9a-f]{32,}\b|\S+@\S+")
VOWELS = re.compile(r"[aeiouy]+")


def grade(text: str) -> float:
    """The grade of `text`; 0 for no words. Addresses, placeholders and fingerprints are not read aloud and do not count.

    An item of a list and a line of its own end a sentence, with or without a full stop.
    """
    plain = NOT_WORDS.sub("", text)
    sentences = [part for part in re.split(r"[.!?:;]+(?:\s|$)|\n\s*\n|\n- ", plain) if re.search(r"\w", part)]
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", plain)
    if not words:
        return 0.0
    return 0.39 * len(words) / len(sentences) + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def syllables(word: str) -> int:
    """About how many syllables an English word has: runs of vowels, but for endings that are written and not said."""
    plain = re.sub(r"[^a-z]", "", word.lower())
    count = len(VOWELS.findall(plain))
    if re.search(r"[^aeiouy]e$", plain) and not re.search(r"[^aeiouy]le$", plain):
        count -= 1
    if re.search(r"[^aeiouytd]ed$", plain) or re.search(r"[^aeiouyszcxg]es$", plain):
        count -= 1
    return max(count, 1)
