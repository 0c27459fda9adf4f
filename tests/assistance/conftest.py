"""What the tests of a counter share."""

from tests.assistance.counter_cast import boussac, desk, gueret, karim, louise, nadege, sonia

__all__ = ["boussac", "desk", "gueret", "karim", "louise", "nadege", "sonia"]
