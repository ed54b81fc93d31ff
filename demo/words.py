"""Word lists for made-up products, program areas and people."""

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
    "Applicants wait {days} days because offices mail paper forms to each other.",
    "Applicants can't check their status online, so they phone, and staff take {days} calls a week.",
    "Staff enter the same information in three systems, and {days} of 200 files don't match.",
    "Crews don't find out which sites need work until the season is over, so decisions come {days} days late.",
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
    "The need is real, but an existing common component already covers it.",
    "This is urgent. A surge team can deliver it within weeks.",
    "There is no budget for a team past this fiscal year.",
)
WITHDRAWN = ("The program area was reorganized.", "The funding went to another priority.", "A shared service will cover the need.")
PIVOTED = (
    "For the second time, the program area couldn't free up a full-time product owner.",
    "The ministry decided to buy an existing product instead.",
)
BARRIERS = (
    "No one has the authority to sign for access to the data.",
    "The hosting contract can't be renewed in the team's name.",
    "Two developers still wait for their accounts.",
    "The network change window is only once a month.",
)
