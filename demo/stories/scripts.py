"""Each team's story up to where it stands today, as steps counted in days before today.

The products are real, the rest is invented (demo/README.md). Together the stories show every
state a residency can be in and every kind of thing that may need somebody.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Step:
    """On the day `days_ago` before today, `act` of the teller happens with `facts`."""

    days_ago: int
    act: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Story:
    """`applicant` names who keeps it (accounts.py); the rest is what its intake says, and what happened."""

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
    """From the first line to the lab, within nine days."""
    return [step(begun, "begin"), step(begun - 5, "write"), step(begun - 9, "submit")]


def qualified(begun: int) -> list[Step]:
    """Through the review in eleven days more."""
    steps = [step(begun - 12, "take_up"), step(begun - 17, "decide"), step(begun - 20, "qualify"), step(begun - 20, "phase", name="align")]
    return [*sent(begun), *steps]


def agreed(begun: int, **agreement: Any) -> list[Step]:
    """With an agreement that everybody has signed, forty days after the first line."""
    steps = [
        step(begun - 26, "prepare", **agreement),
        step(begun - 28, "circulate"),
        step(begun - 28, "phase", name="resource"),
        step(begun - 40, "sign"),
    ]
    return [*qualified(begun), *steps]


def moved_in(begun: int, team: str = "ready", **agreement: Any) -> list[Step]:
    """In residence fifty days after the first line."""
    steps = [
        step(begun - 42, "roster", kind=team),
        step(begun - 50, "start"),
        step(begun - 50, "phase", name="discover"),
        step(begun - 70, "tasks"),
        step(begun - 80, "tick", signs=("discover-agreement", "discover-team", "discover-formed")),
    ]
    return [*agreed(begun, **agreement), *steps]


def gone_live(begun: int, live: int, **rest: Any) -> list[Step]:
    """With the final live release on the day `live`."""
    steps = [
        step(begun - 170, "release", stage="alpha", note="Just enough to test with people inside."),
        step(begun - 190, "phase", name="deliver"),
        step(live + 70, "release", stage="beta", note="In the hands of the first users."),
        step(live + 40, "tick", signs=("deliver-backing", "deliver-beta", "deliver-healthy")),
        step(live + 30, "tasks", settled=True),
        step(live + 25, "assess"),
        step(live + 14, "plan"),
        step(live, "go_live"),
        step(live, "phase", name="sustain"),
        step(live - 10 if live > 10 else live, "tick", signs=("sustain-beta",)),
    ]
    return [*moved_in(begun, **rest), *steps]


def gone_home(begun: int, live: int, home: int, **rest: Any) -> list[Step]:
    """Graduated on the day `home`."""
    return [*gone_live(begun, live, **rest), step(home + 4, "carry_out"), step(home, "graduate")]


def sprinting(since: int = 115, missing: tuple[str, ...] = (), pause: bool = False) -> list[Step]:
    """Sprints of two weeks from the day `since` on, reviews held up to yesterday; `missing` champions left the newest two out."""
    steps = [
        step(since, "champions"),
        step(since, "sprints"),
        step(since - 20, "services"),
        step(since - 30, "training"),
        step(1, "reviews", missing=missing),
    ]
    return [*steps, step(1, "pause")] if pause else steps


def learned(asked: int, discipline: str, question: str, outcome: str = "", in_days: int = 5, hour: int = 10) -> list[Step]:
    """A session with an expert, asked for on the day `asked`, and set three days later; with `outcome`, held and recorded."""
    steps = [step(asked, "ask_expert", discipline=discipline, question=question)]
    steps.append(step(asked - 3, "find_expert", in_days=in_days, hour=hour))
    return [*steps, step(asked - 4 - in_days - 4, "learned", outcome=outcome)] if outcome else steps


CEDAR, SALTBOX, NORTHLIGHT = "Cedar & Tide Digital", "Saltbox Software", "Northlight Agile Co-op"


def on_budget(dollars: int, contract_ends: int) -> list[Step]:
    """Money that is confirmed and kept by the month; a contract ends in so many days."""
    return [
        step(18, "fund", dollars=dollars),
        step(17, "commit", dollars=dollars * 11 // 20, item="Salaries"),
        step(16, "commit", dollars=dollars * 3 // 10, item="Development", vendor=SALTBOX),
        step(14, "books", salaries=4_812_500, vendor=SALTBOX, invoice=2_640_050),
        step(13, "contract", vendor=SALTBOX, dollars=dollars * 3 // 10, days=360, ends=contract_ends + 13),
        step(13, "contract", vendor=NORTHLIGHT, dollars=48_000, days=120, ends=150, planned=True),
    ]


def held_up(since: int, text: str, category: str, cause: str, solution: str, *moves: tuple[int, str], **facts: Any) -> list[Step]:
    """A barrier raised on the day `since`, defined two days later, and moved on the days given, each with where to."""
    steps = [step(since, "barrier", text=text, **facts), step(since - 2, "define", category=category, cause=cause, solution=solution)]
    words = {"recommend": f"{solution} We recommend that you decide it.", "reason": "It can’t be settled where it is."}
    return [*steps, *(step(day, "escalate", to=to, **words) for day, to in moves)]


# Three teams wait for the same thing at one level: the lab may raise it once for all of them.
SIGNS_ALONE = (
    "Data and access", "Only one director in the province may sign data sharing agreements.", "Let a second director sign.",
)  # fmt: skip

SENSITIVE = "Code is published after a privacy review of each release, because the product handles health records."

# What parties asked to have changed: the role that asks, the clause, the words that go and those that come, and why.
ASKED_REVIEWS = {
    "role": "Executive director of the program area", "clause": "4.4",
    "swap": ("A champion who cannot come sends somebody who can decide.", "A champion who cannot come names a standing deputy who can decide."),
    "reason": "Fiscal year end falls into three reviews. A standing deputy knows the product; a different person each time does not.",
}  # fmt: skip
ASKED_OWNER = {
    "role": "Product owner", "clause": "3.3", "swap": ("This is a full-time job.", "This is a job of four days a week."),
    "reason": "I chair a steering committee every Friday until summer.", "at_request_of": "The steering committee",
}  # fmt: skip
ASKED_FIRST_WEEKS = {
    "role": "Product owner", "clause": "2.4", "swap": ("The team spends as much of that time in person as it can.", "The team spends the first two weeks in person."),
    "reason": "Two developers live in Prince George. They can plan for two weeks, not for as much as they can.",
}  # fmt: skip
ASKED_COST = {
    "role": "Chief financial officer", "clause": "6.1",
    "swap": ("This covers staff, contracts and training.", "This covers staff, contracts, training and hosting."),
    "reason": "Hosting moved into the team's money with this year's budget.",
}  # fmt: skip

STORIES = (
    Story("Digital Marketplace", "", "", "", "", [step(1480, "past")]),
    Story(
        "MSP Forms", "dominic", "People who move to the province or whose household changes.",
        "A count of 1,200 paper applications and 24 interviews.", "its address and document upload",
        gone_home(1400, 960, 800),
    ),
    Story(
        "EPIC Environmental Assessment", "anneke", "People who live near a proposed project, and Indigenous groups.",
        "Eleven open houses and 40 interviews.", "its public comment pages",
        gone_home(1180, 700, 545),
    ),
    Story(
        "MyRangeBC", "kofi", "Ranchers and range officers.", "Ride-alongs in four districts.", "its offline maps",
        [*qualified(860), step(815, "withdraw", reason="The branch was merged and its priorities change this year.")],
    ),
    Story(
        "Public Review and Comment", "leilani", "People who live near Crown land.", "A survey of 900 people.", "its map of proposals",
        [
            *moved_in(760, team="part_time"),
            step(560, "converse", expectation="A product owner who works on nothing else.", raised_by="Lab operations"),
            step(549, "hold", outcome="pivot", notes="The director was called away twice and no successor could be named."),
            step(540, "pivot", reason="No product owner could be released, and two were called away within seven months."),
            step(520, "wrap_up"),
        ],
    ),
    Story(
        "Groundwater Wells", "anneke", "Drillers, well owners and hydrologists.", "Five years of paper records, sampled.",
        "its search by place and depth",
        [
            *sent(64), step(50, "take_up"), step(44, "ask", number=5, reason="Which part could another team reuse, and has one said so?"),
        ],
    ),
    Story(
        "DataBC", "dominic", "Teams that build on public data.", "Interviews with nine data teams.", "its catalogue",
        [
            *sent(330), step(316, "take_up"), step(310, "decide", unmet=(3,)),
            step(305, "decline", reason="The work is well understood; experts of the network can support it where it is.", track="network"),
        ],
    ),
    Story(
        "BC Registries", "kofi", "Companies, cooperatives and their agents.", "Web analytics and 60 calls listened to.",
        "its name examination",
        [
            *gone_live(720, 203, team="with_successors"), *sprinting(missing=("director",)),
            step(400, "habits", habits=("chat", "devhub", "code", "components")), step(3, "gave"), *on_budget(1_180_000, contract_ends=96),
            *held_up(60, "No one may sign for access to the land title data.", *SIGNS_ALONE, (50, "lab-operations"), blocks_work=True),
            *held_up(
                140, "The hosting contract can’t be renewed under the team’s name.", "Procurement", "The contract names a branch that was merged.",
                "Have the ministry sign a new one.", (130, "lab-operations"), (122, "working-group"), (104, "steering-committee"),
                blocks_work=True, severity="major",
            ),
            step(90, "close_barrier", state="resolved", outcome="The committee had the ministry sign a new contract."),
            step(100, "risk", text="The vendor’s lead developer leaves before anyone can take over.", in_days=60, likelihood=4, impact=4, response="Pair a public servant with her from now on."),
            step(40, "rate", because="A developer of the ministry has paired with her for eight weeks.", in_days=38, likelihood=3, impact=3),
            step(30, "risk", text="The fee regulation changes in spring.", in_days=90, likelihood=2, impact=5),
            *learned(90, "data_analytics", "Which figures show that a name was found faster?", "Two figures are counted from now on."),
            *learned(23, "statistics", "How many calls do we need to listen to?", in_days=8),
        ],
    ),
    Story(
        "Digital Trust (OrgBook BC)", "owner", "Anybody who deals with a business.", "Interviews with 31 buyers and lenders.",
        "its open register of credentials",
        [
            *gone_live(540, 136, team="with_successors"), *sprinting(),
            step(300, "habits", habits=("chat", "devhub", "code", "components", "data")), step(5, "gave"),
            *held_up(24, "Lenders can’t read company records without a new data agreement.", *SIGNS_ALONE, (18, "lab-operations")),
            step(70, "risk", text="Two registries give the same company different names.", in_days=120, likelihood=3, impact=2),
            *learned(150, "privacy_security", "May we list a company's past names?", "Yes, with the day each was given up."),
        ],
    ),
    Story(
        "Mines Digital Services", "leilani", "Inspectors and the mines they regulate.", "Two seasons of site visits.",
        "its document exchange",
        [
            *gone_live(690, 190, team="ready"),
            *sprinting(pause=True),
            step(30, "extend", days=90, reason="Collective hiring for two of the vendors' roles takes until spring."),
            step(12, "converse", expectation="Going home within six months of going live.", raised_by="The executive director"),
            step(4, "hold", outcome="resolved", notes="Dates for the two hires are agreed; no change to the agreement is needed."),
        ],
    ),
    Story(
        "Cloud Pathfinder", "owner", "Teams that need public cloud.", "A survey of 42 teams.", "its landing zone",
        [
            *moved_in(300, team="nine"), *sprinting(), *learned(4, "service_design", "Where do teams give up while they sign in?", in_days=9),
            *held_up(20, "The audit team can’t get at usage data of other ministries.", *SIGNS_ALONE, (12, "lab-operations")),
            step(2, "barrier", text="The network change window is only once a month.", blocks_work=True),
            *held_up(130, "Cloud invoices can’t be split by ministry.", "Budget and finance", "The provider sends one invoice.", "Split it by hand until the new contract.", (121, "lab-operations")),
            step(110, "close_barrier", state="accepted", outcome="Finance splits the invoice by hand until the new contract.", in_days=109),
            step(45, "risk", text="One person knows how the landing zone is built.", in_days=44, likelihood=4, impact=5, response="Write it down, and have a second person build one."),
            step(250, "together", desks=8, begins=0, weeks=12), step(200, "habits", habits=("chat", "code")), step(8, "gave"),
            step(120, "release", stage="alpha", note="First team on board."),
            step(110, "phase", name="deliver"),
            step(60, "tick", signs=("deliver-backing", "deliver-resources")),
            step(27, "ask_to_amend", **ASKED_COST), step(22, "accept", clauses=("6.1",), reason="Hosting is paid from the same money."),
            step(15, "sign", leave=4), *on_budget(1_050_000, contract_ends=24), step(6, "correct_money"), step(5, "next_budget", dollars=980_000),
        ],
        product_owner="owner",
    ),
    Story(
        "BC Services Card Login", "kofi", "Public bodies and the people they serve.", "Onboarding of 18 services, timed.",
        "its onboarding steps",
        [
            *moved_in(260, team="no_devops"), *sprinting(60), step(30, "together", desks=6, begins=9, weeks=12),
            step(12, "ask_expert", discipline="privacy_security", question="What may we log of a failed sign-in?"),
            step(150, "habits", habits=("chat",)), step(96, "release", stage="alpha", note="Tried by three services."),
            step(19, "converse", expectation="A senior DevOps specialist before going live.", raised_by="The product owner"),
            step(11, "fund", dollars=640_000, confirmed=False), step(10, "commit", dollars=410_000, item="Salaries"),
            step(10, "commit", dollars=265_000, item="Service design and research", vendor=CEDAR), step(9, "share_costs"),
            step(8, "books", salaries=3_416_700, vendor=CEDAR, invoice=2_190_025),
            step(7, "contract", vendor=CEDAR, dollars=265_000, days=300, ends=2),
        ],
    ),
    Story(
        "Health Gateway", "dominic", "Everybody who has a health record.", "Interviews with 85 patients and carers.",
        "its way to share a record",
        [
            *agreed(92, unique=SENSITIVE), step(48, "roster", kind="one_government"), step(10, "together", desks=4, begins=31, weeks=10),
            step(2, "ask_expert", discipline="behaviour", question="What keeps people from sharing a record?"),
        ],
    ),
    Story(
        "Common Components", "leilani", "Product teams across ministries.", "A list of 130 things built twice.", "everything it makes",
        [
            *qualified(58), step(30, "prepare"), step(26, "lab_last"), step(24, "circulate"), step(24, "sign", leave=6),
            step(23, "ask_to_amend", **ASKED_REVIEWS), step(23, "ask_to_amend", **ASKED_OWNER),
            step(22, "reject", clause="3.3", reason="A product owner who has another job is what stopped two teams. We can find cover for it."),
            step(22, "accept", clauses=("4.4",), reason="A deputy who can decide is what we need in the room; who it is matters less."),
            step(21, "discuss"), step(17, "sign", leave=5), step(20, "roster", kind="ready"), step(7, "ask_to_amend", **ASKED_FIRST_WEEKS),
            step(6, "hand_over", role="Product owner", name="Marit Ostrander", reason="I am away until spring, and she acts for me."),
            step(5, "decline_to_sign", role="Chief financial officer", reason="The money for the second year is not confirmed in writing."),
        ],
    ),
    Story(
        "Greenhouse Gas Industrial Reporting", "anneke", "Operators who report emissions.", "Last year's 300 reports.", "its form builder",
        [*qualified(44), step(9, "prepare"), step(9, "lab_last", code=True)],
    ),
    Story(
        "BC Biodiversity Hub", "kofi", "Biologists and planners.", "A walk through 14 data stores.", "its species lookup",
        qualified(33),
    ),
    Story(
        "Transportation Fuels Reporting System", "leilani", "Fuel suppliers.", "Two compliance periods, step by step.",
        "its ledger of credits",
        [
            *sent(71), step(60, "take_up"), step(55, "ask", number=2, reason="Is the money confirmed for the second year?"),
            step(41, "answer", text="Yes: the deputy minister confirmed $1.1 million a year for two years."), step(40, "submit"),
            step(36, "take_up"), step(30, "decide", only=(1, 2, 3)),
        ],
    ),
    Story(
        "Property Inventory Management System", "dominic", "Staff who manage public property.", "All 22 spreadsheets in use, compared.",
        "its land title lookup",
        [*sent(29), step(9, "take_up"), step(3, "decide", only=(1, 4))],
    ),
    Story(
        "Wildfire Predictive Services", "anneke", "Fire centres and their forecasters.", "One season beside three forecasters.",
        "its weather station feeds",
        sent(21),
    ),
    Story(
        "Invasive Species", "owner", "Field staff and volunteers.", "A summer with two field crews.", "its offline forms",
        [step(8, "begin"), step(2, "write", half=True)],
    ),
)  # fmt: skip
