"""The boundary ledger: for each threshold of a methodology the attainable values just below, at and just above it, what
each gives, and where rounding alone decides. Rates nobody."""

from .boundary import Beside, Boundary, Known, Ledger, Place, Point
from .cuts import Cut
from .making import ledger
from .near import Near, near
from .rounding import Rounding

__all__ = ["Beside", "Boundary", "Cut", "Known", "Ledger", "Near", "Place", "Point", "Rounding", "ledger", "near"]
