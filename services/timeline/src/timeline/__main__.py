"""`python -m timeline [--role api|consumer|relay|all]`."""

from shared.running import run
from timeline.app import build
from timeline.settings import TimelineSettings

run(build, TimelineSettings)
