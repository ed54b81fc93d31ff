"""Tables for the metrics and savings of any kind of subject."""

from metrics.models.metrics import GoalRevision, Metric
from metrics.models.observations import Observation, ReadingLink
from metrics.models.savings import ReuseLink, Saving, SavingPart, SavingRevision

__all__ = ["GoalRevision", "Metric", "Observation", "ReadingLink", "ReuseLink", "Saving", "SavingPart", "SavingRevision"]
