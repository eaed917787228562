"""How ketamine works, explained by models that move.

Importing the package asks Plotly to give its figures as data, without a copy of plotly.js in
each: JupyterLab and the published pages have their one copy. Set PLOTLY_RENDERER to choose another way.
"""

import os
import sys

os.environ.setdefault("PLOTLY_RENDERER", "plotly_mimetype")

if "EXPLAINER_PUBLISH" in os.environ:
    # Plotly's first use would build a grammar of international addresses that no page needs, in 2.7 s;
    # jsonschema takes its absence as that check not being installed.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
