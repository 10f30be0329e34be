"""HTTP in: the check before somebody is saved, the pairs and clusters found among those who are, and the rules both are scored by."""

from dedupe.api.check import check_router
from dedupe.api.clusters import clusters_router
from dedupe.api.pairs import Now, pairs_router
from dedupe.api.rules import rules_router

__all__ = ["Now", "check_router", "clusters_router", "pairs_router", "rules_router"]
