"""Let ``python -m explainer.publish`` be the command."""

import sys

from .cli import main

sys.exit(main())
