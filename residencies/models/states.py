"""The states a residency is in, in the words outsiders read, its coaching phases, and where a declined one is referred to."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    IN_REVIEW = "in_review", _("In review")
    QUALIFIED = "qualified", _("Qualified")
    AGREEMENT = "agreement", _("Agreement")
    IN_RESIDENCE = "in_residence", _("In residence")
    LIVE = "live", _("Live")
    GRADUATED = "graduated", _("Graduated")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    PIVOTED = "pivoted", _("Pivoted")


JOURNEY = [
    State.DRAFT,
    State.SUBMITTED,
    State.IN_REVIEW,
    State.QUALIFIED,
    State.AGREEMENT,
    State.IN_RESIDENCE,
    State.LIVE,
    State.GRADUATED,
]
ENDED = [State.GRADUATED, State.DECLINED, State.WITHDRAWN, State.PIVOTED]
UNDER_WAY = [state for state in State if state not in ENDED]


class Referral(models.TextChoices):
    """Who helps instead when the lab declines (EL-14)."""

    NETWORK = "network", _("Support from the delivery network")
    RAPID = "rapid", _("Rapid delivery by a surge team")
    ELSEWHERE = "elsewhere", _("Another service, named in the reason")


# ── Phases ───────────────────────────────────────────────────────────────────────────────────


class Phase(models.TextChoices):
    APPLY = "apply", _("Apply")
    ALIGN = "align", _("Align")
    RESOURCE = "resource", _("Resource")
    DISCOVER = "discover", _("Discover")
    DELIVER = "deliver", _("Deliver")
    SUSTAIN = "sustain", _("Sustain")


class Group(models.TextChoices):
    """The six groups that a conversation brings together, and anyone else who was there."""

    ADM = "adm", _("Assistant deputy minister")
    EXECUTIVE = "executive", _("Executive director")
    PRODUCT_OWNER = "product_owner", _("Product owner")
    LAB = "lab", _("Lab leadership")
    CHAMPIONS = "champions", _("Champions")
    PARTNERS = "partners", _("Partners")
    OTHER = "other", _("Others")


SIX = tuple(group for group in Group if group != Group.OTHER)
