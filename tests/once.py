"""What takes long to make and is always the same is made once for all workers of a run."""

import fcntl
import hashlib
from collections.abc import Callable
from pathlib import Path


class Once:
    """Makes things once. `folder`: one that the workers of this run share; None where one process runs every test."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder

    def __call__(self, name: str, make: Callable[[], bytes]) -> bytes:
        """What `make` gives; of several workers the first makes it, the others wait and read."""
        if self.folder is None:
            return make()
        kept = self.folder / hashlib.sha256(name.encode()).hexdigest()
        with kept.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not kept.exists():
                begun = kept.with_suffix(".begun")
                begun.write_bytes(make())
                begun.replace(kept)
        return kept.read_bytes()


ONCE = Once()
