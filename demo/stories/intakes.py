"""The demo's intakes: twenty real products from the lab's public pages (demo/README.md). Everything else is invented."""

from __future__ import annotations

import datetime
from functools import cache
from pathlib import Path
from typing import Any

from demo.stories.scripts import Story
from residencies.importing.workbook import Row, read


def brief(story: Story, problem: str, owner: str, deputy: str) -> dict[str, Any]:
    """Return a complete challenge brief for `story`."""
    return {
        "description": f"{problem} It costs the people we serve hours of their time, and it keeps our staff busy with rework.",
        "for_whom": story.for_whom,
        "looked_into": story.looked_into,
        "permission": "Our executive director is sponsoring the work and has freed up the product owner and two analysts.",
        "related_agencies": "The ministry's information management branch and the Common Components team.",
        "resources_held": "A product owner, two business analysts and one developer.",
        "resources_needed": "A scrum master, a designer, two developers and a DevOps specialist.",
        "funding_source": "The program area's base budget, confirmed for two years",
        "yearly_budget_dollars": 1_100_000,
        "proposed_team": "To start: a product owner, a scrum master, a designer, two developers and a DevOps specialist.",
        "government_employees_planned": 3,
        "devops_planned": True,
        "devops_plan": "On loan from the information management branch, starting in sprint 1",
        "product_owner_name": owner,
        "product_owner_title": "Director",
        "product_owner_full_time": True,
        "sponsors": f"{deputy}, assistant deputy minister",
        "sponsor_up_to_adm": True,
        "sponsor_adm_name": f"{deputy}, assistant deputy minister",
        "sponsor_adm_on": datetime.date(2026, 2, 2),
        "sensitivity": "personal",
        "openness_plan": "Our code and backlog will be public on GitHub. Client records will stay in the ministry's systems.",
    }


HALF = ("description", "for_whom", "funding_source", "yearly_budget_dollars", "product_owner_name")


def cases(story: Story, problem: str) -> dict[int, str]:
    """Return the case for each of the six conditions."""
    return {
        1: f"{story.looked_into} We kept running into the same problem. {problem}",
        2: "It's in this year's service plan, the funding is set aside, and our executive asks for an update every month.",
        3: "Policy, practice and legacy systems are tangled together. We can't predict what will work, so we need to test it with users.",
        4: "People need this service online, and getting it there means changing two of our business processes.",
        5: f"Other teams could reuse {story.reusable}.",
        6: "The service is ongoing. Four people will stay on it after the residency, paid from base budget.",
    }


def need(story: Story) -> dict[str, str]:
    return {
        "statement": "Get a clear answer the first time, without having to phone.",
        "impediment": "The information is in several systems that don't match.",
        "cause": "Each office built its own tool when its regulation came in.",
        "evidence": story.looked_into,
    }


PLAN = {
    "product-ownership": "The director of the program area, who has been product owner from the start.",
    "people": "Four people will stay. Two more positions are funded and will be posted.",
    "vendor-handover": "Two employees will take over from the contractors a month before graduation.",
    "funding": "The ministry's base budget, $700,000 a year.",
    "upkeep": "The ministry's information management branch will host it and patch it monthly.",
    "next-products": "Another service in the same branch, once this one is stable.",
    "risks": "Hiring could run late. We have an option to extend the vendor's contract by three months.",
}

# A message template that the demo's administrator has reworded.
QUALIFIED = {
    "subject": "Welcome to the lab: {about}",
    "words": (
        "Hello {name},\n\nGood news: {about} meets all six conditions.\n\n"
        "Read our findings:\n{link}\n\n"
        "Next, we'll prepare the partnership agreement with you. You'll hear from us within a week.\n\n{lab}"
    ),
}


FILE = Path(__file__).parents[1] / "exchange_lab_teams.csv"


@cache
def products() -> dict[str, Row]:
    """Return the rows of the list by product."""
    return {row.product: row for row in read(FILE.read_bytes()).rows}
