"""Traces by OpenTelemetry, where somebody collects them: one from a message through its jobs to the provider.

Off unless `use_tracing` was called; then nothing of OpenTelemetry is even loaded, and a span costs two function calls.
Spans name routes, jobs, rows and outcomes, and never what a person wrote: no path, no body, no words of an error.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from typing import Any, Literal

from core.settings import Settings

Kind = Literal["server", "consumer", "client", "internal"]
Value = str | int | float | bool

_tracer: Any = None
# The span in another process that this task goes on with, as W3C's `traceparent` writes it.
_parent: ContextVar[str | None] = ContextVar("parent_span", default=None)


@asynccontextmanager
async def traced(settings: Settings, service: str) -> AsyncIterator[None]:
    """Send this process's spans to the collector that the settings name, if they do; the last ones at the end."""
    if not settings.otel_endpoint:
        yield
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

    named = {"service.name": service, "deployment.environment.name": settings.environment}
    provider = TracerProvider(
        resource=Resource.create(named), sampler=ParentBased(TraceIdRatioBased(settings.otel_sample))
    )
    exporter = OTLPSpanExporter(endpoint=f"{settings.otel_endpoint.rstrip('/')}/v1/traces", timeout=5)
    # It sends from a thread of its own, and drops what a collector that is away doesn't take.
    provider.add_span_processor(BatchSpanProcessor(exporter))
    use_tracing(provider)
    try:
        yield
    finally:
        use_tracing(None)
        await asyncio.to_thread(provider.shutdown)


def use_tracing(provider: Any) -> None:
    """Where spans go from now on; None: nowhere."""
    global _tracer
    _tracer = provider.get_tracer("makola") if provider else None


def continue_from(traceparent: str | None) -> None:
    """What this task begins from now on belongs to a span of another process; None: to none."""
    _parent.set(traceparent)


def current_span() -> str | None:
    """The span that is open here, as `continue_from` takes it in another process."""
    if _tracer is None:
        return None
    from opentelemetry import trace

    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return _parent.get()
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


@contextmanager
def span(name: str, kind: Kind = "internal", **attributes: Value) -> Iterator[None]:
    """Everything inside, as one span. An error that leaves it is named by its class."""
    if _tracer is None:
        yield
        return
    from opentelemetry import trace
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    context = None
    if not trace.get_current_span().get_span_context().is_valid and (parent := _parent.get()):
        context = TraceContextTextMapPropagator().extract({"traceparent": parent})
    with _tracer.start_as_current_span(
        name,
        context=context,
        kind=trace.SpanKind[kind.upper()],
        attributes={key.replace("__", "."): value for key, value in attributes.items()},
        record_exception=False,
        set_status_on_exception=False,
    ) as opened:
        try:
            yield
        except Exception as error:
            opened.set_status(trace.StatusCode.ERROR, type(error).__name__)
            raise


def note(**attributes: Value) -> None:
    """Add to the span that is open here, if one is; `__` in a name stands for a dot."""
    if _tracer is None:
        return
    from opentelemetry import trace

    trace.get_current_span().set_attributes(
        {key.replace("__", "."): value for key, value in attributes.items()}
    )


def fail(why: str) -> None:
    """Say that what the open span stands for went wrong, where no error leaves it."""
    if _tracer is not None:
        from opentelemetry import trace

        trace.get_current_span().set_status(trace.StatusCode.ERROR, why)
