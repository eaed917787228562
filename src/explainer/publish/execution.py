"""A lesson's notebook, run from the top in a kernel of its own."""

from typing import TYPE_CHECKING

from .collection import Lesson
from .environment import KERNELS, kernel_environment
from .errors import LessonFailed

if TYPE_CHECKING:
    from nbformat import NotebookNode

CELL_TIMEOUT_S = 600


def execute(lesson: Lesson) -> "NotebookNode":
    """Run a notebook from the top in a kernel of its own.

    Raises
    ------
    LessonFailed
        If a cell raises or takes too long; the message says which and what it said.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    notebook: NotebookNode = nbformat.read(lesson.path, as_version=4)
    folder = str(lesson.path.parent.resolve())
    client = NotebookClient(
        notebook, timeout=CELL_TIMEOUT_S, resources={"metadata": {"path": folder}}, config=KERNELS
    )
    try:
        client.execute(env=kernel_environment())
    except CellExecutionError as error:
        print(flush=True)
        said = f"raised {error.ename}: {error.evalue}"
        raise LessonFailed(f"{lesson.path} {said}; nothing was written.") from None
    except (CellTimeoutError, DeadKernelError) as error:
        print(flush=True)
        said = f"did not finish: {str(error).strip()}"
        raise LessonFailed(f"{lesson.path} {said}; nothing was written.") from None
    return notebook
