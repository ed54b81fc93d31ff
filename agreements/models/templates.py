"""What agreements are made from: sections of numbered clauses and the roles that sign (EL-20, EL-22).

Which roles there are, whose side they are on and whether they must sign is data of the template.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from acts.personal_data import not_personal
from ledger.records import RecordQuerySet, recorded
from people.fields import LineField

HOME = "lab"
"""The key of the lab's own side in every template; who signs for any other side is a partner."""


PARTNERSHIP = "partnership"
"""The purpose of the agreement that a subject starts with. Gates look at it alone, and it is at the subject's /agreement/."""


def gate_name(act: str, purpose: str) -> str:
    """Return the name under which a kind of subject declares what is required before `act`: with the purpose, unless it's the partnership."""
    return act if purpose == PARTNERSHIP else f"{act}:{purpose}"


@dataclass(frozen=True)
class Side:
    """A group of parties, as a template declares it: `label` beside a role, `name` in a sentence.

    An agreement binds nobody unless a role signs for each side that `must_sign`. `turn` is its place where one side signs
    after another.
    """

    key: str
    label: str
    name: str
    must_sign: bool = False
    turn: int = 1


def _side(data: dict[str, Any]) -> Side:
    return Side(**data)


def residency_sides() -> list[dict[str, Any]]:
    """The sides of a residency's agreement: those of templates from before sides were data."""
    return [
        {"key": HOME, "label": "Lab", "name": "the lab", "must_sign": True, "turn": 3},
        {"key": "program", "label": "Program area", "name": "the program area", "must_sign": True, "turn": 1},
        {"key": "alliance", "label": "Alliance team", "name": "the alliance team", "must_sign": False, "turn": 2},
    ]


def well_formed_sides(sides: Any) -> None:
    """Raise ValidationError unless `sides` are a list of sides, each with a key of its own, among them the lab's."""
    try:
        keys = [_side(side).key for side in sides]
    except TypeError as fault:
        raise ValidationError(_("Each side needs a key, a label, a name, whether it must sign, and its turn.")) from fault
    if HOME not in keys or len(set(keys)) != len(keys):
        raise ValidationError(_("Each side needs its own key, and the lab’s key must be “%(home)s”.") % {"home": HOME})


class Verb(models.TextChoices):
    """What parties do to an agreement of a template."""

    SIGN = "sign", _("Sign")
    ENDORSE = "endorse", _("Endorse")
    APPROVE = "approve", _("Approve")


class VerbWords(NamedTuple):
    """A verb in the forms that sentences need: to sign, signs, signing, signed; a signature, a signer; a signing code, the signing order."""

    do: Any
    does: Any
    doing: Any
    done: Any
    noun: Any
    a_noun: Any
    nouns: Any
    doer: Any
    a_doer: Any
    doers: Any
    code: Any
    order: Any

    @property
    def params(self) -> dict[str, Any]:
        """Every form by the name that it has in a sentence, as %(sign)s, and in mail, as {sign}."""
        return {
            "sign": self.do, "signs": self.does, "signing": self.doing, "signed": self.done, "signed_label": capfirst(self.done),
            "signature": self.noun, "a_signature": self.a_noun, "signatures": self.nouns,
            "signer": self.doer, "a_signer": self.a_doer, "signers": self.doers, "code_name": self.code,
        }  # fmt: skip


VERB_WORDS = {
    Verb.SIGN: VerbWords(
        _("sign"), _("signs"), _("signing"), _("signed"), _("signature"), _("a signature"), _("signatures"),
        _("signer"), _("a signer"), _("signers"), _("signing code"), _("signing order"),
    ),
    Verb.ENDORSE: VerbWords(
        _("endorse"), _("endorses"), _("endorsing"), _("endorsed"), _("endorsement"), _("an endorsement"), _("endorsements"),
        _("endorser"), _("an endorser"), _("endorsers"), _("endorsement code"), _("endorsement order"),
    ),
    Verb.APPROVE: VerbWords(
        _("approve"), _("approves"), _("approving"), _("approved"), _("approval"), _("an approval"), _("approvals"),
        _("approver"), _("an approver"), _("approvers"), _("approval code"), _("approval order"),
    ),
}  # fmt: skip


def points_are_whole(value: str) -> None:
    """Raise ValidationError for a line of a one-minute summary that lacks its heading or its text."""
    for line in value.splitlines():
        heading, _colon, text = line.partition(":")
        if line.strip() and not (heading.strip() and text.strip()):
            message = _("“%(line)s” has no heading followed by a colon. Write it like this: “What it costs: nothing”.")
            raise ValidationError(message, params={"line": line.strip()[:60]})


@not_personal("name", why="of a template")
class Template(models.Model):
    """A kind of agreement, such as the partnership agreement of a residency. A subject has one standing agreement per purpose."""

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = LineField(_("name"), max_length=150)
    subject_kind = models.CharField(_("for"), max_length=30, default="residency")
    purpose = models.SlugField(_("purpose"), max_length=30, default=PARTNERSHIP)
    offered = models.BooleanField(_("offered for new agreements"), default=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("template")

    def __str__(self) -> str:
        return self.name


class TemplateVersionQuerySet(RecordQuerySet["TemplateVersion"]):
    def offered_for(self, subject_kind: str, purpose: str = PARTNERSHIP) -> TemplateVersionQuerySet:
        """The newest published version of each template that is offered for this kind of subject and this purpose."""
        newest = self.filter(template=models.OuterRef("template"), published_at__isnull=False).order_by("-number").values("pk")[:1]
        offered = self.filter(template__offered=True, template__subject_kind=subject_kind, template__purpose=purpose)
        return offered.filter(pk=models.Subquery(newest)).select_related("template")


# What the hash of a version covered first, and before sides and verb were data.
FIRST = "template number title summary statement_of_intent consent header_fields invitation_days code_required published_at"
SECOND = "template number title summary key_points statement_of_intent consent header_fields signing_days invitation_days code_required published_at"
FIELDS = f"{SECOND} sides verb"


@recorded(
    in_stream="lab",
    fields=FIELDS,
    before=[FIRST, SECOND],
    acts="template-version-made template-published",
)
class TemplateVersion(models.Model):
    """The words of a template at one time.

    Offered once `published_at` is set; from then on triggers refuse any change to its words and roles, and
    another wording is another version. `frozen_at` is when the first agreement was made from it.
        `header_fields` are `{"key", "label", "from", "type"}`: `from` is a dotted path on the subject that gives the first value, and one of
    the type "date" holds a day, such as the last on which the agreement is in force.
        `key_points` is the one-minute summary that a signer reads first. It helps to read and is no part of what is signed.
    `sides` are as `Side` has them, and `verb` is what parties do: neither is known to code by name, but for `HOME`.
    """

    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    title = LineField(_("title"), max_length=150)
    summary = models.TextField(_("summary, in a few sentences"))
    key_points = models.TextField(
        _("one-minute summary"), blank=True, validators=[points_are_whole],
        help_text=_("One point per line, such as “What it costs: nothing”. Signers read it first; it isn’t part of the agreement. Leave it empty to show no summary."),
    )  # fmt: skip
    statement_of_intent = models.TextField(_("statement of intent"))
    consent = models.TextField(_("consent to sign electronically"))
    header_fields = models.JSONField(_("header fields"), default=list)
    sides = models.JSONField(_("sides"), default=residency_sides, validators=[well_formed_sides])
    verb = models.CharField(_("what parties do"), max_length=10, choices=Verb, default=Verb.SIGN)
    signing_days = models.PositiveSmallIntegerField(
        _("days to sign"), default=14, validators=[MinValueValidator(1), MaxValueValidator(180)],
        help_text=_("The invitation asks people to sign within this many days. They can still sign after that."),
    )  # fmt: skip
    invitation_days = models.PositiveSmallIntegerField(
        _("days until a link expires"), default=30, validators=[MinValueValidator(1), MaxValueValidator(180)]
    )
    code_required = models.BooleanField(
        _("signers enter an emailed code"), default=False, help_text=_("Lab operations can change this for an individual agreement.")
    )
    made_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    frozen_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = TemplateVersionQuerySet.as_manager()

    class Meta:
        ordering = ["template", "-number"]
        verbose_name = _("template version")
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="agreements_template_number"),
            models.CheckConstraint(
                condition=models.Q(frozen_at=None) | models.Q(published_at__isnull=False), name="agreements_used_is_published"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template}, {self.number}"

    @property
    def points(self) -> list[tuple[str, str]]:
        """The one-minute summary as headings and texts; empty when there is none."""
        pairs = (line.partition(":") for line in self.key_points.splitlines() if line.strip())
        return [(heading.strip(), text.strip()) for heading, _colon, text in pairs]

    @property
    def own_roles(self) -> models.QuerySet[TemplateRole]:
        """The template's roles, without those that joined one of its agreements."""
        return self.roles.filter(agreement=None)

    @property
    def sides_in_turn(self) -> list[Side]:
        """The sides in the order in which they sign where one signs after another."""
        return sorted(map(_side, self.sides), key=lambda side: side.turn)

    @property
    def sides_that_must_sign(self) -> dict[str, str]:
        """By key the names of the sides without whose signature an agreement binds nobody."""
        return {side.key: side.name for side in map(_side, self.sides) if side.must_sign}

    def side_label(self, key: str) -> str:
        """How the side with this key is called beside a role."""
        return next((side["label"] for side in self.sides if side["key"] == key), key)

    @property
    def words(self) -> VerbWords:
        """What its parties do, in the forms that sentences need."""
        return VERB_WORDS[Verb(self.verb)]


@recorded(in_stream="lab", fields="version number heading takes_conditions")
class TemplateSection(models.Model):
    """A section of a template; the one that `takes_conditions` is where a team's own conditions go (EL-21)."""

    version = models.ForeignKey(TemplateVersion, on_delete=models.CASCADE, related_name="sections")
    number = models.PositiveSmallIntegerField(_("number"))
    heading = LineField(_("heading"), max_length=150)
    takes_conditions = models.BooleanField(_("unique conditions go here"), default=False)

    objects = RecordQuerySet["TemplateSection"].as_manager()

    class Meta:
        ordering = ["version", "number"]
        verbose_name = _("section")
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="agreements_template_section"),
            models.UniqueConstraint(
                fields=["version"], condition=models.Q(takes_conditions=True), name="agreements_one_section_for_conditions"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.heading}"


@recorded(in_stream="lab", fields="version section number heading text")
class TemplateClause(models.Model):
    """A clause of a template: plain text, paragraphs parted by an empty line, list items begun with “- ”."""

    version = models.ForeignKey(TemplateVersion, on_delete=models.CASCADE, related_name="clauses")
    section = models.ForeignKey(TemplateSection, on_delete=models.CASCADE, related_name="clauses", verbose_name=_("section"))
    number = models.PositiveSmallIntegerField(_("number in its section"))
    heading = LineField(_("heading"), max_length=150)
    text = models.TextField(_("text"))

    objects = RecordQuerySet["TemplateClause"].as_manager()

    class Meta:
        ordering = ["version", "section__number", "number"]
        verbose_name = _("clause")
        constraints = [models.UniqueConstraint(fields=["section", "number"], name="agreements_template_clause")]

    def __str__(self) -> str:
        return self.heading


@recorded(in_stream="lab", fields="version position label side stage must_sign")
class TemplateRole(models.Model):
    """A role of the template: whose side, in which stage it signs, and whether it must sign or is informed.

    One with an `agreement` joined that agreement alone, by an amendment; it is none of the template's (`TemplateVersion.own_roles`).
    """

    version = models.ForeignKey(TemplateVersion, on_delete=models.CASCADE, related_name="roles")
    position = models.PositiveSmallIntegerField(_("order"))
    label = LineField(_("role"), max_length=120)
    side = models.CharField(_("side"), max_length=20, help_text=_("The key of one of the template’s sides, such as lab."))
    stage = models.PositiveSmallIntegerField(
        _("stage"),
        default=1,
        help_text=_("Everyone in stage 1 signs first, then stage 2. Use the same number for all to ask everyone at once."),
    )
    must_sign = models.BooleanField(_("must sign"), default=True, help_text=_("If they don’t have to sign, they’re kept informed."))
    proposed_from = models.CharField(
        _("proposed from"), max_length=60, blank=True,
        help_text=_("The field of the subject that names the person to suggest, such as intake.product_owner_name."),
    )  # fmt: skip
    agreement = models.ForeignKey(
        "agreements.Agreement", null=True, blank=True, on_delete=models.PROTECT, related_name="joined_roles", editable=False
    )

    objects = RecordQuerySet["TemplateRole"].as_manager()

    class Meta:
        ordering = ["version", "position"]
        verbose_name = _("role")
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], condition=models.Q(agreement=None), name="agreements_template_role"),
            models.UniqueConstraint(fields=["version", "label"], condition=models.Q(agreement=None), name="agreements_template_role_label"),
            models.UniqueConstraint(fields=["agreement", "label"], name="agreements_joined_role_once"),
        ]

    def __str__(self) -> str:
        return self.label
