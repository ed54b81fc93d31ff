"""Every finding code, with when it is given and what resolves it. `make docs` makes docs/findings.md from it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum, StrEnum, unique

from findings import Severity


class Table(Enum):
    """A table of docs/findings.md: its heading and the text before it."""

    def __init__(self, heading: str, introduction: str) -> None:
        self.heading, self.introduction = heading, introduction

    # fmt: off
    ROSTER = "The team", "Role checks (`teams/roster/rules.py`) read only the roster of one day: the same roster and day always give the same findings. Open seats don't count. The numbers are program figures; their defaults come from the agreement."
    ROSTER_ACTS = "The team", "An act on the roster is refused with `team-too-large` or one of these codes, and nothing is saved:"
    SPRINTS = "Sprints and champions", "Reasons to refuse an act on sprints, reviews, attendance or champions (`teams/sprints/rules.py`, `actions.py` and `attendance.py`). Nothing is saved."
    CHAMPIONS = "Champions and training", "What the champions page lists as missing (`teams/training/rules.py`). It blocks nothing. Hours are the program figures `training_hours_adm`, `_ed`, `_cfo`, `_cio`, `_other` and `_lead`. (`_lab` is for leaders of the lab, who are listed on the training pages.)"
    TRAINING_ACTS = "Champions and training", "Reasons to refuse an act on training (`teams/training/actions.py`). Nothing is saved."
    COMMUNITY = "Community, experts and desks", "Reasons to refuse an act on contributions, expert sessions, co-location or desks (`community/rules/`, `community/actions/`). Nothing is saved."
    ALUMNI = "Alumni and mentors", "Reasons to refuse an act on alumni, what they offer, or mentoring (`community/alumni/`, `community/mentors/`). Nothing is saved."
    BENEFITS = "Benefit owners", "Reasons to refuse an act on a benefit owner (`community/benefits/actions.py`). Nothing is saved."
    MONEY = "Money", "Warnings on the money page about a fiscal year (`oversight/money/rules.py`, `attention`). They don't block anything. The usual range is from the program figure `cost_least_dollars` to `cost_most_dollars`."
    MONEY_ACTS = "Money", "An act on a budget, an entry or a contract is refused with one of these codes, and nothing is saved (`oversight/money/actions.py`):"
    METRICS = "Metrics", "Warnings on the value page of a residency in the deliver phase or later (`metrics/definition/rules.py`, `not_measured`). They block nothing."
    METRIC_ACTS = "Metrics", "Reasons to refuse an act on metrics, their baselines and targets, or readings (`metrics/definition/`, `metrics/readings/`). Nothing is saved. The three that ask about a figure are refused once; sending the same figure again confirms it."
    BARRIERS = "Barriers and risks", "Reasons to refuse an act on barriers, their routes, risks, or the groups that decide (`oversight/barriers/`, `oversight/bodies/`). Nothing is saved. No barrier or risk blocks a step of a residency."
    STATUS = "Status reports and decisions", "Reasons to refuse an act on status reports, their questions, or decisions (`oversight/status/`). Nothing is saved."
    TRUST = "Trust and openness", "Reasons to refuse an act on trust or openness (`oversight/trust/`). Nothing is saved. None of it blocks a step of a residency."
    INTAKE = "The intake", "An intake can be sent when nothing in this list is missing (`residencies/intake/rules.py`, `missing`). Everything missing is shown at once."
    READINESS = "The intake", "Readiness (`readiness`) is shown beside the six conditions. It warns the program area and the reviewer and blocks nothing."
    INTAKE_ACTS = "The intake", "An act on an intake is refused with one of these codes, and nothing is saved:"
    REVIEW = "The review", ""
    LIFECYCLE = "Residency lifecycle", "Gates of the lifecycle (`residencies/lifecycle/gates.py`, `residencies/lifecycle/moves.py`). A refused move shows all of them at once."
    TASK_ACTS = "Tasks", "Reasons to refuse an act on a task, or on an item to tick (`oversight/checklists/actions.py`). Nothing is saved."
    LIFECYCLE_ACTS = "Residency lifecycle", "An act is refused with one of these codes, and nothing is saved:"
    AGREEMENT = "The agreement", "Before an act on an agreement, the gates of its subject are checked (for a residency: the six conditions, and that it is qualified and hasn't ended). Their findings come first. All of these are `BLOCKS`, unless another level is given."
    PEOPLE = "People, accounts and organizations", ""
    ANY_ACT = "Any act", "The database has the final say. If it refuses something that an act's own checks allowed, the act is refused with one of these codes (`acts/constraints.py`):"
    SCHEDULES = "Reminder schedules", "A change to a reminder schedule (`outbox/reminders/rules.py`) is refused with one of these codes, and nothing is saved:"
    TEXTS = "Message templates", "Saving a template in administration is refused with one of these codes, and what was typed is kept:"
    # fmt: on


T = Table
NOTE, WARNS, BLOCKS = Severity.NOTE, Severity.WARNS, Severity.BLOCKS
BLOCKS_LIVE, BLOCKS_START = Severity.BLOCKS_LIVE, Severity.BLOCKS_START


@unique
class Code(StrEnum):
    """Codes are data: they are stored in the ledger and exports, and used in tests. Never rename one."""

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
    TEAM_TOO_LARGE = "team-too-large", T.ROSTER, BLOCKS, "more than nine people on a day (`team_most`); also refuses an act", "end a seat before that day, or choose other dates"
    NO_PRODUCT_OWNER = "no-product-owner", T.ROSTER, BLOCKS, "there is no product owner", "add the product owner"
    PRODUCT_OWNER_NOT_OF_AREA = "product-owner-not-of-area", T.ROSTER, BLOCKS, "no product owner is employed by the business area", "have the business area name one of its employees"
    PRODUCT_OWNER_UNTRAINED = "product-owner-untrained", T.ROSTER, BLOCKS_START, "the product owner has not finished Agile training by that day", "record the day it was finished"
    TOO_FEW_GOVERNMENT = "too-few-government", T.ROSTER, BLOCKS_START, "fewer than two people (`government_employees`) of the business area or the ministry's IM branch; the product owner counts", "add such employees"
    NO_DEVOPS = "no-devops", T.ROSTER, BLOCKS_LIVE, "no senior DevOps specialist or site reliability engineer", "add one"
    TEAM_SMALL = "team-small", T.ROSTER, WARNS, "fewer than five people (`team_usual_least`)", "fill or plan seats"
    PRODUCT_OWNER_BAND = "product-owner-band", T.ROSTER, WARNS, "the product owner is not known to be at Band 3", "record the band"
    PRODUCT_OWNER_PART_TIME = "product-owner-part-time", T.ROSTER, WARNS, "the product owner is less than full time", "release them from other duties"
    NOT_RELEASED = "not-released", T.ROSTER, WARNS, "before the product is live, someone other than the product owner is less than full time in all roles together", "release them from other duties"
    OVER_FULL_TIME = "over-full-time", T.ROSTER, WARNS, "someone is more than full time on this team, all roles together", "correct the shares"
    VENDOR_SHARE_NOT_FALLING = "vendor-share-not-falling", T.ROSTER, WARNS, "from 90 days before graduation (`graduation_nears_days`), vendors' share of the team's time isn't below what it was at going live", "plan who takes over"
    NO_SUCCESSOR = "no-successor", T.ROSTER, WARNS, "in the same period, vendor staff have no named successor", "name one"

    # ── ROSTER_ACTS
    ROLE_TWICE = "role-twice", T.ROSTER_ACTS, BLOCKS, "the person has the same role on some of the same days"
    DATES_REVERSED = "dates-reversed", T.ROSTER_ACTS, BLOCKS, "the last day is before the first"
    SHARE_OUT_OF_RANGE = "share-out-of-range", T.ROSTER_ACTS, BLOCKS, "the share is not from 1 to 100 percent"
    VENDOR_UNNAMED = "vendor-unnamed", T.ROSTER_ACTS, BLOCKS, "a vendor without a name, or a name without a vendor"
    VENDOR_NOT_EMPLOYER = "vendor-not-employer", T.ROSTER_ACTS, BLOCKS, "a vendor without a name, or a name without a vendor"
    CHANGE_OUTSIDE = "change-outside", T.ROSTER_ACTS, BLOCKS, "a change that doesn't start after the entry's first day and by its last day"
    SEAT_FILLED = "seat-filled", T.ROSTER_ACTS, BLOCKS, "an open seat that someone has filled in the meantime, or filling it without naming a person"
    NOBODY_NAMED = "nobody-named", T.ROSTER_ACTS, BLOCKS, "an open seat that someone has filled in the meantime, or filling it without naming a person"
    LINE_UNREADABLE = "line-unreadable", T.ROSTER_ACTS, BLOCKS, "a row of an imported spreadsheet with an error; the errors in all rows are shown at once"
    SEAT_STRUCK = "seat-struck", T.ROSTER_ACTS, BLOCKS, "the entry has been removed in the meantime"
    NO_REASON = "no-reason", T.ROSTER_ACTS, BLOCKS, "removing an entry, drafting a finding, or ending something, without a reason", "give one"
    RESIDENCY_ENDED = "residency-ended", T.ROSTER_ACTS, BLOCKS, "the residency has ended, so its roster can't be changed"

    # ── SPRINTS
    CADENCE_WEEKS = "cadence-weeks", T.SPRINTS, BLOCKS, "a sprint of less than one or more than four weeks", "two or three are usual"
    REVIEW_PAST = "review-past", T.SPRINTS, BLOCKS, "the first review would be before today", "choose the next one"
    REVIEW_NOT_WORKING_DAY = "review-not-working-day", T.SPRINTS, BLOCKS, "a review on a weekend or a statutory holiday of British Columbia", "choose a working day"
    REVIEW_HOURS = "review-hours", T.SPRINTS, BLOCKS, "a review outside 7 a.m. to 8 p.m., or shorter than 15 minutes or longer than 8 hours", "choose another time or length"
    REVIEW_MINUTES = "review-minutes", T.SPRINTS, BLOCKS, "a review outside 7 a.m. to 8 p.m., or shorter than 15 minutes or longer than 8 hours", "choose another time or length"
    REVIEW_OUT_OF_ORDER = "review-out-of-order", T.SPRINTS, BLOCKS, "a review that would come before the one before it, or after the one after it", "choose a date in between, or move the later reviews too"
    REVIEW_OVER = "review-over", T.SPRINTS, BLOCKS, "the review has been held or cancelled, or hasn't started", "check the sprints again"
    REVIEW_AHEAD = "review-ahead", T.SPRINTS, BLOCKS, "the review has been held or cancelled, or hasn't started", "check the sprints again"
    REVIEW_NOT_CANCELLED = "review-not-cancelled", T.SPRINTS, BLOCKS, "reinstating a review that isn't cancelled", "check the sprints again"
    NO_CADENCE = "no-cadence", T.SPRINTS, BLOCKS, "a pause when no sprints are planned, that starts in the past, or that ends before it starts", "plan sprints, or choose other days"
    PAUSE_PAST = "pause-past", T.SPRINTS, BLOCKS, "a pause when no sprints are planned, that starts in the past, or that ends before it starts", "plan sprints, or choose other days"
    PAUSE_ORDER = "pause-order", T.SPRINTS, BLOCKS, "a pause when no sprints are planned, that starts in the past, or that ends before it starts", "plan sprints, or choose other days"
    NOT_EXPECTED = "not-expected", T.SPRINTS, BLOCKS, "recording attendance for someone who is neither on the team nor a champion that day", "add them to the roster, or name them as a champion"
    DELEGATE_UNNAMED = "delegate-unnamed", T.SPRINTS, BLOCKS, "a delegate without a name", "enter the name"
    SERVICE_STRUCK = "service-struck", T.SPRINTS, BLOCKS, "removing a log entry that has already been removed", "nothing to do"
    SERVICE_AHEAD = "service-ahead", T.SPRINTS, BLOCKS, "logging a service for a date in the future", "log it once it has been given"
    CHAMPION_ALREADY = "champion-already", T.SPRINTS, BLOCKS, "the person is already a champion, or someone already leads the alliance team", "change that entry, or hand over the lead"
    LEAD_ALREADY = "lead-already", T.SPRINTS, BLOCKS, "the person is already a champion, or someone already leads the alliance team", "change that entry, or hand over the lead"
    NOT_CHAMPION = "not-champion", T.SPRINTS, BLOCKS, "the lead is handed to someone whose last day has passed", "name them as a champion again first"

    # ── CHAMPIONS
    NO_CHAMPION = "no-champion", T.CHAMPIONS, WARNS, "the team has no champions", "name the champions"
    NO_ALLIANCE_LEAD = "no-alliance-lead", T.CHAMPIONS, WARNS, "none of the champions leads the alliance team", "make one of them alliance lead"
    LEADER_UNTRAINED = "leader-untrained", T.CHAMPIONS, NOTE, "a champion has taken none of the training expected of the role (`WARNS` from the deliver phase on)", "agree on a date, then log it"
    LEADER_HOURS_SHORT = "leader-hours-short", T.CHAMPIONS, NOTE, "a champion has taken part of it", "agree on a date for the rest"

    # ── TRAINING_ACTS
    TRAINING_AHEAD = "training-ahead", T.TRAINING_ACTS, BLOCKS, "a date in the future", "use the date it was finished or certified"
    CERTIFICATE_AHEAD = "certificate-ahead", T.TRAINING_ACTS, BLOCKS, "a date in the future", "use the date it was finished or certified"
    TRAINING_HOURS = "training-hours", T.TRAINING_ACTS, BLOCKS, "no hours, or more than 200", "enter the hours it took"
    TRAINING_ALREADY = "training-already", T.TRAINING_ACTS, BLOCKS, "someone already has that course on that date", "leave them out, or choose another date"
    TRAINING_STRUCK = "training-struck", T.TRAINING_ACTS, BLOCKS, "the entry has been removed in the meantime", "nothing to do"
    CERTIFICATE_MISSING = "certificate-missing", T.TRAINING_ACTS, BLOCKS, "neither a link nor a file, or both", "add one of the two"
    COURSE_KNOWN = "course-known", T.TRAINING_ACTS, BLOCKS, "there is already a course with that name", "use that one"

    # ── COMMUNITY
    GIVING_AHEAD = "giving-ahead", T.COMMUNITY, BLOCKS, "the date is in the future", "record it once it is done"
    GIVING_TIME = "giving-time", T.COMMUNITY, BLOCKS, "less than a quarter of an hour, or more than a day", "enter 1.5 for an hour and a half"
    GIVING_TOO_LONG = "giving-too-long", T.COMMUNITY, BLOCKS, "workshops of more than a full day (7.5 hours) for one person on one day", "fewer hours, or more people"
    GIVING_NOT_ON_TEAM = "giving-not-on-team", T.COMMUNITY, BLOCKS, "the person was not on the team that day", "choose another person or date, or correct the roster"
    GIVING_STRUCK = "giving-struck", T.COMMUNITY, BLOCKS, "removing an entry that has already been removed", "nothing to do"
    RESIDENCY_OVER = "residency-over", T.COMMUNITY, BLOCKS, "requests, desks or co-location after the residency has ended", "nothing to do"
    SESSION_NO_QUESTION = "session-no-question", T.COMMUNITY, BLOCKS, "asking for an expert without a question", "add a question"
    SESSION_UNMATCHED = "session-unmatched", T.COMMUNITY, BLOCKS, "the session has no expert yet, is over, or is in the future", "find an expert, ask again, or wait"
    SESSION_OVER = "session-over", T.COMMUNITY, BLOCKS, "the session has no expert yet, is over, or is in the future", "find an expert, ask again, or wait"
    SESSION_AHEAD = "session-ahead", T.COMMUNITY, BLOCKS, "the session has no expert yet, is over, or is in the future", "find an expert, ask again, or wait"
    SESSION_NOT_WORKING_DAY = "session-not-working-day", T.COMMUNITY, BLOCKS, "a time outside working days and hours", "choose another time"
    SESSION_HOURS = "session-hours", T.COMMUNITY, BLOCKS, "a time outside working days and hours", "choose another time"
    SESSION_MINUTES = "session-minutes", T.COMMUNITY, BLOCKS, "a time outside working days and hours", "choose another time"
    SESSION_NO_OUTCOME = "session-no-outcome", T.COMMUNITY, BLOCKS, "recording a session without its outcome", "one sentence is enough"
    EXPERT_BUSY = "expert-busy", T.COMMUNITY, BLOCKS, "the expert has another session in that time", "choose another time or expert"
    EXPERT_OTHER_DISCIPLINE = "expert-other-discipline", T.COMMUNITY, BLOCKS, "the expert doesn't cover this discipline, or isn't in residence that day", "choose another expert or date"
    EXPERT_AWAY = "expert-away", T.COMMUNITY, BLOCKS, "the expert doesn't cover this discipline, or isn't in residence that day", "choose another expert or date"
    EXPERT_UNNAMED = "expert-unnamed", T.COMMUNITY, BLOCKS, "adding an expert without a name, twice, without a discipline, or with dates reversed", "follow the message"
    EXPERT_ALREADY = "expert-already", T.COMMUNITY, BLOCKS, "adding an expert without a name, twice, without a discipline, or with dates reversed", "follow the message"
    EXPERT_NO_DISCIPLINE = "expert-no-discipline", T.COMMUNITY, BLOCKS, "adding an expert without a name, twice, without a discipline, or with dates reversed", "follow the message"
    EXPERT_DATES = "expert-dates", T.COMMUNITY, BLOCKS, "adding an expert without a name, twice, without a discipline, or with dates reversed", "follow the message"
    COLOCATION_NO_PLACE = "colocation-no-place", T.COMMUNITY, BLOCKS, "a team that works in one place, without the place", "add the place"
    DESKS_NONE = "desks-none", T.COMMUNITY, BLOCKS, "the number of desks isn't set, or can't be right", "set it on the desks page"
    DESKS_NUMBER = "desks-number", T.COMMUNITY, BLOCKS, "the number of desks isn't set, or can't be right", "set it on the desks page"
    DESKS_FULL = "desks-full", T.COMMUNITY, BLOCKS, "on some day more desks would be assigned than there are", "choose fewer desks or other dates"
    DESKS_TAKEN = "desks-taken", T.COMMUNITY, BLOCKS, "a lower number than is assigned on some day", "release desks first"
    DESK_DATES = "desk-dates", T.COMMUNITY, BLOCKS, "dates reversed, or desks that were released in the meantime", "check again"
    DESKS_BACK = "desks-back", T.COMMUNITY, BLOCKS, "dates reversed, or desks that were released in the meantime", "check again"

    # ── ALUMNI
    ALUMNUS_KNOWN = "alumnus-known", T.ALUMNI, BLOCKS, "the person is already an alum of this residency", "change what they offer on their page"
    ALUMNUS_UNNAMED = "alumnus-unnamed", T.ALUMNI, BLOCKS, "adding an alum without a person", "choose a person, or enter their name"
    NOT_GRADUATED = "not-graduated", T.ALUMNI, BLOCKS, "the residency hasn't graduated", "choose one that has"
    NOT_LISTED = "not-listed", T.ALUMNI, BLOCKS, "the person has opted out of the directory", "list them again first"
    OFFER_NO_TOPIC = "offer-no-topic", T.ALUMNI, BLOCKS, "an offer without a topic", "choose at least one topic"
    OFFER_TEAMS = "offer-teams", T.ALUMNI, BLOCKS, "more than five teams to mentor at once", "enter a number from 0 to 5"
    OFFER_IS_ALUMNUS = "offer-is-alumnus", T.ALUMNI, BLOCKS, "the person already offers help as an alum", "change the offer in the alumni directory"
    OFFER_NOT_ON_TEAM = "offer-not-on-team", T.ALUMNI, BLOCKS, "the person isn't on the team today", "choose a team member"
    TEAM_NOT_EXPERIENCED = "team-not-experienced", T.ALUMNI, BLOCKS, "the team isn't in residence yet", "wait until the residency has started"
    MENTOR_NO_QUESTION = "mentor-no-question", T.ALUMNI, BLOCKS, "asking for a mentor without saying what for", "say what the team wants help with"
    MENTOR_ASKED = "mentor-asked", T.ALUMNI, BLOCKS, "a request about this topic is waiting", "wait for the lab, or cancel that request"
    MENTOR_NO_OFFER = "mentor-no-offer", T.ALUMNI, BLOCKS, "the person doesn't offer to mentor teams", "choose someone else, or ask them to offer it"
    MENTOR_OWN_TEAM = "mentor-own-team", T.ALUMNI, BLOCKS, "the person is on this team", "choose someone from another team"
    MENTOR_FULL = "mentor-full", T.ALUMNI, BLOCKS, "the person already mentors as many teams as they offered", "choose someone else, or ask them"
    MENTORING_UNMATCHED = "mentoring-unmatched", T.ALUMNI, BLOCKS, "the team has no mentor yet", "choose a mentor first"
    MENTORING_OVER = "mentoring-over", T.ALUMNI, BLOCKS, "the mentoring has ended", "send a new request if the team still needs a mentor"
    MENTOR_NO_OUTCOME = "mentor-no-outcome", T.ALUMNI, BLOCKS, "finishing a mentoring without its outcome", "one sentence is enough"
    MEETING_AHEAD = "meeting-ahead", T.ALUMNI, BLOCKS, "the date is in the future", "record it after it took place"
    MEETING_BEFORE = "meeting-before", T.ALUMNI, BLOCKS, "the date is before the team had this mentor", "use a later date"
    MEETING_TIME = "meeting-time", T.ALUMNI, BLOCKS, "less than a quarter of an hour, or more than a day", "enter 1.5 for an hour and a half"
    MEETING_REMOVED = "meeting-removed", T.ALUMNI, BLOCKS, "removing a meeting that has already been removed", "you don't need to do anything"

    # ── BENEFITS
    NOT_LIVE = "not-live", T.BENEFITS, BLOCKS, "naming a benefit owner before the final live release", "wait until the product is live"
    OWNER_UNNAMED = "owner-unnamed", T.BENEFITS, BLOCKS, "naming a benefit owner without a person", "choose a person, or enter their name"
    OWNER_NO_MEASURE = "owner-no-measure", T.BENEFITS, BLOCKS, "naming a benefit owner without the figure to report", "say what is reported"
    OWNER_NO_EMAIL = "owner-no-email", T.BENEFITS, BLOCKS, "the person has no email address", "add one first"
    OWNER_WAITS = "owner-waits", T.BENEFITS, BLOCKS, "someone else has been named", "withdraw that name, or wait for their signature"
    OWNER_ALREADY = "owner-already", T.BENEFITS, BLOCKS, "the person is the benefit owner", "choose another person"
    OWNER_ASKED = "owner-asked", T.BENEFITS, BLOCKS, "the commitment has already been sent", "void that agreement to name someone else"

    # ── MONEY
    MONEY_NO_BUDGET = "money-no-budget", T.MONEY, WARNS, "the fiscal year has no budget", "add the budget"
    MONEY_OUTSIDE_RANGE = "money-outside-range", T.MONEY, WARNS, "the team's budget is below or above what a team usually costs in a year", "check the amount, or tell the lab why this team differs"
    MONEY_OVER_COMMITTED = "money-over-committed", T.MONEY, WARNS, "more is committed than the year's budget", "reduce what is committed, or ask for a larger budget"
    MONEY_OVERSPENT = "money-overspent", T.MONEY, WARNS, "more is spent than the year's budget", "ask for a larger budget"
    MONEY_NOT_CONFIRMED = "money-not-confirmed", T.MONEY, WARNS, "the program area hasn't confirmed that it can pay all of the year's budget", "ask the program area to confirm the amount"
    # ── MONEY_ACTS
    MONEY_YEAR = "money-year", T.MONEY_ACTS, BLOCKS, "a fiscal year before 2000, or more than five years ahead"
    MONEY_AMOUNT = "money-amount", T.MONEY_ACTS, BLOCKS, "an amount of more than a billion dollars, an entry of $0, or a budget below $0"
    MONEY_AHEAD = "money-ahead", T.MONEY_ACTS, BLOCKS, "money spent, or confirmed, on a day in the future"
    MONEY_REMOVED = "money-removed", T.MONEY_ACTS, BLOCKS, "correcting or removing an entry that was removed", "add a new entry"
    CONTRACT_DATES = "contract-dates", T.MONEY_ACTS, BLOCKS, "a contract whose last day is before its first"
    CONTRACT_REMOVED = "contract-removed", T.MONEY_ACTS, BLOCKS, "changing a contract that was removed"
    # ── METRICS
    NO_METRIC = "no-metric", T.METRICS, WARNS, "the team has no metrics", "define one"
    NO_BASELINE = "no-baseline", T.METRICS, WARNS, "none of the metrics has a baseline", "record where one of them started"
    NO_NORTH_STAR = "no-north-star", T.METRICS, WARNS, "the team hasn't chosen its north star", "choose the metric that matters most"
    # ── METRIC_ACTS
    METRIC_NAME_TAKEN = "metric-name-taken", T.METRIC_ACTS, BLOCKS, "another metric of the residency has this name", "use another name, or retire the other metric"
    METRICS_MANY = "metrics-many", T.METRIC_ACTS, BLOCKS, "more than 60 metrics", "retire those that are no longer used"
    METRIC_RATIO = "metric-ratio", T.METRIC_ACTS, BLOCKS, "a ratio with only one of its two parts, or with a count below 0", "enter both"
    METRIC_UNIT_FIXED = "metric-unit-fixed", T.METRIC_ACTS, BLOCKS, "changing the unit or the parts of a metric that has figures", "retire it and define a new one"
    METRIC_RETIRED = "metric-retired", T.METRIC_ACTS, BLOCKS, "an act on a retired metric", "restore it first"
    METRIC_VALUE = "metric-value", T.METRIC_ACTS, BLOCKS, "a figure of more than 14 digits", "use a larger unit"
    NORTH_STAR_TAKEN = "north-star-taken", T.METRIC_ACTS, BLOCKS, "two people chose a north star at the same time", "look which one it is now"
    GOAL_EARLIER = "goal-earlier", T.METRIC_ACTS, BLOCKS, "a baseline or target that was decided before the one it replaces", "use a later day"
    TARGET_BEFORE_BASELINE = "target-before-baseline", T.METRIC_ACTS, BLOCKS, "the target's date isn't after the baseline's", "use a later date"
    TARGET_DIRECTION = "target-direction", T.METRIC_ACTS, BLOCKS, "the target is worse than the baseline", "check the figures or the direction"
    READING_NONE = "reading-none", T.METRIC_ACTS, BLOCKS, "a reading without a figure", "enter a number"
    READING_THAT_DAY = "reading-that-day", T.METRIC_ACTS, BLOCKS, "there is already a reading for that date", "correct that reading"
    READING_CORRECTED = "reading-corrected", T.METRIC_ACTS, BLOCKS, "someone has already corrected or removed this reading", "reload the page"
    READING_LINK_USED = "reading-link-used", T.METRIC_ACTS, BLOCKS, "a reading was already entered through this link", "change that one"
    READING_JUMP = "reading-jump", T.METRIC_ACTS, BLOCKS, "a change of more than three times the usual one", "send it again to confirm"
    READING_BEFORE_BASELINE = "reading-before-baseline", T.METRIC_ACTS, BLOCKS, "a reading for a day before the baseline", "send it again to confirm"
    READING_NEGATIVE = "reading-negative", T.METRIC_ACTS, BLOCKS, "the first figure below zero of a metric", "send it again to confirm"
    RATIO_OF_NONE = "ratio-of-none", T.METRIC_ACTS, BLOCKS, "a ratio whose denominator is 0", "leave the period out"

    # ── BARRIERS
    BARRIER_NO_TEXT = "barrier-no-text", T.BARRIERS, BLOCKS, "raising or editing a barrier or a risk without describing it", "one sentence is enough"
    RISK_NO_TEXT = "risk-no-text", T.BARRIERS, BLOCKS, "raising or editing a barrier or a risk without describing it", "one sentence is enough"
    BARRIER_NO_ROUTE = "barrier-no-route", T.BARRIERS, BLOCKS, "no levels and routes are set up for this kind of subject", "an administrator sets them up"
    BARRIER_OFF_ROUTE = "barrier-off-route", T.BARRIERS, BLOCKS, "a move that isn't a step of the route, or a change to who is affected that the current level doesn't allow", "choose one of the levels offered"
    BARRIER_NOT_DEFINED = "barrier-not-defined", T.BARRIERS, BLOCKS, "moving a barrier up before it has a category, a cause and a proposed solution, or removing one of them after it has moved", "describe it first"
    BARRIER_NO_RECOMMENDATION = "barrier-no-recommendation", T.BARRIERS, BLOCKS, "a move without a recommendation or a reason", "add it"
    BARRIER_NO_REASON = "barrier-no-reason", T.BARRIERS, BLOCKS, "a move without a recommendation or a reason", "add it"
    BARRIER_CLOSED = "barrier-closed", T.BARRIERS, BLOCKS, "an act on a barrier or risk that is closed", "raise a new one that mentions it"
    RISK_CLOSED = "risk-closed", T.BARRIERS, BLOCKS, "an act on a barrier or risk that is closed", "raise a new one that mentions it"
    BARRIER_NO_OUTCOME = "barrier-no-outcome", T.BARRIERS, BLOCKS, "closing a barrier or risk without an outcome", "say how it ended"
    RISK_NO_OUTCOME = "risk-no-outcome", T.BARRIERS, BLOCKS, "closing a barrier or risk without an outcome", "say how it ended"
    BARRIER_ACCEPTED_UNTIL = "barrier-accepted-until", T.BARRIERS, BLOCKS, "accepting a barrier without a date for a new decision, or with one more than a year away", "choose a date within the next year"
    BARRIER_ACCEPT_OWN = "barrier-accept-own", T.BARRIERS, BLOCKS, "accepting a barrier that you raised yourself", "ask a colleague to decide"
    BARRIER_NOT_ACCEPTED = "barrier-not-accepted", T.BARRIERS, BLOCKS, "reopening a barrier that isn't accepted", "raise a new one"
    BARRIERS_NOT_ALIKE = "barriers-not-alike", T.BARRIERS, BLOCKS, "grouping barriers that aren't open, local and of one category", "choose others"
    OWNER_MISSING = "owner-missing", T.BARRIERS, BLOCKS, "saving an owner without choosing or naming one", "choose a person, or enter a name"
    RISK_NO_ACTION = "risk-no-action", T.BARRIERS, BLOCKS, "rating a risk again without saying what was done", "say what changed"
    RISK_REVIEW_PAST = "risk-review-past", T.BARRIERS, BLOCKS, "a next review date that isn't after today", "choose a later date"
    LEVEL_DAYS = "level-days", T.BARRIERS, BLOCKS, "an allowance below 1 or above 250 working days", "enter a number between them"
    ROUTE_CIRCLE = "route-circle", T.BARRIERS, BLOCKS, "a step from a level to itself, or one that already exists", "choose two levels, or change the existing step"
    ROUTE_KNOWN = "route-known", T.BARRIERS, BLOCKS, "a step from a level to itself, or one that already exists", "choose two levels, or change the existing step"
    CATEGORY_KNOWN = "category-known", T.BARRIERS, BLOCKS, "a category or a group with a name that is already used", "choose another name"
    BODY_KNOWN = "body-known", T.BARRIERS, BLOCKS, "a category or a group with a name that is already used", "choose another name"
    BODY_CIRCLE = "body-circle", T.BARRIERS, BLOCKS, "a group that would report to itself", "choose another group"
    BODY_SEAT_KNOWN = "body-seat-known", T.BARRIERS, BLOCKS, "adding someone who is already a member, or without a name; ending a membership that has ended, or before its first day", "follow the message"
    BODY_SEAT_UNNAMED = "body-seat-unnamed", T.BARRIERS, BLOCKS, "adding someone who is already a member, or without a name; ending a membership that has ended, or before its first day", "follow the message"
    BODY_SEAT_ENDED = "body-seat-ended", T.BARRIERS, BLOCKS, "adding someone who is already a member, or without a name; ending a membership that has ended, or before its first day", "follow the message"
    BODY_SEAT_DATES = "body-seat-dates", T.BARRIERS, BLOCKS, "adding someone who is already a member, or without a name; ending a membership that has ended, or before its first day", "follow the message"

    # ── STATUS
    REPORT_DRAFT = "report-draft", T.STATUS, BLOCKS, "drafting a report while there is a draft", "continue with that one"
    REPORT_NOT_DRAFT = "report-not-draft", T.STATUS, BLOCKS, "changing a report that was sent or discarded", "write the next report"
    REPORT_EMPTY = "report-empty", T.STATUS, BLOCKS, "sending a report that says neither what was done nor what is next", "write a line"
    REPORT_NO_BODY = "report-no-body", T.STATUS, BLOCKS, "sending a report that isn't addressed to a group", "choose the groups"
    REPORT_FACTS_CHANGED = "report-facts-changed", T.STATUS, BLOCKS, "sending a report for which the facts now propose another colour than was shown", "update the facts"
    REPORT_CHOICE_OUTDATED = "report-choice-outdated", T.STATUS, BLOCKS, "sending a report with a colour that was chosen against an older proposal", "update the facts, and choose again"
    REPORT_DUE_PAST = "report-due-past", T.STATUS, BLOCKS, "a next report that would be due in the past", "choose a later date"
    HEALTH_NO_REASON = "health-no-reason", T.STATUS, BLOCKS, "another colour than the proposed one without a reason", "give a reason, or follow the proposal"
    QUESTION_NO_TEXT = "question-no-text", T.STATUS, BLOCKS, "asking a question without text, or without a person", "add it"
    QUESTION_NO_PERSON = "question-no-person", T.STATUS, BLOCKS, "asking a question without text, or without a person", "add it"
    QUESTION_NO_ADDRESS = "question-no-address", T.STATUS, BLOCKS, "asking someone who has no email address on record", "add the address first"
    QUESTION_DUE_PAST = "question-due-past", T.STATUS, BLOCKS, "an answer or a decision that would be due in the past", "choose a later date"
    DECISION_DUE_PAST = "decision-due-past", T.STATUS, BLOCKS, "an answer or a decision that would be due in the past", "choose a later date"
    QUESTION_ANSWERED = "question-answered", T.STATUS, BLOCKS, "removing a question that has been answered"
    ANSWER_MISSING = "answer-missing", T.STATUS, BLOCKS, "sending an answer without text", "write a sentence"
    ANSWER_TOO_LATE = "answer-too-late", T.STATUS, BLOCKS, "answering a question after the report was sent", "reply to the email"
    DECISION_NO_TEXT = "decision-no-text", T.STATUS, BLOCKS, "asking for a decision without describing it", "describe it"
    DECISION_CLOSED = "decision-closed", T.STATUS, BLOCKS, "answering a decision that isn't open", "correct the answer"
    DECISION_NO_REASON = "decision-no-reason", T.STATUS, BLOCKS, "answering a decision without a reason", "give a reason"
    DECISION_UNTIL = "decision-until", T.STATUS, BLOCKS, "deferring a decision without a date after today", "choose a date"
    DECISION_NOT_A_MEMBER = "decision-not-a-member", T.STATUS, BLOCKS, "an answer from someone who wasn't a member of the group on that day", "choose a member"
    ANSWER_NOT_LAST = "answer-not-last", T.STATUS, BLOCKS, "correcting an answer that others followed", "correct the last one"

    # ── INTAKE
    NO_PRODUCT = "no-product", T.INTAKE, BLOCKS, "the product has no name, or the problem statement is missing", "fill it in"
    NO_PROBLEM = "no-problem", T.INTAKE, BLOCKS, "the product has no name, or the problem statement is missing", "fill it in"
    NO_DESCRIPTION = "no-description", T.INTAKE, BLOCKS, "a part of the challenge brief is empty", "fill it in"
    NO_FOR_WHOM = "no-for-whom", T.INTAKE, BLOCKS, "a part of the challenge brief is empty", "fill it in"
    NO_LOOKED_INTO = "no-looked-into", T.INTAKE, BLOCKS, "a part of the challenge brief is empty", "fill it in"
    NO_PERMISSION = "no-permission", T.INTAKE, BLOCKS, "a part of the challenge brief is empty", "fill it in"
    DESCRIPTION_TOO_LONG = "description-too-long", T.INTAKE, BLOCKS, "the description has more than 300 words", "shorten it"
    NO_NEEDS = "no-needs", T.INTAKE, BLOCKS, "no needs are listed", "add one"
    NO_CASE_1 = "no-case-1", T.INTAKE, BLOCKS, "a condition has no case", "make the case"
    NO_CASE_2 = "no-case-2", T.INTAKE, BLOCKS, "a condition has no case", "make the case"
    NO_CASE_3 = "no-case-3", T.INTAKE, BLOCKS, "a condition has no case", "make the case"
    NO_CASE_4 = "no-case-4", T.INTAKE, BLOCKS, "a condition has no case", "make the case"
    NO_CASE_5 = "no-case-5", T.INTAKE, BLOCKS, "a condition has no case", "make the case"
    NO_CASE_6 = "no-case-6", T.INTAKE, BLOCKS, "a condition has no case", "make the case"
    NO_EVIDENCE_1 = "no-evidence-1", T.INTAKE, BLOCKS, "there is no evidence that the problem is real", "add analytics or research"
    NO_FUNDING_SOURCE = "no-funding-source", T.INTAKE, BLOCKS, "funding, team, product owner, sponsors or sensitivity is missing", "fill it in"
    NO_PROPOSED_TEAM = "no-proposed-team", T.INTAKE, BLOCKS, "funding, team, product owner, sponsors or sensitivity is missing", "fill it in"
    NO_PRODUCT_OWNER_NAME = "no-product-owner-name", T.INTAKE, BLOCKS, "funding, team, product owner, sponsors or sensitivity is missing", "fill it in"
    NO_SPONSORS = "no-sponsors", T.INTAKE, BLOCKS, "funding, team, product owner, sponsors or sensitivity is missing", "fill it in"
    NO_SENSITIVITY = "no-sensitivity", T.INTAKE, BLOCKS, "funding, team, product owner, sponsors or sensitivity is missing", "fill it in"
    QUESTION_UNANSWERED = "question-unanswered", T.INTAKE, BLOCKS, "a question from the lab has no answer", "answer it"

    # ── READINESS
    SPONSOR_BELOW_ADM = "sponsor-below-adm", T.READINESS, WARNS, "support up to the assistant deputy minister is not confirmed"
    SPONSOR_NOT_NAMED = "sponsor-not-named", T.READINESS, WARNS, "the intake doesn't say who supports it at that level, or since when"
    NO_FULL_TIME_PRODUCT_OWNER = "no-full-time-product-owner", T.READINESS, WARNS, "there is no full-time product owner"
    FEW_GOVERNMENT_EMPLOYEES = "few-government-employees", T.READINESS, WARNS, "fewer than two (`government_employees`) are planned"
    NO_DEVOPS_PLANNED = "no-devops-planned", T.READINESS, WARNS, "no DevOps specialist or site reliability engineer is planned"
    DEVOPS_NOT_DESCRIBED = "devops-not-described", T.READINESS, WARNS, "the intake doesn't say how the team will get one"
    BUDGET_UNKNOWN = "budget-unknown", T.READINESS, WARNS, "the yearly budget is missing, or outside `cost_least_dollars` to `cost_most_dollars`"
    BUDGET_OUTSIDE_RANGE = "budget-outside-range", T.READINESS, WARNS, "the yearly budget is missing, or outside `cost_least_dollars` to `cost_most_dollars`"
    VERY_SENSITIVE = "very-sensitive", T.READINESS, WARNS, "the data is very sensitive and there is no plan for working in the open"
    NO_EVIDENCE_2 = "no-evidence-2", T.READINESS, WARNS, "a condition has no evidence"
    NO_EVIDENCE_3 = "no-evidence-3", T.READINESS, WARNS, "a condition has no evidence"
    NO_EVIDENCE_4 = "no-evidence-4", T.READINESS, WARNS, "a condition has no evidence"
    NO_EVIDENCE_5 = "no-evidence-5", T.READINESS, WARNS, "a condition has no evidence"
    NO_EVIDENCE_6 = "no-evidence-6", T.READINESS, WARNS, "a condition has no evidence"

    # ── INTAKE_ACTS
    NOT_DRAFT = "not-draft", T.INTAKE_ACTS, BLOCKS, "it has been sent, so it can only be changed after the lab asks for more"
    AREA_BUSY = "area-busy", T.INTAKE_ACTS, BLOCKS, "the program area already has a residency under way"
    UNSAFE_LINK = "unsafe-link", T.INTAKE_ACTS, BLOCKS, "a link is not a plain http or https address"
    FILE_EMPTY = "file-empty", T.INTAKE_ACTS, BLOCKS, "a file is empty, over 10 MB, of a kind that isn't accepted (or two kinds at once, or with macros), or its extension doesn't match its content"
    FILE_TOO_LARGE = "file-too-large", T.INTAKE_ACTS, BLOCKS, "a file is empty, over 10 MB, of a kind that isn't accepted (or two kinds at once, or with macros), or its extension doesn't match its content"
    FILE_KIND = "file-kind", T.INTAKE_ACTS, BLOCKS, "a file is empty, over 10 MB, of a kind that isn't accepted (or two kinds at once, or with macros), or its extension doesn't match its content"
    FILE_NAME = "file-name", T.INTAKE_ACTS, BLOCKS, "a file is empty, over 10 MB, of a kind that isn't accepted (or two kinds at once, or with macros), or its extension doesn't match its content"
    NOT_SENT = "not-sent", T.INTAKE_ACTS, BLOCKS, "resending a message that wasn't sent, or a digest"
    FILE_ACTIVE = "file-active", T.INTAKE_ACTS, BLOCKS, "a document with active content (scripts, programs, embedded files, macros, links that load something), with a password, or damaged"
    FILE_BUSY = "file-busy", T.INTAKE_ACTS, BLOCKS, "a document could not be checked in time"
    FILE_SCAN = "file-scan", T.INTAKE_ACTS, BLOCKS, "the virus scanner refused a file, or can't be reached"
    FILE_NO_ROOM = "file-no-room", T.INTAKE_ACTS, BLOCKS, "the disk is full; nothing was stored"
    NO_ACCOUNT = "no-account", T.INTAKE_ACTS, BLOCKS, "no applicant account has that email address"
    LAST_MEMBER = "last-member", T.INTAKE_ACTS, BLOCKS, "the residency has no other program contact"

    # ── REVIEW
    CONDITION_1_UNMET = "condition-1-unmet", T.REVIEW, BLOCKS, "the latest finding that was sent is not “met”, or there is none, or the case or its evidence changed after it", "decide it in a review"
    CONDITION_2_UNMET = "condition-2-unmet", T.REVIEW, BLOCKS, "the latest finding that was sent is not “met”, or there is none, or the case or its evidence changed after it", "decide it in a review"
    CONDITION_3_UNMET = "condition-3-unmet", T.REVIEW, BLOCKS, "the latest finding that was sent is not “met”, or there is none, or the case or its evidence changed after it", "decide it in a review"
    CONDITION_4_UNMET = "condition-4-unmet", T.REVIEW, BLOCKS, "the latest finding that was sent is not “met”, or there is none, or the case or its evidence changed after it", "decide it in a review"
    CONDITION_5_UNMET = "condition-5-unmet", T.REVIEW, BLOCKS, "the latest finding that was sent is not “met”, or there is none, or the case or its evidence changed after it", "decide it in a review"
    CONDITION_6_UNMET = "condition-6-unmet", T.REVIEW, BLOCKS, "the latest finding that was sent is not “met”, or there is none, or the case or its evidence changed after it", "decide it in a review"
    CASE_CHANGED = "case-changed", T.REVIEW, BLOCKS, "the case has changed since the reviewer opened it", "read it again, then decide"
    ANSWER_SENT = "answer-sent", T.REVIEW, BLOCKS, "the answer went to the lab with an earlier round", "nothing to do"
    NO_QUESTION = "no-question", T.REVIEW, BLOCKS, "the intake would be sent back without questions", "mark a condition “More needed”, or add a question"
    NO_REFERRAL = "no-referral", T.REVIEW, BLOCKS, "a decline without a referral", "choose who can help instead"
    CONDITIONS_UNDECIDED = "conditions-undecided", T.REVIEW, BLOCKS, "handing over to leadership: a condition has neither a draft nor a finding that still counts", "draft a finding on it"
    HANDED_OVER_ALREADY = "handed-over-already", T.REVIEW, BLOCKS, "handing over to leadership: leadership already has these findings", "wait for the decision"
    NOT_IN_REVIEW = "not-in-review", T.REVIEW, BLOCKS, "a finding is drafted while the intake is not in review", "start the review"

    # ── LIFECYCLE
    WRONG_STATE = "wrong-state", T.LIFECYCLE, BLOCKS, "the move doesn't start from the residency's current state", "complete the earlier moves first"
    DAY_TO_COME = "day-to-come", T.LIFECYCLE, BLOCKS, "a move, release or conversation is recorded for a date in the future", "record it on the day it happens"
    ENTRY_NOT_TICKED = "entry-not-ticked", T.LIFECYCLE, WARNS, "an entry condition of the phase that is about to start isn't ticked", "tick it, or say in the note why the phase starts anyway"
    PHASE_NO_NOTE = "phase-no-note", T.LIFECYCLE, BLOCKS, "starting a phase without a note although an entry condition isn't ticked, or going back to an earlier phase without one", "say why in the note"
    DAY_TOO_EARLY = "day-too-early", T.LIFECYCLE, BLOCKS, "the date is before the previous move, phase or conversation, or before the residency started", "use a later date"
    DAY_IMPLAUSIBLE = "day-implausible", T.LIFECYCLE, BLOCKS, "a date before 2000 or more than five years ahead, in any act", "use a date in that range"
    NOT_QUALIFIED = "not-qualified", T.LIFECYCLE, BLOCKS, "an agreement is made, sent or signed for a residency that is not qualified yet, or has ended", "qualify the intake first"
    NO_PIA = "no-pia", T.LIFECYCLE, BLOCKS_LIVE, "the privacy impact assessment or the security threat and risk assessment isn't done by that date, or has no evidence", "mark the task as done, with a link or a file"
    NO_STRA = "no-stra", T.LIFECYCLE, BLOCKS_LIVE, "the privacy impact assessment or the security threat and risk assessment isn't done by that date, or has no evidence", "mark the task as done, with a link or a file"
    TASK_NOT_DONE = "task-not-done", T.LIFECYCLE, BLOCKS_LIVE, "a task that the move requires isn't done by that date, or has no evidence (`BLOCKS_START` before the start, `BLOCKS` before graduation)", "mark the task as done"
    PLAN_NO_HOME = "plan-no-home", T.LIFECYCLE, BLOCKS_LIVE, "a part of the graduation plan is empty", "fill it in"
    PLAN_NO_PRODUCT_OWNERSHIP = "plan-no-product-ownership", T.LIFECYCLE, BLOCKS_LIVE, "a part of the graduation plan is empty", "fill it in"
    PLAN_NO_PEOPLE = "plan-no-people", T.LIFECYCLE, BLOCKS_LIVE, "a part of the graduation plan is empty", "fill it in"
    PLAN_NO_FUNDING = "plan-no-funding", T.LIFECYCLE, BLOCKS_LIVE, "a part of the graduation plan is empty", "fill it in"
    PLAN_NO_UPKEEP = "plan-no-upkeep", T.LIFECYCLE, BLOCKS_LIVE, "a part of the graduation plan is empty", "fill it in"
    PLAN_NO_RESPONSIBLE = "plan-no-responsible", T.LIFECYCLE, BLOCKS_LIVE, "a part of the graduation plan is empty", "fill it in"
    PLAN_NOT_CARRIED_OUT = "plan-not-carried-out", T.LIFECYCLE, BLOCKS, "the graduation plan wasn't carried out by that date", "record the date it was carried out"
    NO_CONVERSATION = "no-conversation", T.LIFECYCLE, BLOCKS, "no conversation about an expectation ended in a pivot by that date", "hold it, and record its outcome"

    # ── LIFECYCLE_ACTS
    NO_CLOCK = "no-clock", T.LIFECYCLE_ACTS, BLOCKS, "moving the graduation date of a residency that isn't live"
    NOT_LATER = "not-later", T.LIFECYCLE_ACTS, BLOCKS, "the new graduation date is the current one, or before the one set at going live"
    LONG_EXTENSION = "long-extension", T.LIFECYCLE_ACTS, BLOCKS, "the new date is more than twelve months after the current one and isn’t marked as intentional"
    EFFECTIVE_DATE = "effective-date", T.LIFECYCLE_ACTS, BLOCKS, "a pivot is to take effect before today, or more than half a year ahead", "use a date in that range"
    NOT_ENDED_EARLY = "not-ended-early", T.LIFECYCLE_ACTS, BLOCKS, "applying again although the residency wasn’t pivoted, withdrawn or declined", "start a new application"
    ENDED = "ended", T.LIFECYCLE_ACTS, BLOCKS, "the residency has ended, so its record can't be changed"
    HELD_ALREADY = "held-already", T.LIFECYCLE_ACTS, BLOCKS, "the outcome of the conversation has already been recorded"
    NOT_HELD = "not-held", T.LIFECYCLE_ACTS, BLOCKS, "correcting a conversation that hasn't been held, or a record that has already been corrected"
    CORRECTED_ALREADY = "corrected-already", T.LIFECYCLE_ACTS, BLOCKS, "correcting a conversation that hasn't been held, or a record that has already been corrected"

    CLAUSE_GONE = "clause-gone", T.LIFECYCLE_ACTS, BLOCKS, "opening a conversation about a clause that isn't in the agreement any more", "choose another clause, or none"
    NO_EXPECTATION = "no-expectation", T.LIFECYCLE_ACTS, BLOCKS, "opening a conversation without a clause or an expectation", "choose a clause, or say what can't be met"
    NO_ATTENDEES = "no-attendees", T.LIFECYCLE_ACTS, BLOCKS, "recording a conversation without anyone who was there", "tick everyone who was there"
    NOT_TO_BE_AMENDED = "not-to-be-amended", T.LIFECYCLE_ACTS, BLOCKS, "linking an amendment to a conversation that didn't end in one", "propose the change without it"
    MEETING_PAST = "meeting-past", T.LIFECYCLE_ACTS, BLOCKS, "a conversation is planned for a time that has passed", "choose a later time"
    MEETING_DAY_OFF = "meeting-day-off", T.LIFECYCLE_ACTS, BLOCKS, "a conversation is planned for a weekend or holiday", "choose a working day"
    MEETING_HOURS = "meeting-hours", T.LIFECYCLE_ACTS, BLOCKS, "a conversation is planned outside 7 a.m. to 7 p.m.", "choose another time"
    MEETING_MINUTES = "meeting-minutes", T.LIFECYCLE_ACTS, BLOCKS, "a conversation is planned for less than 15 minutes or more than 8 hours", "change the length"
    MEETING_OVER = "meeting-over", T.LIFECYCLE_ACTS, BLOCKS, "cancelling or answering a conversation that has no time to come", "set a new time"
    INVITEE_MISSING = "invitee-missing", T.LIFECYCLE_ACTS, BLOCKS, "adding no one to the list of a conversation", "choose a person, or enter their name"
    INVITED_ALREADY = "invited-already", T.LIFECYCLE_ACTS, BLOCKS, "adding someone who is already on the list of a conversation", "choose someone else"
    INVITEE_REMOVED = "invitee-removed", T.LIFECYCLE_ACTS, BLOCKS, "recording an answer of someone who was taken off the list", "add them again first"

    # ── TRUST
    TRUST_NO_TEXT = "trust-no-text", T.TRUST, BLOCKS, "something that has to be written is missing", "fill it in"
    TRUST_AHEAD = "trust-ahead", T.TRUST, BLOCKS, "something is recorded for a date in the future", "use today's date or an earlier one"
    TRUST_EARLY = "trust-early", T.TRUST, BLOCKS, "an approval is resolved before it started waiting", "use a later date"
    TRUST_CLOSED = "trust-closed", T.TRUST, BLOCKS, "the approval was resolved, or the plan closed, already", "add a new one"
    OPENNESS_REVIEW_PAST = "openness-review-past", T.TRUST, BLOCKS, "the next review of a plan isn't after today", "choose a later date"

    # ── TASK_ACTS
    TASK_NO_TEXT = "task-no-text", T.TASK_ACTS, BLOCKS, "adding a task without saying what has to be done", "enter it"
    TASK_SETTLED = "task-settled", T.TASK_ACTS, BLOCKS, "planning, starting, completing or setting aside a task that is done or not applicable", "reopen it first"
    TASK_OPEN = "task-open", T.TASK_ACTS, BLOCKS, "reopening a task that is already open"
    TASK_REQUIRED = "task-required", T.TASK_ACTS, BLOCKS, "marking a task as not applicable that always applies (the privacy and security assessments)", "complete it, with evidence"
    NOT_ON_LIST = "not-on-list", T.TASK_ACTS, BLOCKS, "ticking an item that its list no longer has, such as one of a champion's former role", "reload the page"
    LINK_ELSEWHERE = "link-elsewhere", T.TASK_ACTS, BLOCKS, "a link to a site where the item can't be seen, such as code outside `github.com/bcgov`", "use one of the sites listed"
    NO_EVIDENCE = "no-evidence", T.TASK_ACTS, BLOCKS, "completing a task that needs evidence without a link or a file, or adding neither", "add one"
    EVIDENCE_LAST = "evidence-last", T.TASK_ACTS, BLOCKS, "withdrawing the only evidence of a task that is recorded as done and needs it", "add other evidence first, or reopen the task"

    # ── AGREEMENT
    AGREEMENT_EXISTS = "agreement-exists", T.AGREEMENT, BLOCKS, "making one: there is already an agreement", "work on that one"
    TEMPLATE_NOT_PUBLISHED = "template-not-published", T.AGREEMENT, BLOCKS, "making one: the template's version is not published", "choose one that is"
    TEMPLATE_INCOMPLETE = "template-incomplete", T.AGREEMENT, BLOCKS, "publishing a template: no role of the lab or of the program area must sign, a section is empty, or no section takes unique conditions", "fill it in"
    TEMPLATE_PUBLISHED = "template-published", T.AGREEMENT, BLOCKS, "editing a template: this version is published", "make a new version"
    WORDS_FROZEN = "words-frozen", T.AGREEMENT, BLOCKS, "any edit: the version went out to the parties", "propose a change, which makes a new version"
    PARTY_CHANGED = "party-changed", T.AGREEMENT, BLOCKS, "naming a party: someone else named another person in the meantime", "check again"
    SIGNATORY_CHANGED = "signatory-changed", T.AGREEMENT, BLOCKS, "naming who signs for the lab: someone else named another person in the meantime", "check again"
    NOTE_EMPTY = "note-empty", T.AGREEMENT, BLOCKS, "a note on a signer: it is empty", "add text"
    HOLDS_TWO_ROLES = "holds-two-roles", T.AGREEMENT, BLOCKS, "naming a party: the person fills another role and it isn’t marked as intentional", "mark it as intentional"
    DRAFT_CHANGED = "draft-changed", T.AGREEMENT, BLOCKS, "sending it: the draft was edited since the page was opened", "read it again"
    ROLE_UNFILLED = "role-unfilled", T.AGREEMENT, BLOCKS, "sending it: a role that must sign is unfilled", "name a person"
    PARTY_WITHOUT_ADDRESS = "party-without-address", T.AGREEMENT, BLOCKS, "sending it: a party has no email address", "add it"
    SIDE_WITHOUT_SIGNER = "side-without-signer", T.AGREEMENT, BLOCKS, "sending it: no role signs for the lab, or none for the program area", "make it again from a template in which both sides sign"
    HEADER_EMPTY = "header-empty", T.AGREEMENT, BLOCKS, "sending it: a field of the header is empty", "fill it in"
    PAPER_NOT_PDF = "paper-not-pdf", T.AGREEMENT, BLOCKS, "recording a scan of a paper agreement: it isn't a PDF, its date is in the future, or one is already on record", "scan it as a PDF, correct the date, or withdraw the other"
    PAPER_DATE = "paper-date", T.AGREEMENT, BLOCKS, "recording a scan of a paper agreement: it isn't a PDF, its date is in the future, or one is already on record", "scan it as a PDF, correct the date, or withdraw the other"
    PAPER_EXISTS = "paper-exists", T.AGREEMENT, BLOCKS, "recording a scan of a paper agreement: it isn't a PDF, its date is in the future, or one is already on record", "scan it as a PDF, correct the date, or withdraw the other"
    PAPER_DECIDED = "paper-decided", T.AGREEMENT, BLOCKS, "confirming such a scan: it isn't waiting for confirmation", "reload the page"
    PAPER_UNCONFIRMED = "paper-unconfirmed", T.AGREEMENT, BLOCKS, "starting: the scan waits for a second person", "compare and confirm it"
    LETTER_UNPRINTABLE = "letter-unprintable", T.AGREEMENT, BLOCKS, "sending it, signing, proposing a change, naming someone else: a character that no packaged font has", "use other characters, or add a font"
    INVITATION_ENDED = "invitation-ended", T.AGREEMENT, BLOCKS, "reading, signing, a new link: the invitation was ended, or its link belongs to another", "ask lab operations for a new one"
    NOT_ASKED_TO_SIGN = "not-asked-to-sign", T.AGREEMENT, BLOCKS, "reminding: the party has signed or declined, or isn’t asked to sign any more", "nothing to do"
    REMINDED_TODAY = "reminded-today", T.AGREEMENT, BLOCKS, "reminding: the party was invited or reminded today, or will be", "wait until tomorrow, or call"
    NOT_OPEN_FOR_SIGNING = "not-open-for-signing", T.AGREEMENT, BLOCKS, "signing, answering a hand-over: the version isn’t with the parties any more", "open the newest version"
    WORDS_CHANGED = "words-changed", T.AGREEMENT, BLOCKS, "signing: the form has the fingerprint of a different wording than the one with the parties now", "open it again and read it"
    NOT_A_PARTY = "not-a-party", T.AGREEMENT, BLOCKS, "signing: someone else fills the role now", "ask lab operations"
    ROLE_INFORMED = "role-informed", T.AGREEMENT, BLOCKS, "signing: the role is kept informed", "nothing to do"
    ANOTHER_ACCOUNT = "another-account", T.AGREEMENT, BLOCKS, "signing: an account that is not the party's own", "sign out, open the link"
    SECTIONS_UNREAD = "sections-unread", T.AGREEMENT, BLOCKS, "signing: sections are not marked as read", "read and mark them"
    NAME_MISSING = "name-missing", T.AGREEMENT, BLOCKS, "signing: no name, or not the party's own, was typed", "type the name as shown"
    NAME_DIFFERS = "name-differs", T.AGREEMENT, BLOCKS, "signing: no name, or not the party's own, was typed", "type the name as shown"
    INTENT_MISSING = "intent-missing", T.AGREEMENT, BLOCKS, "signing: a statement is not ticked", "tick it, or ask for paper"
    CONSENT_MISSING = "consent-missing", T.AGREEMENT, BLOCKS, "signing: a statement is not ticked", "tick it, or ask for paper"
    STAGE_NOT_OPEN = "stage-not-open", T.AGREEMENT, BLOCKS, "signing: roles of an earlier stage have not all signed", "wait for the invitation"
    DECLINED = "declined", T.AGREEMENT, BLOCKS, "signing, declining, handing over: the party has declined already", "ask lab operations to invite again"
    REASON_MISSING = "reason-missing", T.AGREEMENT, BLOCKS, "declining, handing over, refusing a hand-over, naming someone else, proposing or deciding a change, voiding, deciding about a seal: no reason is given", "enter a reason"
    HAND_OVER_WAITS = "hand-over-waits", T.AGREEMENT, BLOCKS, "handing over: the party has already proposed someone", "wait for the answer"
    HAND_OVER_TO_ONESELF = "hand-over-to-oneself", T.AGREEMENT, BLOCKS, "handing over: the address is that of the current signer", "enter someone else's address"
    HAND_OVER_IN_A_CIRCLE = "hand-over-in-a-circle", T.AGREEMENT, BLOCKS, "handing over: that person has handed this role over before", "choose someone else"
    HAND_OVER_DECIDED = "hand-over-decided", T.AGREEMENT, BLOCKS, "answering a hand-over: it has already been answered", "check the agreement's progress"
    CODE_MISSING = "code-missing", T.AGREEMENT, BLOCKS, "signing: the agreement asks for a one-time code and none was typed in this browser in the last hour", "ask for a code and type it"
    CODE_NOT_ASKED = "code-not-asked", T.AGREEMENT, BLOCKS, "asking for a code: the agreement is signed without one", "go on to sign"
    CODES_TOO_OFTEN = "codes-too-often", T.AGREEMENT, BLOCKS, "asking for a code: three were sent within the hour", "wait until the time shown"
    CODE_REPLACED = "code-replaced", T.AGREEMENT, BLOCKS, "typing a code: none was asked for in this browser, or a newer one was", "ask for a new code"
    CODE_WRONG = "code-wrong", T.AGREEMENT, BLOCKS, "typing a code: the digits don't match the code sent", "compare with the newest message"
    CODE_EXPIRED = "code-expired", T.AGREEMENT, BLOCKS, "typing a code: more than ten minutes old, mistyped five times, or already used", "ask for a new code"
    CODE_USED_UP = "code-used-up", T.AGREEMENT, BLOCKS, "typing a code: more than ten minutes old, mistyped five times, or already used", "ask for a new code"
    CODE_USED = "code-used", T.AGREEMENT, BLOCKS, "typing a code: more than ten minutes old, mistyped five times, or already used", "ask for a new code"
    SIGNED_ALREADY = "signed-already", T.AGREEMENT, BLOCKS, "signing, answering a hand-over: this role has already signed this version", "nothing to do"
    NOTHING_TO_AMEND = "nothing-to-amend", T.AGREEMENT, BLOCKS, "proposing, accepting a change: the newest version hasn’t been sent to its parties, or it’s void", "edit the draft, or make a new agreement"
    VERSION_CHANGED = "version-changed", T.AGREEMENT, BLOCKS, "proposing, accepting a change: a later version was sent out since the page was opened; the sentence says by whom and what it changed", "read the current wording"
    ROLE_MISSING = "role-missing", T.AGREEMENT, BLOCKS, "proposing a new party: the role has no name", "name the role"
    ROLE_EXISTS = "role-exists", T.AGREEMENT, BLOCKS, "proposing a new party: the agreement has a role of that name", "give it another name"
    PARTY_MISSING = "party-missing", T.AGREEMENT, BLOCKS, "proposing a new party: no person is named", "name who joins"
    CLAUSE_UNKNOWN = "clause-unknown", T.AGREEMENT, BLOCKS, "proposing a change: the version has no such clause or section", "choose one from the list"
    WORDS_MISSING = "words-missing", T.AGREEMENT, BLOCKS, "proposing a change: heading or text is missing, or neither differs from the current wording", "change the wording"
    NOTHING_CHANGED = "nothing-changed", T.AGREEMENT, BLOCKS, "proposing a change: heading or text is missing, or neither differs from the current wording", "change the wording"
    AMENDMENT_DECIDED = "amendment-decided", T.AGREEMENT, BLOCKS, "deciding or withdrawing a change: it is no longer open", "check the list"
    NO_AMENDMENT_CHOSEN = "no-amendment-chosen", T.AGREEMENT, BLOCKS, "accepting changes: none is chosen, or two change the same clause", "choose again"
    AMENDMENTS_CLASH = "amendments-clash", T.AGREEMENT, BLOCKS, "accepting changes: none is chosen, or two change the same clause", "choose again"
    NOT_YOURS = "not-yours", T.AGREEMENT, BLOCKS, "withdrawing a change: someone else proposed it", "ask the person who proposed it"
    AGREEMENT_CHANGED = "agreement-changed", T.AGREEMENT, BLOCKS, "voiding: the newest version, or its state, has changed since the page was opened", "check again"
    AGREEMENT_VOID = "agreement-void", T.AGREEMENT, BLOCKS, "any edit of a draft: the agreement is void", "make a new one"
    VOID_ALREADY = "void-already", T.AGREEMENT, BLOCKS, "voiding: it is already void", "nothing to do"
    AGREEMENT_VOIDED = "agreement-voided", T.AGREEMENT, BLOCKS_LIVE, "going live: an agreement was voided and none is in force", "make a new one and have it signed"
    STANCE_AFTER_SIGNING = "stance-after-signing", T.AGREEMENT, BLOCKS, "giving feedback on a clause: the party has signed this version", "add a comment"
    STANCE_CLOSED = "stance-closed", T.AGREEMENT, BLOCKS, "giving feedback on a clause: the version isn’t with the parties any more", "open the newest version"
    MISALIGNED_WITHOUT_WHY = "misaligned-without-why", T.AGREEMENT, BLOCKS, "giving feedback on a clause: misaligned, without a reason", "say what would have to change"
    MISALIGNED_UNKNOWINGLY = "misaligned-unknowingly", T.AGREEMENT, BLOCKS, "signing: the party marked clauses as misaligned and hasn't confirmed signing anyway", "confirm it, or wait for a change"
    NO_SUCH_CLAUSE = "no-such-clause", T.AGREEMENT, BLOCKS, "discussing: the version has no clause of that number", "open the agreement again"
    NOTHING_SAID = "nothing-said", T.AGREEMENT, BLOCKS, "discussing: the text is empty, or longer than 4,000 characters", "add text, or shorten it"
    TEXT_TOO_LONG = "text-too-long", T.AGREEMENT, BLOCKS, "discussing: the text is empty, or longer than 4,000 characters", "add text, or shorten it"
    TALK_CLOSED = "talk-closed", T.AGREEMENT, BLOCKS, "discussing: the version was replaced or is void", "open the newest version"
    TOO_MANY_COMMENTS = "too-many-comments", T.AGREEMENT, BLOCKS, "discussing: a party added forty comments within an hour", "wait an hour, or ask for a call"
    THREAD_OF_OTHERS = "thread-of-others", T.AGREEMENT, BLOCKS, "resolving a discussion: the party hasn't commented in it", "leave it to the people who did"
    NO_TIMESTAMP_AWAITED = "no-timestamp-awaited", T.AGREEMENT, BLOCKS, "sealing without a time stamp: the document isn't waiting for one", "nothing to do"
    SEAL_NOT_STUCK = "seal-not-stuck", T.AGREEMENT, BLOCKS, "printing again for a seal: the document isn't stuck", "nothing to do"
    NO_AGREEMENT = "no-agreement", T.AGREEMENT, BLOCKS, "the start: there is no agreement", "make it"
    AGREEMENT_NOT_CIRCULATED = "agreement-not-circulated", T.AGREEMENT, BLOCKS, "the start: the agreement is a draft", "send it to the parties"
    NOT_SIGNED = "not-signed", T.AGREEMENT, BLOCKS, "the start: one for each party that must sign and hasn't", "send a new link"
    DECLINED_TO_SIGN = "declined-to-sign", T.AGREEMENT, BLOCKS, "the start: one for each party that has declined instead", "change the wording, or name someone else"

    # ── PEOPLE
    ADDRESS_OF_ANOTHER = "address-of-another", T.PEOPLE, BLOCKS, "the address belongs to someone with another name: two people never become one because they share a mailbox"
    ADDRESS_GUARDED = "address-guarded", T.PEOPLE, BLOCKS, "editing the address of someone who is asked to sign; use “Change address”, which a second account confirms"
    ADDRESS_WAITS = "address-waits", T.PEOPLE, BLOCKS, "a change of this address is already waiting to be confirmed"
    ADDRESS_SAME = "address-same", T.PEOPLE, BLOCKS, "the new address is the one on record"
    ADDRESS_MISSING = "address-missing", T.PEOPLE, BLOCKS, "an account needs an address to sign in with"
    ADDRESS_YOUR_OWN = "address-your-own", T.PEOPLE, BLOCKS, "someone tried to have another person’s links sent to themselves"
    ADDRESS_DECIDED = "address-decided", T.PEOPLE, BLOCKS, "the change has already been confirmed or refused"
    SECOND_ACCOUNT = "second-account", T.PEOPLE, BLOCKS, "the account that made the request tried to confirm it"
    SECOND_ACCOUNT_NEW = "second-account-new", T.PEOPLE, BLOCKS, "the account that confirms became lab staff only after the request"
    SECOND_ACCOUNT_DEPENDENT = "second-account-dependent", T.PEOPLE, BLOCKS, "one of the two accounts opened the other, granted its role or changed its address"
    HAND_OVER_YOUR_OWN = "hand-over-your-own", T.PEOPLE, BLOCKS, "the person who asked for a new signer, or would become the new signer, tried to confirm it"
    NOT_LAB_STAFF = "not-lab-staff", T.PEOPLE, BLOCKS, "a lab lead must have an active account in lab operations or leadership"
    LEAVER_IS_YOU = "leaver-is-you", T.PEOPLE, BLOCKS, "someone tried to close their own account"
    COLLEAGUE_MISSING = "colleague-missing", T.PEOPLE, BLOCKS, "a leaver's work must go to an active colleague at the lab"
    MERGE_ALIAS = "merge-alias", T.PEOPLE, BLOCKS, "the two records are already one"
    MERGE_TWO_ACCOUNTS = "merge-two-accounts", T.PEOPLE, BLOCKS, "both records have an account that can sign in"
    MERGE_ASKED_TO_SIGN = "merge-asked-to-sign", T.PEOPLE, BLOCKS, "one of the two people is asked to sign an agreement"
    PERSON_KNOWN = "person-known", T.PEOPLE, BLOCKS, "the address is another person's"
    ACCOUNT_KNOWN = "account-known", T.PEOPLE, BLOCKS, "an account has that address"
    VIEW_KNOWN = "view-known", T.PEOPLE, BLOCKS, "the account has a view of that name for the same list"
    LAST_ADMIN = "last-admin", T.PEOPLE, BLOCKS, "the portal would have no administrator"
    SNOOZE_TOO_EARLY = "snooze-too-early", T.PEOPLE, BLOCKS, "snoozing a line on home until today or earlier", "choose a later date"
    SNOOZE_TOO_LATE = "snooze-too-late", T.PEOPLE, BLOCKS, "snoozing a line on home for more than three months or past its due date; if it is overdue or due within the week, for more than a week", "choose an earlier date"
    MINISTRY_USED = "ministry-used", T.PEOPLE, BLOCKS, "a ministry that has program areas, or a program area that has brought a residency, can't be removed"
    AREA_USED = "area-used", T.PEOPLE, BLOCKS, "a ministry that has program areas, or a program area that has brought a residency, can't be removed"
    MINISTRY_KNOWN = "ministry-known", T.PEOPLE, BLOCKS, "a ministry, or a program area of this ministry, has that name"
    AREA_KNOWN = "area-known", T.PEOPLE, BLOCKS, "a ministry, or a program area of this ministry, has that name"

    # ── ANY_ACT
    SAVED_MEANWHILE = "saved-meanwhile", T.ANY_ACT, BLOCKS, "someone saved the same thing at the same time, and the constraint has no message of its own"
    NOT_CONSISTENT = "not-consistent", T.ANY_ACT, BLOCKS, "the fields of a row contradict each other"
    STALE = "stale", T.ANY_ACT, BLOCKS, "someone changed the row after the page was opened, and the page has no comparison of its own (`web/acts.py`)"

    # ── SCHEDULES
    SCHEDULE_STEP_TWICE = "schedule-step-twice", T.SCHEDULES, BLOCKS, "two steps are on the same day"
    SCHEDULE_TOO_FAR = "schedule-too-far", T.SCHEDULES, BLOCKS, "more than twelve steps, or one more than 24 months or 366 days away"
    SCHEDULE_TO_NOBODY = "schedule-to-nobody", T.SCHEDULES, BLOCKS, "a step has no recipients, or recipients this reminder doesn't go to"
    SCHEDULE_REPEATS = "schedule-repeats", T.SCHEDULES, BLOCKS, "it repeats after more than a year, or more than 99 times"
    SCHEDULE_MOST = "schedule-most", T.SCHEDULES, BLOCKS, "fewer reminders are allowed than there are steps"
    SCHEDULE_NO_REPEAT = "schedule-no-repeat", T.SCHEDULES, BLOCKS, "the limit is higher than the number of steps, but no step repeats"
    SCHEDULE_PAST = "schedule-past", T.SCHEDULES, BLOCKS, "it would start on a date in the past"

    # ── TEXTS
    TEXT_PLACE_UNKNOWN = "text-place-unknown", T.TEXTS, BLOCKS, "it uses a placeholder that this text doesn't have", "use one of the listed placeholders"
    TEXT_PLACE_BROKEN = "text-place-broken", T.TEXTS, BLOCKS, "a curly bracket, or `%(name)s`, that isn't a placeholder", "use a name in curly brackets, such as `{name}`"
    TEXT_PLACE_MISSING = "text-place-missing", T.TEXTS, BLOCKS, "a required placeholder, such as the signing link, was removed", "put it back"
    TEXT_MINTED_IN_SUBJECT = "text-minted-in-subject", T.TEXTS, BLOCKS, "the subject contains a secret or news", "move it to the text"
    TEXT_EMPTY = "text-empty", T.TEXTS, BLOCKS, "subject or text is empty, or longer than 150 or 10,000 characters", "fill it in, or shorten it"
    TEXT_LONG = "text-long", T.TEXTS, BLOCKS, "subject or text is empty, or longer than 150 or 10,000 characters", "fill it in, or shorten it"
    # fmt: on


TOP = """# Findings

A finding says what is wrong, how much it matters, and how to resolve it. Its code is stable: tests, exports
and the ledger name the code, people read the sentence. A move is blocked by findings of its own level and of every level
above it. This page is made from `findings/codes.py` by `make docs`.

| level | shown as | blocks |
|---|---|---|
"""
BLOCKED = {
    BLOCKS: "the act itself, the start and going live",
    BLOCKS_START: "the start of the residency and going live",
    BLOCKS_LIVE: "going live",
    WARNS: "nothing",
    NOTE: "nothing",
}


def page() -> str:
    """Return the whole text of docs/findings.md."""
    levels = [f"| `{level.name}` | {level.label} | {blocked} |" for level, blocked in BLOCKED.items()]
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
