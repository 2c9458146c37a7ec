"""One line a log event, to standard output: for a person (console) or for a machine (JSON)."""

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

# Whoever has one of these addresses has the right.
SECRETS = re.compile(r"(/storage/(?:parts/)?|/password/reset/key/|/drive/(?:s|links)/)[^/?\s'\"]+")


def hide_secrets(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blot out the signed part of addresses."""
    for name, value in event.items():
        if isinstance(value, str) and "/" in value:
            event[name] = SECRETS.sub(r"\1…", value)
    return event


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def logging_config(log_format: str, level: str) -> dict[str, Any]:
    """Make the dictionary for Django's LOGGING; events of structlog and of the standard library look alike."""
    plain = structlog.dev.plain_traceback  # the rich one shows local variables, tokens among them, and takes seconds
    console = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain)
    renderer = console if log_format == "console" else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *([] if log_format == "console" else [structlog.processors.format_exc_info]),
                    hide_secrets,
                    renderer,
                ],
                "foreign_pre_chain": SHARED,
            },
        },
        "handlers": {"stdout": {"class": "logging.StreamHandler", "stream": "ext://sys.stdout", "formatter": "line"}},
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True},
            "botocore": {"level": "WARNING"},
            "wsgidav": {"level": "CRITICAL"},  # it calls every refusal an error; our line for the request has its code
            "kombu": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},  # django-structlog has a line for each task
            "celery.app.trace": {"level": "WARNING"},
        },
    }
