"""Who may do what with an expedition."""

import rules

from people.permissions import is_lab_ops, is_reader


@rules.predicate
def is_crew(user, expedition):
    return bool(expedition and user.is_authenticated and expedition.crew.filter(pk=user.pk).exists())


rules.add_perm("expeditions.view_expedition", is_reader | is_crew)
for verb in ("draw_up", "set_sail", "return_home", "call_off"):
    rules.add_perm(f"expeditions.{verb}", is_lab_ops)
