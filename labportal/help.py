"""“How this works”: pages of docs/ shown in the portal, each for the part that it explains.

Sections headed "For developers" are left out. A test checks that every page of the portal has a topic or is listed as not needing one.
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
    """A page of docs/ named `name`.md; `modules` are prefixes of the modules whose views it explains."""

    name: str
    label: Any
    modules: tuple[str, ...]


TOPICS = (
    Topic("home", _("Home"), ("labportal.views",)),
    Topic("residencies", _("From application to graduation"), ("residencies.",)),
    Topic("phases", _("Phases"), ("residencies.lifecycle.phases",)),
    Topic("importing", _("Importing"), ("residencies.importing",)),
    Topic("tasks", _("Tasks and checklists"), ("oversight.checklists.",)),
    Topic("conversations", _("Conversations"), ("residencies.conversations",)),
    Topic("trust", _("Trust and openness"), ("oversight.trust",)),
    Topic(
        "graduation",
        _("Graduation and follow-ups"),
        ("residencies.graduation", "oversight.followups", "teams.destinations"),
    ),
    Topic("endings", _("When a residency ends"), ()),
    Topic("signing", _("Signing an agreement"), ("agreements.",)),
    Topic("discussing", _("Discussing an agreement"), ("agreements.discussion",)),
    Topic("amending", _("Changing or ending an agreement"), ("agreements.amendments",)),
    Topic("verify", _("Is this agreement genuine?"), ("agreements.verify_page", "agreements.sealing", "oversight.documents")),
    Topic("role-checks", _("Role checks and services"), ("teams.",)),
    Topic("sprints", _("Sprints, reviews and champions"), ("teams.sprints",)),
    Topic("calendar", _("The calendar"), ("teams.calendar",)),
    Topic("training", _("Champions, training and your own page"), ("teams.training", "people.")),
    Topic("community", _("Community, experts and desks"), ("community.",)),
    Topic("alumni", _("Alumni and mentors"), ("community.alumni", "community.mentors")),
    Topic("benefits", _("The benefit owner"), ("community.benefits",)),
    Topic("partnerships", _("Service partnerships"), ("partnerships.",)),
    Topic("money", _("Money"), ("oversight.money",)),
    Topic("metrics", _("Metrics, savings and the return"), ("metrics.", "reports.value")),
    Topic("barriers", _("Barriers and risks"), ("oversight.barriers", "oversight.bodies")),
    Topic("status-reports", _("Status reports and decisions"), ("oversight.status",)),
    Topic("portfolio", _("The portfolio"), ("reports.portfolio",)),
    Topic("choosing-a-model", _("Choosing a partnership model"), ("partnerships.chooser",)),
    Topic("guidance", _("Guidance for partnerships"), ("partnerships.guidance",)),
    Topic("case-studies", _("Case studies"), ("partnerships.cases",)),
    Topic("showcase", _("The showcase and lessons"), ("reports.showcase", "reports.lessons")),
    Topic("reminders", _("Reminders and mail"), ("outbox.",)),
    Topic("texts", _("Message templates"), ("outbox.catalogue",)),
    Topic("your-mail", _("Email preferences"), ("outbox.preferences",)),
    Topic("api", _("The API"), ("reports.", "ninja.")),
    Topic("status-page", _("System status"), ("recovery.",)),
    Topic("search", _("Search and the quick jump"), ("web.search",)),
)
BY_NAME = {topic.name: topic for topic in TOPICS}


def topic_of(view: Callable[..., Any]) -> Topic | None:
    """Return the topic for a view's page: the one with the longest matching module prefix, or None."""
    module = view.__module__ + "."
    named = [(len(beginning), topic) for topic in TOPICS for beginning in topic.modules if module.startswith(beginning)]
    return max(named, key=lambda each: each[0])[1] if named else None


@dataclass(frozen=True)
class Page:
    title: str
    body: SafeString


@cache
def page_of(topic: Topic) -> Page:
    """Return the topic's page, rendered once per process."""
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
            token.attrSet("tabindex", "0")
    html = parser.renderer.render(body, parser.options, {})
    # An example or a table may be wider than the page: then it scrolls, and the keyboard has to reach it.
    return Page(title, mark_safe(html.replace("<pre>", '<pre tabindex="0">')))  # noqa: S308 - our own page, rendered without raw HTML


def _for_readers(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield the tokens outside the sections for developers."""
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
    """Return the anchor that links in docs/ use for a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _linked(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield a line's tokens, with links to topics pointed at the portal, pictures served by us, and links to other files removed."""
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
    """Return where a link in docs/ leads in the portal, or "" if its file isn't shown there."""
    if link.startswith(("https://", "#", "mailto:")):
        return link
    file, _sign, anchor = link.partition("#")
    name = file.removesuffix(".md")
    if name not in BY_NAME:
        return ""
    return reverse("help-topic", args=[name]) + (f"#{anchor}" if anchor else "")
