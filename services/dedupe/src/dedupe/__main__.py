"""`python -m dedupe [--role api|consumer|relay|all]`."""

from dedupe.app import build
from dedupe.settings import DedupeSettings
from shared.running import run

run(build, DedupeSettings)
