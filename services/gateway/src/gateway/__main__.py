"""`python -m gateway`."""

from gateway.app import build
from gateway.settings import GatewaySettings
from shared.running import run

run(build, GatewaySettings)
