"""History sentences for acts on barriers, risks and bodies."""

from django.utils.translation import gettext_lazy as _

from ledger import history_text
from oversight.choices import BarrierState, Gravity, Scope
from people.models import Body

SENTENCES = {
    "barrier-raised": _("%(by)s raised a barrier: %(barrier)s"),
    "barrier-edited": _("%(by)s changed the description of the barrier “%(barrier)s”"),
    "barrier-defined": _("%(by)s defined the barrier “%(barrier)s”"),
    "barrier-assigned": _("%(by)s made %(name)s the owner of the barrier “%(barrier)s”"),
    "barrier-moved": _("%(by)s moved the barrier “%(barrier)s” from %(from_level)s to %(level)s"),
    "barrier-closed": _("%(by)s closed the barrier “%(barrier)s”"),
    "barrier-reopened": _("%(by)s reopened the barrier “%(barrier)s”"),
    "barrier-grouped": _("%(by)s grouped the barrier “%(barrier)s” under a systemic one: %(systemic)s"),
    "barriers-grouped": _("%(by)s grouped %(count)s barriers under a systemic one: %(barrier)s"),
    "risk-added": _("%(by)s added a risk: %(risk)s"),
    "risk-edited": _("%(by)s changed the description of the risk “%(risk)s”"),
    "risk-assigned": _("%(by)s made %(name)s the owner of the risk “%(risk)s”"),
    "risk-rated": _("%(by)s rated the risk “%(risk)s” again"),
    "risk-closed": _("%(by)s closed the risk “%(risk)s”"),
    "routes-installed": _("%(by)s set up the standard levels and routes for barriers"),
    "level-edited": _("%(by)s changed the barrier level “%(level)s”"),
    "route-added": _("%(by)s added a step to the barrier route: %(route)s"),
    "route-edited": _("%(by)s changed a step of the barrier route: %(route)s"),
    "barrier-category-added": _("%(by)s added a category for barriers and risks: %(category)s"),
    "barrier-category-edited": _("%(by)s changed the category “%(category)s” for barriers and risks"),
    "body-added": _("%(by)s added a group: %(body)s"),
    "body-edited": _("%(by)s changed the group “%(body)s”"),
    "body-seat-added": _("%(by)s made %(name)s a member of the group “%(body)s”"),
    "body-seat-ended": _("%(by)s ended %(name)s’s membership in the group “%(body)s”"),
}
FACTS = {
    "barrier_id": None,
    "systemic_barrier": None,
    "barriers": None,
    "days": _("Days at that level"),
    "because_of": _("What was done"),
    "from_likelihood": _("Likelihood before"),
    "from_impact": _("Impact before"),
    "next_review_on": _("Next review"),
    "until": _("Accepted until"),
    "acting_for": _("Acting for"),
    "recommendation": _("Recommendation"),
}

history_text.register(
    sentences=SENTENCES,
    facts=FACTS,
    words=dict([*BarrierState.choices, *Scope.choices, *Gravity.choices, *Body.Kind.choices]),
)
