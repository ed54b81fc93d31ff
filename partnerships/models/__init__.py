"""Tables of service partnerships."""

from partnerships.models.cases import CaseConsent, CaseLink, CaseStudy, CaseVersion, CommunityKind
from partnerships.models.choosing import ModelDecision, StartingPoint
from partnerships.models.comments import Channel, ClientComment, QualityAssessment, Tone
from partnerships.models.endings import Decision, PilotEvaluation, PilotReview, SunsetCriterion
from partnerships.models.guidance import OnlyIf, PartnershipModel, Practice, PracticeKind, Resource, ResourceKind, Theme
from partnerships.models.incidents import Incident
from partnerships.models.meetings import PartnerMeeting, SharedVision
from partnerships.models.opening import WEEKDAYS, Closure, OpeningCalendar
from partnerships.models.partnership import Partner, Partnership, ReferenceYear
from partnerships.models.relationship import PartnerRating, RatingLink, RatingRound
from partnerships.models.sites import Arrangement, EmergencyPlan, EmergencyTest, SafetyAssessment, Site, SiteChange, SiteContact, Trip
from partnerships.models.waits import ServiceStandard, ServiceTraining, SiteService, SiteVolume, Tap, TapDay, TapKind, Ticket, WaitDay

__all__ = [
    "WEEKDAYS",
    "Arrangement",
    "CaseConsent",
    "CaseLink",
    "CaseStudy",
    "CaseVersion",
    "Channel",
    "ClientComment",
    "Closure",
    "CommunityKind",
    "Decision",
    "EmergencyPlan",
    "EmergencyTest",
    "Incident",
    "ModelDecision",
    "OnlyIf",
    "OpeningCalendar",
    "Partner",
    "PartnerMeeting",
    "PartnerRating",
    "Partnership",
    "PartnershipModel",
    "PilotEvaluation",
    "PilotReview",
    "Practice",
    "PracticeKind",
    "QualityAssessment",
    "RatingLink",
    "RatingRound",
    "ReferenceYear",
    "Resource",
    "ResourceKind",
    "SafetyAssessment",
    "ServiceStandard",
    "ServiceTraining",
    "SharedVision",
    "Site",
    "SiteChange",
    "SiteContact",
    "SiteService",
    "SiteVolume",
    "StartingPoint",
    "SunsetCriterion",
    "Tap",
    "TapDay",
    "TapKind",
    "Theme",
    "Ticket",
    "Tone",
    "Trip",
    "WaitDay",
]
