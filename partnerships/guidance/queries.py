"""Queries for the pages and the print of the guidance."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db.models import Count, Q
from django.http import Http404

from oversight.models import ChecklistItem, TaskState
from partnerships.guidance.actions import LIBRARY
from partnerships.guidance.rules import TripItem, TripList, with_parents
from partnerships.models import CaseStudy, PartnershipModel, Practice, Resource, Theme

PARTS = ("definition", "why", "clientele", "where", "when")


@dataclass
class Node:
    """A model in the tree, with its kinds."""

    model: PartnershipModel
    depth: int = 0
    kinds: list[Node] = field(default_factory=list)

    @property
    def is_leaf(self) -> bool:
        return not self.kinds

    @property
    def parts(self) -> list[tuple[Any, str]]:
        """The label and text of each part; blank ones only for a whole model, where a blank is worth saying."""
        rows = [(PartnershipModel._meta.get_field(name).verbose_name, getattr(self.model, name)) for name in PARTS]  # type: ignore[union-attr]
        return [(str(label).capitalize(), text) for label, text in rows if text or self.depth == 0]

    @property
    def examples(self) -> list[str]:
        return self.model.examples.splitlines()


def tree() -> list[Node]:
    """Return the models from the loosest to the closest, each with its kinds; one query."""
    nodes = {row.pk: Node(row) for row in PartnershipModel.objects.all()}
    roots = []
    for node in nodes.values():
        if node.model.parent_id is None:
            roots.append(node)
        else:
            nodes[node.model.parent_id].kinds.append(node)
    for root in roots:
        _set_depths(root, 0)
    return roots


def _set_depths(node: Node, depth: int) -> None:
    node.depth = depth
    for kind in node.kinds:
        _set_depths(kind, depth + 1)


def flat(nodes: Iterable[Node]) -> list[Node]:
    """Return nodes and all below them, each before its kinds."""
    return [each for node in nodes for each in (node, *flat(node.kinds))]


def leaves(nodes: Iterable[Node]) -> list[Node]:
    return [node for node in flat(nodes) if node.is_leaf]


def parents_of(nodes: Iterable[Node]) -> dict[str, str]:
    """Return the code of each model's parent, by the code of the model."""
    return {kind.model.code: node.model.code for node in flat(nodes) for kind in node.kinds}


@dataclass(frozen=True)
class Group:
    """Practices under a heading."""

    code: str
    label: Any
    practices: list[Practice]


@dataclass(frozen=True)
class ModelPage:
    """A model with what applies to it: its own guidance, practices by theme, and tools."""

    node: Node
    line: list[Node]
    practices: list[Group]
    resources: list[Resource]
    cases: list[CaseStudy]


def model_page(code: str) -> ModelPage:
    """Return the guidance on a model; practices of its kinds and of what it is a kind of, too. Six queries. Raises `Http404`."""
    roots = tree()
    nodes = {node.model.code: node for node in flat(roots)}
    if code not in nodes:
        raise Http404(code)
    above = with_parents([code], parents_of(roots))
    below = {each.model.code for each in flat([nodes[code]])}
    practices = [row for row in practices_shown() if _applies(row, above | below)]
    resources = [row for row in current_resources() if row.applies_to.all() and _applies(row, above | below)]
    line = [node for node in flat(roots) if node.model.code in above]
    return ModelPage(nodes[code], line, _by_theme(practices), resources, _cases_about(above | below))


def _cases_about(codes: set[str]) -> list[CaseStudy]:
    """Return the published case studies and examples about any of these models; one query."""
    rows = CaseStudy.objects.filter(state=CaseStudy.State.PUBLISHED).exclude(leaves="")
    return [row for row in rows if codes & set(row.leaves.split())]


def _applies(row: Practice | Resource, codes: set[str]) -> bool:
    named = {model.code for model in row.applies_to.all()}
    return not named or bool(named & codes)


def _by_theme(practices: list[Practice]) -> list[Group]:
    groups = [(theme, [row for row in practices if row.theme == theme]) for theme in Theme]
    return [Group(theme.value, theme.label, rows) for theme, rows in groups if rows]


def practices_shown() -> list[Practice]:
    """Return the practices that aren't retired, with their models; two queries."""
    return list(Practice.objects.filter(retired_on=None).prefetch_related("applies_to"))


def current_resources() -> list[Resource]:
    """Return the newest version of each tool, with its models; two queries."""
    return list(Resource.objects.filter(superseded_by=None).prefetch_related("applies_to"))


@dataclass(frozen=True)
class Usage:
    """How many partnerships have a practice done, open and not applicable."""

    done: int = 0
    left: int = 0
    not_applicable: int = 0


def theme_page(theme: Theme) -> list[Group]:
    """Return a theme's practices by model, each with its `usage`; four queries."""
    roots = tree()
    practices = list(Practice.objects.filter(retired_on=None, theme=theme).prefetch_related("applies_to"))
    usage = _usage(row.code for row in practices)
    for row in practices:
        row.usage = usage.get(row.code, Usage())  # type: ignore[attr-defined]
    everywhere = [row for row in practices if not row.applies_to.all()]
    groups = [Group("all", None, everywhere)] if everywhere else []
    for root in roots:
        below = {each.model.code for each in flat([root])}
        rows = [row for row in practices if {model.code for model in row.applies_to.all()} & below]
        if rows:
            groups.append(Group(root.model.code, root.model.name, rows))
    return groups


def _usage(codes: Iterable[str]) -> dict[str, Usage]:
    """Return the usage of practices by code; one query."""
    rows = ChecklistItem.objects.filter(checklist__stream__kind="partnership", code__in=list(codes)).values("code")
    counted = rows.annotate(
        done=Count("pk", filter=Q(state=TaskState.DONE)),
        left=Count("pk", filter=Q(state__in=[TaskState.OPEN, TaskState.DOING])),
        not_applicable=Count("pk", filter=Q(state=TaskState.NOT_APPLICABLE)),
    )
    return {row["code"]: Usage(row["done"], row["left"], row["not_applicable"]) for row in counted.order_by("code")}


def themes() -> list[tuple[Theme, int]]:
    """Return the themes with how many practices each has; one query."""
    counts = dict(Practice.objects.filter(retired_on=None).order_by().values_list("theme").annotate(count=Count("pk")))
    return [(theme, counts.get(theme.value, 0)) for theme in Theme]


def theme_or_404(_user: Any, theme: str) -> Theme:
    if theme not in Theme.values:
        raise Http404(theme)
    return Theme(theme)


def resource_or_404(_user: Any, resource: int) -> Resource:
    row = Resource.objects.select_related("supersedes").prefetch_related("applies_to").filter(pk=resource).first()
    if row is None:
        raise Http404(resource)
    return row


def versions_of(resource: Resource) -> list[Resource]:
    """Return every version of a tool, the newest first; one query."""
    return list(Resource.objects.filter(code=resource.code).order_by("-version"))


@cache
def trip_lists() -> tuple[TripList, ...]:
    """Return what to check, take along and have at hand on a trip by road (PB-40)."""
    library = tomllib.loads(LIBRARY.read_text(encoding="utf-8"))
    return tuple(TripList(each["code"], each["title"], tuple(TripItem(**item) for item in each["items"])) for each in library["trip"])
