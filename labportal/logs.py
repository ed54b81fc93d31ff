"""Structured logs: one line per event with a request id, and no link tokens or email addresses."""

import logging
import re
from typing import Any

import structlog

TOKEN_PATH = re.compile(r"(/[acmr]/)[A-Za-z0-9_.\-]{8,}")
ADDRESS = re.compile(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9.\-]+\.[A-Za-z]{2,}")


def masked(text: str) -> str:
    """Return `text` on one line, without invitation tokens and email addresses."""
    text = ADDRESS.sub("[address]", TOKEN_PATH.sub(r"\1[token]", text))
    return text.replace("\r", "\\r").replace("\n", "\\n")


def mask_event(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Mask every text in the event, but keep the line breaks of tracebacks (a structlog processor)."""
    for key, value in event.items():
        if key == "exception":
            event[key] = ADDRESS.sub("[address]", TOKEN_PATH.sub(r"\1[token]", str(value)))
        elif isinstance(value, str):
            event[key] = masked(value)
        elif not isinstance(value, (int, float, bool, type(None))) and not key.startswith("_"):
            event[key] = masked(str(value))
    return event


def is_no_repeated_advice(record: logging.LogRecord) -> bool:
    """Filter out WeasyPrint's advice to install HarfBuzz-Subset, which it repeats for every PDF; `manage.py doctor` gives it once."""
    return "HarfBuzz-Subset" not in str(record.msg)


PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def logging_config(*, json: bool, level: str) -> dict[str, Any]:
    """Return the LOGGING setting, and configure structlog to pass its events to the standard library."""
    structlog.configure(
        processors=[*PROCESSORS, structlog.stdlib.PositionalArgumentsFormatter(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    least = level if level in ("ERROR", "CRITICAL") else "WARNING"  # for loggers that report every step
    renderer = structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [*PROCESSORS, structlog.stdlib.PositionalArgumentsFormatter()],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    mask_event,
                    renderer,
                ],
            }
        },
        "filters": {"no_repeated_advice": {"()": "django.utils.log.CallbackFilter", "callback": is_no_repeated_advice}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"level": level},
            "django.server": {"handlers": [], "level": least, "propagate": True},
            "django_structlog": {"level": level},
            "weasyprint": {"level": least, "filters": ["no_repeated_advice"]},
            "fontTools": {"level": least},
        },
    }
