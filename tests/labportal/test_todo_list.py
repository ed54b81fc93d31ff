"""How home arranges what waits for the lab: by urgency, then by what it is about; mine and everyone's (labportal/todo_list.py)."""

import datetime

from labportal.todo_list import EVERYONE, MOST, Reader, arranged
from people.todo import LEADERS, OPS, About, Line, line_of, plain
from tests.clock import TODAY

ME, COLLEAGUE = 1, 2


def day(count):
    return TODAY + datetime.timedelta(days=count)


def line(title, about="XL-1", *, due=None, since=-9, owner=ME, **fields):
    facts = {"due_on": None if due is None else day(due), "since": day(since), **fields}
    return Line(f"line/{title}", title, "Do it", "/", about=About(about, about, "live", "/", owner, "Noor"), **facts)


def titles(todo):
    return {section.key: [[item.line.title for item in group.items] for group in section.groups] for section in todo.sections}


def test_groups_stand_where_their_most_urgent_line_is_and_hold_all_of_it():
    lines = [
        line("old", "XL-2", since=-80),
        line("no date"),
        line("late", due=-1),
        line("today", "XL-3", due=0),
        line("friday", "XL-4", due=7),
        line("later", "XL-5", due=8),
        line("answer", "XL-6", asked=True),
        line("later still late", "XL-7", due=-5),
    ]
    assert titles(arranged(lines, Reader(ME, OPS), TODAY)) == {
        "overdue": [["later still late"], ["late", "no date"]],
        "today": [["today"]],
        "week": [["answer"], ["friday"]],
        "later": [["old"], ["later"]],
    }


def test_what_only_leadership_can_decide_comes_first_for_leadership_and_waits_for_others_elsewhere():
    lines = [line("decide", roles=LEADERS, owner=COLLEAGUE), line("late", due=-1), line("more time", roles=LEADERS, hidden=True)]
    leads = arranged(lines, Reader(ME, (*OPS, *LEADERS)), TODAY)
    assert list(titles(leads).items()) == [("decide", [["decide", "more time"]]), ("overdue", [["late"]])]
    operations = arranged(lines, Reader(ME, OPS, EVERYONE), TODAY)
    assert titles(operations) == {"overdue": [["late"]]}
    assert [waiting.title for waiting in operations.waiting] == ["decide"]


def test_mine_is_assigned_to_me_or_to_no_one():
    lines = [line("mine"), line("theirs", "XL-2", owner=COLLEAGUE), line("unassigned", "XL-3", owner=None)]
    lines += [line("given to me", "XL-4", owner=COLLEAGUE, assignee=ME), line("out", "XL-2", owner=COLLEAGUE, waits=True)]
    mine, everyones = (arranged(lines, Reader(ME, OPS, who), TODAY) for who in ("mine", EVERYONE))
    assert titles(mine) == {"later": [["given to me"], ["mine"], ["unassigned"]]}
    assert (mine.mine, mine.everyone) == (everyones.mine, everyones.everyone) == (3, 4)
    assert (len(mine.waiting), len(everyones.waiting)) == (0, 1)


def test_a_long_list_shows_the_first_dozen_and_says_how_many_more():
    lines = [line(f"{number}", f"XL-{number}") for number in range(MOST + 3)]
    todo = arranged(lines, Reader(ME, OPS), TODAY, snoozed={"line/0"})
    assert (todo.more, todo.mine) == (2, MOST + 2)
    assert arranged(lines, Reader(ME, OPS), TODAY, whole=True).more == 0


def test_red_is_for_what_is_late():
    chips = {}
    for section in arranged([line(f"{due}", f"XL-{due}", due=due) for due in (-1, 0, 6, 40)], Reader(ME, OPS), TODAY).sections:
        chips |= {item.line.title: (item.due.split(" ")[0], item.tone) for group in section.groups for item in group.items}
    assert chips == {"-1": ("1", "danger"), "0": ("Due", "warning"), "6": ("Due", "info"), "40": ("Due", "quiet")}


def test_a_line_that_is_remembered_is_the_same_line():
    whole = line("late", due=-1, roles=LEADERS, note="Note", waits=True, assignee=COLLEAGUE, assignee_name="Idris")
    assert line_of(plain(whole)) == whole
    assert line_of(plain(line("plain"))) == line("plain")
