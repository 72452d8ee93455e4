"""The directory of a mirror: made in one step, cleared of wreckage, tidied, and made anew where it is broken."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.workspace.git import Git, GitFailed, Pairs

MOST_PACKS = 50

# In-tree attributes could rewrite files on their way to a checkout; this file outranks them all.
_NO_CONVERSION = (
    "* -text !eol -ident !filter !working-tree-encoding !diff !merge -export-subst -export-ignore\n"
)


@dataclass(frozen=True)
class Store:
    """One bare repository on this machine. Whoever changes it holds the mirror's lock."""

    directory: Path
    git: Git

    @property
    def exists(self) -> bool:
        return (self.directory / "HEAD").exists()

    def make(self) -> None:
        """An empty bare repository, complete before it has its name."""
        self.directory.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=f"{self.directory.stem}.new.", dir=self.directory.parent))
        try:
            Git(unfinished)("init", "--quiet", "--bare", "--template=", "--initial-branch=none")
            (unfinished / "info").mkdir(exist_ok=True)
            (unfinished / "info" / "attributes").write_text(_NO_CONVERSION)
            with self.set_aside():
                unfinished.rename(self.directory)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise

    @contextmanager
    def set_aside(self) -> Iterator[None]:
        """Move what is there out of the way, to be removed once its successor stands."""
        graveyard = Path(tempfile.mkdtemp(prefix=f"{self.directory.stem}.old.", dir=self.directory.parent))
        with contextlib.suppress(FileNotFoundError):
            self.directory.rename(graveyard / "mirror")
        try:
            yield
        finally:
            shutil.rmtree(graveyard, ignore_errors=True)

    def clear_wreckage(self) -> None:
        """What a killed git or Baton left here; whoever still lives holds the lock instead."""
        for pattern in ("*.lock", "refs/**/*.lock", "objects/pack/tmp_*", "objects/??/tmp_obj_*"):
            for leftover in self.directory.glob(pattern):
                with contextlib.suppress(OSError):
                    leftover.unlink()
        for kind in ("new", "old"):
            for leftover in self.directory.parent.glob(f"{self.directory.stem}.{kind}.*"):
                shutil.rmtree(leftover, ignore_errors=True)

    def tidy(self, configuration: Pairs) -> None:
        """Every fetch of contents leaves a pack; many packs make every question slow."""
        packs = list((self.directory / "objects" / "pack").glob("*.pack"))
        if len(packs) > MOST_PACKS:
            self.git("repack", "-a", "-d", "--quiet", configuration=configuration, seconds=600)

    def is_sound(self, configuration: Pairs) -> bool:
        """Whether everything that commits and trees name is there, contents apart."""
        check = ("fsck", "--connectivity-only", "--no-dangling", "--no-progress")
        try:
            self.git(*check, configuration=configuration, seconds=600)
        except GitFailed:
            return False
        return True
