"""Each team's story up to today, as steps counted in days before today.

The products are real; everything else is invented (demo/README.md). Together the stories cover every
state of a residency and every kind of thing that can need someone's attention.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Step:
    """A call of the teller's method `act` with `facts`, `days_ago` days before today."""

    days_ago: int
    act: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Story:
    """A residency's story: its program contact (`applicant`, in accounts.py), what its intake says, and its steps."""

    product: str
    applicant: str
    for_whom: str
    looked_into: str
    reusable: str
    steps: list[Step]
    product_owner: str = ""


def step(days_ago: int, act: str, **facts: Any) -> Step:
    return Step(days_ago, act, facts)


def sent(begun: int) -> list[Step]:
    """Start an intake and submit it nine days later."""
    return [step(begun, "begin"), step(begun - 5, "write"), step(begun - 9, "submit")]


def qualified(begun: int) -> list[Step]:
    """Continue through the review, in another eleven days."""
    steps = [step(begun - 12, "take_up"), step(begun - 17, "decide"), step(begun - 20, "qualify"), step(begun - 20, "phase", name="align")]
    return [*sent(begun), *steps]


def agreed(begun: int, **agreement: Any) -> list[Step]:
    """Continue to an agreement that everyone has signed, forty days after the start."""
    steps = [
        step(begun - 26, "prepare", **agreement),
        step(begun - 28, "circulate"),
        step(begun - 28, "phase", name="resource"),
        step(begun - 40, "sign"),
    ]
    return [*qualified(begun), *steps]


def moved_in(begun: int, team: str = "ready", **agreement: Any) -> list[Step]:
    """Continue to the start of the residency, fifty days after the intake was started."""
    steps = [
        step(begun - 42, "roster", kind=team),
        step(begun - 50, "start"),
        step(begun - 50, "phase", name="discover"),
        step(begun - 70, "tasks"),
        step(begun - 80, "tick", signs=("align-engaged", "resource-team", "resource-cfo", "discover-formed")),
    ]
    return [*agreed(begun, **agreement), *steps]


def gone_live(begun: int, live: int, **rest: Any) -> list[Step]:
    """Continue to the final live release, `live` days ago."""
    steps = [
        step(begun - 170, "release", stage="alpha", note="Just enough to test with staff."),
        step(begun - 190, "phase", name="deliver"),
        step(live + 70, "release", stage="beta", note="Open to the first group of users."),
        step(live + 40, "tick", signs=("deliver-beta", "deliver-healthy")),
        step(live + 30, "tasks", settled=True),
        step(live + 25, "assess"),
        step(live + 14, "plan"),
        step(live, "go_live"),
        step(live, "phase", name="sustain"),
        step(live - 10 if live > 10 else live, "tick", signs=("sustain-expectations",)),
    ]
    return [*moved_in(begun, **rest), *steps]


def gone_home(begun: int, live: int, home: int, **rest: Any) -> list[Step]:
    """Continue to graduation, `home` days ago."""
    return [*gone_live(begun, live, **rest), step(home + 20, "destinations"), step(home + 4, "carry_out"), step(home, "graduate")]


# Parts of a graduation plan that aren't done yet.
LATE = ("people", "vendor-handover", "upkeep", "next-products", "risks")
HALF = ("vendor-handover", "upkeep", "next-products", "risks")


def sprinting(since: int = 115, missing: tuple[str, ...] = (), pause: bool = False) -> list[Step]:
    """Run two-week sprints starting `since` days ago, with reviews held up to yesterday; `missing` champions missed the last two."""
    steps = [
        step(since, "champions"),
        step(since, "sprints"),
        step(since - 20, "services"),
        step(since - 30, "training"),
        step(1, "reviews", missing=missing),
    ]
    return [*steps, step(1, "pause")] if pause else steps


def learned(asked: int, discipline: str, question: str, outcome: str = "", in_days: int = 5, hour: int = 10) -> list[Step]:
    """Request a session with an expert `asked` days ago and arrange it three days later; with `outcome`, also hold and record it."""
    steps = [step(asked, "ask_expert", discipline=discipline, question=question)]
    steps.append(step(asked - 3, "find_expert", in_days=in_days, hour=hour))
    return [*steps, step(asked - 4 - in_days - 4, "learned", outcome=outcome)] if outcome else steps


def mentored(asked: int, topic: str, question: str, met: tuple[int, ...], outcome: str = "") -> list[Step]:
    """Ask for a mentor `asked` days ago, match one four days later, and meet on the days in `met`; with `outcome`, finish a week after."""
    steps = [step(asked, "ask_mentor", topic=topic, question=question), step(asked - 4, "find_mentor")]
    notes = ("We went through the roadmap and cut it by half.", "We practised the presentation with the executive director.")
    steps += [step(day, "meet_mentor", notes=note) for day, note in zip(met, notes, strict=False)]
    return [*steps, step(met[-1] - 7, "finish_mentoring", outcome=outcome)] if outcome else steps


CEDAR, SALTBOX, NORTHLIGHT = "Cedar & Tide Digital", "Saltbox Software", "Northlight Agile Co-op"


def on_budget(dollars: int, contract_ends: int) -> list[Step]:
    """Confirm a budget, import monthly spending and add two contracts; one ends in `contract_ends` days."""
    return [
        step(18, "fund", dollars=dollars),
        step(17, "commit", dollars=dollars * 11 // 20, item="Salaries"),
        step(16, "commit", dollars=dollars * 3 // 10, item="Development", vendor=SALTBOX),
        step(14, "books", salaries=4_812_500, vendor=SALTBOX, invoice=2_640_050),
        step(13, "contract", vendor=SALTBOX, dollars=dollars * 3 // 10, days=360, ends=contract_ends + 13),
        step(13, "contract", vendor=NORTHLIGHT, dollars=48_000, days=120, ends=150, planned=True),
    ]


def held_up(since: int, text: str, category: str, cause: str, solution: str, *moves: tuple[int, str], **facts: Any) -> list[Step]:
    """Raise a barrier `since` days ago, define it two days later, and make each of `moves`: how many days ago, and to which level."""
    steps = [step(since, "barrier", text=text, **facts), step(since - 2, "define", category=category, cause=cause, solution=solution)]
    words = {"recommend": f"{solution} We recommend you approve this.", "reason": "We can’t resolve this at our level."}
    return [*steps, *(step(day, "escalate", to=to, **words) for day, to in moves)]


def measured(
    since: int, example: str, baseline: float | None, target: float | None, name: str, *values: Any, until: int = 3, **facts: Any
) -> list[Step]:
    """Define a metric `since` days ago, and report its readings, thirty days apart, up to `until` days ago."""
    every, note = facts.pop("every", 30), facts.pop("note", "")
    steps = [step(since, "metric", example=example, baseline=baseline, target=target, name=name, **facts)]
    return [*steps, *([step(until, "readings", name=name, values=values, every=every, note=note)] if values else [])]


DECISION, FINISH, CALLS, HOURS = (
    "Median days to a decision",
    "People who finish what they came for",
    "Calls about names",
    "Staff hours on manual processing",
)
FEWER_HOURS, REUSED = "Fewer hours on manual processing", "The address lookup that other teams reuse"
ZONE, GIVEN, UPTIME = "Days from request to a landing zone", "Teams that use our components", "Hours to restore service"

# Three teams have the same barrier at one level, so the lab can raise one systemic barrier for all of them.
SIGNS_ALONE = (
    "Data and access", "Only one director in the province has the authority to sign data sharing agreements.", "Authorize a second director to sign.",
)  # fmt: skip

SENSITIVE = "Code is published after a privacy review of each release, because the product handles health records."

# The amendments that parties proposed: role, clause, old and new wording, and reason.
ASKED_REVIEWS = {
    "role": "Executive director of the program area", "clause": "4.4",
    "swap": ("A champion who cannot come sends somebody who can decide.", "A champion who cannot come sends a standing deputy who can decide."),
    "reason": "Three of the reviews fall around fiscal year-end. A standing deputy will know the product; a different person each time won't.",
}  # fmt: skip
ASKED_OWNER = {
    "role": "Product owner", "clause": "3.3", "swap": ("This is a full-time job.", "This is a four-day-a-week job."),
    "reason": "I chair a steering committee every Friday until summer.", "at_request_of": "The steering committee",
}  # fmt: skip
ASKED_FIRST_WEEKS = {
    "role": "Product owner", "clause": "2.4", "swap": ("The team spends as much of that time in person as it can.", "The team spends the first two weeks in person."),
    "reason": "Two of our developers live in Prince George. They can plan for two weeks in Victoria, but not for an open-ended stay.",
}  # fmt: skip
ASKED_COST = {
    "role": "Chief financial officer", "clause": "6.1",
    "swap": ("This covers staff, contracts and training.", "This covers staff, contracts, training and hosting."),
    "reason": "As of this year's budget, hosting comes out of the team's funding.",
}  # fmt: skip

STORIES = (
    Story("Digital Marketplace", "", "", "", "", [step(1480, "past")]),
    Story(
        "MSP Forms", "dominic", "People who move to BC or whose household changes.",
        "We reviewed 1,200 paper applications and did 24 interviews.", "its address lookup and document upload",
        [
            *gone_home(1400, 960, 800),
            step(1335, "trust", vision="A change in a household never means a gap in coverage.", outcomes="A form is decided within a week.\nNo one posts the same paper twice."),
            *held_up(
                1250, "Household records can’t leave the health network.", "Data and access", "The sharing agreement names the old system only.",
                "Add the new product to the sharing agreement.", (1241, "lab-operations"), (1228, "working-group"), blocks_work=True,
            ),
            step(1205, "close_barrier", state="resolved", outcome="The privacy officers added the product to the sharing agreement."),
            step(1210, "risk", text="Clerks could lose trust in the form if it asks for too much.", in_days=60, likelihood=3, impact=4, response="Show clerks every release first."),
            step(1155, "rate", because="Clerks helped to cut the form to one page.", in_days=90, likelihood=1, impact=4),
            step(1260, "report"), step(1230, "want", text="Name one privacy officer who decides for both ministries.", in_days=21),
            step(1230, "report", risk=("amber", "The working group expects an answer this month.")),
            step(1216, "decide_wanted", outcome="accepted", text="The ministry privacy officer decides for both."), step(1200, "report"),
            step(1120, "converse", expectation="", raised_by="the product owner", clause="4.4"), step(1116, "meet", in_days=5, answering=("adm", "product_owner", "lab")),
            step(1109, "hold", outcome="resolved", notes="A standing deputy comes when the director can't. The agreement allows it."),
            step(975, "fund", dollars=1_020_000), step(974, "commit", dollars=560_000, item="Salaries"),
            step(973, "contract", vendor=SALTBOX, dollars=240_000, days=400, ends=170, planned=True),
            step(970, "books", salaries=4_350_000, vendor=SALTBOX, invoice=1_990_000),
            step(612, "answer_follow_up", kind="six_months", changed="The branch hired a second developer."),
            step(430, "answer_follow_up", kind="twelve_months", in_use="yes", gone=1, changed="The product has its own budget line now."),
            step(790, "alumni_offer", count=3),
            step(812, "benefit_owner", measure="Days from a form to coverage", unit="days", accepts=True),
            *(step(days, "report_benefit", values=(21, 19, 19, 16, 14, 15, 12, 11)) for days in range(530, 0, -88)),
            step(420, "lesson", number=0), step(419, "lesson", number=1), step(410, "describe", named=2), step(405, "show"),
        ],
    ),
    Story(
        "EPIC Environmental Assessment", "anneke", "People who live near a proposed project, and Indigenous groups.",
        "We held 11 open houses and did 40 interviews.", "its public comment pages",
        [
            *gone_home(1180, 700, 545),
            step(358, "answer_follow_up", kind="six_months", in_use="partly", gone=1, changed="Two offices went back to paper during the move."),
            step(540, "alumni_offer", count=4), step(530, "opt_out"),
            step(560, "benefit_owner", measure="People who comment on a project", unit="people", accepts=True),
            *(step(days, "report_benefit", values=(310, 420, 395)) for days in range(400, 0, -50)),
        ],
    ),
    Story(
        "MyRangeBC", "kofi", "Ranchers and range officers.", "We went on ride-alongs in four districts.", "its offline maps",
        [*qualified(860), step(815, "withdraw", reason="Our branch was merged with another, and its priorities have changed.")],
    ),
    Story(
        "Public Review and Comment", "leilani", "People who live near Crown land.", "We surveyed 900 people.", "its map of proposed activities",
        [
            *moved_in(760, team="part_time"),
            *held_up(
                640, "The team waits weeks for anyone who can decide what comes first.", "Hiring and staffing", "The product owner has a second full-time job.",
                "Have the ministry free up a product owner.", (630, "lab-operations"), (615, "working-group"), (590, "steering-committee"), blocks_work=True, severity="major",
            ),
            step(650, "report"), step(620, "report"), step(585, "want", text="Name a full-time product owner within a month.", in_days=25),
            step(585, "report", people=("red", "The second product owner was reassigned as well.")),
            step(570, "decide_wanted", outcome="declined", text="The ministry can’t free up anyone this year."),
            step(575, "fund", dollars=870_000), step(574, "commit", dollars=430_000, item="Salaries"),
            step(572, "books", salaries=3_900_000, vendor=NORTHLIGHT, invoice=1_450_000),
            step(560, "converse", expectation="A full-time product owner.", raised_by="Lab operations", clause="3.3"),
            step(549, "hold", outcome="pivot", notes="The director was reassigned twice, and the ministry couldn't find a replacement."),
            step(540, "pivot", reason="The program area couldn't free up a product owner. Two were reassigned within seven months."),
            step(520, "wrap_up"),
            step(515, "lesson", number=0), step(514, "lesson", number=1), step(510, "describe"), step(505, "show"),
            step(12, "apply_again"),
        ],
    ),
    Story(
        "Groundwater Wells", "anneke", "Drillers, well owners and hydrologists.", "We sampled five years of paper records.",
        "its search by location and depth",
        [
            *sent(64), step(50, "take_up"), step(44, "ask", number=5, reason="Which parts could another team reuse? Has a team told you they would?"),
        ],
    ),
    Story(
        "DataBC", "dominic", "Teams that build on public data.", "We interviewed nine data teams.", "its catalogue",
        [
            *sent(330), step(316, "take_up"), step(310, "decide", unmet=(3,)),
            step(305, "decline", reason="The work is well understood. Experts from the network can support the team where it is.", track="network"),
        ],
    ),
    Story(
        "BC Registries", "kofi", "Companies, cooperatives and their agents.", "We looked at web analytics and listened to 60 calls.",
        "its name examination tool",
        [
            *gone_live(720, 203, team="with_successors"), *sprinting(missing=("director",)), step(60, "carry_out", but=LATE), step(30, "destinations", but=3),
            step(400, "habits", habits=("chat", "devhub", "code", "components")), step(3, "gave"), *on_budget(1_180_000, contract_ends=96),
            *held_up(60, "No one has the authority to sign for access to land title data.", *SIGNS_ALONE, (50, "lab-operations"), blocks_work=True),
            *held_up(
                140, "We can’t renew the hosting contract in the team’s name.", "Procurement", "The contract names a branch that no longer exists.",
                "Have the ministry sign a new one.", (130, "lab-operations"), (122, "working-group"), (104, "steering-committee"),
                blocks_work=True, severity="major",
            ),
            step(90, "close_barrier", state="resolved", outcome="The committee asked the ministry to sign a new contract, and it did."),
            step(100, "risk", text="The vendor’s lead developer could leave before anyone can take over.", in_days=60, likelihood=4, impact=4, response="Have a public servant pair with her."),
            step(40, "rate", because="A ministry developer has paired with her for eight weeks.", in_days=38, likelihood=3, impact=3),
            step(30, "risk", text="The fee regulation could change in the spring.", in_days=90, likelihood=2, impact=5),
            step(136, "report"), step(105, "report"), step(75, "want", text="Ask the ministry for a second signer of data sharing agreements.", in_days=14),
            step(75, "report", money=("green", "The ministry confirmed the whole budget by phone.")),
            step(63, "decide_wanted", outcome="accepted", text="The deputy minister will name a second signer by the end of the quarter."),
            step(44, "want", text="Extend the vendor’s contract by four months, so that two employees can take over.", in_days=30), step(44, "report"),
            step(0, "report", risk=("green", "The registry has found a way to work without the data until the second signer is named.")),
            *measured(
                620, "days-to-decision", 34, 10, DECISION, 34, 33, 35, 31, 30, 27, 24, 25, 22, 19, 17, 14, 12, 11, 9, 9, 8, 7, 7, 6,
                star=True, in_days=480, note="The lowest month so far.",
            ),
            step(330, "retarget", name=DECISION, value=5, in_days=420, reason="The beta showed that most names can be examined the same day."),
            step(200, "saving", name="Letters that are no longer posted", kind="cashable", thousands=(52, 58, 66), source="postage", method="23,000 letters a year × $2.52."),
            step(190, "saving", name=FEWER_HOURS, kind="capacity", thousands=(180, 240, 290), method="440 hours a month × 12 × $45 an hour.", source="timesheets"),
            step(13, "seal_value_report"), step(12, "seal_portfolio"),
            step(20, "reuse", component="Name examination rules", product="Cloud Pathfinder"),
            step(150, "lesson", number=0), step(140, "describe"), step(134, "show"), step(7, "describe", again=True), step(6, "lesson", number=1),
            step(12, "correct_saving", name=FEWER_HOURS, thousands=(150, 205, 240), reason="Leave isn’t part of the hourly cost."),
            step(180, "saving", name="Applicants are less anxious", kind="not-money", thousands=None, method="Interviews with 22 applicants.", source="interviews"),
            step(2, "correct_reading", name=DECISION, value=7, reason="Names examined on the last Friday were missing."),
            *measured(400, "task-completion", None, None, FINISH, (412, 890), (455, 901), (530, 940), (610, 955), (688, 1012), (731, 1005)),
            *measured(600, "calls", 2400, 900, CALLS, 2400, 2310, 2280, 1990, 1720, 1490, 1310, 1250),
            *measured(600, "staff-hours", 640, 200, HOURS, 640, 610, 450, 380, 330),
            *learned(90, "data_analytics", "What should we measure to tell whether people find a name faster?", "The team will track two measures from now on."),
            step(7, "benefit_owner", measure="Median days to a decision", asked=True),
            step(120, "team_offer", topics=("help-agile", "help-data"), text="Two-week sprints with a regulator in the room."),
            *learned(23, "statistics", "How many calls should we listen to for a fair sample?", in_days=8),
            step(630, "trust", vision="Anyone can see who is behind a company.", outcomes="Names are examined in two days.\nCalls about names halve."),
            step(
                300, "trust", vision="Anyone can see who is behind a company, in one place.",
                outcomes="Names are examined in one day.\nCalls about names halve.\nThe old system is switched off.",
                decisions="The order of the work, what is released and when, tools, and training.", dollars=25_000,
            ),
            step(120, "wait", what="A second test environment", waiting_for="the ministry’s hosting branch"),
            step(96, "stop_waiting", outcome="Approved. The product owner decides on test environments from now on."),
            step(24, "wait", what="Publishing the fee calculator’s code", waiting_for="the legal services branch"),
            step(5, "wait", what="A licence for the address lookup", waiting_for="the director’s office"),
            step(
                100, "keep_closed", part="The code that matches people to companies", reason="It shows how protected addresses are hidden.",
                plan="Move the matching to a service of its own, and publish the rest.", in_days=60,
            ),
            step(38, "review_openness", note="The matching is a service of its own now. The rest is being published.", in_days=45),
            step(21, "converse", expectation="", raised_by="the executive director", clause="4.4"), step(17, "meet", in_days=3, answering=("adm", "product_owner", "lab")),
            step(12, "hold", outcome="amended", notes="Leaders can't come to every review. They come to every second one, or send someone who can decide.", missing=("champions",)),
            step(9, "follow_up", swap=ASKED_REVIEWS["swap"]),
        ],
    ),
    Story(
        "Digital Trust (OrgBook BC)", "owner", "Anyone who does business with a BC company.", "We interviewed 31 buyers and lenders.",
        "its public credential registry",
        [
            *gone_live(540, 136, team="with_successors"), *sprinting(), step(25, "carry_out", but=HALF), step(12, "destinations", but=1),
            step(300, "habits", habits=("chat", "devhub", "code", "components", "data")), step(5, "gave"),
            step(9, "benefit_owner", measure="Searches answered without a phone call", unit="searches"),
            step(5, "describe"), step(4, "offer_page", by_lab=True),
            *measured(420, "components-given", 0, 12, GIVEN, 0, 1, 3, 4, 8, 11, 14, star=True, every=60, in_days=500, note="Two ministries joined in the spring."),
            *measured(300, "reuse-offset", None, None, "Cost avoided by reusing components", 120000, 184500.5, 260000, every=90),
            step(
                2, "saving", since=180, name=REUSED, kind="avoided", thousands=(190, 260, 310), is_reuse=True,
                metric="Cost avoided by reusing components", method="What each team would have paid to build it.",
            ),
            step(160, "reuse", component="Credential issuer", product="BC Registries"), step(70, "reuse", component="Company search box", product="BC Registries"),
            step(19, "reuse", component="Company search box", product="Cloud Pathfinder"),
            step(1, "share_saving", name=REUSED, keeps=60, product="BC Registries", part=25),
            *held_up(24, "Lenders can’t read company records without a new data agreement.", *SIGNS_ALONE, (18, "lab-operations")),
            step(70, "risk", text="Two registries list the same company under different names.", in_days=120, likelihood=3, impact=2),
            step(76, "report"), step(46, "report"),
            *learned(150, "privacy_security", "Can we list a company's former names?", "Yes, with the date each name was changed."),
            step(200, "keep_closed", part="The lenders’ connection code", reason="It contains how lenders check a borrower.", plan="Agree with the lenders on what can be published.", in_days=196),
            step(6, "converse", expectation="Working in the open: the lenders' code can't be published yet.", raised_by="the product owner", clause="5.1"),
            step(4, "meet", in_days=8, answering=("product_owner", "lab", "adm")),
        ],
    ),
    Story(
        "Mines Digital Services", "leilani", "Inspectors and the mines they regulate.", "We went on site visits for two seasons.",
        "its document exchange",
        [
            *gone_live(690, 190, team="ready"),
            *sprinting(pause=True),
            *measured(560, "backlog", 48, 48, "Applications waiting longer than the standard", 48, 51, 44, 48, star=True, in_days=700),
            *measured(500, "time-to-restore", 6, 2, UPTIME, 6, 5, 9, 11, note="The storage provider failed twice."),
            step(30, "extend", days=90, reason="Hiring employees for two roles that contractors fill now will take until spring."),
            step(28, "benefit_owner", measure="Inspector hours per mine and quarter", unit="hours", accepts=True),
            step(3, "describe"), step(2, "offer_page"),
            *mentored(210, "help-graduation", "Who takes over from our contractors, and when?", met=(190, 160), outcome="They have a hiring plan with dates for both roles."),
            step(12, "converse", expectation="Graduating within six months of going live.", raised_by="the executive director", clause="7.1"), step(11, "meet", in_days=7),
            step(4, "hold", outcome="resolved", notes="We agreed on dates for the two hires. The agreement doesn't need to change.", missing=("partners",)),
        ],
    ),
    Story(
        "Cloud Pathfinder", "owner", "Teams that need public cloud.", "We surveyed 42 teams.", "its landing zone",
        [
            *moved_in(300, team="nine"), *sprinting(), *learned(4, "service_design", "Where in the sign-up process do teams give up?", in_days=9),
            *held_up(20, "The audit team can’t get usage data from other ministries.", *SIGNS_ALONE, (12, "lab-operations")),
            *mentored(110, "help-product", "How do we say no to the third ministry that asks for its own version?", met=(85, 41)),
            step(2, "barrier", text="The network change window is only once a month.", blocks_work=True),
            *held_up(130, "Cloud invoices can’t be split by ministry.", "Budget and finance", "The provider sends one invoice.", "Split it by hand for now.", (121, "lab-operations")),
            step(110, "close_barrier", state="accepted", outcome="Finance will split the invoice by hand until the new contract starts.", in_days=109),
            step(45, "risk", text="Only one person knows how the landing zone is built.", in_days=44, likelihood=4, impact=5, response="Document it, and have a second person build one."),
            step(33, "report"), step(0, "want", text="Approve one more network change window a month.", in_days=15),
            step(0, "ask_for_report", question="How many teams have moved their first service to the cloud?", in_days=3),
            *measured(235, "days-to-decision", 61, 15, ZONE, 61, 58, 52, 47, 41, 38, 34, until=40, star=True, in_days=350, note="Sign-up is now one form."),
            *measured(200, "satisfaction", None, 80, "Teams that found it easy", (14, 40), (18, 41), (27, 44)),
            *measured(180, "release-frequency", 1, 4, "Releases to production", 1, 2, 2, 3, until=32),
            step(30, "retire_metric", name="Releases to production", reason="It told us nothing about the teams we serve."),
            step(250, "together", desks=8, begins=0, weeks=12), step(200, "habits", habits=("chat", "code")), step(8, "gave"),
            step(120, "release", stage="alpha", note="First team on board."),
            step(110, "phase", name="deliver", note="The first team needs the beta before the funding letter is signed."),
            step(60, "tick", signs=("deliver-backing", "deliver-resources", "deliver-sharing")),
            step(40, "untick", sign="discover-formed", reason="Two developers joined, and the team is forming again."),
            step(27, "ask_to_amend", **ASKED_COST), step(22, "accept", clauses=("6.1",), reason="Hosting is paid for out of the same funding."),
            step(15, "sign", leave=4), *on_budget(1_050_000, contract_ends=24), step(6, "correct_money"), step(5, "next_budget", dollars=980_000),
        ],
        product_owner="owner",
    ),
    Story(
        "BC Services Card Login", "kofi", "Public bodies and the people they serve.", "We timed the onboarding of 18 services.",
        "its onboarding process",
        [
            *moved_in(260, team="no_devops"), *sprinting(60), step(70, "phase", name="deliver"),
            step(50, "phase", name="discover", note="User research showed that the problem is elsewhere. Back to the prototype."), step(30, "together", desks=6, begins=9, weeks=12),
            step(12, "ask_expert", discipline="privacy_security", question="What can we log when a sign-in fails?"),
            step(11, "ask_mentor", topic="help-platform", question="Who has moved a sign-in service to the shared platform, and what broke?"),
            step(150, "habits", habits=("chat",)), step(96, "release", stage="alpha", note="Three services are trying it out."),
            step(20, "metric", example="days-to-decision", baseline=92, target=30, name="Days to set up a service", star=True),
            step(19, "converse", expectation="A senior DevOps specialist before going live.", raised_by="the product owner", clause="3.4"),
            step(11, "fund", dollars=640_000, confirmed=False), step(10, "commit", dollars=410_000, item="Salaries"),
            step(10, "commit", dollars=265_000, item="Service design and research", vendor=CEDAR), step(9, "share_costs"),
            step(8, "books", salaries=3_416_700, vendor=CEDAR, invoice=2_190_025),
            step(7, "contract", vendor=CEDAR, dollars=265_000, days=300, ends=2),
        ],
    ),
    Story(
        "Health Gateway", "dominic", "Everyone who has a health record.", "We interviewed 85 patients and caregivers.",
        "its record-sharing feature",
        [
            *agreed(92, unique=SENSITIVE), step(48, "roster", kind="one_government"), step(10, "together", desks=4, begins=31, weeks=10),
            step(2, "ask_expert", discipline="behaviour", question="What stops people from sharing their health records?"),
        ],
    ),
    Story(
        "Common Components", "leilani", "Product teams across ministries.", "We listed 130 things that had been built twice.", "all of its components",
        [
            *qualified(58), step(30, "prepare"), step(26, "lab_last"), step(24, "circulate"), step(24, "sign", leave=6),
            step(23, "ask_to_amend", **ASKED_REVIEWS), step(23, "ask_to_amend", **ASKED_OWNER),
            step(22, "reject", clause="3.3", reason="Two earlier teams stalled because their product owner had a second job. We can help you find cover for the committee."),
            step(22, "accept", clauses=("4.4",), reason="What matters is having someone in the room who can make decisions."),
            step(21, "discuss"), step(17, "sign", leave=5), step(20, "roster", kind="ready"), step(7, "ask_to_amend", **ASKED_FIRST_WEEKS),
            step(6, "hand_over", role="Product owner", name="Marit Ostrander", reason="I'm on leave until spring, and she's acting in my role."),
            step(5, "decline_to_sign", role="Chief financial officer", reason="We don't have written confirmation of funding for the second year."),
        ],
    ),
    Story(
        "Greenhouse Gas Industrial Reporting", "anneke", "Operators who report emissions.", "We went through last year's 300 reports.", "its form builder",
        [*qualified(44), step(9, "prepare"), step(9, "lab_last", code=True)],
    ),
    Story(
        "BC Biodiversity Hub", "kofi", "Biologists and planners.", "We reviewed 14 data stores.", "its species lookup",
        qualified(33),
    ),
    Story(
        "Transportation Fuels Reporting System", "leilani", "Fuel suppliers.", "We followed two compliance periods from start to finish.",
        "its credit ledger",
        [
            *sent(71), step(60, "take_up"), step(55, "ask", number=2, reason="Is funding confirmed for the second year?"),
            step(41, "answer", text="Yes. The deputy minister confirmed $1.1 million a year for two years."), step(40, "submit"),
            step(36, "take_up"), step(30, "decide", only=(1, 2, 3)),
        ],
    ),
    Story(
        "Property Inventory Management System", "dominic", "Staff who manage public property.", "We compared all 22 spreadsheets in use.",
        "its land title lookup",
        [*sent(29), step(9, "take_up"), step(3, "decide", only=(1, 4))],
    ),
    Story(
        "Wildfire Predictive Services", "anneke", "Fire centres and their forecasters.", "We shadowed three forecasters for a season.",
        "its weather station feeds",
        sent(21),
    ),
    Story(
        "Invasive Species", "owner", "Field staff and volunteers.", "We spent a summer with two field crews.", "its offline forms",
        [step(8, "begin"), step(2, "write", half=True)],
    ),
)  # fmt: skip
