"""JSON lines on stdout, ours and the libraries' alike, without personal data.

Exceptions are logged as class and location. Their messages quote addresses, documents and queries, so they never are; that is
also why a library's line keeps its first line only and loses every copy of an exception's text.
"""

from __future__ import annotations

import atexit
import io
import logging
import sys
import threading
import time
from collections import deque
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO, cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from shared.telemetry.context import current

_GATHER_S = 0.1
_TAMED = {
    "uvicorn.error": logging.WARNING,
    "uvicorn.access": logging.ERROR,
    "aiokafka": logging.WARNING,
    "faststream": logging.WARNING,
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "pymongo": logging.WARNING,
    "asyncio": logging.WARNING,
    "opentelemetry": logging.WARNING,
}


def configure_logging(service: str, level: str = "INFO", stream: TextIO | None = None) -> None:
    """For the whole process, replacing what was configured before.

    Our own lines don't pass through `logging`, which would cost three times as much; a line of the libraries looks the same.
    """
    out: TextIO = stream or cast(TextIO, _Gathered(sys.stdout))
    number = logging.getLevelNamesMapping()[level]
    shared: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _Named(service),
        _class_and_location,
    ]
    to_json = structlog.processors.JSONRenderer(default=_class_name)
    structlog.configure(
        processors=[*shared, to_json],
        logger_factory=structlog.WriteLoggerFactory(out),
        wrapper_class=structlog.make_filtering_bound_logger(number),
        cache_logger_on_first_use=False,  # loggers made at import would keep an earlier configuration
    )
    handler = logging.StreamHandler(out)
    handler.addFilter(_without_exception_text)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, to_json],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name, least in _TAMED.items():
        logging.getLogger(name).setLevel(max(least, number))
    for logger in root.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):  # some libraries bring handlers of their own, which would print what ours takes out
            logger.handlers, logger.propagate = [], True
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # a line that can't be written would be dumped on stderr with all its values


class _Gathered(io.TextIOBase):
    """Lines go out together, ten times a second and at the end: a system call for each would cost more than a quick request does.

    A process that is killed loses the lines of its last tenth of a second.
    """

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._lines: deque[str] = deque()
        atexit.register(self._go_out)
        threading.Thread(target=self._keep_going_out, name="log", daemon=True).start()

    def write(self, text: str) -> int:
        self._lines.append(text)
        return len(text)

    def flush(self) -> None:
        """Not now: loggers ask for it after every line."""

    def _keep_going_out(self) -> None:
        while True:
            time.sleep(_GATHER_S)
            self._go_out()

    def _go_out(self) -> None:
        lines = [self._lines.popleft() for _ in range(len(self._lines))]
        if lines:
            self._out.write("".join(lines))
            self._out.flush()


class _Named:
    def __init__(self, service: str) -> None:
        self._service = service

    def __call__(self, _: WrappedLogger, __: str, line: EventDict) -> EventDict:
        ids = current()
        line["service"] = self._service
        for name in ("request_id", "correlation_id", "workspace"):
            value = getattr(ids, name)
            if value is not None:
                line.setdefault(name, value)
        return line


def _class_and_location(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    """In place of a traceback: `error` and `at`, for the exception and for what caused it."""
    error = _exception(line.pop("exc_info", None))
    line.pop("stack_info", None)
    if error is not None:
        line["error"] = _class_name(error)
        line["at"] = location(error)
        cause = error.__cause__ or error.__context__
        if cause is not None:
            line["cause"] = _class_name(cause)
            line["cause_at"] = location(cause)
    return line


def _exception(exc_info: Any) -> BaseException | None:
    error = exc_info
    if isinstance(exc_info, tuple):
        error = exc_info[1]
    elif exc_info and not isinstance(exc_info, BaseException):
        error = sys.exc_info()[1]
    while isinstance(error, BaseExceptionGroup):  # the group says nothing, its first member does
        error = error.exceptions[0]
    return error if isinstance(error, BaseException) else None


def location(error: BaseException) -> str:
    """Where it was raised, as `package/file.py:12 in function`."""
    trace: TracebackType | None = error.__traceback__
    if trace is None:
        return "unknown"
    while trace.tb_next is not None:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    return f"{'/'.join(Path(code.co_filename).parts[-2:])}:{trace.tb_lineno} in {code.co_name}"


def _class_name(value: object) -> str:
    return type(value).__name__


def _without_exception_text(record: logging.LogRecord) -> bool:
    """A filter that lets everything pass, changed: on library lines the texts of exceptions give way to their classes."""
    errors = [arg for arg in (record.args if isinstance(record.args, tuple) else ()) if isinstance(arg, BaseException)]
    raised = _exception(record.exc_info)
    errors += [raised] if raised is not None else []
    message = record.getMessage()
    for error in errors:
        for text in (repr(error), str(error)):
            message = message.replace(text, _class_name(error)) if text else message
    record.msg = message.partition("\n")[0]
    record.args = None
    return True
