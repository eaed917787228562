"""The command `explainer`: one sub-command for each way to the reader.

A command is a module with `register(commands)`, which adds its parser and sets `run`,
a function of the parsed arguments that returns the exit status. Add it to COMMANDS.
"""

import argparse
import errno
import sys
from collections.abc import Sequence

from . import figures, lab, refresh, serve, site
from .collection import COLLECTION
from .environment import skip_slow_grammar
from .errors import LessonFailed, PublishError

COMMANDS = (serve, lab, site, refresh, figures)
UNWRITABLE = {
    *(errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS),
    *(errno.EACCES, errno.EPERM, errno.EEXIST, errno.ENOTDIR),
}


def parser() -> argparse.ArgumentParser:
    """Build the command line's grammar."""
    about = f"{COLLECTION}, explained by models that move."
    top = argparse.ArgumentParser(prog="explainer", description=about)
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for module in COMMANDS:
        module.register(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; an error that the caller can put right is one line and status 2."""
    arguments = parser().parse_args(argv)
    skip_slow_grammar()
    try:
        status: int = arguments.run(arguments)
    except LessonFailed as error:
        print(f"explainer: {error}", file=sys.stderr)
        return 1
    except PublishError as error:
        print(f"explainer: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        if error.errno not in UNWRITABLE:
            raise
        where = f" ({error.filename})" if error.filename else ""
        print(f"explainer: Could not write: {error.strerror}{where}; make room or name another place.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return status


if __name__ == "__main__":
    sys.exit(main())
