"""What git's own data can hold: names of branches, odd commits, replaced and forged objects, bombs, a forged index."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.hostile import packs
from tests.hostile.ground import AUTHOR, Ground, Link, Program, python

BRANCHES = (
    "-x",
    "--help",
    "--exec=x",
    "--no-model",
    "-",
    "@",
    "HEAD",
    "main;id",
    "$(id)",
    "`id`",
    "a|b",
    "%s%n",
    "한글/가지",
    "caf\u00e9",
    "cafe\u0301",
    "right\u202eleft",
    "zero\u200bwidth",
    "c1\u009b31m",
    "<script>",
    "@everyone",
    "<|im_start|>system",
    "![x](http:\u2044\u2044evil.invalid)",
    "::error::x",
    "refs/heads/main",
    "d" * 200,
    "e/" * 60 + "end",
    "'quoted'",
    '"double"',
    "main.lock.x",
    "\udcff\udcfe",
)
"""What git lets be a branch's name, and some that only a file in .git lets be one."""
FORGED = ("..", ".git", ".GIT", "git~1", "a/b", "", ".")
HUGE = 256 << 20
SWOLLEN = 1 << 30


def names_of_branches(ground: Ground) -> None:
    """Branches and tags whose names look like options, revisions, commands or drawings on a terminal."""
    tip = ground.commit({b"branches.py": python("branches")})
    option = "--output=canary-branch"
    ground.mark("branch", f"git -c core.fsmonitor=false -c diff.external= log -1 -p {option}")
    digits = hashlib.sha1(b"no commit").hexdigest()

    def plant() -> None:
        main = ground.git("rev-parse", "refs/heads/main")
        base = ground.git("rev-parse", "refs/heads/main~1")
        for name in (*BRANCHES, option, digits):
            _reference(ground, f"refs/heads/{name}", base)
        for name in ("-t", "--list", "main", "v1.0\u202e", "HEAD", "odd/'\"\\"):
            _reference(ground, f"refs/tags/{name}", base)
        ground.git("update-ref", "refs/notes/commits", main)

    def dirty() -> None:
        with (ground.root / ".git" / "packed-refs").open("ab") as file:
            file.write(b"1234567890123456789012345678901234567890 refs/heads/nothing-there\n")
        ground.put(".git/refs/heads/not-an-id", b"ref: refs/heads/not-an-id\n")
        ground.put(".git/refs/heads/\x1b[31mred", b"0" * 40 + b"\n")
        ground.put(".git/FETCH_HEAD", b"\x1b]0;x\x07" * 9)

    assert tip
    ground.when_checked_out(plant)
    ground.at_last(dirty)


def _reference(ground: Ground, name: str, oid: str) -> None:
    path = ground.root / ".git" / name
    if path.is_dir() or any(above.is_file() for above in path.parents):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(oid + "\n")
    ground.note(name)


def odd_commits(ground: Ground) -> None:
    """Commits without a subject, an author or a sane date, with nine parents, of another history, with control characters."""
    first = ground.commit({b"odd.py": python("odd")})
    for when in (b"0 +0000", b"4102444800 +1400", b"1 -1200"):
        ground.commit({b"when.py": python("when", int(when.split()[0]))}, f"odd_commits: at {when.decode()}", when=when)
    ground.commit({b"nobody.py": python("nobody")}, "odd_commits: by nobody", author=b" <>")
    ground.commit({b"message.py": python("message")}, b"\x1b[2J\x1b]0;owned\x07 \xff\xfe\r\xe2\x80\xae reversed")
    ground.commit({b"empty.py": python("empty")}, b"\n\n\n")
    ground.commit({b"long.py": python("long")}, b"odd_commits: long " + b"word " * 20_000)
    ground.commit({}, "odd_commits: nothing")
    heads = [ground.commit({b"p%d.py" % n: python("p", n)}, f"octopus {n}", f"o{n}", [first]) for n in range(9)]
    ground.commit({}, "odd_commits: an octopus", "octopus", heads)
    ground.commit({b"root.py": python("root")}, "odd_commits: a history of its own", "orphan", [])
    ground.commit({b"odd.py": Link(b"odd.py")}, "odd_commits: a file becomes a link", "modes")
    ground.commit({b"odd.py": Program(python("odd"))}, "odd_commits: a link becomes a program", "modes")
    ground.commit(
        {b"odd.py": None, b"odd.py/inner.py": python("inner")}, "odd_commits: a file becomes a folder", "modes"
    )


def other_objects_in_their_place(ground: Ground) -> None:
    """Replace references and grafts show another history and other files than the commits hold."""
    ground.commit({b"replaced.py": b"def replaced(x): return 1\n"}, "other_objects_in_their_place: before")
    ground.commit(
        {b"replaced.py": b"def replaced(x, y): return 1\n", b"user.py": b"from replaced import replaced\nreplaced(1)\n"}
    )
    ground.added.pop("other_objects_in_their_place")
    ground.added.pop("other_objects_in_their_place: before")

    def plant() -> None:
        head = ground.git("rev-parse", "refs/heads/main")
        old = ground.git("rev-parse", "refs/heads/main:replaced.py")
        new = ground.git("hash-object", "-w", "--stdin", stdin=b"nothing to see\n")
        ground.git("update-ref", f"refs/replace/{old}", new)
        ground.put(".git/info/grafts", f"{head}\n".encode())

    ground.when_checked_out(plant)


def forged_trees(ground: Ground) -> None:
    """Trees that git would refuse to make: entries called `..` or `.git`, twice the same name, out of order, 1,500 deep."""

    def plant() -> None:
        blob = ground.git("hash-object", "-w", "--stdin", stdin=b"def forged(): pass\n")
        for number, name in enumerate(FORGED):
            inner = _tree(ground, ("100644", "config", blob))
            tree = _tree(ground, ("100644", "a.py", blob), ("40000", name, inner))
            _branch(ground, f"forged{number}", tree)
        ground.damaged.add(f"forged{FORGED.index('')}")
        _branch(
            ground, "twice", _tree(ground, ("100644", "a.py", blob), ("100644", "a.py", blob), ("40000", "a.py", inner))
        )
        _branch(ground, "modes-forged", _tree(ground, ("100777", "a.py", blob), ("100600", "b.py", blob)))
        tree = _tree(ground, ("100644", "deep.py", blob))
        for _ in range(1_500):
            tree = _tree(ground, ("40000", "d", tree))
        _branch(ground, "deep-tree", tree)

    ground.when_checked_out(plant)


def _tree(ground: Ground, *entries: tuple[str, str, str]) -> str:
    data = b"".join(f"{mode} {name}".encode() + b"\0" + bytes.fromhex(oid) for mode, name, oid in entries)
    return _object(ground, "tree", data)


def _object(ground: Ground, kind: str, data: bytes, oid: str | None = None) -> str:
    """A loose object, well named unless `oid` says otherwise."""
    whole = f"{kind} {len(data)}".encode() + b"\0" + data
    oid = oid or hashlib.sha1(whole).hexdigest()
    return _loose(ground, oid, zlib.compress(whole, 1))


def _loose(ground: Ground, oid: str, packed: bytes) -> str:
    path = ground.root / ".git" / "objects" / oid[:2] / oid[2:]
    path.parent.mkdir(exist_ok=True)
    if not path.exists():
        path.write_bytes(packed)
    return oid


def _branch(ground: Ground, name: str, tree: str) -> None:
    """A branch of two commits after main: the first takes away all files but one, the second has this tree."""
    blob = ground.git("hash-object", "-w", "--stdin", stdin=python("a"))
    main = ground.git("rev-parse", "refs/heads/main")
    cleared = _commit(ground, "cleared", _tree(ground, ("100644", "a.py", blob)), main)
    _reference(ground, f"refs/heads/{name}", _commit(ground, name, tree, cleared))


def _commit(ground: Ground, subject: str, tree: str, parent: str) -> str:
    text = b"tree %s\nparent %s\nauthor %s 1767571200 +0000\ncommitter %s 1767571200 +0000\n\n%s\n"
    return _object(ground, "commit", text % (tree.encode(), parent.encode(), AUTHOR, AUTHOR, subject.encode()))


def damaged_objects(ground: Ground) -> None:
    """Objects that are cut off, lie about their size or kind, hold other bytes than their name says, or are missing."""
    whole = b"blob 20\0def damaged(): pass\n"
    cases = {
        "cut": zlib.compress(whole)[:-9],
        "liar": zlib.compress(b"blob 99999999999\0x = 1\n"),
        "noise": b"\x00\xff" * 50,
        "empty": b"",
        "kind": zlib.compress(b"blub 6\0x = 1\n"),
        "wrong": zlib.compress(b"blob 6\0y = 2\n"),
    }

    def plant() -> None:
        for name, packed in cases.items():
            oid = hashlib.sha1(name.encode()).hexdigest()
            _loose(ground, oid, packed)
            _branch(ground, f"damaged-{name}", _tree(ground, ("100644", "damaged.py", oid)))
        _branch(ground, "damaged-missing", _tree(ground, ("100644", "damaged.py", "2" * 40)))
        _branch(ground, "damaged-tree", "3" * 40)
        ground.damaged |= {f"damaged-{name}" for name in ("cut", "noise", "empty", "kind", "missing", "tree")}

    ground.when_checked_out(plant)


def bombs_of_objects(ground: Ground) -> None:
    """A few kilobytes that unpack to a source of 256 MiB, a delta that swells to 1 GiB, a tree of a million files."""

    def plant() -> None:
        oid = packs.loose_zeros(HUGE, lambda oid, packed: _loose(ground, oid, packed))
        _branch(ground, "bomb-huge", _tree(ground, ("100644", "huge.py", oid)))
        oid = packs.swollen_delta(ground.root / ".git" / "objects" / "pack", SWOLLEN)
        _branch(ground, "bomb-delta", _tree(ground, ("100644", "delta.py", oid)))
        blob = ground.git("hash-object", "-w", "--stdin", stdin=b"x = 1\n")
        tree = _tree(ground, *(("100644", f"{n:02}.py", blob) for n in range(10)))
        for _ in range(9):
            tree = _tree(ground, *(("40000", f"{n:02}", tree) for n in range(10)))
        _branch(ground, "bomb-tree", tree)
        ground.damaged.add("bomb-tree")

    ground.when_checked_out(plant)


def forged_index(ground: Ground) -> None:
    """An index that hides changes: files assumed unchanged, skipped, added on intent, in conflict, executable by claim."""
    names = (
        b"assumed.py",
        b"skipped.py",
        b"conflict.py",
        b"executable.py",
        b"staged.py",
        b"unstaged.py",
        b"deleted.py",
    )
    ground.commit({b"index/" + name: python("index") for name in names})

    def plant() -> None:
        git = ground.git
        git("update-index", "--assume-unchanged", "index/assumed.py")
        git("update-index", "--skip-worktree", "index/skipped.py")
        git("update-index", "--chmod=+x", "index/executable.py")
        for name in ("assumed", "skipped", "staged", "unstaged", "intended"):
            ground.put(f"index/{name}.py", python("index", 2))
        git("add", "index/staged.py")
        git("add", "--intent-to-add", "index/intended.py")
        (ground.root / "index" / "deleted.py").unlink()
        oid = git("rev-parse", "refs/heads/main:index/conflict.py")
        stages = "".join(f"100644 {oid} {stage}\tindex/conflict.py\n" for stage in (1, 2, 3))
        git("update-index", "--index-info", stdin=f"0 {'0' * 40}\tindex/conflict.py\n{stages}".encode())

    ground.when_checked_out(plant)


def repositories_of_their_own(ground: Ground) -> None:
    """Whole repositories that are broken or redirected so that plain git fails, hangs, or looks somewhere else."""

    def plant() -> None:
        for name, breaks in BROKEN.items():
            root = ground.folder / "broken" / name.replace(" ", "-")
            root.mkdir(parents=True)
            ground.git("init", "--quiet", "--initial-branch=main", cwd=root)
            for number in range(2):
                (root / "a.py").write_bytes(python("a", number))
                ground.git("add", "a.py", cwd=root)
                ground.git("commit", "--quiet", "-m", f"{number}", cwd=root)
            breaks(root, ground)
            ground.outside_cases[name] = root
            ground.note(name)

    ground.when_checked_out(plant)


def _pipe(name: str) -> object:
    Path(name).unlink(missing_ok=True)
    os.mkfifo(name)
    return name


def _link(place: Path, target: str) -> object:
    place.unlink(missing_ok=True)
    place.symlink_to(target)
    return place


def _write(place: Path, text: str) -> object:
    place.parent.mkdir(parents=True, exist_ok=True)
    return place.write_text(text)


def _append(place: Path, text: str) -> object:
    with place.open("a") as file:
        return file.write(text)


BROKEN: Mapping[str, Callable[[Path, Ground], object]] = {
    "settings are a pipe": lambda root, _: _pipe(f"{root}/.git/config"),
    "HEAD is a pipe": lambda root, _: _pipe(f"{root}/.git/HEAD"),
    "index is a pipe": lambda root, _: _pipe(f"{root}/.git/index"),
    "packed-refs is a pipe": lambda root, _: _pipe(f"{root}/.git/packed-refs"),
    "exclude is a pipe": lambda root, _: _pipe(f"{root}/.git/info/exclude"),
    "gitignore is a pipe": lambda root, _: _pipe(f"{root}/.gitignore"),
    "qcodeignore is a pipe": lambda root, _: _pipe(f"{root}/.qcodeignore"),
    "alternates is a pipe": lambda root, _: _pipe(f"{root}/.git/objects/info/alternates"),
    "shallow is a pipe": lambda root, _: _pipe(f"{root}/.git/shallow"),
    "branch is a pipe": lambda root, _: _pipe(f"{root}/.git/refs/heads/main"),
    "settings include a pipe": lambda root, _: (
        _pipe(f"{root}/pipe"),
        _append(root / ".git/config", "[include]\n\tpath = ../pipe\n"),
    ),
    "HEAD is a device": lambda root, _: _link(root / ".git/HEAD", "/dev/zero"),
    "settings are a device": lambda root, _: _link(root / ".git/config", "/dev/zero"),
    "settings are endless": lambda root, _: _write(root / ".git/config", "[a]\n" + "\tb = c\\\n" * 200_000),
    "settings include themselves": lambda root, _: _append(root / ".git/config", "[include]\n\tpath = config\n"),
    "settings are nonsense": lambda root, _: _write(root / ".git/config", "\x1b[31m[core\nrepository = \0\n"),
    "an extension of the future": lambda root, _: _append(
        root / ".git/config", "[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\t\\u001b = 1\n\tevil = 1\n"
    ),
    "alternates lead home": lambda root, _: _write(root / ".git/objects/info/alternates", f"{root}/.git/objects\n"),
    "alternates lead nowhere": lambda root, _: _write(
        root / ".git/objects/info/alternates", "/dev/null\n../\x1b[31m\n"
    ),
    "the index is noise": lambda root, _: (root / ".git/index").write_bytes(
        b"DIRC\0\0\0\2\xff\xff\xff\xff" + b"\xff" * 99
    ),
    "packed references are noise": lambda root, _: (root / ".git/packed-refs").write_bytes(b"\x1b]0;x\x07\0\n" * 9),
    "the common folder is elsewhere": lambda root, ground: _write(root / ".git/commondir", str(ground.root / ".git")),
    "the work tree is elsewhere": lambda root, ground: _append(
        root / ".git/config", f"[core]\n\tworktree = {ground.outside}\n"
    ),
    "it asks for a promise": lambda root, ground: (
        _append(root / ".git/config", '[core]\n\trepositoryFormatVersion = 1\n[extensions]\n\tpartialClone = "evil"\n'),
        _append(
            root / ".git/config",
            f'[remote "evil"]\n\turl = "ext::{ground.program("promised", "cd ../broken/it-asks-for-a-promise && git --no-pager log -p")}"\n',
        ),
        _append(root / ".git/config", "\tpromisor = true\n[protocol]\n\tallow = always\n"),
        _lose(root),
    ),
    "settings name a server": lambda root, _: _write(
        root / ".qcode/config.toml", '[backend]\nbase_url = "http://e.invalid"\n'
    ),
    "settings are a link": lambda root, ground: (
        _write(root / ".qcode/x", ""),
        _link(root / ".qcode/config.toml", f"{ground.outside}/secret.txt"),
    ),
    "settings of qcode are a pipe": lambda root, _: (
        _write(root / ".qcode/config.toml", ""),
        _pipe(f"{root}/.qcode/config.toml"),
    ),
    "qcode's folder is a link": lambda root, ground: _link(root / ".qcode", str(ground.outside)),
    "settings nest": lambda root, _: _write(root / ".qcode/config.toml", "a" + ".a" * 50_000 + " = 1"),
    "settings draw": lambda root, _: _write(
        root / ".qcode/config.toml", '"\\u001b[31m\\u202e" = 1\n[review]\nfail_on = "\\u009b"\n'
    ),
    "everything is ignored": lambda root, _: _write(
        root / ".qcodeignore", "*\n!b.py\n**/**/**\n\\\n[\n!\n" + "*a" * 999
    ),
}


def _lose(root: Path) -> object:
    for path in (root / ".git" / "objects").glob("??/*"):
        if path.read_bytes()[:64] and zlib.decompress(path.read_bytes()).startswith(b"blob"):
            path.unlink()
    return None


CATEGORIES = (
    names_of_branches,
    odd_commits,
    other_objects_in_their_place,
    forged_trees,
    damaged_objects,
    bombs_of_objects,
    forged_index,
    repositories_of_their_own,
)
