"""Templates, agreements and their versions, the parties to them, and what each party did."""

from agreements.models.agreement import Agreement, AgreementVersion, Clause, PartyRole, Section, State
from agreements.models.amendments import Amendment
from agreements.models.declines import Decline, HandOver, WrongPerson
from agreements.models.discussion import Comment, DiscussionBookmark, Stance, Thread
from agreements.models.paper import PaperAgreement
from agreements.models.parties import Invitation, InvitationToken, Party, PartyNote, SectionRead, Signatory, Signature, SigningCode
from agreements.models.sealing import Seal, SealedDocument
from agreements.models.templates import HOME, PARTNERSHIP, Side, Template, TemplateClause, TemplateRole, TemplateSection, TemplateVersion

__all__ = [
    "HOME",
    "PARTNERSHIP",
    "Agreement",
    "AgreementVersion",
    "Amendment",
    "Clause",
    "Comment",
    "Decline",
    "DiscussionBookmark",
    "HandOver",
    "Invitation",
    "InvitationToken",
    "PaperAgreement",
    "Party",
    "PartyNote",
    "PartyRole",
    "Seal",
    "SealedDocument",
    "Section",
    "SectionRead",
    "Side",
    "Signatory",
    "Signature",
    "SigningCode",
    "Stance",
    "State",
    "Template",
    "TemplateClause",
    "TemplateRole",
    "TemplateSection",
    "TemplateVersion",
    "Thread",
    "WrongPerson",
]
