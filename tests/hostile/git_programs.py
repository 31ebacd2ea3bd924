"""Git's own ways to start programs: settings, attributes, hooks, submodules, redirected folders, the environment."""

from __future__ import annotations

from tests.hostile.ground import Ground, Link, Submodule, python

HEAD = "$(git rev-parse HEAD)"
COMMIT = "git -c core.hooksPath=/dev/null commit --allow-empty"
QUIET = "git --no-pager -c core.fsmonitor=false -c diff.external="
ONE_PROGRAM = {
    "core.fsmonitor": "git status",
    "core.pager": "git -c core.fsmonitor=false log",
    "core.editor": COMMIT,
    "core.sshCommand": "git fetch ssh://nowhere.invalid/x",
    "core.gitProxy": "git fetch git://nowhere.invalid/x",
    "core.alternateRefsCommand": f"git push . {HEAD}:refs/heads/new-one",
    "credential.helper": "printf 'protocol=https\\nhost=nowhere.invalid\\n\\n' | git credential fill",
    "diff.external": "git --no-pager -c core.fsmonitor=false log -p --ext-diff -- careless.txt",
    "gpg.program": f"{COMMIT} --gpg-sign -m x",
    "gpg.ssh.program": f"git -c gpg.format=ssh -c user.signingKey=key::x {COMMIT.removeprefix('git ')} --gpg-sign -m x",
    "interactive.diffFilter": "echo 2 >> careless.txt; echo q | TERM=xterm git -c core.fsmonitor=false add --patch careless.txt",
    "pager.show": "git -c core.fsmonitor=false show HEAD:careless.txt",
    "remote.origin.uploadpack": "git fetch origin",
    "remote.origin.receivepack": f"git push origin {HEAD}:refs/heads/new",
    "tar.evil.command": "git archive --format=evil HEAD -- careless.txt > /dev/null",
    "trailer.sign.command": "echo subject | git interpret-trailers --trailer sign=x",
    "difftool.evil.cmd": "git difftool --no-prompt --tool=evil $(git rev-list HEAD -- careless.txt | tail -1) -- careless.txt",
    "browser.evil.cmd": "git web--browse --browser=evil x",
}
HOOKS = (
    "post-index-change",
    "reference-transaction",
    "post-checkout",
    "pre-commit",
    "prepare-commit-msg",
    "commit-msg",
    "post-commit",
    "pre-push",
    "post-merge",
    "pre-merge-commit",
    "pre-rebase",
    "post-rewrite",
    "applypatch-msg",
    "pre-applypatch",
    "post-applypatch",
    "pre-auto-gc",
    "fsmonitor-watchman",
    "sendemail-validate",
    "p4-pre-submit",
)
CARELESS_HOOKS = {
    "post-index-change": "git status",
    "reference-transaction": f"git update-ref refs/heads/a-new-one {HEAD}",
    "post-checkout": "git checkout --quiet -b another-one",
    "pre-commit": "git -c core.editor=true commit --allow-empty -m x",
    "prepare-commit-msg": "git -c core.editor=true commit --allow-empty -m x --no-verify",
    "post-commit": "git -c core.editor=true commit --allow-empty -m x --no-verify",
}


def settings_that_name_programs(ground: Ground) -> None:
    """Settings of .git/config that make git start a program: monitors, pagers, editors, transports, signers."""
    ground.commit({b"careless.txt": b"one\n"}, "settings_that_name_programs: a file")
    ground.commit({b"careless.txt": b"two\n", b"settings.py": python("settings")}, "settings_that_name_programs")

    def plant() -> None:
        for key, careless in ONE_PROGRAM.items():
            ground.configure(_section(key, ground.program(key, careless)))
        for name in ("st", "sync"):
            ground.configure(f'[alias]\n\t{name} = "!{ground.program(f"alias.{name}", f"git {name}")}"\n')
        ground.configure(f'[remote "origin"]\n\turl = {ground.root}\n')
        ground.configure('[safe]\n\tdirectory = *\n[protocol]\n\tallow = always\n[protocol "ext"]\n\tallow = always\n')
        evil = ground.program("url.insteadOf", "git fetch https://innocent.invalid/x")
        ground.configure(f'[url "ext::{evil} "]\n\tinsteadOf = https://innocent.invalid/\n', "url.insteadOf")
        (ground.root / ".git" / "objects" / "info" / "alternates").write_text(f"{ground.borrowed()}/.git/objects\n")

    ground.at_last(plant)


def settings_that_include_settings(ground: Ground) -> None:
    """include.path, includeIf and a work tree's own settings bring in a file that lies outside of the repository."""
    ground.commit({b"include.py": python("include"), b".gitconfig": b"[include]\n\tpath = .gitconfig\n"})

    def plant() -> None:
        places = {"include": "[include]\n", "includeIf": f'[includeIf "gitdir:{ground.root}/"]\n'}
        for name, head in places.items():
            program = ground.program(f"{name}.path", f"git {name.lower()}d")
            (ground.outside / f"{name}.cfg").write_text(f'[alias]\n\t{name.lower()}d = "!{program}"\n')
            ground.configure(f"{head}\tpath = {ground.outside}/{name}.cfg\n", name)
        ground.configure("[extensions]\n\tworktreeConfig = true\n[core]\n\trepositoryFormatVersion = 1\n")
        program = ground.program("config.worktree", "git archive --format=ours HEAD -- careless.txt > /dev/null")
        ground.put(".git/config.worktree", _section("tar.ours.command", program).encode())

    ground.at_last(plant)


GIVE_UP = "git -c core.fsmonitor=false update-index --assume-unchanged a.processed"
"""A filter that does not answer would end every later command."""


def attributes(ground: Ground) -> None:
    """.gitattributes and info/attributes hand every file to filters, text conversions, merge drivers and substitutions."""
    lines = (
        b"*.smudged filter=evil\n*.processed filter=long\n*.converted diff=evil\n*.commanded diff=command\n"
        b"*.merged merge=evil\nexported.py export-subst\nident.py ident\nutf16.txt working-tree-encoding=UTF-16LE\n"
        b"crlf.py eol=crlf text\n*.odd -text !eol filter=\xff\xfe diff=\x1b[31m\n[attr]binary -diff filter=evil\n"
    )
    names = ("a.smudged", "a.processed", "a.converted", "a.commanded", "a.merged")
    sources = {
        b"exported.py": b"version = '$Format:%H %(trailers)$'\n",
        b"ident.py": b"# $Id$\n",
        b"crlf.py": python("crlf"),
    }
    ground.commit({**{name.encode(): b"1\n" for name in names}, **sources}, "attributes: the files")
    ground.commit({b".gitattributes": lines, b"odd/.gitattributes": b"* " + b"filter=evil " * 900 + b"\n",
                   b"odd/x.py": python("odd"), b"attributes.py": python("attributes")}, "attributes: the list")  # fmt: skip
    ground.commit({b"a.merged": b"3\n"}, "attributes: the other side", branch="merge-me")
    ground.commit({name.encode(): b"2\n" for name in names})

    def plant() -> None:
        smudged = "touch -d 2001-01-01 a.smudged; git -c core.fsmonitor=false status"
        drivers = {
            "filter.evil.clean": smudged,
            "filter.evil.smudge": "rm a.smudged; git -c core.fsmonitor=false checkout a.smudged",
            "filter.long.process": f"touch -d 2001-01-01 a.processed; git -c core.fsmonitor=false status; {GIVE_UP}",
            "diff.evil.textconv": f"{QUIET} log -p -- a.converted",
            "diff.command.command": f"{QUIET} log --ext-diff -p -- a.commanded",
            "merge.evil.driver": "GIT_GRAFT_FILE=/dev/null git merge-tree --write-tree HEAD merge-me",
        }
        for key, careless in drivers.items():
            ground.configure(_section(key, ground.program(key, careless)))
        ground.put(".git/info/attributes", b"*.informed filter=informed\n")
        informed = ground.program(
            "filter.informed.clean", "echo 1 > a.informed; git -c core.fsmonitor=false add a.informed"
        )
        ground.configure(_section("filter.informed.clean", informed))

    ground.at_last(plant)


def hooks(ground: Ground) -> None:
    """Programs in .git/hooks and in the folder that core.hooksPath names, one for every moment that git knows."""
    ground.commit({b".githooks/pre-commit": b"#!/bin/sh\n: > ../canaries/hooks\n", b"hooks.py": python("hooks")})

    def plant() -> None:
        folder = ground.root / ".git" / "hooks"
        folder.mkdir(exist_ok=True)
        for name in HOOKS:
            (folder / name).unlink(missing_ok=True)
            careless = CARELESS_HOOKS.get(name)
            if careless:
                (folder / name).symlink_to(ground.program(f"hook-{name}", careless))
            else:
                (folder / name).symlink_to(ground.programs / "hook-pre-commit")
            ground.note(f".git/hooks/{name}")

    ground.at_last(plant)


def submodules(ground: Ground) -> None:
    """Submodules whose address, path, name or update command is a program, an option, or a way out of the work tree."""
    command = ground.mark("submodule-ext", "git -c protocol.ext.allow=always submodule update --init ext")
    oid = "1" * 40
    modules = {
        "ext": ("ext", f"ext::sh -c {command.replace('../', 'touch% ../', 1)}"),
        "-u./payload": ("-submodule", "-oProxyCommand=touch ../canaries/no"),
        "plain": ("plain", "../borrowed"),
        "../../.git/modules/x": ("../outside/module", "file:///etc"),
        "cr": ("cr\r", "./nowhere"),
        "twice": (".git/modules", "$(touch ../canaries/no)"),
    }
    text = "".join(
        f'[submodule "{n}"]\n\tpath = {p}\n\turl = "{u}"\n\tupdate = checkout\n' for n, (p, u) in modules.items()
    )
    paths = (b"ext", b"sub\nmodule", b"-submodule", b"deep/sub/module", b"module.py")
    ground.commit({b".gitmodules": text.encode(), b"modules.py": python("modules"),
                   b"plain": Submodule(ground.git("rev-parse", "HEAD", cwd=ground.borrowed())),
                   **dict.fromkeys(paths, Submodule(oid))})  # fmt: skip
    ground.commit({b".gitmodules": Link(b"/etc/passwd")}, "submodules: a list that is a link", branch="submodule-link")

    def plant() -> None:
        update = ground.program("submodule.update", "git -c protocol.file.allow=always submodule update --init plain")
        ground.configure(f'[submodule "plain"]\n\tupdate = !{update}\n\turl = {ground.borrowed()}\n\tactive = true\n')

    ground.at_last(plant)


def redirected_git_folders(ground: Ground) -> None:
    """Folders of the work tree with a git folder of their own: files that redirect, bare ones, and lookalikes of .git."""
    bare = {b"bare/HEAD": b"ref: refs/heads/main\n", b"bare/objects/x": b"", b"bare/refs/x": b"",
            b"bare/inside.py": python("bare")}  # fmt: skip
    alias = ground.mark("bare-repository", "(cd bare && git bared)").replace("../", "../../", 1)
    bare[b"bare/config"] = f'[core]\n\tbare = true\n[alias]\n\tbared = "!: > {alias}"\n'.encode()
    names = (
        b".git.py",
        b".gitx/a.py",
        b"git~1",
        b".git\xe2\x80\x8c/a.py",
        b".g\xc4\xb1t/a.py",
        b"GIT_DIR",
        b".gi/t.py",
    )
    ground.commit({**bare, **{name: python("lookalike") for name in names}})

    def plant() -> None:
        nested = ground.root / "nested"
        nested.mkdir()
        ground.git("init", "--quiet", "--initial-branch=main", cwd=nested)
        ground.put("nested/own.py", python("nested"))
        with (nested / ".git" / "config").open("a") as file:
            file.write(_section("core.fsmonitor", ground.program("nested-fsmonitor", "cd nested && git status")))
        ground.put("redirected/.git", b"gitdir: ../nested/.git\n")
        ground.put("redirected/a.py", python("redirected"))
        ground.put("gone/.git", b"gitdir: /nowhere/at/all\n")
        ground.put("gone/a.py", python("gone"))

    ground.at_last(plant)


def environment_lookalikes(ground: Ground) -> None:
    """.env, .envrc and .netrc set GIT_*, PYTHON* and QCODE_* variables for a tool that loads them."""
    mark = ground.mark("dot-env", "(set -a; . ./.env; git status)")
    text = (
        f"GIT_CONFIG_COUNT=1\nGIT_CONFIG_KEY_0=core.fsmonitor\nGIT_CONFIG_VALUE_0=': > {mark} #'\n"
        "PYTHONPATH=.\nPYTHONSTARTUP=json.py\nQCODE_BASE_URL=http://evil.invalid\nQCODE_CACHE_DIR=.\nQCODE_CONFIG=evil.toml\n"
        "LD_PRELOAD=./evil.so\nHOME=.\nXDG_CACHE_HOME=.\nTMPDIR=.\n"
    ).encode()
    ground.commit({b".env": text, b".envrc": b"export " + text.replace(b"\n", b"\nexport "), b".netrc": b"machine x\n",
                   b"evil.toml": b"[backend]\nbase_url = 'http://evil.invalid'\n", b".tool-versions": b"python ./evil\n"})  # fmt: skip


def _section(key: str, value: str) -> str:
    first, _, rest = key.partition(".")
    middle, _, last = rest.rpartition(".")
    return f'[{first} "{middle}"]\n\t{last} = {value}\n' if middle else f"[{first}]\n\t{last} = {value}\n"


CATEGORIES = (
    settings_that_name_programs,
    settings_that_include_settings,
    attributes,
    hooks,
    submodules,
    redirected_git_folders,
    environment_lookalikes,
)
