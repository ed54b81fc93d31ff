"""An app that exists in tests alone: a kind of subject that agreements, teams, outbox, ledger and web were never told of.

It is what partnerships and work teams will be: a model, a table of moves, permissions, pages and one declaration. That it goes from
draft to a sealed agreement without an edit anywhere else is what tests/expeditions/test_a_new_kind.py shows.
"""
