"""How a kernel learns that its outputs will be read on a page of ours."""

import os
import sys

from traitlets.config import Config

# Scenes add the data a page mounts without a kernel; plain figures give their JSON and no copy of plotly.js.
# Small matrices gain nothing from a pool of threads, which would cost every kernel time and memory at its start.
PUBLISHING = {
    "EXPLAINER_PUBLISH": "1",
    "PLOTLY_RENDERER": "plotly_mimetype",
    "OPENBLAS_NUM_THREADS": "1",
}

# Nobody else on this machine may listen in, where the kernel can encrypt.
KERNELS = Config({"KernelManager": {"transport_encryption": "auto"}})


def kernel_environment() -> dict[str, str]:
    """Give this process's environment with the publishing mode switched on."""
    return {**os.environ, **PUBLISHING}


def skip_slow_grammar() -> None:
    """Keep jsonschema from building the grammar of international addresses, which no notebook needs: 2.7 s.

    jsonschema takes its absence as that check not being installed.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
