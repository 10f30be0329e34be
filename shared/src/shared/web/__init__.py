"""HTTP as every service speaks it: one app factory, problem details, limits, health, metrics."""

from shared.health import Check, Readiness
from shared.problem import FieldError, Problem
from shared.web.app import create_app

__all__ = ["Check", "FieldError", "Problem", "Readiness", "create_app"]
