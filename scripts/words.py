"""Refuses words that make our English read as translated, in everything a person reads: strings for translation, templates,
docs/ and README.md.

`python scripts/words.py` prints every banned word with a better one and exits with 1 if there are any. Words that are sometimes right
are counted; `--warnings` lists them. Text that users have written and the standard agreement's clauses aren't checked, nor is code in
documentation: to quote a word that shouldn't be used, put it in backticks. Standard library only.
"""

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache

from sources import ROOT, sources

UNREAD_BY_PEOPLE = ("tests", "benchmarks", "scripts")
GETTEXT = {
    "_",
    "gettext",
    "gettext_lazy",
    "ngettext",
    "ngettext_lazy",
    "pgettext",
    "pgettext_lazy",
    "npgettext",
    "npgettext_lazy",
    "gettext_noop",
}

# What not to write, as a pattern of whole words, and what to write. Add to it when you find another.
BANNED = {
    r"mend(s|ed|ing)?": "fix, resolve",
    r"puts? (it )?right": "fix",
    r"anew": "again, new",
    r"once more": "again",
    r"who(m)?ever": "the person who; name them",
    r"of use": "useful, valid; “expired” when it no longer is",
    r"no mail can reach": "no email address",
    r"looked after by|looks after|looking after": "lab lead",
    r"keeps it(?! secure)": "program contact",
    r"stands? in the way|in the way": "blocker",
    r"blocks this step": "required for this step",
    r"in place already": "done",
    r"help(ed)? (\w+ )?along": "follow up",
    r"settle (the )?talks?": "reply to discussions",
    r"talks?": "discussion, discussions; as a verb: discuss, speak",
    r"writ(e|ten) down": "add, record",
    r"it was said": "X recorded",
    r"take it out|taken out of": "remove, removed from",
    r"is meant( so)?": "is intentional",
    r"different from a day on": "change from a date",
    r"look among": "check your junk folder",
    r"too late to be": "expired",
    r"pull through": "slide to another date",
    r"bring(s)? in (a|the)|brought in": "import",
    r"call(s|ed|ing)? off": "cancel",
    r"no day such as|no share from": "isn't a valid date, must be between",
    r"wishes about": "email preferences",
    r"open the page": "the act itself, such as “Read and sign”",
    r"leave for now": "save and finish later",
    r"unwanted mail": "junk folder",
    r"somebody of|someone of": "someone from",
    r"looks at it": "reviewing your request",
    r"do(es)? no harm": "is fine",
    r"for trying things out": "test",
    r"programmes?": "program",
    r"organisations?": "organization",
    r"(prioriti|organi|recogni)s(e|es|ed|ing)": "the same with z",
    r"(is|was|were|been) begun": "started",
    r"goes on on|go on on": "resumes on",
    r"(came|comes) of it": "the outcome, the results",
    r"puts? (it )?on record": "record",
    r"keeps? (nothing )?back": "blocks",
    r"an? (\w+ )?line each": "one per line",
    r"out for (signing|signature)": "sent to its parties; or the template’s verb",
    r"load the page again": "reload the page",
    r"worth attention": "needs attention",
    r"nothing needs to be done": "you don’t need to do anything",
    r"is at(?= “)": "the status of … is",
    r"decided on an earlier wording": "based on an earlier wording",
    r"(goes|went|going|way) home": "moves to its ministry",
    r"who sits at": "who has",
    r"(text|words) (is|are) still here": "what you typed is still here",
    r"clears? away": "removes",
    r"beside a running": "while it is running",
    r"there already:|(is|are) there already": "already on record",
    r"at the same moment": "at the same time",
    r"fits? together": "goes together",
    r"of the lab(’s|'s) own": "the lab’s",
    r"look(s|ed)? after": "is responsible for; lab lead",
    r"not taken up": "rejected, not accepted",
    r"stands? below": "see below",
    r"at whose (wish|request)": "requested by",
    r"bec[ao]mes? of": "the decision on, what happens to",
    r"is void since": "was voided on",
    r"hears? of": "is notified of",
    r"say that (you|it)": "name the act: mark, confirm",
}  # fmt: skip
# Words that are sometimes right.
DOUBTFUL = {
    r"whom": "who; or turn the sentence round",
    r"nobody|no one": "name what is missing: “No team members yet”",
    r"somebody|anybody|everybody": "name the person or the role",
    r"meanwhile": "until then",
    r"those who": "name them",
    r"told": "notified, emailed",
    r"tak(e|en|es) back": "withdraw, withdrawn",
}


@cache
def pattern(word: str) -> re.Pattern[str]:
    return re.compile(rf"\b({word})\b", re.IGNORECASE)


def python_texts(source: str) -> Iterator[tuple[int, str]]:
    """Yield (line, text) for every string that is marked for translation."""
    tree = ast.parse(source)
    aliases = {name.asname for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in node.names if name.name in GETTEXT}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in GETTEXT | aliases:
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield from lines_of(argument.value, argument.lineno)


def lines_of(text: str, first: int = 1) -> Iterator[tuple[int, str]]:
    yield from enumerate(text.split("\n"), first)


UNREAD = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}|<(script|style)\b.*?</\1>|<!--.*?-->", re.DOTALL)
TEMPLATE_TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
LITERAL = re.compile(r'"[^"]*"|\'[^\']*\'')
HTML_TAG = re.compile(r"</?[a-z][^>]*>", re.DOTALL | re.IGNORECASE)
READ_ATTRIBUTE = re.compile(r'\b(?:aria-label|title|alt|placeholder|value|content|data-[a-z-]*)="([^"]*)"')


def template_texts(source: str) -> Iterator[tuple[int, str]]:
    """Yield (line, text) for what a template shows: text, attributes that screen readers read, and literals in tags."""
    text = UNREAD.sub(blank, source)
    text = TEMPLATE_TAG.sub(lambda tag: blank(tag, literals(tag.group())), text)
    yield from lines_of(HTML_TAG.sub(lambda tag: blank(tag, " ".join(READ_ATTRIBUTE.findall(tag.group()))), text))


FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
INDENTED = re.compile(r"(?<=\n\n)(?: {4}.*\n|\n(?= {4}))+")
CODE = re.compile(r"`[^`\n]+`")
TARGET = re.compile(r"(?<=\])\([^)\n]*\)")


def document_texts(source: str) -> Iterator[tuple[int, str]]:
    """Yield (line, text) for a Markdown page, without its code and link targets."""
    for unread in (FENCE, INDENTED, CODE, TARGET):
        source = unread.sub(blank, source)
    yield from lines_of(source)


def literals(tag: str) -> str:
    """Return the texts in a template tag. Names of pages, files and fields have no spaces."""
    translated = re.match(r"\{% trans(late)? ", tag)
    texts = [match.group()[1:-1] for match in LITERAL.finditer(tag)]
    marked = re.findall(r'_\("([^"]*)"\)', tag)
    return " ".join([*marked, *(text for text in texts if " " in text or (translated and text is texts[0]))])


def blank(match: re.Match[str], kept: str = "") -> str:
    """Replace a match with `kept`, and keep its number of lines."""
    return f" {kept} " + "\n" * match.group().count("\n")


def texts() -> Iterator[tuple[str, int, str]]:
    """Yield (file, line, text) for everything a person reads."""
    readers = {"py": python_texts, "html": template_texts, "txt": template_texts}
    for suffix, read in readers.items():
        for path in sources(suffix, root=ROOT, but=UNREAD_BY_PEOPLE):
            if suffix == "py" or "templates" in path.parts:
                for line, text in read(path.read_text()):
                    yield str(path.relative_to(ROOT)), line, text
    for path in sorted([*ROOT.glob("README.md"), *(ROOT / "docs").glob("*.md")]):
        for line, text in document_texts(path.read_text()):
            yield str(path.relative_to(ROOT)), line, text


def faults(text: str, words: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (word, what to write instead) for each of `words` in `text`."""
    for word, instead in words.items():
        for match in pattern(word).finditer(text):
            yield match.group(), instead


def main(arguments: list[str]) -> int:
    banned, doubtful, counts = [], [], Counter[str]()
    for file, number, text in texts():
        banned += [f"{file}:{number}: “{word}”: write {instead}" for word, instead in faults(text, BANNED)]
        for word, instead in faults(text, DOUBTFUL):
            doubtful.append(f"{file}:{number}: “{word}”: consider {instead}")
            counts[word.lower()] += 1
    for fault in [*banned, *(doubtful if "--warnings" in arguments else [])]:
        print(fault)
    if counts:
        listed = ", ".join(f"{word} {count}" for word, count in counts.most_common())
        print(f"{counts.total()} words worth a second look (python scripts/words.py --warnings): {listed}")
    return 1 if banned else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
