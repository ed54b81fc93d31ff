"""Worked cases of the model chooser, and a second reading of its rules that shares nothing with the first."""

from partnerships.chooser.rules import LEAVES, QUESTIONS

FAR_FEW = {"place": "remote", "volume": "too_few"}
TWO_SMALL = {"place": "rural", "volume": "low_steady", "presence": "both_small"}
FOR_OTHERS = {"server": "partner_staff", "presence": "another_level"}

# name → answers, first place, its points, and the points of others that are on record
CASES = {
    "island with a ferry": (
        {**FAR_FEW, "presence": "another_level", "rhythm": "set_times", "connection": "good", "travel": "unreliable"},
        "outreach_virtual", 9, {"outreach_scheduled": 6},
    ),
    "the same with a poor line and open roads": (
        {**FAR_FEW, "presence": "another_level", "rhythm": "set_times", "connection": "poor"}, "outreach_scheduled", 7, {},
    ),
    "mass layoff in a rural place": ({"place": "rural", "volume": "too_few", "urgency": "mass_layoff"}, "outreach_rapid", 21, {}),
    "flood in a city": ({"place": "urban", "volume": "high", "urgency": "emergency"}, "outreach_rapid", 20, {}),
    "community event in a remote place": ({**FAR_FEW, "rhythm": "event"}, "outreach_targeted", 5, {}),
    "two small rural offices": (TWO_SMALL, "colocation_space", 8, {"colocation_counter": 7}),
    "two small rural offices with one queue": ({**TWO_SMALL, "queue": "one"}, "colocation_counter", 10, {}),
    "territorial pilot": ({**FAR_FEW, **FOR_OTHERS, "travel": "unreliable", "connection": "poor"}, "integrated_agent", 10, {}),
    "territorial pilot with a good line": (
        {**FAR_FEW, **FOR_OTHERS, "travel": "unreliable", "connection": "good"}, "integrated_agent", 10, {"outreach_virtual": 9},
    ),
    "boat licences": ({"place": "online", "need": "transact", "server": "self_service"}, "integrated_digital", 9, {}),
    "bills paid at a partner’s desk": ({"place": "urban", **FOR_OTHERS, "need": "pay"}, "integrated_payments", 10, {"integrated_agent": 8}),
    "newcomers, informally": ({"place": "urban", "need": "know", "clients": "newcomers", "formal": "no"}, "promotion_informal", 7, {}),
    "newcomers, with a memorandum": ({"place": "urban", "need": "refer", "clients": "newcomers", "formal": "yes"}, "promotion_formal", 7, {}),
    "busy city hall": (
        {"place": "urban", "volume": "high", "presence": "both_large", "need": "transact", "queue": "one"}, "colocation_counter", 2, {},
    ),
}  # fmt: skip


GROUPS = {
    name: [leaf for leaf in LEAVES if leaf.startswith(name)] for name in ("promotion", "outreach", "colocation", "integrated", *LEAVES)
}


def points_by_hand(a):
    """Count every model's points with plain comparisons, as the worked rules are written on paper."""
    total = dict.fromkeys(LEAVES, 0)

    def add(points, *names):
        for leaf in (leaf for name in names for leaf in GROUPS[name]) if points else ():
            total[leaf] += points

    far = a["place"] in ("rural", "remote")
    urgent = a["urgency"] != "ordinary"
    add(3 * (a["need"] in ("know", "refer")) + 2 * (a["clients"] == "newcomers"), "promotion")
    if a["formal"] == "yes":
        add(2, "promotion_formal")
        add(-2, "promotion_informal")
    if a["formal"] == "no":
        add(2, "promotion_informal")
        add(-1, "promotion_formal")
        add(-2, "colocation", "integrated")
    if far and a["volume"] == "too_few":
        add(3, "outreach_scheduled", "outreach_virtual")
        add(1, "outreach_targeted", "outreach_rapid")
    if a["presence"] == "another_level":
        add(2, "outreach_scheduled")
        add(1, "outreach_virtual", "integrated_agent")
    add(2 * (a["rhythm"] == "set_times"), "outreach_scheduled")
    add(4 * (a["rhythm"] == "event" or a["clients"] == "specific_need"), "outreach_targeted")
    add(20 if urgent else -9, "outreach_rapid")
    add(3 * (far and a["connection"] == "good"), "outreach_virtual")
    add(-4 * (a["connection"] == "poor"), "outreach_virtual", "integrated_digital")
    if a["travel"] == "unreliable":
        add(2, "outreach_virtual", "integrated_agent")
        add(-1, "outreach_scheduled")
    add(3 * (a["place"] == "rural" and a["volume"] == "low_steady") + 3 * (a["presence"] == "both_small"), "colocation")
    add(-2 * (a["place"] == "urban" and a["volume"] == "high"), "colocation")
    if a["clients"] == "few_channels":
        add(2, "colocation")
        add(1, "outreach")
    if a["server"] == "own_staff":
        add(2, "colocation_space")
        add(1, "colocation_counter")
        add(-3, "integrated_agent")
    add(3 * (a["queue"] == "one"), "colocation_counter")
    add(7 * (a["server"] == "partner_staff"), "integrated_agent")
    add(6 * (a["server"] == "self_service" and a["need"] == "transact"), "integrated_digital")
    add(10 * (a["need"] == "pay" and a["server"] == "partner_staff"), "integrated_payments")
    if a["place"] == "online":
        add(3, "integrated_digital")
        add(-5, "outreach_scheduled", "outreach_targeted", "colocation")
    return total


def first_by_hand(answers):
    total = points_by_hand(answers)
    most = max(total.values())
    return [leaf for leaf in LEAVES if total[leaf] == most]


def changes_by_hand(answers):
    """Try every other answer to every question, one at a time."""
    now = first_by_hand(answers)
    tried = [(q.key, value) for q in QUESTIONS for value in q.options if value != answers[q.key]]
    firsts = [(key, value, first_by_hand({**answers, key: value})) for key, value in tried]
    return [{"question": key, "answer": value, "first": first} for key, value, first in firsts if first != now]


def random_answers(random):
    return {question.key: random.choice(list(question.options)) for question in QUESTIONS}
