"""The six qualifying conditions in plain words: what is asked, why, and what a strong answer looks like (EL-12)."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _


class Words(NamedTuple):
    title: Any
    question: Any
    why: Any
    example: Any
    evidence: Any


CONDITIONS: dict[int, Words] = {
    1: Words(
        _("A real problem"),
        _("How do you know that people have this problem?"),
        _(
            "The costliest product is one that no one needed. Show the need with numbers from the service, or research with the people who use it."
        ),
        _(
            "“We read 312 calls and sat with 14 growers. Four in ten claims come back because a form asks for what another program already has. "
            "The first payment takes 94 days.”"
        ),
        _("Service analytics, interview notes, call or complaint counts, an audit."),
    ),
    2: Words(
        _("A priority for the ministry"),
        _("Which executives want this solved, by when, and with what funding?"),
        _("Hard choices come up every week. They are made quickly when the work is funded, has a deadline, and has executives’ attention."),
        _(
            "“It is in the minister’s mandate letter for this year. $1.1 million a year is confirmed from the base budget, and the executive "
            "director hears about it every month.”"
        ),
        _("Mandate letter, service plan, budget confirmation, minutes."),
    ),
    3: Words(
        _("Complex"),
        _("What can’t you know until you try it with people?"),
        _(
            "If the solution is known, it is quicker to buy or build it straight away. The lab helps when the solution has to be found by testing, step by step."
        ),
        _(
            "“Three programs, two acts and four levels of government meet here. Each earlier fix moved the problem elsewhere. We do not know which "
            "change helps until growers have used one.”"
        ),
        _("A map of the service, earlier attempts and their results."),
    ),
    4: Words(
        _("Digital"),
        _("Which part of the solution must be digital?"),
        _("Policy and procedures may change too. But developers and designers can only help if part of the solution is digital."),
        _(
            "“One online claim replaces three fax forms. The rules for sharing losses between programs change with it, and the policy branch has "
            "agreed to that.”"
        ),
        _("A sketch, a journey map, the digital plan it belongs to."),
    ),
    5: Words(
        _("Broadly valued"),
        _("What could others in government reuse?"),
        _("The lab invests where one team’s work saves the next team time. At least one part should be useful elsewhere."),
        _("“Uploading photos as proof, and telling people where their payment is: at least six other programs pay out claims.”"),
        _("Names of programs that would use it, letters, a list of common components."),
    ),
    6: Words(
        _("Continuous"),
        _("Who will run it after graduation?"),
        _(
            "A product needs a team for as long as it is used. Without people and funding after the lab, it stops being secure within a year."
        ),
        _("“Four positions are in the base budget from April. The product owner stays, and the ministry’s IM branch takes over hosting.”"),
        _("Organization chart, budget line, a letter from the branch that takes it on."),
    ),
}
