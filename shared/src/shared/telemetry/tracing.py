"""Traces over OTLP where a collector is configured. The trace a request came with goes into events even where none is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import context, trace
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

_EXPORT_TIMEOUT_S = 2  # a collector that is away may cost a stopping process no more than this

_propagator = TraceContextTextMapPropagator()


def configure_tracing(service: str, endpoint: str | None) -> None:
    """Without an endpoint nothing is recorded, and the SDK and exporter (some 20 MB) are never imported."""
    if endpoint is None:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(
        BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=_EXPORT_TIMEOUT_S))
    )
    trace.set_tracer_provider(provider)


def current_traceparent() -> str | None:
    """The W3C header value of the work at hand: goes into `traceparent` of every event made and every request sent."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier.get("traceparent")


@contextmanager
def span(name: str, *, parent: str | None = None, kind: SpanKind = SpanKind.INTERNAL) -> Iterator[trace.Span]:
    """Work that belongs to the trace `parent` (a traceparent), or to the current one. Exceptions are recorded by class only."""
    token = context.attach(_propagator.extract({"traceparent": parent})) if parent else None
    try:
        if isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):  # none is set: only the parent goes on
            yield trace.INVALID_SPAN
            return
        with trace.get_tracer(__name__).start_as_current_span(
            name, kind=kind, record_exception=False, set_status_on_exception=False
        ) as current:
            try:
                yield current
            except BaseException as error:
                current.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise
    finally:
        if token is not None:
            context.detach(token)
