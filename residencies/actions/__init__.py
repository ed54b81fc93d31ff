"""Every act on a residency: one function a verb, one transaction each."""

from residencies.actions.clocks import (
    change_assessment,
    change_graduation_plan,
    extend_graduation,
    hold_conversation,
    open_conversation,
    record_release,
)
from residencies.actions.importing import add_repository, import_residencies, ministry_for, plan_import, record_past
from residencies.actions.life import decline, follow_agreement_prepared, go_live, graduate, pivot, start, withdraw
from residencies.actions.making import add_member, assign, edit_residency, end_membership, program_area_for, start_intake
from residencies.actions.organisations import (
    add_ministry,
    correct_ministry,
    offer_ministry,
    rename_ministry,
    rename_program_area,
    retire_ministry,
)
from residencies.actions.phases import enter_phase, tick_sign, untick_sign

__all__ = [
    "add_member",
    "add_ministry",
    "add_repository",
    "assign",
    "change_assessment",
    "change_graduation_plan",
    "correct_ministry",
    "decline",
    "edit_residency",
    "end_membership",
    "enter_phase",
    "extend_graduation",
    "follow_agreement_prepared",
    "go_live",
    "graduate",
    "hold_conversation",
    "import_residencies",
    "ministry_for",
    "offer_ministry",
    "open_conversation",
    "pivot",
    "plan_import",
    "program_area_for",
    "record_past",
    "record_release",
    "rename_ministry",
    "rename_program_area",
    "retire_ministry",
    "start",
    "start_intake",
    "tick_sign",
    "untick_sign",
    "withdraw",
]
