"""Tables of service partnerships."""

from partnerships.models.endings import Decision, SunsetCriterion
from partnerships.models.partnership import Partner, Partnership, ReferenceYear
from partnerships.models.sites import Arrangement, Site

__all__ = ["Arrangement", "Decision", "Partner", "Partnership", "ReferenceYear", "Site", "SunsetCriterion"]
