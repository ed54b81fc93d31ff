"""Words that plausible products, areas and people are made of. All invented."""

MINISTRIES = (
    "Agriculture and Food", "Attorney General", "Children and Family Development", "Citizens' Services", "Education and Child Care",
    "Emergency Management and Climate Readiness", "Environment and Climate Change Strategy", "Finance", "Forests", "Health", "Housing",
    "Infrastructure", "Labour", "Municipal Affairs", "Post-Secondary Education and Future Skills", "Public Safety and Solicitor General",
    "Social Development and Poverty Reduction", "Tourism, Arts, Culture and Sport", "Transportation and Transit",
    "Water, Land and Resource Stewardship",
)  # fmt: skip

WHERE = (
    "Shoreline", "Roadside", "Highland", "Harbour", "Valley", "Coastal", "Northern", "Interior", "Island", "River", "Orchard", "Prairie",
    "Lakeside", "Mountain", "Rural", "Community", "Remote", "Regional", "Urban", "Heritage",
)  # fmt: skip

WHAT = (
    "Permit", "Licence", "Claim", "Grant", "Inspection", "Booking", "Renewal", "Complaint", "Survey", "Certificate", "Payment", "Notice",
    "Referral", "Apprentice", "Tenancy", "Clinic", "Ferry", "Culvert", "Campsite", "Recycling",
)  # fmt: skip

HOW = ("Finder", "Tracker", "Desk", "Register", "Online", "Check", "Planner", "Hub", "Calendar", "Relief")

PROBLEMS = (
    "Applicants wait {days} days because forms travel by mail between offices.",
    "People cannot see where their application stands and call to ask; staff take {days} calls a week.",
    "Staff enter the same facts in three places, and {days} of 200 files disagree.",
    "Nobody knows before the season ends which sites need work; decisions come {days} days late.",
)

FIRST = (
    "Anneke", "Priya", "Dominic", "Saoirse", "Kofi", "Yuki", "Tomasz", "Leilani", "Farid", "Marguerite", "Bram", "Noor", "Ines", "Oskar",
    "Thandi", "Mateus", "Freya", "Rohan", "Elif", "Jonas", "Amara", "Luca", "Sunniva", "Idris",
)  # fmt: skip

LAST = (
    "Torvald", "Wenlock", "Achterberg", "Lindqvist-Rao", "Marchbanks", "Penhallow", "Everden", "Strathmore", "Oduya-Clark",
    "Holloway-Sze", "Quillfeather", "Castellane", "Brackenridge", "Ashgrove", "Tidewell", "Fenwick-Osei", "Larkspur", "Merriweather",
)  # fmt: skip

DECLINED = (
    "The need is real, but a common component covers it already.",
    "The matter is urgent: a surge team can deliver within weeks.",
    "There is no budget for a team beyond this year.",
)
WITHDRAWN = ("The program area was reorganized.", "The funding went to another priority.", "A shared service will cover the need.")
PIVOTED = ("The product owner could not be released twice in a row.", "The ministry chose to buy a product instead.")
