"""Levels, routes and categories of barriers: the standard set that a new portal gets, and the acts that change it (EL-73)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from acts.act import SYSTEM, Actor, act
from findings import refuse
from ledger.actions import append, lab_stream, revise
from oversight.choices import MOST_ALLOWED_DAYS, Scope
from oversight.models import Category, Level, Route
from people.models import Body

# code, name, working days allowed, and the body that decides: its name, kind and purpose.
LEVELS: tuple[tuple[str, Any, int, tuple[Any, str, Any] | None], ...] = (
    ("team", _("The team"), 5, None),
    ("lab-operations", _("Lab operations"), 5, (_("Lab operations"), Body.Kind.UNIT, _("Resolves what the lab can resolve itself, and passes on the rest."))),
    (
        "working-group", _("Working group"), 10,
        (_("Working group"), Body.Kind.COMMITTEE, _("Directors who resolve what one program area or the lab can’t.")),
    ),
    (
        "steering-committee", _("Steering committee"), 20,
        (_("Steering committee"), Body.Kind.COMMITTEE, _("Executives who decide across ministries and advise the sponsor.")),
    ),
    ("sponsor", _("Executive sponsor"), 20, None),
)  # fmt: skip
# A systemic barrier starts above the team's level, where someone sees several teams.
ENTRIES = {Scope.LOCAL: "team", Scope.SYSTEMIC: "lab-operations"}
CATEGORIES = (
    _("Budget and finance"), _("Data and access"), _("Hiring and staffing"), _("Law and policy"), _("Privacy and security"),
    _("Procurement"), _("Technology and hosting"), _("Executives’ time"),
)  # fmt: skip


@act("people.administer", system=SYSTEM)
def install_standard_routes(*, by: Actor) -> None:
    """Add the standard levels, routes and categories to a new portal. Does nothing if there are any levels."""
    if Level.objects.exists():
        return
    bodies: dict[str, Body] = {}
    for _code, _name, _days, body in LEVELS:
        if body:
            bodies[str(body[0])] = Body.objects.get_or_create(name=str(body[0]), defaults={"kind": body[1], "purpose": str(body[2])})[0]
    levels = Level.objects.bulk_create(
        Level(
            code=code, name=str(name), position=position, allowed_days=days, is_team=code == "team",
            body=bodies[str(body[0])] if body else None,
        )
        for position, (code, name, days, body) in enumerate(LEVELS, 1)
    )  # fmt: skip
    by_code = {level.code: level for level in levels}
    routes = [Route(scope=scope, to_level=by_code[code]) for scope, code in ENTRIES.items()]
    for lower, higher in pairwise(levels):
        routes += [Route(scope=scope, from_level=lower, to_level=higher) for scope in Scope]
        back = [scope for scope in Scope if scope == Scope.LOCAL or not lower.is_team]
        routes += [Route(scope=scope, from_level=higher, to_level=lower) for scope in back]
    Route.objects.bulk_create(routes)
    Category.objects.bulk_create(Category(name=str(name)) for name in CATEGORIES)
    append(lab_stream(), "routes-installed", by=by, facts={"levels": len(levels), "routes": len(routes), "categories": len(CATEGORIES)})


@act("people.administer")
def edit_level(level: Level, *, shown_revision: int, by: Actor, **changes: Any) -> Level:
    """Change a level's name, allowance or deciding body. Barriers already at the level keep their due dates. Raises `Stale`, `Refused` (`level-days`)."""
    if not 1 <= changes.get("allowed_days", level.allowed_days) <= MOST_ALLOWED_DAYS:
        message = _t("The allowance must be between 1 and %(most)d working days.") % {"most": MOST_ALLOWED_DAYS}
        raise refuse("level-days", message, _t("Enter a number of working days."))
    return revise(
        level, shown_revision=shown_revision, changes=changes, act="level-edited", by=by, stream=lab_stream(), facts={"level": level.name}
    )


@act("people.administer")
def add_route(*, scope: str, to_level: Level, by: Actor, from_level: Level | None = None) -> Route:
    """Add a step that barriers can take, or a level at which they can start. Raises `Refused` (`route-known`, `route-circle`)."""
    if from_level == to_level:
        raise refuse("route-circle", _t("A step has to lead to a different level."), _t("Choose two different levels."))
    route = Route.objects.create(scope=scope, from_level=from_level, to_level=to_level)
    append(lab_stream(), "route-added", by=by, facts={"route": str(route)})
    return route


@act("people.administer")
def edit_route(route: Route, *, is_open: bool, shown_revision: int, by: Actor) -> Route:
    """Close a step of the route, or open it again. Barriers don't move. Raises `Stale`."""
    facts = {"route": str(route)}
    return revise(
        route, shown_revision=shown_revision, changes={"is_open": is_open}, act="route-edited", by=by, stream=lab_stream(), facts=facts
    )


@act("people.administer")
def add_category(*, name: str, by: Actor) -> Category:
    """Add a category that barriers and risks can have. Raises `Refused` (`category-known`)."""
    category = Category.objects.create(name=name)
    append(lab_stream(), "barrier-category-added", by=by, facts={"category": category.name})
    return category


@act("people.administer")
def edit_category(category: Category, *, shown_revision: int, by: Actor, **changes: Any) -> Category:
    """Rename a category, or stop offering it. Barriers and risks that have it keep it. Raises `Stale`, and `Refused` (`category-known`)."""
    return revise(
        category, shown_revision=shown_revision, changes=changes, act="barrier-category-edited", by=by, stream=lab_stream(),
        facts={"category": category.name},
    )  # fmt: skip
