"""HTTP in: the check before somebody is saved, pairs and clusters of those who are, what is decided about them, and the rules."""

from dedupe.api.check import check_router
from dedupe.api.clusters import clusters_router
from dedupe.api.decisions import decisions_router
from dedupe.api.pairs import pairs_router
from dedupe.api.rules import rules_router

__all__ = ["check_router", "clusters_router", "decisions_router", "pairs_router", "rules_router"]
