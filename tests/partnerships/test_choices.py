"""The continuum of models."""

from partnerships.choices import INFORMAL, Leaf, Model


def test_eleven_leaves_stand_in_the_order_of_the_four_models():
    """SP-01, PB-07: two ways to promote, four to reach out, two to share a place, three to integrate."""
    models = [leaf.model for leaf in Leaf]

    assert [models.count(model) for model in Model] == [2, 4, 2, 3]
    assert models == sorted(models, key=list(Model).index)


def test_only_informal_promotion_needs_no_signature():
    """PB-08."""
    assert set(INFORMAL) == {Leaf.PROMOTION_INFORMAL}
