"""What a process tells its operators: JSON logs without personal data, and traces where a collector is configured."""

from shared.telemetry.context import bind, correlation_id, request_id, scope, workspace
from shared.telemetry.logs import configure_logging
from shared.telemetry.tracing import configure_tracing, current_traceparent, span

__all__ = [
    "bind",
    "configure_logging",
    "configure_tracing",
    "correlation_id",
    "current_traceparent",
    "request_id",
    "scope",
    "span",
    "workspace",
]
