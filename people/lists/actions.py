"""An account's own views of lists: saved under a name, renamed, deleted."""

from __future__ import annotations

from acts.act import Actor, act
from ledger.actions import append, lab_stream
from people.models import SavedView, User


@act("people.own_account")
def save_view(account: User, *, page: str, name: str, query: str, by: Actor) -> SavedView:
    """Keep how `account` looks at the list at the address called `page`, under a name of its own.

    Raises `Refused` (`view-known`) when that account has such a name for this list already.
    """
    view = SavedView.objects.create(account=account, page=page, name=name, query=query)
    append(lab_stream(), "view-saved", by=by, facts={"view": view.pk})
    return view


@act("people.own_account", on="view.account")
def rename_view(view: SavedView, *, name: str, by: Actor) -> SavedView:
    """Give a view another name. Raises `Refused` (`view-known`)."""
    view.name = name
    view.save(update_fields=["name"])
    append(lab_stream(), "view-renamed", by=by, facts={"view": view.pk})
    return view


@act("people.own_account", on="view.account")
def delete_view(view: SavedView, *, by: Actor) -> None:
    """Delete a view; the list itself stays as it is."""
    pk = view.pk
    view.delete()
    append(lab_stream(), "view-deleted", by=by, facts={"view": pk})
