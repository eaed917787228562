"""A live page's connection to its kernel: bounded, and for messages of widgets only."""

import json
import logging
import time
from collections import Counter
from typing import Any, ClassVar

import tornado.web
from nbclient.util import ensure_async
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler, read_header_from_binary_message

from .handlers import Forgetful
from .logbook import NAME

LOG = logging.getLogger(NAME)

NOT_FOR_READERS = {"error", "execute_input"}
"""Messages of a kernel that no widget needs."""

MOST_CONNECTIONS = 8
"""To one kernel: its page has one, and opens another when that was cut."""

MOST_MESSAGES_PER_S = 200
BURST_MESSAGES = 1000


class ChannelsHandler(Forgetful, VoilaKernelWebsocketHandler):
    """A page's connection to its kernel, with a bound on how much it may say, and on how many it may have."""

    held: ClassVar[Counter[str]] = Counter()
    """Connections to each kernel, from the first word of a handshake on."""

    holds = False

    async def get(self, kernel_id: str) -> None:
        """Shake hands, unless it would be one too many."""
        if self.held[kernel_id] >= MOST_CONNECTIONS:
            raise tornado.web.HTTPError(503)
        self.held[kernel_id] += 1
        self.holds = True
        try:
            await ensure_async(super().get(kernel_id))
        finally:
            if self.ws_connection is None:  # it came to nothing
                self._let_go(kernel_id)

    def _let_go(self, kernel_id: str) -> None:
        if self.holds:
            self.holds = False
            self.held[kernel_id] -= 1
            if not self.held[kernel_id]:
                del self.held[kernel_id]

    def open(self, kernel_id: str) -> Any:
        """Start counting messages."""
        self._left, self._counted_s = float(BURST_MESSAGES), time.monotonic()
        return super().open(kernel_id)

    def write_message(self, message: bytes | str | dict[str, Any], binary: bool = False) -> Any:
        """Pass a kernel's message on, but not what went wrong in it: that holds paths and names, and its log has it."""
        if kind(message) in NOT_FOR_READERS:
            return None
        return super().write_message(message, binary)

    def on_close(self) -> None:
        """Make room for another."""
        self._let_go(self.kernel_id)
        super().on_close()

    def on_message(self, message: str | bytes) -> None:
        """Pass a message on, unless there are too many."""
        now = time.monotonic()
        self._left = min(BURST_MESSAGES, self._left + (now - self._counted_s) * MOST_MESSAGES_PER_S)
        self._counted_s = now
        if self._left < 1:
            if self.close_code is None:
                LOG.warning("a page sent too many messages to its kernel; its connection was closed")
                self.close(1008, "too many messages")
            return
        self._left -= 1
        try:
            if isinstance(message, bytes):
                check_parts(message, new_form=self.selected_subprotocol is not None)
            super().on_message(message)
        except Exception:  # there are as many ways to be no message as there are kinds of error
            LOG.warning("a page sent a message that is none; its connection was closed")
            self.close(1003, "not a message")


def kind(message: bytes | str | dict[str, Any]) -> str:
    """Name a kernel's message, in whichever form it travels; empty where it has no name."""
    if isinstance(message, bytes):
        header = read_header_from_binary_message(message)
    else:
        header = (json.loads(message) if isinstance(message, str) else message).get("header")
    return str((header or {}).get("msg_type", ""))


def check_parts(message: bytes, new_form: bool) -> None:
    """See to it that a binary message has the parts that it announces, before anyone makes room for them.

    Raises
    ------
    ValueError
        If it does not; eight bytes can announce more parts than there is memory.
    """
    size, order = (8, "little") if new_form else (4, "big")
    count = int.from_bytes(message[:size], order)  # type: ignore[arg-type]
    if not 1 <= count <= len(message) // size - 1:
        raise ValueError(f"{count} parts are announced, and {len(message)} bytes came.")
    places = [int.from_bytes(message[size * i : size * (i + 1)], order) for i in range(1, count + 1)]  # type: ignore[arg-type]
    if sorted(places) != places or places[-1] > len(message):
        raise ValueError("parts lie outside the message.")
