"""HTTP in: the check before somebody is saved, and the pairs found among those who are."""

from dedupe.api.check import check_router
from dedupe.api.pairs import Now, pairs_router

__all__ = ["Now", "check_router", "pairs_router"]
