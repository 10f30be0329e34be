"""`python -m outreach_guard --role all|api|consumer`."""

from outreach_guard.app import build
from outreach_guard.settings import GuardSettings
from shared.running import run

run(build, GuardSettings)
