"""Who makes the demo's accounts and people before there is anybody to do so."""

from __future__ import annotations

from acts.act import Declaration, SystemActor


class Demo(SystemActor):
    """May do every act: the demo is loaded only where it is asked for, on invented people."""

    def may(self, declared: Declaration) -> bool:
        return True


DEMO = Demo("demo")
