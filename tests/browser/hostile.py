"""Values that nobody means well with, made by the thousand, the same in every run."""

import random
from typing import Any

SEED = 5
MARK = "hurt"
"""Name that all of them would call; on a page of ours nothing ever does."""

CALLS = (
    f"<img src=x onerror={MARK}()>",
    f"<svg/onload={MARK}()>",
    f"<script>{MARK}()</script>",
    f"</script><script>{MARK}()</script>",
    f'"><details open ontoggle={MARK}()>',
    f"<iframe srcdoc='<script>parent.{MARK}()</script>'></iframe>",
    f"javascript:{MARK}()",
    f"data:text/html,<script>top.{MARK}()</script>",
    f"';{MARK}();//",
    f"${{{MARK}()}}",
    f"{{{{{MARK}()}}}}",
    "{{''.__class__.__mro__}}{% import os %}",
    f"1);{MARK}(",
    f"__import__('builtins').{MARK}()",
)
NAMES = ("__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "nodes", "spec", "first", "others")
TEXTS = (
    *("", " ", "0", "-1", "1e999", "NaN", "Infinity", "null", "undefined", "[object Object]", "true", "0x10", "1,5"),
    *("\u0000", "\u202egnp.", "\ud7ff\uffff", "𝔘🧠", "a\u0301" * 50, "A" * 5000),
    *("%00", "%2e%2e%2f", "%u003c", "%", "%zz"),
    *("../../etc/passwd", "..\\..\\win.ini", "//other.example/x", "\\\\other.example\\x", "https://other.example/"),
    *("content", "#content", "#", "?", "&&", "=", "a=b&a=c", "step=99999999", "t=-1e308", "theme=projector"),
)
NUMBERS = (0, -0.0, 1, -1, 0.1, 1e308, -1e308, 5e-324, -5e-324, 2**53, 2**63, -(2**31), 1e-9, 3.7, 10, 99.999)
KEYS = (
    *("PageDown", "PageUp", "ArrowLeft", "ArrowRight", "ArrowUp", "Home", "End", "Tab", "Enter", "Escape", "Delete"),
    *(" ", "1", "2", "3", "9", "p", "r", "f", "P", "R", "Dead", "Process", "Unidentified", "F5", "MediaPlay"),
)


def texts(count: int, seed: int = SEED) -> list[str]:
    """Make texts: what would be called, alone and spliced into others, cut anywhere, percent-encoded or doubled."""
    chance = random.Random(seed)

    def one() -> str:
        parts = [chance.choice((*CALLS, *CALLS, *NAMES, *TEXTS)) for _ in range(chance.randint(1, 3))]
        text = chance.choice(("", "", "=", "&", ".", "/", "\n", '"', "'", "`", "\u0000")).join(parts)
        if chance.random() < 0.2:
            text = text[chance.randrange(len(text) + 1) :]
        if chance.random() < 0.2:
            text = "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))
        if chance.random() < 0.1:
            text += "".join(chr(chance.choice((chance.randrange(128), chance.randrange(0xD800)))) for _ in range(9))
        return text

    return [*CALLS, *NAMES, *TEXTS, *(one() for _ in range(count))][:count]


def values(count: int, seed: int = SEED) -> list[Any]:
    """Make values as JSON can carry them: texts, numbers of every size, nothing, lists and objects of such."""
    chance = random.Random(seed)
    written = texts(count, seed)

    def one(depth: int = 0) -> Any:
        kind = chance.random()
        if kind < 0.4:
            return chance.choice(written)
        if kind < 0.6:
            return chance.choice(NUMBERS)
        if kind < 0.8:
            return chance.uniform(-1, 1) * 10.0 ** chance.randint(-12, 12)
        if kind < 0.9 or depth > 2:
            return chance.choice((None, True, False))
        if kind < 0.95:
            return [one(depth + 1) for _ in range(chance.randrange(4))]
        return {chance.choice((*NAMES, "value")): one(depth + 1) for _ in range(chance.randrange(3))}

    return [one() for _ in range(count)]
