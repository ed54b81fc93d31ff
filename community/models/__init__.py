"""The tables of a team's place in the community: habits, what it gives, experts, co-location and desks, alumni and mentors."""

from community.models.alumni import Alumnus, AlumnusPlace, Offer, OfferTopic
from community.models.benefits import BenefitOwner, BenefitQuarter, ReportedDay
from community.models.desks import Colocation, DeskAllocation, DeskCount
from community.models.experts import Expert, ExpertDiscipline, ExpertSession, SessionInvitation
from community.models.giving import Contribution
from community.models.mentors import Mentoring, MentorMeeting

__all__ = [
    "Alumnus",
    "AlumnusPlace",
    "BenefitOwner",
    "BenefitQuarter",
    "Colocation",
    "Contribution",
    "DeskAllocation",
    "DeskCount",
    "Expert",
    "ExpertDiscipline",
    "ExpertSession",
    "MentorMeeting",
    "Mentoring",
    "Offer",
    "OfferTopic",
    "ReportedDay",
    "SessionInvitation",
]
