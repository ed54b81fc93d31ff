"""The ways to work together, from the loosest to the closest: eleven leaves under four models (SP-01, PB-07)."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Model(TextChoices):
    """The four models, loosest first."""

    PROMOTION = "promotion", _("Cross promotion")
    OUTREACH = "outreach", _("Outreach")
    COLOCATION = "colocation", _("Co-location")
    INTEGRATED = "integrated", _("Integrated")


class Leaf(TextChoices):
    """What an arrangement can be; the order is the continuum's, and the part before the underscore is the model."""

    PROMOTION_INFORMAL = "promotion_informal", _("Cross promotion, informal")
    PROMOTION_FORMAL = "promotion_formal", _("Cross promotion, formal")
    OUTREACH_SCHEDULED = "outreach_scheduled", _("Scheduled outreach")
    OUTREACH_TARGETED = "outreach_targeted", _("Mobile outreach at an event")
    OUTREACH_RAPID = "outreach_rapid", _("Mobile outreach, rapid response")
    OUTREACH_VIRTUAL = "outreach_virtual", _("Virtual outreach")
    COLOCATION_SPACE = "colocation_space", _("Co-location, shared space")
    COLOCATION_COUNTER = "colocation_counter", _("Co-location, shared counter")
    INTEGRATED_AGENT = "integrated_agent", _("One official serves clients for several levels")
    INTEGRATED_DIGITAL = "integrated_digital", _("Digital integration")
    INTEGRATED_PAYMENTS = "integrated_payments", _("Integrated payments")

    @property
    def model(self) -> Model:
        return Model(self.value.partition("_")[0])


# What needs no signature: a dated note of what was agreed is enough (PB-08).
INFORMAL = frozenset({Leaf.PROMOTION_INFORMAL})


class Stage(TextChoices):
    """Where a partnership is, in the order of the partnering process (PB-21)."""

    EXPLORING = "exploring", _("Exploring")
    FEASIBILITY = "feasibility", _("Feasibility")
    AGREEING = "agreeing", _("Agreeing")
    PREPARING = "preparing", _("Preparing")
    OPERATING = "operating", _("Operating")
    ENDED = "ended", _("Ended")
    NOT_PURSUED = "not_pursued", _("Not pursued")


ENDED = (Stage.ENDED, Stage.NOT_PURSUED)


class PartnerRole(TextChoices):
    LEAD = "lead", _("Lead partner")
    HOST = "host", _("Host")
    VISITING = "visiting", _("Visiting")
    CONTRIBUTING = "contributing", _("Contributing")


class Place(TextChoices):
    URBAN = "urban", _("Urban")
    RURAL = "rural", _("Rural")
    REMOTE = "remote", _("Remote")


class SiteState(TextChoices):
    CANDIDATE = "candidate", _("Candidate")
    CHOSEN = "chosen", _("Chosen")
    NOT_CHOSEN = "not_chosen", _("Not chosen")


class Finding(TextChoices):
    """What a feasibility study of a site came to (PB-23)."""

    FIT = "fit", _("Suitable")
    WORK = "work", _("Suitable with work")
    UNFIT = "unfit", _("Not suitable")


class SignalKind(TextChoices):
    """What speaks for a partnership in a community (PB-04)."""

    LEASE = "lease", _("Leases ending together")
    CLOSING = "closing", _("Service ending")
    WRONG_PLACE = "wrong_place", _("Clients at the wrong place")
    MISSED = "missed", _("Clients miss a service")


class Depth(TextChoices):
    """How far a provider takes a service for whose it is (PB-16)."""

    INFORM = "inform", _("Inform clients")
    REFER = "refer", _("Refer them to the owner")
    HELP_APPLY = "help_apply", _("Help them apply")
    ACCEPT = "accept", _("Accept applications")
    HAND_ON = "hand_on", _("Hand requests on to the owner’s officer")
    DECIDE = "decide", _("Decide")
    TAKE_PAYMENT = "take_payment", _("Take payments")


class IncidentKind(TextChoices):
    """What a rapid response is for (PB-12)."""

    LAYOFF = "layoff", _("Mass layoff")
    FLOOD = "flood", _("Flood")
    FIRE = "fire", _("Fire")
    POSTAL = "postal", _("Postal delay")
    OTHER = "other", _("Other")


class CriterionKind(TextChoices):
    DATE = "date", _("A date")
    MEASURE = "measure", _("A measure")
    EVENT = "event", _("An event")


class Comparison(TextChoices):
    BELOW = "below", _("below")
    ABOVE = "above", _("above")


class Choice(TextChoices):
    """What is decided when a criterion is met or a review comes (PB-49)."""

    CONTINUE = "continue", _("Continue")
    MODIFY = "modify", _("Modify")
    EXPAND = "expand", _("Expand")
    END = "end", _("End")


class EvaluationKind(TextChoices):
    """When a pilot is evaluated (PB-49)."""

    HALF = "half", _("Half-way evaluation")
    FINAL = "final", _("Final evaluation")


class EvaluationResult(TextChoices):
    """What an evaluation found about a factor, compared with before the pilot (PB-49)."""

    BETTER = "better", _("Better than before")
    SAME = "same", _("About the same")
    WORSE = "worse", _("Worse than before")
    UNCLEAR = "unclear", _("Not clear yet")


class MeetingState(TextChoices):
    """What became of a meeting of the partners (PB-30)."""

    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    CANCELLED = "cancelled", _("Cancelled")


class TravelMode(TextChoices):
    """How someone travels to a site (PB-40)."""

    CAR = "car", _("Car")
    PLANE = "plane", _("Plane")
    TRAIN = "train", _("Train")
    TRANSIT = "transit", _("Public transport")


class Scenario(TextChoices):
    """What the emergency plan of a site is for (PB-39)."""

    FIRE = "fire", _("Fire")
    NATURAL_DISASTER = "natural_disaster", _("Natural disaster")
    BOMB_THREAT = "bomb_threat", _("Bomb threat")
    OCCUPATION = "occupation", _("Occupation")
    BREAK_IN = "break_in", _("Break-in")
    OTHER = "other", _("Other emergency")
