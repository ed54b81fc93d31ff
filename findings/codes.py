"""Every code that a finding can have, with when it is given and what resolves it. docs/findings.md is made from here (`make docs`)."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, StrEnum, unique

from findings import Severity


class Table(Enum):
    """A table of docs/findings.md: the heading above it, and what is said before it."""

    def __init__(self, heading: str, introduction: str) -> None:
        self.heading, self.introduction = heading, introduction

    # fmt: off
    ROSTER = "The team", "Role checks (`teams/roster/rules.py`) look at the roster of one day and nothing else, so that the same roster and day always give the same findings. Seats with nobody in them are in the plan and not in the checks. The figures are the programme's settings; the agreement's own are the default."
    ROSTER_ACTS = "The team", "An act on the roster is refused, and nothing is written, with `team-too-large` or one of these:"
    SPRINTS = "Sprints and champions", "Why an act on sprints, reviews, attendance or champions is refused (`teams/sprints/rules.py`, `actions.py` and `attendance.py` beside it); nothing is written then."
    CHAMPIONS = "Champions and training", "What the page of champions says is missing (`teams/training/rules.py`). It keeps nothing back. Hours are the programme's figures `training_hours_adm`, `_ed`, `_cfo`, `_cio`, `_other` and `_lead`. (`_lab` is for leaders of the lab, who stand on the pages of training.)"
    TRAINING_ACTS = "Champions and training", "Why an act on training or on what is expected is refused (`teams/training/actions.py`); nothing is written then."
    COMMUNITY = "Community, experts and desks", "Why an act on habits, giving, sessions with experts, co-location or desks is refused (`community/rules/`, `community/actions/`); nothing is written then."
    INTAKE = "The intake", "An intake can be sent when nothing of this list is missing (`residencies/intake/rules.py`, `missing`). All of it is said at once."
    READINESS = "The intake", "Readiness (`readiness`) stands beside the six conditions. It warns the program area and the reviewer and keeps nothing back."
    INTAKE_ACTS = "The intake", "An act on an intake is refused, and nothing is written, with one of these:"
    REVIEW = "The review", ""
    LIFECYCLE = "The life of a residency", "Gates of the lifecycle (`residencies/lifecycle/gates.py`, `residencies/lifecycle/moves.py`). A refused step says all of them at once."
    LIFECYCLE_ACTS = "The life of a residency", "An act is refused, and nothing is written, with one of these:"
    AGREEMENT = "The agreement", "Before an act on an agreement its subject's own gates are asked (for a residency: the six conditions, and that it has been qualified and has not ended); their findings come first. All of these are `BLOCKS`, unless another level is given."
    PEOPLE = "People, accounts and organisations", ""
    ANY_ACT = "Any act", "The database holds the last word; where it refuses what an act's own checks let pass, one of these is said (`acts/constraints.py`):"
    SCHEDULES = "Schedules of reminders", "An administrator's change of a schedule (`outbox/reminders/rules.py`) is refused, and nothing is written, with one of these:"
    TEXTS = "Texts of messages", "Saving a text in administration is refused, and what was typed stays, with:"
    # fmt: on


T = Table
NOTE, WARNS, BLOCKS = Severity.NOTE, Severity.WARNS, Severity.BLOCKS
BLOCKS_LIVE, BLOCKS_START = Severity.BLOCKS_LIVE, Severity.BLOCKS_START


@unique
class Code(StrEnum):
    """Codes are data: they stand in the ledger, in exports and in tests, and are never renamed."""

    table: Table
    severity: Severity
    when: str
    remedy: str

    def __new__(cls, code: str, table: Table, severity: Severity, when: str, remedy: str = "") -> Code:
        member = str.__new__(cls, code)
        member._value_ = code
        member.table, member.severity, member.when, member.remedy = table, severity, when, remedy
        return member

    # fmt: off
    # ── ROSTER
    TEAM_TOO_LARGE = "team-too-large", T.ROSTER, BLOCKS, "more than nine people on a day (`team_most`); also why an act is refused", "end a place before that day, or choose other dates"
    NO_PRODUCT_OWNER = "no-product-owner", T.ROSTER, BLOCKS, "nobody is product owner", "add the product owner"
    PRODUCT_OWNER_NOT_OF_AREA = "product-owner-not-of-area", T.ROSTER, BLOCKS, "no product owner is employed by the business area", "the business area names one of its employees"
    PRODUCT_OWNER_UNTRAINED = "product-owner-untrained", T.ROSTER, BLOCKS_START, "the product owner has not finished Agile training by that day", "record the day it was finished"
    TOO_FEW_GOVERNMENT = "too-few-government", T.ROSTER, BLOCKS_START, "fewer than two people (`government_employees`) of the business area or the ministry's IM branch; the product owner counts", "add such employees"
    NO_DEVOPS = "no-devops", T.ROSTER, BLOCKS_LIVE, "no senior DevOps specialist or site reliability engineer", "add one"
    TEAM_SMALL = "team-small", T.ROSTER, WARNS, "fewer than five people (`team_usual_least`)", "fill or plan seats"
    PRODUCT_OWNER_BAND = "product-owner-band", T.ROSTER, WARNS, "the product owner is not known to be at Band 3", "record the band"
    PRODUCT_OWNER_PART_TIME = "product-owner-part-time", T.ROSTER, WARNS, "the product owner is there less than full time", "agree on a release"
    NOT_RELEASED = "not-released", T.ROSTER, WARNS, "until the product is live, somebody other than the product owner gives less than full time over all roles", "agree on a release"
    OVER_FULL_TIME = "over-full-time", T.ROSTER, WARNS, "somebody gives more than full time over all roles on this team", "correct the shares"
    VENDOR_SHARE_NOT_FALLING = "vendor-share-not-falling", T.ROSTER, WARNS, "within 90 days of graduation (`graduation_nears_days`) or past it, vendors give no less of the team's time than at going live", "plan who takes over"
    NO_SUCCESSOR = "no-successor", T.ROSTER, WARNS, "at that time, a vendor's person has no named successor", "name one"

    # ── ROSTER_ACTS
    ROLE_TWICE = "role-twice", T.ROSTER_ACTS, BLOCKS, "the person has the same role on some of the same days"
    DATES_REVERSED = "dates-reversed", T.ROSTER_ACTS, BLOCKS, "the last day is before the first"
    SHARE_OUT_OF_RANGE = "share-out-of-range", T.ROSTER_ACTS, BLOCKS, "the share is not from 1 to 100 percent"
    VENDOR_UNNAMED = "vendor-unnamed", T.ROSTER_ACTS, BLOCKS, "a vendor without a name, or a name without a vendor"
    VENDOR_NOT_EMPLOYER = "vendor-not-employer", T.ROSTER_ACTS, BLOCKS, "a vendor without a name, or a name without a vendor"
    CHANGE_OUTSIDE = "change-outside", T.ROSTER_ACTS, BLOCKS, "a change from a day that is not after the entry's first day and within its last"
    SEAT_FILLED = "seat-filled", T.ROSTER_ACTS, BLOCKS, "an open seat that somebody took meanwhile, or filling it with nobody"
    NOBODY_NAMED = "nobody-named", T.ROSTER_ACTS, BLOCKS, "an open seat that somebody took meanwhile, or filling it with nobody"
    LINE_UNREADABLE = "line-unreadable", T.ROSTER_ACTS, BLOCKS, "a row of an imported spreadsheet that can't be taken; all rows' faults are said at once"
    SEAT_STRUCK = "seat-struck", T.ROSTER_ACTS, BLOCKS, "the entry was taken out meanwhile"
    NO_REASON = "no-reason", T.ROSTER_ACTS, BLOCKS, "an entry is taken out without a reason; a finding, or a move that ends something, has no reason", "give one"
    RESIDENCY_ENDED = "residency-ended", T.ROSTER_ACTS, BLOCKS, "the residency has ended; its roster is a record"

    # ── SPRINTS
    CADENCE_WEEKS = "cadence-weeks", T.SPRINTS, BLOCKS, "a sprint of less than one or more than four weeks", "two or three are usual"
    REVIEW_PAST = "review-past", T.SPRINTS, BLOCKS, "the first review would be before today", "choose the next one"
    REVIEW_NOT_WORKING_DAY = "review-not-working-day", T.SPRINTS, BLOCKS, "a review on a weekend or a statutory holiday of British Columbia", "choose a working day"
    REVIEW_HOURS = "review-hours", T.SPRINTS, BLOCKS, "a review that begins in the night, or takes no time or more than a day's work", "another time"
    REVIEW_MINUTES = "review-minutes", T.SPRINTS, BLOCKS, "a review that begins in the night, or takes no time or more than a day's work", "another time"
    REVIEW_OUT_OF_ORDER = "review-out-of-order", T.SPRINTS, BLOCKS, "a review that would come before the one before it, or after the one after it", "a day in between, or move the others too"
    REVIEW_OVER = "review-over", T.SPRINTS, BLOCKS, "the review was held or cancelled, or is still to come", "look at the sprints again"
    REVIEW_AHEAD = "review-ahead", T.SPRINTS, BLOCKS, "the review was held or cancelled, or is still to come", "look at the sprints again"
    REVIEW_NOT_CANCELLED = "review-not-cancelled", T.SPRINTS, BLOCKS, "reinstating a review that is not cancelled", "look at the sprints again"
    NO_CADENCE = "no-cadence", T.SPRINTS, BLOCKS, "pausing what does not run, from yesterday, or to a day before the pause", "plan sprints, or choose other days"
    PAUSE_PAST = "pause-past", T.SPRINTS, BLOCKS, "pausing what does not run, from yesterday, or to a day before the pause", "plan sprints, or choose other days"
    PAUSE_ORDER = "pause-order", T.SPRINTS, BLOCKS, "pausing what does not run, from yesterday, or to a day before the pause", "plan sprints, or choose other days"
    NOT_EXPECTED = "not-expected", T.SPRINTS, BLOCKS, "noting or answering for somebody who is neither on the team nor a champion that day", "put them on the roster, or name them"
    DELEGATE_UNNAMED = "delegate-unnamed", T.SPRINTS, BLOCKS, "somebody is sent and nobody is named", "write the name"
    SERVICE_STRUCK = "service-struck", T.SPRINTS, BLOCKS, "taking an entry out of the log that somebody took out already", "nothing needs to be done"
    SERVICE_AHEAD = "service-ahead", T.SPRINTS, BLOCKS, "logging a service of a day that is still to come", "log it when it was given"
    CHAMPION_ALREADY = "champion-already", T.SPRINTS, BLOCKS, "the person is a champion already, or somebody leads the alliance team", "change that entry, or hand the lead over"
    LEAD_ALREADY = "lead-already", T.SPRINTS, BLOCKS, "the person is a champion already, or somebody leads the alliance team", "change that entry, or hand the lead over"
    NOT_CHAMPION = "not-champion", T.SPRINTS, BLOCKS, "the lead is handed to somebody whose last day is past", "name them again first"

    # ── CHAMPIONS
    NO_CHAMPION = "no-champion", T.CHAMPIONS, WARNS, "nobody stands behind the team", "name the champions"
    NO_ALLIANCE_LEAD = "no-alliance-lead", T.CHAMPIONS, WARNS, "there are champions and none leads the alliance team", "hand one the lead"
    LEADER_UNTRAINED = "leader-untrained", T.CHAMPIONS, NOTE, "a champion has taken no hour of the training expected of the role (`WARNS` from the deliver phase on)", "agree on a day, log it"
    LEADER_HOURS_SHORT = "leader-hours-short", T.CHAMPIONS, NOTE, "a champion has taken part of it", "agree on the rest"

    # ── TRAINING_ACTS
    TRAINING_AHEAD = "training-ahead", T.TRAINING_ACTS, BLOCKS, "a day that is still to come", "the day on which it was finished or certified"
    CERTIFICATE_AHEAD = "certificate-ahead", T.TRAINING_ACTS, BLOCKS, "a day that is still to come", "the day on which it was finished or certified"
    TRAINING_HOURS = "training-hours", T.TRAINING_ACTS, BLOCKS, "no hours, or more than 200", "write how many it took"
    TRAINING_ALREADY = "training-already", T.TRAINING_ACTS, BLOCKS, "somebody has that course on that day already", "leave them out, or another day"
    TRAINING_STRUCK = "training-struck", T.TRAINING_ACTS, BLOCKS, "the entry was taken out meanwhile", "nothing needs to be done"
    CERTIFICATE_MISSING = "certificate-missing", T.TRAINING_ACTS, BLOCKS, "neither a link nor a file, or both", "give one of the two"
    NOT_EXPECTED_OF_ROLE = "not-expected-of-role", T.TRAINING_ACTS, BLOCKS, "marking what is not expected of that champion's role", "look at the page again"
    COURSE_KNOWN = "course-known", T.TRAINING_ACTS, BLOCKS, "a course has that name already", "use that one"

    # ── COMMUNITY
    HABIT_AHEAD = "habit-ahead", T.COMMUNITY, BLOCKS, "the day is still to come", "note it when it is done"
    GIVING_AHEAD = "giving-ahead", T.COMMUNITY, BLOCKS, "the day is still to come", "note it when it is done"
    HABIT_NO_LINK = "habit-no-link", T.COMMUNITY, BLOCKS, "public code, components or open data without a link", "add one"
    HABIT_LINKS = "habit-links", T.COMMUNITY, BLOCKS, "more than ten links", "keep those that show it best"
    HABIT_LINK_FORM = "habit-link-form", T.COMMUNITY, BLOCKS, "a link that is no plain `https://` address", "copy it from the browser's address line"
    HABIT_LINK_PLACE = "habit-link-place", T.COMMUNITY, BLOCKS, "a link to where this habit does not show, such as code outside `github.com/bcgov`", "a link to one of the places named"
    HABIT_NOTED = "habit-noted", T.COMMUNITY, BLOCKS, "somebody noted or undid it meanwhile", "look at the checklist again"
    HABIT_UNDONE = "habit-undone", T.COMMUNITY, BLOCKS, "somebody noted or undid it meanwhile", "look at the checklist again"
    GIVING_TIME = "giving-time", T.COMMUNITY, BLOCKS, "no quarter of an hour, or more than a day", "write 1.5 for an hour and a half"
    GIVING_TOO_LONG = "giving-too-long", T.COMMUNITY, BLOCKS, "workshops of more than a full day (7.5 hours) for one person on one day", "fewer hours, or more people"
    GIVING_NOT_ON_TEAM = "giving-not-on-team", T.COMMUNITY, BLOCKS, "the person was not on the team that day", "another person or day, or mend the roster"
    GIVING_STRUCK = "giving-struck", T.COMMUNITY, BLOCKS, "taking an entry out that somebody took out already", "nothing needs to be done"
    RESIDENCY_OVER = "residency-over", T.COMMUNITY, BLOCKS, "asking, giving desks or saying where a team works once the residency has ended", "nothing needs to be done"
    SESSION_NO_QUESTION = "session-no-question", T.COMMUNITY, BLOCKS, "asking for an expert without a question", "write it"
    SESSION_UNMATCHED = "session-unmatched", T.COMMUNITY, BLOCKS, "the session has no expert yet, is over, or is still to come", "find an expert, ask anew, or wait"
    SESSION_OVER = "session-over", T.COMMUNITY, BLOCKS, "the session has no expert yet, is over, or is still to come", "find an expert, ask anew, or wait"
    SESSION_AHEAD = "session-ahead", T.COMMUNITY, BLOCKS, "the session has no expert yet, is over, or is still to come", "find an expert, ask anew, or wait"
    SESSION_NOT_WORKING_DAY = "session-not-working-day", T.COMMUNITY, BLOCKS, "a time at which no session is", "another time"
    SESSION_HOURS = "session-hours", T.COMMUNITY, BLOCKS, "a time at which no session is", "another time"
    SESSION_MINUTES = "session-minutes", T.COMMUNITY, BLOCKS, "a time at which no session is", "another time"
    SESSION_NO_OUTCOME = "session-no-outcome", T.COMMUNITY, BLOCKS, "recording a session without its outcome", "a sentence is enough"
    EXPERT_BUSY = "expert-busy", T.COMMUNITY, BLOCKS, "the expert has another session at some minute of that time", "another time or expert"
    EXPERT_OTHER_DISCIPLINE = "expert-other-discipline", T.COMMUNITY, BLOCKS, "the expert does not know this, or is not in residence that day", "another expert or day"
    EXPERT_AWAY = "expert-away", T.COMMUNITY, BLOCKS, "the expert does not know this, or is not in residence that day", "another expert or day"
    EXPERT_UNNAMED = "expert-unnamed", T.COMMUNITY, BLOCKS, "adding nobody, somebody who is one, without what they know, or with days reversed", "as it says"
    EXPERT_ALREADY = "expert-already", T.COMMUNITY, BLOCKS, "adding nobody, somebody who is one, without what they know, or with days reversed", "as it says"
    EXPERT_NO_DISCIPLINE = "expert-no-discipline", T.COMMUNITY, BLOCKS, "adding nobody, somebody who is one, without what they know, or with days reversed", "as it says"
    EXPERT_DATES = "expert-dates", T.COMMUNITY, BLOCKS, "adding nobody, somebody who is one, without what they know, or with days reversed", "as it says"
    COLOCATION_NO_PLACE = "colocation-no-place", T.COMMUNITY, BLOCKS, "a team that meets in one place, and no place", "write it"
    DESKS_NONE = "desks-none", T.COMMUNITY, BLOCKS, "nobody said how many desks there are, or a number that cannot be", "say so on the page of desks"
    DESKS_NUMBER = "desks-number", T.COMMUNITY, BLOCKS, "nobody said how many desks there are, or a number that cannot be", "say so on the page of desks"
    DESKS_FULL = "desks-full", T.COMMUNITY, BLOCKS, "on a day there would be more desks given than there are", "fewer desks or other days"
    DESKS_TAKEN = "desks-taken", T.COMMUNITY, BLOCKS, "a lower number than is given out on a day", "take desks back first"
    DESK_DATES = "desk-dates", T.COMMUNITY, BLOCKS, "days reversed, or desks that were taken back meanwhile", "look again"
    DESKS_BACK = "desks-back", T.COMMUNITY, BLOCKS, "days reversed, or desks that were taken back meanwhile", "look again"

    # ── INTAKE
    NO_PRODUCT = "no-product", T.INTAKE, BLOCKS, "the product has no name, or the problem is not said in one sentence", "write it in"
    NO_PROBLEM = "no-problem", T.INTAKE, BLOCKS, "the product has no name, or the problem is not said in one sentence", "write it in"
    NO_DESCRIPTION = "no-description", T.INTAKE, BLOCKS, "a part of the challenge brief is empty", "write it in"
    NO_FOR_WHOM = "no-for-whom", T.INTAKE, BLOCKS, "a part of the challenge brief is empty", "write it in"
    NO_LOOKED_INTO = "no-looked-into", T.INTAKE, BLOCKS, "a part of the challenge brief is empty", "write it in"
    NO_PERMISSION = "no-permission", T.INTAKE, BLOCKS, "a part of the challenge brief is empty", "write it in"
    DESCRIPTION_TOO_LONG = "description-too-long", T.INTAKE, BLOCKS, "the description has more than 300 words", "shorten it"
    NO_NEEDS = "no-needs", T.INTAKE, BLOCKS, "no need is listed", "add one"
    NO_CASE_1 = "no-case-1", T.INTAKE, BLOCKS, "a condition has no case", "make the case"
    NO_CASE_2 = "no-case-2", T.INTAKE, BLOCKS, "a condition has no case", "make the case"
    NO_CASE_3 = "no-case-3", T.INTAKE, BLOCKS, "a condition has no case", "make the case"
    NO_CASE_4 = "no-case-4", T.INTAKE, BLOCKS, "a condition has no case", "make the case"
    NO_CASE_5 = "no-case-5", T.INTAKE, BLOCKS, "a condition has no case", "make the case"
    NO_CASE_6 = "no-case-6", T.INTAKE, BLOCKS, "a condition has no case", "make the case"
    NO_EVIDENCE_1 = "no-evidence-1", T.INTAKE, BLOCKS, "nothing shows that the problem is real", "add analytics or research"
    NO_FUNDING_SOURCE = "no-funding-source", T.INTAKE, BLOCKS, "money, team, product owner, sponsors or sensitivity is not said", "write it in"
    NO_PROPOSED_TEAM = "no-proposed-team", T.INTAKE, BLOCKS, "money, team, product owner, sponsors or sensitivity is not said", "write it in"
    NO_PRODUCT_OWNER_NAME = "no-product-owner-name", T.INTAKE, BLOCKS, "money, team, product owner, sponsors or sensitivity is not said", "write it in"
    NO_SPONSORS = "no-sponsors", T.INTAKE, BLOCKS, "money, team, product owner, sponsors or sensitivity is not said", "write it in"
    NO_SENSITIVITY = "no-sensitivity", T.INTAKE, BLOCKS, "money, team, product owner, sponsors or sensitivity is not said", "write it in"
    QUESTION_UNANSWERED = "question-unanswered", T.INTAKE, BLOCKS, "the lab asked something that has no answer", "answer it"

    # ── READINESS
    SPONSOR_BELOW_ADM = "sponsor-below-adm", T.READINESS, WARNS, "support up to the assistant deputy minister is not confirmed"
    SPONSOR_NOT_NAMED = "sponsor-not-named", T.READINESS, WARNS, "it is not recorded who supports it at that level, and since when"
    NO_FULL_TIME_PRODUCT_OWNER = "no-full-time-product-owner", T.READINESS, WARNS, "no named product owner gives all their working time"
    FEW_GOVERNMENT_EMPLOYEES = "few-government-employees", T.READINESS, WARNS, "fewer than two (`government_employees`) are planned"
    NO_DEVOPS_PLANNED = "no-devops-planned", T.READINESS, WARNS, "no DevOps specialist or site reliability engineer is planned"
    DEVOPS_NOT_DESCRIBED = "devops-not-described", T.READINESS, WARNS, "it is not recorded how the team will get one"
    BUDGET_UNKNOWN = "budget-unknown", T.READINESS, WARNS, "the yearly budget is not given, or outside `cost_least_dollars` to `cost_most_dollars`"
    BUDGET_OUTSIDE_RANGE = "budget-outside-range", T.READINESS, WARNS, "the yearly budget is not given, or outside `cost_least_dollars` to `cost_most_dollars`"
    VERY_SENSITIVE = "very-sensitive", T.READINESS, WARNS, "the data is very sensitive and no plan says how to work in the open"
    NO_EVIDENCE_2 = "no-evidence-2", T.READINESS, WARNS, "a condition has no evidence"
    NO_EVIDENCE_3 = "no-evidence-3", T.READINESS, WARNS, "a condition has no evidence"
    NO_EVIDENCE_4 = "no-evidence-4", T.READINESS, WARNS, "a condition has no evidence"
    NO_EVIDENCE_5 = "no-evidence-5", T.READINESS, WARNS, "a condition has no evidence"
    NO_EVIDENCE_6 = "no-evidence-6", T.READINESS, WARNS, "a condition has no evidence"

    # ── INTAKE_ACTS
    NOT_DRAFT = "not-draft", T.INTAKE_ACTS, BLOCKS, "it was sent: it changes only after the lab has asked for more"
    AREA_BUSY = "area-busy", T.INTAKE_ACTS, BLOCKS, "the program area has a residency under way"
    UNSAFE_LINK = "unsafe-link", T.INTAKE_ACTS, BLOCKS, "a link is not a plain http or https address"
    FILE_EMPTY = "file-empty", T.INTAKE_ACTS, BLOCKS, "a file is empty, over 10 MB, not of a kind that is taken (or two at once, or with macros), or its name's ending says otherwise"
    FILE_TOO_LARGE = "file-too-large", T.INTAKE_ACTS, BLOCKS, "a file is empty, over 10 MB, not of a kind that is taken (or two at once, or with macros), or its name's ending says otherwise"
    FILE_KIND = "file-kind", T.INTAKE_ACTS, BLOCKS, "a file is empty, over 10 MB, not of a kind that is taken (or two at once, or with macros), or its name's ending says otherwise"
    FILE_NAME = "file-name", T.INTAKE_ACTS, BLOCKS, "a file is empty, over 10 MB, not of a kind that is taken (or two at once, or with macros), or its name's ending says otherwise"
    NOT_SENT = "not-sent", T.INTAKE_ACTS, BLOCKS, "a message that wasn't sent, or a digest, was to be sent a second time"
    FILE_ACTIVE = "file-active", T.INTAKE_ACTS, BLOCKS, "a document that would do something when it is opened: scripts, programs to start, files inside, macros, links that fetch; or one with a password, or damaged"
    FILE_BUSY = "file-busy", T.INTAKE_ACTS, BLOCKS, "there was no time to look into a document"
    FILE_SCAN = "file-scan", T.INTAKE_ACTS, BLOCKS, "the virus scanner refused a file, or can't be asked"
    FILE_NO_ROOM = "file-no-room", T.INTAKE_ACTS, BLOCKS, "the disk is full; nothing was stored"
    NO_ACCOUNT = "no-account", T.INTAKE_ACTS, BLOCKS, "nobody with that address has an applicant's account"
    LAST_MEMBER = "last-member", T.INTAKE_ACTS, BLOCKS, "nobody else keeps the residency"

    # ── REVIEW
    CONDITION_1_UNMET = "condition-1-unmet", T.REVIEW, BLOCKS, "the latest finding that was sent is not “met”, or there is none, or the case or its evidence changed after it", "decide it in a review"
    CONDITION_2_UNMET = "condition-2-unmet", T.REVIEW, BLOCKS, "the latest finding that was sent is not “met”, or there is none, or the case or its evidence changed after it", "decide it in a review"
    CONDITION_3_UNMET = "condition-3-unmet", T.REVIEW, BLOCKS, "the latest finding that was sent is not “met”, or there is none, or the case or its evidence changed after it", "decide it in a review"
    CONDITION_4_UNMET = "condition-4-unmet", T.REVIEW, BLOCKS, "the latest finding that was sent is not “met”, or there is none, or the case or its evidence changed after it", "decide it in a review"
    CONDITION_5_UNMET = "condition-5-unmet", T.REVIEW, BLOCKS, "the latest finding that was sent is not “met”, or there is none, or the case or its evidence changed after it", "decide it in a review"
    CONDITION_6_UNMET = "condition-6-unmet", T.REVIEW, BLOCKS, "the latest finding that was sent is not “met”, or there is none, or the case or its evidence changed after it", "decide it in a review"
    CASE_CHANGED = "case-changed", T.REVIEW, BLOCKS, "the case that the reviewer was shown is not the case now", "read it again, then decide"
    ANSWER_SENT = "answer-sent", T.REVIEW, BLOCKS, "the answer went to the lab with an earlier round", "nothing to do"
    NO_QUESTION = "no-question", T.REVIEW, BLOCKS, "the intake would go back with nothing asked", "find a condition “more needed”, or write a question"
    NO_REFERRAL = "no-referral", T.REVIEW, BLOCKS, "a decline names nobody who can help instead", "choose a track"
    CONDITIONS_UNDECIDED = "conditions-undecided", T.REVIEW, BLOCKS, "handing over to leadership: a condition has neither a draft nor a finding that still counts", "draft a finding on it"
    HANDED_OVER_ALREADY = "handed-over-already", T.REVIEW, BLOCKS, "handing over to leadership: it has these very findings", "wait for the decision"
    NOT_IN_REVIEW = "not-in-review", T.REVIEW, BLOCKS, "a finding is drafted while the intake is not in review", "start the review"

    # ── LIFECYCLE
    WRONG_STATE = "wrong-state", T.LIFECYCLE, BLOCKS, "the step leads on from another state than the one the residency is at", "take the steps before it"
    DAY_TO_COME = "day-to-come", T.LIFECYCLE, BLOCKS, "a step, release or conversation is recorded for a day that has not come", "record it on the day it happens"
    DAY_TOO_EARLY = "day-too-early", T.LIFECYCLE, BLOCKS, "the day is before the step, phase or conversation that comes first, or before the residency began", "give a later day"
    DAY_IMPLAUSIBLE = "day-implausible", T.LIFECYCLE, BLOCKS, "a date before 2000 or more than five years ahead, in any act", "give a date within that"
    NOT_QUALIFIED = "not-qualified", T.LIFECYCLE, BLOCKS, "an agreement is made, sent or signed for a residency that is not qualified yet, or has ended", "qualify the intake first"
    NO_PIA = "no-pia", T.LIFECYCLE, BLOCKS_LIVE, "the privacy impact, or the security threat and risk assessment is not done by that day", "record the day it was done"
    NO_STRA = "no-stra", T.LIFECYCLE, BLOCKS_LIVE, "the privacy impact, or the security threat and risk assessment is not done by that day", "record the day it was done"
    PLAN_NO_HOME = "plan-no-home", T.LIFECYCLE, BLOCKS_LIVE, "a part of the graduation plan is empty", "write it"
    PLAN_NO_PRODUCT_OWNERSHIP = "plan-no-product-ownership", T.LIFECYCLE, BLOCKS_LIVE, "a part of the graduation plan is empty", "write it"
    PLAN_NO_PEOPLE = "plan-no-people", T.LIFECYCLE, BLOCKS_LIVE, "a part of the graduation plan is empty", "write it"
    PLAN_NO_FUNDING = "plan-no-funding", T.LIFECYCLE, BLOCKS_LIVE, "a part of the graduation plan is empty", "write it"
    PLAN_NO_UPKEEP = "plan-no-upkeep", T.LIFECYCLE, BLOCKS_LIVE, "a part of the graduation plan is empty", "write it"
    PLAN_NO_RESPONSIBLE = "plan-no-responsible", T.LIFECYCLE, BLOCKS_LIVE, "a part of the graduation plan is empty", "write it"
    PLAN_NOT_CARRIED_OUT = "plan-not-carried-out", T.LIFECYCLE, BLOCKS, "the graduation plan was not carried out by that day", "record the day it was"
    NO_CONVERSATION = "no-conversation", T.LIFECYCLE, BLOCKS, "no conversation about an expectation ended in a pivot by that day", "hold it, and record its outcome"

    # ── LIFECYCLE_ACTS
    NO_CLOCK = "no-clock", T.LIFECYCLE_ACTS, BLOCKS, "the graduation date of a residency that is not live is to be moved"
    NOT_LATER = "not-later", T.LIFECYCLE_ACTS, BLOCKS, "the new graduation date is the present one, or before the one that going live set"
    LONG_EXTENSION = "long-extension", T.LIFECYCLE_ACTS, BLOCKS, "it is more than twelve months after the present one, and it isn’t marked as intentional"
    ENDED = "ended", T.LIFECYCLE_ACTS, BLOCKS, "the residency has ended: what is on record stays as it is"
    HELD_ALREADY = "held-already", T.LIFECYCLE_ACTS, BLOCKS, "the outcome of the conversation is on record, and that is final: record a correction"
    NOT_HELD = "not-held", T.LIFECYCLE_ACTS, BLOCKS, "a correction is of a conversation that was held, and is made once: correct the newer one"
    CORRECTED_ALREADY = "corrected-already", T.LIFECYCLE_ACTS, BLOCKS, "a correction is of a conversation that was held, and is made once: correct the newer one"

    # ── AGREEMENT
    AGREEMENT_EXISTS = "agreement-exists", T.AGREEMENT, BLOCKS, "making one: an agreement about it stands already", "work on that one"
    TEMPLATE_NOT_PUBLISHED = "template-not-published", T.AGREEMENT, BLOCKS, "making one: the template's version is not published", "choose one that is"
    TEMPLATE_INCOMPLETE = "template-incomplete", T.AGREEMENT, BLOCKS, "publishing a template: no role of the lab or of the program area must sign, a section is empty, or no section takes unique conditions", "fill it in"
    TEMPLATE_PUBLISHED = "template-published", T.AGREEMENT, BLOCKS, "editing a template: this version is published", "make a new version"
    WORDS_FROZEN = "words-frozen", T.AGREEMENT, BLOCKS, "any edit: the version went out to the parties", "a new version, which everybody signs again"
    PARTY_CHANGED = "party-changed", T.AGREEMENT, BLOCKS, "naming a party: somebody else named another person meanwhile", "look again"
    SIGNATORY_CHANGED = "signatory-changed", T.AGREEMENT, BLOCKS, "naming who signs for the lab: somebody else named another person meanwhile", "look again"
    NOTE_EMPTY = "note-empty", T.AGREEMENT, BLOCKS, "a note on a signer: it is empty", "write it"
    HOLDS_TWO_ROLES = "holds-two-roles", T.AGREEMENT, BLOCKS, "naming a party: the person fills another role and it isn’t marked as intentional", "mark it as intentional"
    DRAFT_CHANGED = "draft-changed", T.AGREEMENT, BLOCKS, "sending it: the draft was edited since the page was opened", "read it again"
    ROLE_UNFILLED = "role-unfilled", T.AGREEMENT, BLOCKS, "sending it: nobody fills a role that must sign", "name a person"
    PARTY_WITHOUT_ADDRESS = "party-without-address", T.AGREEMENT, BLOCKS, "sending it: a party has no e-mail address", "add it"
    SIDE_WITHOUT_SIGNER = "side-without-signer", T.AGREEMENT, BLOCKS, "sending it: no role signs for the lab, or none for the program area", "make it again from a template in which both sides sign"
    HEADER_EMPTY = "header-empty", T.AGREEMENT, BLOCKS, "sending it: a field of the header is empty", "fill it in"
    PAPER_NOT_PDF = "paper-not-pdf", T.AGREEMENT, BLOCKS, "recording a scan of a paper agreement: no PDF, a date in the future, one on record already", "scan again, correct the date, withdraw the other"
    PAPER_DATE = "paper-date", T.AGREEMENT, BLOCKS, "recording a scan of a paper agreement: no PDF, a date in the future, one on record already", "scan again, correct the date, withdraw the other"
    PAPER_EXISTS = "paper-exists", T.AGREEMENT, BLOCKS, "recording a scan of a paper agreement: no PDF, a date in the future, one on record already", "scan again, correct the date, withdraw the other"
    PAPER_DECIDED = "paper-decided", T.AGREEMENT, BLOCKS, "confirming such a scan: it isn't waiting for confirmation", "reload the page"
    PAPER_UNCONFIRMED = "paper-unconfirmed", T.AGREEMENT, BLOCKS, "starting: the scan waits for a second person", "compare and confirm it"
    LETTER_UNPRINTABLE = "letter-unprintable", T.AGREEMENT, BLOCKS, "sending it, signing, proposing a change, naming somebody else: a letter that no packaged font has", "write it with other letters, or add a font"
    INVITATION_ENDED = "invitation-ended", T.AGREEMENT, BLOCKS, "reading, signing, a new link: the invitation was ended, or its link belongs to another", "ask lab operations for a new one"
    NOT_ASKED_TO_SIGN = "not-asked-to-sign", T.AGREEMENT, BLOCKS, "reminding: the party has signed or declined, or isn’t asked to sign any more", "nothing to do"
    REMINDED_TODAY = "reminded-today", T.AGREEMENT, BLOCKS, "reminding: the party was invited or reminded today, or will be", "wait until tomorrow, or call"
    NOT_OPEN_FOR_SIGNING = "not-open-for-signing", T.AGREEMENT, BLOCKS, "signing, answering a hand-over: the version is not out for signing", "open the newest version"
    WORDS_CHANGED = "words-changed", T.AGREEMENT, BLOCKS, "signing: the form carries the fingerprint of other words than those out for signing", "open it again and read"
    NOT_A_PARTY = "not-a-party", T.AGREEMENT, BLOCKS, "signing: somebody else fills the role now", "ask lab operations"
    ROLE_INFORMED = "role-informed", T.AGREEMENT, BLOCKS, "signing: the role is kept informed", "nothing to do"
    ANOTHER_ACCOUNT = "another-account", T.AGREEMENT, BLOCKS, "signing: an account that is not the party's own", "sign out, open the link"
    SECTIONS_UNREAD = "sections-unread", T.AGREEMENT, BLOCKS, "signing: sections are not marked as read", "read and mark them"
    NAME_MISSING = "name-missing", T.AGREEMENT, BLOCKS, "signing: no name, or not the party's own, was typed", "type the name as shown"
    NAME_DIFFERS = "name-differs", T.AGREEMENT, BLOCKS, "signing: no name, or not the party's own, was typed", "type the name as shown"
    INTENT_MISSING = "intent-missing", T.AGREEMENT, BLOCKS, "signing: a statement is not ticked", "tick it, or ask for paper"
    CONSENT_MISSING = "consent-missing", T.AGREEMENT, BLOCKS, "signing: a statement is not ticked", "tick it, or ask for paper"
    STAGE_NOT_OPEN = "stage-not-open", T.AGREEMENT, BLOCKS, "signing: roles of an earlier stage have not all signed", "wait for the invitation"
    DECLINED = "declined", T.AGREEMENT, BLOCKS, "signing, declining, handing over: the party has declined already", "ask lab operations to invite again"
    REASON_MISSING = "reason-missing", T.AGREEMENT, BLOCKS, "declining, handing over, refusing that, naming somebody else: no reason is given; proposing, deciding a change, making void, deciding about a seal: no reason is given", "write it"
    HAND_OVER_WAITS = "hand-over-waits", T.AGREEMENT, BLOCKS, "handing over: the party has proposed somebody already", "wait for the answer"
    HAND_OVER_TO_ONESELF = "hand-over-to-oneself", T.AGREEMENT, BLOCKS, "handing over: the address is that of whoever is asked now", "write somebody else's"
    HAND_OVER_IN_A_CIRCLE = "hand-over-in-a-circle", T.AGREEMENT, BLOCKS, "handing over: that person has handed this role over before", "choose somebody else"
    HAND_OVER_DECIDED = "hand-over-decided", T.AGREEMENT, BLOCKS, "answering a hand-over: somebody has answered it already", "look where the agreement stands"
    CODE_MISSING = "code-missing", T.AGREEMENT, BLOCKS, "signing: the agreement asks for a one-time code and none was typed in this browser within the hour", "ask for a code and type it"
    CODE_NOT_ASKED = "code-not-asked", T.AGREEMENT, BLOCKS, "asking for a code: the agreement is signed without one", "go on to sign"
    CODES_TOO_OFTEN = "codes-too-often", T.AGREEMENT, BLOCKS, "asking for a code: three were sent within the hour", "wait until the time that is said"
    CODE_REPLACED = "code-replaced", T.AGREEMENT, BLOCKS, "typing a code: none was asked for in this browser, or a newer one was", "ask for a new code"
    CODE_WRONG = "code-wrong", T.AGREEMENT, BLOCKS, "typing a code: other digits than those that were sent", "compare with the newest message"
    CODE_EXPIRED = "code-expired", T.AGREEMENT, BLOCKS, "typing a code: more than ten minutes old, typed wrong five times, or typed already", "ask for a new code"
    CODE_USED_UP = "code-used-up", T.AGREEMENT, BLOCKS, "typing a code: more than ten minutes old, typed wrong five times, or typed already", "ask for a new code"
    CODE_USED = "code-used", T.AGREEMENT, BLOCKS, "typing a code: more than ten minutes old, typed wrong five times, or typed already", "ask for a new code"
    SIGNED_ALREADY = "signed-already", T.AGREEMENT, BLOCKS, "signing, answering a hand-over: the role's signature on this version is there", "nothing to do"
    NOTHING_TO_AMEND = "nothing-to-amend", T.AGREEMENT, BLOCKS, "proposing, accepting a change: the newest version is neither out for signing nor in force", "edit the draft, or make a new agreement"
    VERSION_CHANGED = "version-changed", T.AGREEMENT, BLOCKS, "proposing, accepting a change: a later version was sent out since the page was opened; the sentence says by whom and what it changed", "read what it says now"
    ROLE_MISSING = "role-missing", T.AGREEMENT, BLOCKS, "proposing a new party: the role has no name", "say as what they join"
    ROLE_EXISTS = "role-exists", T.AGREEMENT, BLOCKS, "proposing a new party: the agreement has a role of that name", "give it another name"
    PARTY_MISSING = "party-missing", T.AGREEMENT, BLOCKS, "proposing a new party: no person is named", "name who joins"
    CLAUSE_UNKNOWN = "clause-unknown", T.AGREEMENT, BLOCKS, "proposing a change: the version has no such clause or section", "choose one from the list"
    WORDS_MISSING = "words-missing", T.AGREEMENT, BLOCKS, "proposing a change: heading or text is missing, or both stand there already", "write other words"
    NOTHING_CHANGED = "nothing-changed", T.AGREEMENT, BLOCKS, "proposing a change: heading or text is missing, or both stand there already", "write other words"
    AMENDMENT_DECIDED = "amendment-decided", T.AGREEMENT, BLOCKS, "deciding a change, taking it back: it is no longer open", "look at the list"
    NO_AMENDMENT_CHOSEN = "no-amendment-chosen", T.AGREEMENT, BLOCKS, "accepting changes: none is chosen, or two change the same clause", "choose again"
    AMENDMENTS_CLASH = "amendments-clash", T.AGREEMENT, BLOCKS, "accepting changes: none is chosen, or two change the same clause", "choose again"
    NOT_YOURS = "not-yours", T.AGREEMENT, BLOCKS, "taking a change back: somebody else proposed it", "they alone can"
    AGREEMENT_CHANGED = "agreement-changed", T.AGREEMENT, BLOCKS, "making void: the newest version, or its state, is another than the page showed", "look again"
    AGREEMENT_VOID = "agreement-void", T.AGREEMENT, BLOCKS, "any edit of a draft: the agreement was made void", "make a new one"
    VOID_ALREADY = "void-already", T.AGREEMENT, BLOCKS, "making void: it is void", "nothing to do"
    AGREEMENT_VOIDED = "agreement-voided", T.AGREEMENT, BLOCKS_LIVE, "going live: an agreement was made void and none is in force", "make a new one, have it signed"
    STANCE_AFTER_SIGNING = "stance-after-signing", T.AGREEMENT, BLOCKS, "what one finds of a clause: the party has signed this version", "write a comment"
    STANCE_CLOSED = "stance-closed", T.AGREEMENT, BLOCKS, "what one finds of a clause: the version is not out for signing", "open the newest version"
    MISALIGNED_WITHOUT_WHY = "misaligned-without-why", T.AGREEMENT, BLOCKS, "what one finds of a clause: misaligned, and not why", "write what would have to change"
    MISALIGNED_UNKNOWINGLY = "misaligned-unknowingly", T.AGREEMENT, BLOCKS, "signing: the party finds clauses misaligned and has not said that it signs all the same", "say so, or wait for a change"
    NO_SUCH_CLAUSE = "no-such-clause", T.AGREEMENT, BLOCKS, "discussing: the version has no clause of that number", "open the agreement again"
    NOTHING_SAID = "nothing-said", T.AGREEMENT, BLOCKS, "discussing: the text is empty, or longer than 4,000 characters", "write it, or write less"
    TEXT_TOO_LONG = "text-too-long", T.AGREEMENT, BLOCKS, "discussing: the text is empty, or longer than 4,000 characters", "write it, or write less"
    TALK_CLOSED = "talk-closed", T.AGREEMENT, BLOCKS, "discussing: the version was replaced or is void", "open the newest version"
    TOO_MANY_COMMENTS = "too-many-comments", T.AGREEMENT, BLOCKS, "discussing: a party wrote forty comments within an hour", "wait an hour, or ask for a call"
    THREAD_OF_OTHERS = "thread-of-others", T.AGREEMENT, BLOCKS, "resolving a discussion: the party has not spoken in it", "leave it to those who did"
    NO_TIMESTAMP_AWAITED = "no-timestamp-awaited", T.AGREEMENT, BLOCKS, "sealing without a time stamp: the document does not wait for one", "nothing to do"
    SEAL_NOT_STUCK = "seal-not-stuck", T.AGREEMENT, BLOCKS, "printing anew for a seal: the document is not stuck", "nothing to do"
    NO_AGREEMENT = "no-agreement", T.AGREEMENT, BLOCKS, "the start: there is no agreement", "make it"
    AGREEMENT_NOT_CIRCULATED = "agreement-not-circulated", T.AGREEMENT, BLOCKS, "the start: the agreement is a draft", "send it to the parties"
    NOT_SIGNED = "not-signed", T.AGREEMENT, BLOCKS, "the start: one for each party that must sign and has not", "send a new link"
    DECLINED_TO_SIGN = "declined-to-sign", T.AGREEMENT, BLOCKS, "the start: one for each party that has declined instead", "change the words, or name somebody else"

    # ── PEOPLE
    ADDRESS_OF_ANOTHER = "address-of-another", T.PEOPLE, BLOCKS, "the address belongs to someone with another name: two people never become one because they share a mailbox"
    ADDRESS_GUARDED = "address-guarded", T.PEOPLE, BLOCKS, "the address of someone who is asked to sign was edited outright; use “Change address”, which a second account confirms"
    ADDRESS_WAITS = "address-waits", T.PEOPLE, BLOCKS, "a change of this address already waits to be confirmed"
    ADDRESS_SAME = "address-same", T.PEOPLE, BLOCKS, "the new address is the one on record"
    ADDRESS_MISSING = "address-missing", T.PEOPLE, BLOCKS, "an account needs an address to sign in with"
    ADDRESS_YOUR_OWN = "address-your-own", T.PEOPLE, BLOCKS, "someone tried to have another person’s links sent to themselves"
    ADDRESS_DECIDED = "address-decided", T.PEOPLE, BLOCKS, "the change was confirmed or refused already"
    SECOND_ACCOUNT = "second-account", T.PEOPLE, BLOCKS, "whoever asked for something tried to confirm it"
    SECOND_ACCOUNT_NEW = "second-account-new", T.PEOPLE, BLOCKS, "the account that confirms became lab staff only after the request"
    SECOND_ACCOUNT_DEPENDENT = "second-account-dependent", T.PEOPLE, BLOCKS, "one of the two accounts opened the other, granted its role or changed its address"
    HAND_OVER_YOUR_OWN = "hand-over-your-own", T.PEOPLE, BLOCKS, "whoever asked for a new signer, or would become one, tried to confirm it"
    NOT_LAB_STAFF = "not-lab-staff", T.PEOPLE, BLOCKS, "a residency is led only by an active account of lab operations or leadership"
    LEAVER_IS_YOU = "leaver-is-you", T.PEOPLE, BLOCKS, "someone tried to close their own account"
    COLLEAGUE_MISSING = "colleague-missing", T.PEOPLE, BLOCKS, "what a leaver holds goes to an active colleague at the lab"
    MERGE_ALIAS = "merge-alias", T.PEOPLE, BLOCKS, "the two records are already one"
    MERGE_TWO_ACCOUNTS = "merge-two-accounts", T.PEOPLE, BLOCKS, "both records have an account that can sign in"
    MERGE_ASKED_TO_SIGN = "merge-asked-to-sign", T.PEOPLE, BLOCKS, "one of the two people is asked to sign an agreement"
    PERSON_KNOWN = "person-known", T.PEOPLE, BLOCKS, "the address is another person's"
    ACCOUNT_KNOWN = "account-known", T.PEOPLE, BLOCKS, "an account has that address"
    VIEW_KNOWN = "view-known", T.PEOPLE, BLOCKS, "the account has a view of that name for the same list"
    LAST_ADMIN = "last-admin", T.PEOPLE, BLOCKS, "nobody else could administer the portal"
    SNOOZE_TOO_EARLY = "snooze-too-early", T.PEOPLE, BLOCKS, "a line of home is snoozed until today or earlier", "choose a later date"
    SNOOZE_TOO_LATE = "snooze-too-late", T.PEOPLE, BLOCKS, "a line of home is snoozed for more than three months or past the day it is due; what is overdue, or due within the week, for more than a week", "choose an earlier date"
    MINISTRY_USED = "ministry-used", T.PEOPLE, BLOCKS, "a ministry that has program areas, or a program area that has brought a residency, can't be removed"
    AREA_USED = "area-used", T.PEOPLE, BLOCKS, "a ministry that has program areas, or a program area that has brought a residency, can't be removed"
    MINISTRY_KNOWN = "ministry-known", T.PEOPLE, BLOCKS, "a ministry, or a program area of this ministry, has that name"
    AREA_KNOWN = "area-known", T.PEOPLE, BLOCKS, "a ministry, or a program area of this ministry, has that name"

    # ── ANY_ACT
    SAVED_MEANWHILE = "saved-meanwhile", T.ANY_ACT, BLOCKS, "somebody saved the same at the same moment, and the constraint has no sentence of its own"
    NOT_CONSISTENT = "not-consistent", T.ANY_ACT, BLOCKS, "the fields of a row contradict each other"
    STALE = "stale", T.ANY_ACT, BLOCKS, "somebody changed the row since the page was opened, and the page has no comparison of its own (`web/acts.py`)"

    # ── SCHEDULES
    SCHEDULE_STEP_TWICE = "schedule-step-twice", T.SCHEDULES, BLOCKS, "two steps are on the same day"
    SCHEDULE_TOO_FAR = "schedule-too-far", T.SCHEDULES, BLOCKS, "more than twelve steps, or one more than 24 months or 366 days away"
    SCHEDULE_TO_NOBODY = "schedule-to-nobody", T.SCHEDULES, BLOCKS, "a step is for nobody, or for somebody this reminder does not go to"
    SCHEDULE_REPEATS = "schedule-repeats", T.SCHEDULES, BLOCKS, "it repeats after more than a year, or more than 99 times"
    SCHEDULE_MOST = "schedule-most", T.SCHEDULES, BLOCKS, "fewer reminders are allowed than there are steps"
    SCHEDULE_NO_REPEAT = "schedule-no-repeat", T.SCHEDULES, BLOCKS, "more reminders are allowed than there are steps, and none repeats"
    SCHEDULE_PAST = "schedule-past", T.SCHEDULES, BLOCKS, "it is to hold from a day that is over"

    # ── TEXTS
    TEXT_PLACE_UNKNOWN = "text-place-unknown", T.TEXTS, BLOCKS, "it names a placeholder that this text does not have", "use one of those that are listed"
    TEXT_PLACE_BROKEN = "text-place-broken", T.TEXTS, BLOCKS, "a curly bracket, or `%(name)s`, that is no placeholder", "write a name in curly brackets, such as `{name}`"
    TEXT_PLACE_MISSING = "text-place-missing", T.TEXTS, BLOCKS, "a placeholder without which the message is of no use, such as the signing link, was taken out", "put it back"
    TEXT_MINTED_IN_SUBJECT = "text-minted-in-subject", T.TEXTS, BLOCKS, "the subject names a secret or news", "leave it to the text"
    TEXT_EMPTY = "text-empty", T.TEXTS, BLOCKS, "subject or text is empty, or longer than 150 or 10,000 letters", "write it, or make it shorter"
    TEXT_LONG = "text-long", T.TEXTS, BLOCKS, "subject or text is empty, or longer than 150 or 10,000 letters", "write it, or make it shorter"
    # fmt: on


TOP = """# Findings

A finding says what is not as it should be, how much that matters, and what resolves it. Its code is stable: tests, exports
and the ledger name the code, people read the sentence. A step is blocked by findings of its own level and of every level
above it. This page is made from `findings/codes.py` by `make docs`.

| level | shown as | keeps back |
|---|---|---|
"""
KEEPS_BACK = {
    BLOCKS: "the act itself, the start and going live",
    BLOCKS_START: "the start of the residency and going live",
    BLOCKS_LIVE: "going live",
    WARNS: "nothing",
    NOTE: "nothing",
}


def page() -> str:
    """docs/findings.md, whole."""
    levels = [f"| `{level.name}` | {level.label} | {keeps_back} |" for level, keeps_back in KEEPS_BACK.items()]
    return TOP + "\n".join([*levels, *_tables()]) + "\n"


def _tables() -> Iterator[str]:
    heading = ""
    for table in Table:
        if table.heading != heading:
            heading = table.heading
            yield f"\n## {heading}"
        if table.introduction:
            yield f"\n{table.introduction}"
        yield "\n| code | level | when | resolved by |\n|---|---|---|---|"
        yield from (f"| `{code}` | `{code.severity.name}` | {code.when} | {code.remedy} |" for code in Code if code.table is table)
