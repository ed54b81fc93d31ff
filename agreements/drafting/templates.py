"""Templates and their versions (EL-20)."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from acts.act import SYSTEM, Actor, act
from agreements.drafting.rules import unsigned_sides
from agreements.models import PARTNERSHIP, Template, TemplateClause, TemplateRole, TemplateSection, TemplateVersion
from findings import refuse
from ledger.actions import append, lab_stream

STANDARD = Path(__file__).resolve().parent / "standard_template.toml"
COPIED = (
    "title", "summary", "key_points", "statement_of_intent", "consent", "header_fields", "signing_days", "invitation_days", "code_required",
    "sides", "verb",
)  # fmt: skip


@act("people.administer", system=SYSTEM)
def install_standard_template(*, by: Actor) -> TemplateVersion:
    """The lab's standard template, published; what is there already stays as it is (EL-20)."""
    return install_template(tomllib.loads(STANDARD.read_text()), by=by)


@act("people.administer", on=None, system=SYSTEM)
def install_template(data: dict[str, Any], *, by: Actor) -> TemplateVersion:
    """The template that `data` describes as standard_template.toml does, published as its first version; a known one stays as it is."""
    template, _created = Template.objects.get_or_create(
        slug=data["slug"],
        defaults={"name": data["name"], "subject_kind": data["subject_kind"], "purpose": data.get("purpose", PARTNERSHIP)},
    )
    known = template.versions.order_by("-number").first()
    if known:
        return known
    words = {name: data[name].strip() if isinstance(data[name], str) else data[name] for name in COPIED if name in data}
    version = TemplateVersion.objects.create(template=template, number=1, **words)
    _write_sections(version, data["sections"])
    TemplateRole.objects.bulk_create(TemplateRole(version=version, position=n, **role) for n, role in enumerate(data["roles"], 1))
    return publish_template_version(version, by=by)


def _write_sections(version: TemplateVersion, sections: list[dict[str, Any]]) -> None:
    clauses: list[TemplateClause] = []
    for number, data in enumerate(sections, 1):
        section = TemplateSection.objects.create(
            version=version, number=number, heading=data["heading"], takes_conditions=data.get("takes_conditions", False)
        )
        clauses += [
            TemplateClause(version=version, section=section, number=n, heading=clause["heading"], text=clause["text"].strip())
            for n, clause in enumerate(data["clauses"], 1)
        ]
    TemplateClause.objects.bulk_create(clauses)


@act("people.administer")
def make_template_version(version: TemplateVersion, *, by: Actor) -> TemplateVersion:
    """An unpublished copy of `version` to edit, as the template's next version; one at a time."""
    # The template's row stands for “one draft at a time”: two copies begun at once would both find none.
    template = Template.objects.select_for_update().get(pk=version.template_id)
    begun = template.versions.filter(published_at=None).first()
    if begun:
        return begun
    last = template.versions.order_by("-number")[0]
    copy = TemplateVersion.objects.create(template=template, number=last.number + 1, **{name: getattr(version, name) for name in COPIED})
    _write_sections(copy, _sections(version))
    TemplateRole.objects.bulk_create(
        TemplateRole(
            version=copy,
            position=r.position,
            label=r.label,
            side=r.side,
            stage=r.stage,
            must_sign=r.must_sign,
            proposed_from=r.proposed_from,
        )
        for r in version.own_roles
    )
    append(lab_stream(), "template-version-made", by=by, facts=_named(copy) | {"from": version.number})
    return copy


def _sections(version: TemplateVersion) -> list[dict[str, Any]]:
    return [
        {
            "heading": section.heading,
            "takes_conditions": section.takes_conditions,
            "clauses": [
                {"heading": clause.heading, "text": clause.text} for clause in sorted(section.clauses.all(), key=lambda c: c.number)
            ],
        }
        for section in version.sections.prefetch_related("clauses").order_by("number")
    ]


@act("people.administer", system=SYSTEM)
def publish_template_version(version: TemplateVersion, *, by: Actor) -> TemplateVersion:
    """Offer `version` for new agreements; from now on triggers keep its words and roles (EL-20).

    Raises `Refused` when it lacks clauses, a signer of a side that has to sign, or a place for conditions.
    """
    version = TemplateVersion.objects.select_for_update(of=("self",)).select_related("template").get(pk=version.pk)
    whole = (
        version.clauses.exists()
        and not unsigned_sides(version.sides_that_must_sign, version.own_roles.filter(must_sign=True).values_list("side", flat=True))
        and not version.own_roles.exclude(side__in=[side.key for side in version.sides_in_turn]).exists()
        and version.sections.filter(takes_conditions=True).exists()
        and not version.sections.filter(clauses=None).exists()
    )
    if not whole:
        raise refuse(
            "template-incomplete",
            _("This template version can’t be published yet."),
            _(
                "Each of these sides needs a role that must sign: %(sides)s. Every role needs one of the template’s sides, every section needs clauses, and one section has to take unique conditions."
            )
            % {"sides": ", ".join(version.sides_that_must_sign.values())},
        )
    if version.published_at is None:
        version.published_at = timezone.now()
        version.save(update_fields=["published_at"])
        append(lab_stream(), "template-published", by=by, facts=_named(version))
    return version


@act("people.administer")
def edit_template_version(version: TemplateVersion, *, changes: dict[str, Any], by: Actor) -> TemplateVersion:
    """Change the words around the clauses of a version that isn't published. Raises `Refused` for one that is."""
    version = TemplateVersion.objects.select_for_update(of=("self",)).select_related("template").get(pk=version.pk)
    if version.published_at:
        raise refuse(
            "template-published",
            _("You can’t edit a published template version."),
            _("Create a new version and edit that one."),
        )
    for name, value in changes.items():
        setattr(version, name, value)
    if changes:
        version.save(update_fields=list(changes))
        record_template_edit(version, changed=sorted(changes), by=by)
    return version


@act("people.administer")
def record_template_edit(version: TemplateVersion, *, changed: list[str], by: Actor) -> None:
    """Put on record that the words or roles of an unpublished version were edited."""
    append(lab_stream(), "template-edited", by=by, facts=_named(version) | {"changed": changed})


def _named(version: TemplateVersion) -> dict[str, Any]:
    return {"template": version.template.name, "version": version.number}
