"""The public repositories that are measured, and where their clones are found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Named:
    """A public repository."""

    full_name: str
    language: str

    @property
    def name(self) -> str:
        return self.full_name.rpartition("/")[2]


REPOSITORIES = (
    Named("pallets/click", "Python"),
    Named("encode/httpx", "Python"),
    Named("Textualize/rich", "Python"),
    Named("psf/requests", "Python"),
    Named("aio-libs/aiohttp", "Python"),
    Named("Textualize/textual", "Python"),
    Named("honojs/hono", "TypeScript"),
    Named("trpc/trpc", "TypeScript"),
    Named("typeorm/typeorm", "TypeScript"),
    Named("axios/axios", "JavaScript"),
    Named("expressjs/express", "JavaScript"),
    Named("date-fns/date-fns", "TypeScript"),
)


def present(folder: Path | None, only: str | None) -> Iterator[tuple[Named, Path | None]]:
    """Every repository that is asked for, with its clone in `folder` (`owner+name` or `name`), or None."""
    for named in REPOSITORIES:
        if only and only not in (named.name, named.full_name, named.language):
            continue
        names = (named.full_name.replace("/", "+"), named.name, named.full_name)
        found = [folder / name for name in names if folder and (folder / name / ".git").exists()]
        yield named, found[0] if found else None
