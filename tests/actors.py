"""An actor for tests of something else than who may: it may do every act."""

from acts.act import Declaration, SystemActor


class Anyone(SystemActor):
    def may(self, declared: Declaration) -> bool:
        return True


ANYONE = Anyone("test")
