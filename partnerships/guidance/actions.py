"""Acts on the guidance: load it, change it, and publish versions of tools (SP-05, SP-09). All are on the lab's ledger."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import SYSTEM, Actor, act
from findings import Refused, refuse
from ledger.actions import append, lab_stream, revise
from partnerships.models import PartnershipModel, Practice, Resource
from partnerships.models.guidance import Guidance
from spelling.clean import unsafe_link
from web.uploads.storage import attach

LIBRARY = Path(__file__).with_name("library.toml")
PLACE = "guidance"
Row = TypeVar("Row", bound=Guidance)
TEXTS = ("definition", "why", "clientele", "where", "when", "examples")


# ── Loading ──────────────────────────────────────────────────────────────────────────────────


@dataclass
class Loaded:
    """How many rows were added and changed, and how many that were changed by hand were left as they are."""

    added: int = 0
    changed: int = 0
    left: int = 0


@act(system=SYSTEM)
def load_guidance(*, by: Actor) -> Loaded:
    """Load models, practices and tools from library.toml. Rows that were added or changed by hand stay as they are; loading again does nothing."""
    library = tomllib.loads(LIBRARY.read_text(encoding="utf-8"))
    loaded = Loaded()
    models = {row.code: row for row in PartnershipModel.objects.select_for_update()}
    for order, entry in enumerate(library["model"]):
        parent = models[entry["parent"]] if "parent" in entry else None
        state = PartnershipModel.State.PUBLISHED if any(entry.get(name) for name in TEXTS) else PartnershipModel.State.BEING_PREPARED
        texts = {name: entry.get(name, "") for name in TEXTS}
        values = {"name": entry["name"], "parent": parent, **texts, "state": state, "order": order}
        models[entry["code"]] = _load(models.get(entry["code"], PartnershipModel(code=entry["code"])), values, None, loaded)
    practices = {row.code: row for row in Practice.objects.select_for_update().prefetch_related("applies_to")}
    for order, (model, entry) in enumerate(_practices(library)):
        names = entry.get("models", [] if model == "all" else [model])
        values = {"text": entry["text"], "theme": entry["theme"], "kind": entry.get("kind", "do"), "only_if": entry.get("only_if", "")}
        values |= {"stage": entry.get("stage", ""), "blocking": entry.get("blocking", False), "order": order}
        _load(practices.get(entry["code"], Practice(code=entry["code"])), values, [models[name] for name in names], loaded)
    tools = {
        row.code: row for row in Resource.objects.select_for_update(of=("self",)).filter(superseded_by=None).prefetch_related("applies_to")
    }
    for order, entry in enumerate(library["resource"]):
        values = {name: entry[name] for name in ("title", "purpose", "when_to_use", "kind", "theme")} | {"order": order}
        row = tools.get(entry["code"], Resource(code=entry["code"]))
        _load(row, values, [models[name] for name in entry.get("models", [])], loaded)
    if loaded.added or loaded.changed:
        append(lab_stream(), "guidance-loaded", by=by, facts={"count": loaded.added, "changed": loaded.changed})
    return loaded


def _practices(library: Mapping[str, Any]) -> Iterable[tuple[str, Mapping[str, Any]]]:
    return ((model, entry) for model, group in library["practices"].items() for entry in group["items"])


def _load(row: Row, values: Mapping[str, Any], models: list[PartnershipModel] | None, loaded: Loaded) -> Row:
    """Save a row's values if they differ and nobody changed the row by hand."""
    is_new = row.pk is None
    differs = is_new or any(getattr(row, name) != value for name, value in values.items())
    attached: Any = getattr(row, "applies_to", None) if not is_new else None
    differs = differs or (attached is not None and {model.pk for model in attached.all()} != {model.pk for model in models or []})
    if not differs:
        return row
    if row.by_hand:
        loaded.left += 1
        return row
    for name, value in values.items():
        setattr(row, name, value)
    row.revision += not is_new
    row.save()
    if models is not None:
        row.applies_to.set(models)  # type: ignore[attr-defined]  # practices and tools have models
    loaded.added += is_new
    loaded.changed += not is_new
    return row


# ── Changing it by hand ────────────────────────────────────────────────────────────────────


@act("partnerships.keep_guidance")
def edit_model(model: PartnershipModel, *, shown_revision: int, by: Actor, **changes: Any) -> PartnershipModel:
    """Change a model's texts. Raises `Stale`."""
    return _edit(model, shown_revision, changes, "model-edited", by, {"model": model.name})


@act("partnerships.keep_guidance")
def add_practice(*, code: str, text: str, theme: str, by: Actor, applies_to: Iterable[PartnershipModel] = (), **values: Any) -> Practice:
    """Add a practice; partnerships get it with their next arrangement. Raises `Refused` (`guidance-code-known`)."""
    practice = Practice.objects.create(code=code, text=text, theme=theme, by_hand=True, **values)
    practice.applies_to.set(applies_to)
    append(lab_stream(), "practice-added", by=by, facts={"code": practice.code, "practice": practice.text})
    return practice


@act("partnerships.keep_guidance")
def edit_practice(
    practice: Practice, *, shown_revision: int, by: Actor, applies_to: Iterable[PartnershipModel] | None = None, **changes: Any
) -> Practice:
    """Change a practice; tasks that partnerships have keep the words they were given. Raises `Stale`."""
    return _edit(practice, shown_revision, changes, "practice-edited", by, {"code": practice.code}, applies_to)


@act("partnerships.keep_guidance")
def add_resource(*, code: str, title: str, theme: str, by: Actor, applies_to: Iterable[PartnershipModel] = (), **values: Any) -> Resource:
    """Add a tool, which is being prepared until its first version is published. Raises `Refused` (`guidance-code-known`)."""
    resource = Resource.objects.create(code=code, title=title, theme=theme, by_hand=True, **values)
    resource.applies_to.set(applies_to)
    append(lab_stream(), "resource-added", by=by, facts={"resource": resource.title})
    return resource


@act("partnerships.keep_guidance")
def edit_resource(
    resource: Resource, *, shown_revision: int, by: Actor, applies_to: Iterable[PartnershipModel] | None = None, **changes: Any
) -> Resource:
    """Change what is said of a tool. Its file or link stays: a new one is a new version. Raises `Stale`."""
    return _edit(resource, shown_revision, changes, "resource-edited", by, {"resource": resource.title}, applies_to)


def _edit(
    row: Row, shown_revision: int, changes: dict[str, Any], name: str, by: Actor, facts: dict[str, Any],
    models: Iterable[PartnershipModel] | None = None,
) -> Row:  # fmt: skip
    current = revise(row, shown_revision=shown_revision, changes=changes, act=name, by=by, stream=lab_stream(), facts=facts)
    attached: Any = getattr(current, "applies_to", None)
    is_changed = current.revision != shown_revision
    if models is not None and {model.pk for model in models} != set(attached.values_list("pk", flat=True)):
        attached.set(models)
        append(lab_stream(), name, by=by, facts={**facts, "models": ", ".join(model.name for model in models)})
        is_changed = True
    if is_changed:
        current.by_hand = True
        current.save(update_fields=["by_hand"])
    return current


# ── Versions of tools ────────────────────────────────────────────────────────────────────────


@act("partnerships.keep_guidance")
def publish_version(
    resource: Resource,
    *,
    by: Actor,
    url: str = "",
    file_name: str = "",
    content: bytes = b"",
    review_on: datetime.date | None = None,
) -> Resource:
    """Publish a file or a link as the next version. The one it replaces stays, and links to it keep working.

    Raises `Refused`: `resource-empty` without either or with both, `resource-replaced` for a version that was replaced, `unsafe-link`,
    and what a file is refused for (web/uploads/kinds.py).
    """
    current = Resource.objects.select_for_update().get(pk=resource.pk)
    if Resource.objects.filter(supersedes=current).exists():
        raise refuse(
            "resource-replaced", _("This version was replaced."), _("Open the latest version, and publish the next one there."), PLACE
        )
    if bool(url.strip()) == bool(file_name):
        raise refuse("resource-empty", _("Add a file or a link, and not both."), _("Choose a file, or paste a link."), PLACE)
    if fault := unsafe_link(url) if url.strip() else None:
        raise Refused([fault])
    version = _next_version(current)
    version.url, version.review_on, version.published_on = url.strip(), review_on, timezone.localdate()
    if file_name:
        attach(version, content, file_name)
    version.state, version.by_hand = Resource.State.AVAILABLE, True
    version.save()
    if version.supersedes_id:
        version.applies_to.set(current.applies_to.all())
        Resource.objects.filter(pk=current.pk).update(state=Resource.State.RETIRED)
    shown_by = f"{version.file_name} (sha256 {version.sha256})" if version.sha256 else version.url
    append(lab_stream(), "resource-published", by=by, facts={"resource": version.title, "version": version.version, "shown_by": shown_by})
    return version


def _next_version(current: Resource) -> Resource:
    """Return the row to publish: the present one while it is being prepared, otherwise one that replaces it."""
    if current.state == Resource.State.BEING_PREPARED:
        return current
    same = ("code", "title", "purpose", "when_to_use", "kind", "theme", "order")
    return Resource(version=current.version + 1, supersedes=current, **{name: getattr(current, name) for name in same})
