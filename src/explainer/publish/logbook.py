"""The server's log: one line for each thing that happened, to the terminal and, where wished, to a file.

A file that cannot be written, as on a full disk, is mentioned once; the server goes on.
"""

import logging
import logging.handlers
import sys
from pathlib import Path

from .errors import PublishError

NAME = "explainer.serve"
FORM = "%(asctime)s %(levelname)-7s %(message)s"
FILE_BYTES, FILES_KEPT = 5_000_000, 3


class OneLine(logging.Formatter):
    """Keeps what came from outside on the line it belongs to."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Escape line breaks and other control characters in the message."""
        record.message = "".join(c if c.isprintable() else repr(c)[1:-1] for c in record.message)
        return super().formatMessage(record)


class Tolerant(logging.handlers.RotatingFileHandler):
    """A log file whose loss ends nothing."""

    said = False

    def handleError(self, record: logging.LogRecord) -> None:
        """Say once on the terminal that the file cannot be written."""
        if not self.said:
            self.said = True
            error = sys.exc_info()[1]
            print(f"explainer: the log {self.baseFilename!r} cannot be written ({error}); going on.", file=sys.stderr)


def logbook(path: Path | None = None) -> logging.Logger:
    """Open the log: what happens goes to the terminal, single requests only to the file.

    Raises
    ------
    PublishError
        If the file cannot be opened.
    """
    log = logging.getLogger(NAME)
    log.setLevel(logging.DEBUG)
    log.propagate = False
    for old in log.handlers[:]:
        log.removeHandler(old)
    terminal = logging.StreamHandler(sys.stderr)
    terminal.setLevel(logging.INFO)
    handlers: list[logging.Handler] = [terminal]
    if path is not None:
        try:
            handlers.append(Tolerant(path, maxBytes=FILE_BYTES, backupCount=FILES_KEPT, encoding="utf-8"))
        except OSError as error:
            raise PublishError(f"--log {str(path)!r} cannot be opened: {error.strerror}; name another file.") from None
    for handler in handlers:
        handler.setFormatter(OneLine(FORM))
        log.addHandler(handler)
    return log
