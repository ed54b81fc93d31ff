"""“How this works”: pages of docs/ shown in the product, each for the part of the portal that it explains.

A section headed "For developers" is left out. A house test holds that every page of the portal has a topic or is named as needing none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from markdown_it import MarkdownIt
from markdown_it.token import Token

FOR_DEVELOPERS = "For developers"


@dataclass(frozen=True)
class Topic:
    """A page of docs/ named `name`.md; `modules` are the beginnings of the modules whose views it explains."""

    name: str
    label: Any
    modules: tuple[str, ...]


TOPICS = (
    Topic("home", _("Home"), ("labportal.views",)),
    Topic("residencies", _("From application to graduation"), ("residencies.",)),
    Topic("importing", _("Importing"), ("residencies.importing",)),
    Topic("tasks", _("Tasks and checklists"), ("oversight.checklists.",)),
    Topic("endings", _("When a residency ends"), ()),
    Topic("signing", _("Signing an agreement"), ("agreements.",)),
    Topic("discussing", _("Discussing an agreement"), ("agreements.discussion",)),
    Topic("amending", _("Changing or ending an agreement"), ("agreements.amendments",)),
    Topic("verify", _("Is this agreement genuine?"), ("agreements.verify_page", "agreements.sealing")),
    Topic("role-checks", _("Role checks and services"), ("teams.",)),
    Topic("sprints", _("Sprints, reviews and champions"), ("teams.sprints",)),
    Topic("calendar", _("The calendar"), ("teams.calendar",)),
    Topic("training", _("Champions, training and your own page"), ("teams.training", "people.")),
    Topic("community", _("Community, experts and desks"), ("community.",)),
    Topic("money", _("Money"), ("oversight.money",)),
    Topic("barriers", _("Barriers and risks"), ("oversight.barriers", "oversight.bodies")),
    Topic("reminders", _("Reminders and mail"), ("outbox.",)),
    Topic("texts", _("Message templates"), ("outbox.catalogue",)),
    Topic("your-mail", _("Email preferences"), ("outbox.preferences",)),
    Topic("search", _("Search and the quick jump"), ("web.search",)),
)
BY_NAME = {topic.name: topic for topic in TOPICS}


def topic_of(view: Callable[..., Any]) -> Topic | None:
    """The topic that explains a view's page: the one that names the most of its module."""
    module = view.__module__ + "."
    named = [(len(beginning), topic) for topic in TOPICS for beginning in topic.modules if module.startswith(beginning)]
    return max(named, key=lambda each: each[0])[1] if named else None


@dataclass(frozen=True)
class Page:
    title: str
    body: SafeString


@cache
def page_of(topic: Topic) -> Page:
    """The topic's page, as its file was when the process started."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = list(_for_readers(parser.parse((settings.BASE_DIR / "docs" / f"{topic.name}.md").read_text())))
    first = next(number for number, token in enumerate(tokens) if token.type == "heading_close")
    title = tokens[1].content
    body = tokens[first + 1 :]
    for heading, inline in pairwise(body):
        if heading.type == "heading_open":
            heading.attrSet("id", _anchor(inline.content))
    for token in body:
        if token.children:
            token.children = list(_linked(token.children))
        elif token.type == "table_open":
            token.attrSet("class", "table")
    return Page(title, mark_safe(parser.renderer.render(body, parser.options, {})))  # noqa: S308 - our own page, with HTML off


def _for_readers(tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens without the sections for developers."""
    hidden_below = 0
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if token.type == "heading_open" and following is not None:
            level = int(token.tag[1])
            if following.content.startswith(FOR_DEVELOPERS):
                hidden_below = level
            elif level <= hidden_below:
                hidden_below = 0
        if not hidden_below:
            yield token


def _anchor(heading: str) -> str:
    """The name that links in docs/ use for a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _linked(tokens: Sequence[Token]) -> Iterator[Token]:
    """The tokens of a line with links to topics leading there, pictures served by us, and links to other files gone."""
    dropped = False
    for token in tokens:
        if token.type == "image":
            token.attrSet("src", static(f"help/{str(token.attrGet('src')).removeprefix('pictures/')}"))
            token.attrSet("loading", "lazy")
        elif token.type == "link_open":
            url = _address(str(token.attrGet("href")))
            dropped = not url
            if dropped:
                continue
            token.attrSet("href", url)
        elif token.type == "link_close" and dropped:
            dropped = False
            continue
        yield token


def _address(link: str) -> str:
    """Where a link in docs/ leads in the product; "" when it leads to a file that isn't shown there."""
    if link.startswith(("https://", "#", "mailto:")):
        return link
    file, _sign, anchor = link.partition("#")
    name = file.removesuffix(".md")
    if name not in BY_NAME:
        return ""
    return reverse("help-topic", args=[name]) + (f"#{anchor}" if anchor else "")
