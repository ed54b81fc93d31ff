"""The tables of reports and the API, of the showcase, and of lessons."""

from reports.models.lessons import Category, Lesson
from reports.models.links import OutsideLink
from reports.models.reports import ApiToken, KeptAnswer, Portfolio, ReportRun, Scope
from reports.models.showcase import Consent, ShowcaseComponent, ShowcaseEntry, ShowcaseVersion

__all__ = [
    "ApiToken",
    "Category",
    "Consent",
    "KeptAnswer",
    "Lesson",
    "OutsideLink",
    "Portfolio",
    "ReportRun",
    "Scope",
    "ShowcaseComponent",
    "ShowcaseEntry",
    "ShowcaseVersion",
]
