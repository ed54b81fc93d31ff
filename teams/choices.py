"""What people do on a team and who employs them, in the words that the roster shows (EL-41)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TeamRole(models.TextChoices):
    PRODUCT_OWNER = "product_owner", _("Product owner")
    SCRUM_MASTER = "scrum_master", _("Scrum master")
    DEVELOPER = "developer", _("Developer")
    DEVOPS = "devops", _("DevOps specialist or site reliability engineer")
    DESIGNER = "designer", _("User experience or service designer")
    RESEARCHER = "researcher", _("User researcher")
    DATA = "data", _("Data specialist")
    ANALYST = "analyst", _("Business analyst")
    SUBJECT_MATTER = "subject_matter", _("Subject matter expert")
    OTHER = "other", _("Other")


class Employer(models.TextChoices):
    BUSINESS_AREA = "business_area", _("Business area")
    IM_BRANCH = "im_branch", _("Ministry's information management branch")
    OTHER_GOVERNMENT = "other_government", _("Other government")
    VENDOR = "vendor", _("Vendor")


# Whom EL-42 counts as government employees of the team's own ministry.
OWN_GOVERNMENT = (Employer.BUSINESS_AREA, Employer.IM_BRANCH)


class ChampionRole(models.TextChoices):
    ADM = "adm", _("Assistant deputy minister")
    ED = "ed", _("Executive director")
    CFO = "cfo", _("Chief financial officer")
    CIO = "cio", _("Ministry chief information officer")
    OTHER = "other", _("Another leader")


# How an agreement's template names a champion's role, by a word of its label; the first that is there.
CHAMPION_WORDS = (
    ("assistant deputy", ChampionRole.ADM),
    ("executive director", ChampionRole.ED),
    ("financial officer", ChampionRole.CFO),
    ("information officer", ChampionRole.CIO),
)


def champion_role(label: str) -> ChampionRole:
    """Which role of a champion a party's role in an agreement is."""
    return next((role for words, role in CHAMPION_WORDS if words in label.casefold()), ChampionRole.OTHER)


PRODUCT_OWNER_WORDS = ("product owner", "product manager")


def is_product_owner(label: str) -> bool:
    """Whether a party's role in an agreement is the product owner's, who is on the team and not behind it."""
    return any(words in label.casefold() for words in PRODUCT_OWNER_WORDS)


class Expected(models.TextChoices):
    """Of whom something is expected: each role of a champion, and whoever leads the alliance team beside their role."""

    ADM = "adm", ChampionRole.ADM.label
    ED = "ed", ChampionRole.ED.label
    CFO = "cfo", ChampionRole.CFO.label
    CIO = "cio", ChampionRole.CIO.label
    OTHER = "other", ChampionRole.OTHER.label
    LEAD = "lead", _("Alliance lead")


class CourseKind(models.TextChoices):
    LEADERSHIP = "leadership", _("For leaders")
    AGILE = "agile", _("Agile")
    CRAFT = "craft", _("A craft or a tool")


class Answer(models.TextChoices):
    COMES = "comes", _("I will be there")
    CANNOT = "cannot", _("I can't come")
    DELEGATE = "delegate", _("I’m sending a delegate")


class Came(models.TextChoices):
    CAME = "came", _("Attended")
    DELEGATE = "delegate", _("Sent a delegate")
    MISSED = "missed", _("Missed")


class ServiceKind(models.TextChoices):
    PROCUREMENT = "procurement", _("Agile procurement")
    PLATFORM = "platform", _("Platform and tools")
    DISCIPLINES = "disciplines", _("Orientation to other disciplines")
    POLICY = "policy", _("Getting through corporate policies")
    DELIVERY = "delivery", _("Coaching on delivery")
    TEAM = "team", _("Coaching on team performance")
