"""What the rows about a team's place in the community may say (EL-46 to EL-49)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Giving(models.TextChoices):
    MENTORING = "mentoring", _("Mentoring")
    EVENT = "event", _("Learning event")
    WORKSHOP = "workshop", _("Workshop")


class Discipline(models.TextChoices):
    SERVICE_DESIGN = "service_design", _("Service design")
    INNOVATION = "innovation", _("Innovation practices")
    PRIVACY_SECURITY = "privacy_security", _("Privacy and security")
    BEHAVIOUR = "behaviour", _("Behavioural insights")
    DATA = "data_analytics", _("Integrated data and analytics")
    SOCIAL_MEDIA = "social_media", _("Social media")
    DEVOPS = "developer_operations", _("Developer operations")
    STATISTICS = "statistics", _("Statistics")


class SessionState(models.TextChoices):
    REQUESTED = "requested", _("Requested")
    MATCHED = "matched", _("Expert found")
    HELD = "held", _("Held")
    CALLED_OFF = "called_off", _("Cancelled")


class Mode(models.TextChoices):
    VIRTUAL = "virtual", _("Online")
    PHYSICAL = "physical", _("In one place")
    BOTH = "both", _("Some days online, some in one place")


class HelpTopic(models.TextChoices):
    """What alumni and experienced teams can help others with (EL-54)."""

    PRODUCT = "help-product", _("Product ownership")
    AGILE = "help-agile", _("Agile ways of working")
    DESIGN = "help-design", _("Service design and user research")
    DEVELOPMENT = "help-development", _("Software development")
    PLATFORM = "help-platform", _("Hosting, security and operations")
    DATA = "help-data", _("Data and measuring results")
    PROCUREMENT = "help-procurement", _("Procurement and vendors")
    LEADERSHIP = "help-leadership", _("Executive sponsorship")
    CHANGE = "help-change", _("Change in the ministry")
    GRADUATION = "help-graduation", _("Going live and graduating")


class MentoringState(models.TextChoices):
    REQUESTED = "mentor-wanted", _("Waiting for a mentor")
    MATCHED = "mentored", _("Has a mentor")
    FINISHED = "mentor-done", _("Finished")
    CANCELLED = "mentor-cancelled", _("Cancelled")
