"""What the intakes of the demo say: twenty real products, as the lab named them in public (demo/README.md), all else invented."""

from __future__ import annotations

import datetime
from functools import cache
from pathlib import Path
from typing import Any

from demo.stories.scripts import Story
from residencies.importing.workbook import Row, read


def brief(story: Story, problem: str, owner: str, deputy: str) -> dict[str, Any]:
    """The challenge brief of `story`, complete."""
    return {
        "description": f"{problem} {story.for_whom} bear the cost in time, and staff in work that helps nobody.",
        "for_whom": story.for_whom,
        "looked_into": story.looked_into,
        "permission": "The executive director sponsors it and has freed the product owner and two others.",
        "related_agencies": "The ministry's information management branch; the common components team.",
        "resources_held": "A product owner, two analysts, one developer.",
        "resources_needed": "A scrum master, a designer, two developers, a DevOps specialist.",
        "funding_source": "Base budget of the program area, confirmed for two years",
        "yearly_budget_dollars": 1_100_000,
        "proposed_team": "Product owner, scrum master, designer, two developers and a DevOps specialist to begin with.",
        "government_employees_planned": 3,
        "devops_planned": True,
        "devops_plan": "Lent by the information management branch from the first sprint",
        "product_owner_name": owner,
        "product_owner_title": "Director",
        "product_owner_full_time": True,
        "sponsors": f"{deputy}, assistant deputy minister",
        "sponsor_up_to_adm": True,
        "sponsor_adm_name": f"{deputy}, assistant deputy minister",
        "sponsor_adm_on": datetime.date(2026, 2, 2),
        "sensitivity": "personal",
        "openness_plan": "Code and backlog are open; records never leave the ministry's systems.",
    }


HALF = ("description", "for_whom", "funding_source", "yearly_budget_dollars", "product_owner_name")


def cases(story: Story, problem: str) -> dict[int, str]:
    """The case for each of the six conditions."""
    return {
        1: f"{story.looked_into} They show the same thing: {problem[0].lower()}{problem[1:]}",
        2: "It is in this year's service plan, the money is set aside, and the executive asks about it every month.",
        3: "Rules, habits and systems are entangled. Nobody can say in advance what will work; it has to be tried with people.",
        4: "What people need can only be given online, and two procedures would change with it.",
        5: f"Other teams could reuse {story.reusable}.",
        6: "The service has no end date. Four people stay with it after the lab, paid from base budget.",
    }


def need(story: Story) -> dict[str, str]:
    return {
        "statement": "One clear answer, once, without a call.",
        "impediment": "Facts are kept in several places that do not agree.",
        "cause": "Each office built its own tool when its rules began.",
        "evidence": story.looked_into,
    }


PLAN = {
    "product_ownership": "The director of the program area, who has been product owner from the start.",
    "people": "Four people stay. Two employees take over from the vendors a month before graduation.",
    "funding": "Base budget of the ministry, $700,000 a year.",
    "upkeep": "The ministry's information management branch hosts it and patches it every month.",
    "next_products": "A second service of the same branch, once this one is steady.",
    "risks": "Hiring may be late; the vendor's contract has an option of three months.",
}

# How the demo's administrator words a message of the portal.
QUALIFIED = {
    "subject": "Welcome: {about}",
    "words": (
        "Hello {name},\n\nGood news: the lab found that {about} meets all six conditions.\n\n"
        "See what the lab found:\n{link}\n\n"
        "Next, we prepare the partnership agreement with you. You hear from us within a week.\n\n{lab}"
    ),
}


FILE = Path(__file__).parents[1] / "exchange_lab_teams.csv"


@cache
def products() -> dict[str, Row]:
    """The rows of the list by product."""
    return {row.product: row for row in read(FILE.read_bytes()).rows}
