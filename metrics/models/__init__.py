"""Tables for the metrics of any kind of subject."""

from metrics.models.metrics import GoalRevision, Metric
from metrics.models.observations import Observation, ReadingLink

__all__ = ["GoalRevision", "Metric", "Observation", "ReadingLink"]
