"""Starting a partnership like another one, or like a case study, and what that copies (PB-06)."""

from __future__ import annotations

from dataclasses import dataclass

from acts.act import Actor, act
from agreements.models import PARTNERSHIP, Agreement, Template, TemplateVersion
from ledger.actions import append
from partnerships.agreement.template import offered_template
from partnerships.choices import Leaf, Place, SiteState
from partnerships.guidance.checklists import add_practices
from partnerships.lifecycle.actions import start_partnership
from partnerships.models import Arrangement, CaseStudy, CommunityKind, Partnership, Site, StartingPoint
from people.models import User

PLACE_OF = {CommunityKind.URBAN: Place.URBAN, CommunityKind.RURAL: Place.RURAL, CommunityKind.REMOTE: Place.REMOTE}


@dataclass(frozen=True)
class Pattern:
    """What is copied from a partnership or a case: its models, a kind of place for each site, and the agreement's template if there is one."""

    leaves: tuple[Leaf, ...]
    places: tuple[Place, ...]
    template: Template | None


def pattern_of(source: CaseStudy | Partnership) -> Pattern:
    """Return what would be copied from a case or a partnership; three queries at most."""
    if isinstance(source, CaseStudy):
        places = tuple(PLACE_OF[CommunityKind(code)] for code in source.communities.split() if code in PLACE_OF)
        template = _template_of(source.partnership) if source.partnership else None
        return Pattern(tuple(Leaf(code) for code in source.leaves.split()), places, template)
    leaves = Arrangement.objects.filter(partnership=source).order_by("pk").values_list("leaf", flat=True)
    sites = Site.objects.filter(partnership=source, state=SiteState.CHOSEN).order_by("pk").values_list("place", flat=True)
    return Pattern(tuple(map(Leaf, dict.fromkeys(leaves))), tuple(map(Place, sites)), _template_of(source))


def _template_of(partnership: Partnership) -> Template | None:
    """Return the template of a partnership's agreement; one query."""
    agreements = Agreement.objects.filter(stream=partnership.stream_id, purpose=PARTNERSHIP, voided_at=None)
    agreement = agreements.select_related("template_version__template").order_by("-number").first()
    return agreement.template_version.template if agreement else None


@act("partnerships.start_partnership", on=None)
def start_like(source: CaseStudy | Partnership, *, name: str, lead: User | None, by: Actor) -> Partnership:
    """Start a partnership with the models, kinds of sites, practices and agreement template of another one or of a case.

    It is exploring, without partners, people, dates or measures. Raises `Refused` (`partnership-no-name`).
    """
    pattern = pattern_of(source)
    row = start_partnership(name=name, lead=lead, by=by)
    point = StartingPoint.objects.create(
        partnership=row,
        from_case=source if isinstance(source, CaseStudy) else None,
        from_partnership=source if isinstance(source, Partnership) else None,
        leaves=" ".join(pattern.leaves),
        places=" ".join(pattern.places),
        template=pattern.template or offered_template().template,
    )
    append(row.stream, "started-like", by=by, facts={"source": str(source)})
    add_practices(row, by=by)
    return point.partnership


def starting_point_of(partnership: Partnership) -> StartingPoint | None:
    """Return what a partnership was started like, with the version of its template that is offered now (`offered`); two queries, or one."""
    rows = StartingPoint.objects.select_related("from_case", "from_partnership", "template")
    point = rows.filter(partnership=partnership).first()
    if point is not None:
        offered = TemplateVersion.objects.offered_for("partnership").filter(template=point.template)
        point.offered = offered.first()  # type: ignore[attr-defined]  # for the page
    return point
