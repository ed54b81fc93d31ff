"""A lab to try things in: real products, invented everything else. Composes all apps and owns no table."""
