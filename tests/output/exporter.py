"""A process that exports in children of its own, so that a test can kill one at any moment.

Every line of its input is a job: JSON of path, other arguments of `render_file`, and perhaps of
`killed_after`, seconds, which count from the first band that is kept where `once_kept` says so.
When the child has ended, it answers with its exit status.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from importlib import import_module
from pathlib import Path

from phosphene.core.errors import PhospheneError
from phosphene.core.version import source_digest
from phosphene.files import FORMATS
from phosphene.files.formats import EXTRAS
from phosphene.files.piece_store import count_pieces, store_folder
from phosphene.render import export_job, render, render_file
from tests.output.contents import LARGE, OPTIONS, RECIPE, rows_of

MOST_SECONDS = 30.0  # for the first band; an export that has ended keeps none


def main() -> None:
    export_job.band_rows = rows_of(LARGE[0] * 8)
    for suffix in FORMATS:  # what is loaded here need not be loaded by each child
        import_module(FORMATS[suffix].writer[0])
        if FORMATS[suffix].extra:
            import_module(EXTRAS[FORMATS[suffix].extra])
    render(RECIPE, 64, threads=1)
    source_digest()
    for line in sys.stdin:
        job = json.loads(line)
        seconds, once_kept = job.pop("killed_after", None), job.pop("once_kept", False)
        child = os.fork()
        if child == 0:
            os._exit(export(**job))
        if seconds is not None:
            deadline = time.monotonic() + MOST_SECONDS
            while once_kept and not bands_of(job["path"]) and time.monotonic() < deadline:
                time.sleep(0.002)
            time.sleep(seconds)
            os.kill(child, signal.SIGKILL)
        print(os.waitpid(child, 0)[1], flush=True)


def bands_of(path: str) -> int:
    """How many bands an export has kept so far."""
    return (count_pieces(store_folder(Path(path))) or (0, 0))[0]


def export(path: str, **arguments: object) -> int:
    options = OPTIONS.get(f".{path.rpartition('.')[2]}", {})
    try:
        render_file(RECIPE, path, LARGE, **options, **arguments)
    except PhospheneError as error:
        print(error, file=sys.stderr, flush=True)
        return error.exit_code
    return 0


if __name__ == "__main__":
    main()
