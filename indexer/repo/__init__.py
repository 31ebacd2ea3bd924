"""Files, blobs, diffs and history of a git work tree, read without running any program of the repository.

place      where the work tree, its git folder and its shared folder are
runner     the one way to run git
objects    git objects by id or name, through one `cat-file`
revisions  what a user wrote → a commit's id
remote     where it comes from, as an address that may be shown
listing    what git says is tracked and untracked
disk       files of the work tree, opened without following links
ignore     `.qcodeignore`
lines, renames, compare    two trees → what changed
repository  the door
"""

from indexer.repo.repository import Repo, open_repo

__all__ = ["Repo", "open_repo"]
