"""Settings: where they come from, which source wins, and what a wrong one says."""

from __future__ import annotations

import dataclasses
import json
import os
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from indexer.errors import PolicyProblem, UsageProblem
from qcode.commands.config import template
from qcode.config import Settings, load
from qcode.config.keys import KEYS
from qcode.report.width import cells
from tests.conftest import GitRepo, Qcode
from tests.terminal import on_terminal

Load = Callable[..., Settings]


@pytest.fixture
def settings(tmp_path: Path) -> Load:
    """`settings(system="…", user="…", repository="…", QCODE_MODEL="…")` loads them from real files with these texts."""

    def read(system: str = "", user: str = "", repository: str = "", **environment: str) -> Settings:
        files = {
            tmp_path / "etc" / "config.toml": system,
            tmp_path / "home" / ".config" / "qcode" / "config.toml": user,
            tmp_path / "repo" / ".qcode" / "config.toml": repository,
        }
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        (tmp_path / "repo" / ".git").mkdir(exist_ok=True)
        home: Mapping[str, str] = {"HOME": str(tmp_path / "home")}
        return load({**home, **environment}, tmp_path / "repo", tmp_path / "etc" / "config.toml")

    return read


def test_without_any_file_everything_has_its_default(settings: Load) -> None:
    found = settings()
    assert {origin.layer for origin in found.origins.values()} == {"default"}
    assert (found.backend.base_url, found.review.fail_on, found.backend.total_s, found.ignore) == (
        None,
        "high",
        1800,
        (),
    )


def test_every_key_is_a_field_and_every_field_is_a_key(settings: Load) -> None:
    found = settings()
    sections = [name for name in ("backend", "embedding", "rerank", "review", "tools", "audit", "ui")]
    fields = {"ignore"} | {f"embedding.korean.{f.name}" for f in dataclasses.fields(found.embedding.korean)}
    fields |= {f"{s}.{f.name}" for s in sections for f in dataclasses.fields(getattr(found, s))} - {"embedding.korean"}
    assert fields == set(KEYS) == set(found.values) == set(found.origins)


LAYERS = {
    "system": '[ui]\ntheme = "system"\n',
    "user": '[ui]\ntheme = "user"\n',
    "repository": '[ui]\ntheme = "repository"\n',
}


@pytest.mark.parametrize("strongest", range(1, 4))
def test_the_stronger_file_wins(strongest: int, settings: Load) -> None:
    layers = dict(list(LAYERS.items())[:strongest])
    found = settings(**layers)
    assert found.ui.theme == found.origins["ui.theme"].layer == list(layers)[-1]


@pytest.mark.parametrize(
    ("variable", "key"),
    [(key.variable, name) for name, key in KEYS.items() if key.variable and not key.variable.endswith("LANGUAGE")],
)
def test_a_variable_is_stronger_than_every_file(variable: str, key: str, settings: Load) -> None:
    value = "https://variable.test/v1" if "URL" in variable else "/variable"
    section, name = key.split(".")
    found = settings(user=f'[{section}]\n{name} = "http://file.test"\n', **{variable: value})
    assert (found.values[key], found.origins[key].where) == (value, variable)


def test_one_variable_sets_the_language_of_findings_and_of_screens(settings: Load) -> None:
    found = settings(QCODE_LANGUAGE="ko")
    assert (found.review.language, found.ui.language) == ("ko", "ko")


def test_an_empty_variable_counts_as_unset(settings: Load) -> None:
    assert settings(QCODE_MODEL="").origins["backend.model"].layer == "default"


def test_the_stronger_way_to_name_the_key_wins(settings: Load) -> None:
    found = settings(user='[backend]\napi_key_file = "/key"\n', QCODE_API_KEY="hush")
    assert (found.backend.api_key_env, found.backend.api_key_file) == ("QCODE_API_KEY", None)
    assert "hush" not in repr(found)


def test_paths_are_relative_to_the_file_that_names_them(settings: Load, tmp_path: Path) -> None:
    found = settings(user='[backend]\nca_file = "ca.pem"\nclient_cert = "/own.pem"\n')
    assert found.backend.ca_file == str(tmp_path / "home" / ".config" / "qcode" / "ca.pem")
    assert found.backend.client_cert == "/own.pem"


# ---------------------------------------------------------------- locks


@pytest.mark.parametrize("lock", ["ui.theme", "ui"])
@pytest.mark.parametrize("weaker", ["user", "repository"])
def test_a_locked_key_can_t_be_overridden_and_the_user_is_told(lock: str, weaker: str, settings: Load) -> None:
    found = settings(system=f'locked = ["{lock}"]\n{LAYERS["system"]}', **{weaker: LAYERS[weaker]})
    assert (found.ui.theme, found.origins["ui.theme"].locked) == ("system", True)
    assert [notice.split(" from ")[0] for notice in found.notices] == ["`ui.theme`"]


def test_a_lock_holds_a_default_too(settings: Load) -> None:
    found = settings(system='locked = ["backend.model"]\n', QCODE_MODEL="mine")
    assert found.backend.model is None
    assert "QCODE_MODEL" in found.notices[0]


def test_a_lock_on_one_way_to_name_the_key_is_not_undone_by_the_other(settings: Load) -> None:
    system = 'locked = ["backend.api_key_file"]\n[backend]\napi_key_file = "/key"\n'
    assert settings(system=system, QCODE_API_KEY="mine").backend.api_key_file == "/key"


@pytest.mark.parametrize(("lock", "value"), [("file", ""), ("file", 'api_key_file = "/key"'), ("env", "")])
@pytest.mark.parametrize("weaker", [{"QCODE_API_KEY": "x"}, {"QCODE_API_KEY_FILE": "/mine"}])
def test_a_lock_on_one_way_to_name_the_key_holds_the_other(
    lock: str, value: str, weaker: dict[str, str], settings: Load
) -> None:
    found = settings(system=f'locked = ["backend.api_key_{lock}"]\n[backend]\n{value}\n', **weaker)
    assert (found.backend.api_key_env, found.backend.api_key_file) == (None, "/key" if value else None)
    assert len(found.notices) == 1 and next(iter(weaker)) in found.notices[0]


def test_the_command_line_can_t_override_a_lock(settings: Load) -> None:
    found = settings(system='locked = ["review.fail_on"]\n')
    with pytest.raises(PolicyProblem, match=r"^--fail-on can't change `review\.fail_on`: .*config\.toml locks it\.$"):
        found.allow_override("review.fail_on", "--fail-on")
    found.allow_override("review.language", "--language")


# ---------------------------------------------------------------- what is wrong

WRONG = [
    ("user", "theme = 1", "sets `theme`, which is no setting; did you mean `ui.theme`?"),
    (
        "user",
        "[backend]\nbase_ur = 'x'",
        "sets `backend.base_ur`, which is no setting; did you mean `backend.base_url`?",
    ),
    ("user", "[nonsense]\nx = 1", "sets `nonsense`, which is no setting."),
    ("user", "ui = 3", "sets `ui` to a value, but it is a section."),
    ("user", "[backend]\nbase_url = 'ftp://x'", "it must be a URL that begins with http:// or https://."),
    ("user", "[backend]\nbase_url = 'https://'", "it must be a URL that begins with http:// or https://."),
    *(
        ("user", f"[backend]\ntotal_s = {wrong}", "it must be a number of seconds above 0 and at most 604800.")
        for wrong in ("true", "nan", "inf", "0", "604801", "1" + "0" * 400)
    ),
    *(
        ("user", f"[backend]\napi_key_env = '{wrong}'", "it must be the name of a variable, never the key itself.")
        for wrong in ("sk-verysecret", "1verysecret", "verysecret=", "")
    ),
    ("user", "[backend]\nmodel = ''", "it must be a text that is not empty."),
    ("user", "[backend]\nmodel = 'a\\u001b'\n".replace("'", '"'), "it must be a text that is not empty."),
    ("user", "[review]\nfail_on = 'HIGH'", 'it must be one of "none", "info", "low", "medium", "high", "critical".'),
    ("user", "ignore = 'x'", "it must be a list of glob patterns."),
    ("user", "[backend]\napi_key = 'sk-verysecret'", "sets `backend.api_key`, but a settings file never holds a key."),
    (
        "user",
        "[backend]\napi_key_env = 'A'\napi_key_file = 'b'",
        "sets both `backend.api_key_env` and `backend.api_key_file`.",
    ),
    ("user", "locked = ['ui']", "sets `locked`, which only the system's file may."),
    ("user", "sk-verysecret", "is not valid TOML: expected '=' after a key in a key/value pair at end of document."),
    ("user", "a = 1\nb = sk-verysecret", "is not valid TOML: invalid value at line 2, column 5."),
    ("user", "a = [" + "[" * 5000, "nests its values too deeply."),
    ("system", "locked = ['nonsense']", "locks `nonsense`, which is no key and no section."),
    ("system", "locked = 'ui'", "sets `locked` to something it can't be: it must be a list of keys."),
    (
        "repository",
        "[backend]\nbase_url = 'https://evil.test'",
        "sets `backend.base_url`, but a repository may set only",
    ),
    ("repository", "[backend]", "sets `backend`, but a repository may set only"),
    ("repository", "[embedding.korean]\nmodel = 'x'", "sets `embedding.korean.model`, but a repository may set only"),
    ("repository", "locked = ['ui']", "sets `locked`, but a repository may set only"),
]


@pytest.mark.parametrize(("layer", "text", "sentence"), WRONG)
def test_a_wrong_setting_is_named_with_its_file(layer: str, text: str, sentence: str, settings: Load) -> None:
    with pytest.raises(UsageProblem) as caught:
        settings(**{layer: text})
    assert "config.toml " in str(caught.value)
    assert sentence in str(caught.value)
    assert "verysecret" not in str(caught.value) + caught.value.remedy
    assert caught.value.remedy


def test_a_wrong_variable_is_named(settings: Load) -> None:
    with pytest.raises(UsageProblem, match=r"^QCODE_LANGUAGE sets `review\.language` to something it can't be"):
        settings(QCODE_LANGUAGE="fr")


def test_a_byte_order_mark_is_allowed_and_other_encodings_are_named(qcode: Qcode) -> None:
    qcode.config.parent.mkdir(parents=True)
    qcode.config.write_bytes(b"\xef\xbb\xbf" + b'[ui]\nlanguage = "ko"\n')
    assert qcode("config", "show").returncode == 0
    qcode.config.write_bytes('[ui]\ntheme = "밝음"\n'.encode("cp949"))
    done = qcode("config", "show")
    assert (done.returncode, done.stderr.splitlines()[0]) == (2, f"qcode: {qcode.config} is not UTF-8 text (line 2).")


# ---------------------------------------------------------------- a repository's file is a stranger's


def test_a_repository_s_file_may_be_no_link_no_pipe_and_not_huge(settings: Load, tmp_path: Path) -> None:
    settings()
    file = tmp_path / "repo" / ".qcode" / "config.toml"
    file.unlink()
    file.symlink_to(tmp_path / "home")
    with pytest.raises(UsageProblem, match="it is a symbolic link"):
        load({}, tmp_path / "repo", Path("/nowhere"))
    file.unlink()
    os.mkfifo(file)
    with pytest.raises(UsageProblem, match="is not a regular file"):
        load({}, tmp_path / "repo", Path("/nowhere"))
    file.unlink()
    file.write_bytes(b"#" * (2 << 20))
    with pytest.raises(UsageProblem, match="is larger than 1 MiB"):
        load({}, tmp_path / "repo", Path("/nowhere"))


def test_a_repository_s_settings_folder_may_be_no_link(tmp_path: Path) -> None:
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    (tmp_path / "repo" / ".qcode").symlink_to(tmp_path)
    with pytest.raises(UsageProblem, match="is a symbolic link"):
        load({}, tmp_path / "repo", Path("/nowhere"))


def test_the_repository_s_file_is_found_from_a_folder_below(settings: Load, tmp_path: Path) -> None:
    settings(repository='ignore = ["gen/**"]\n')
    below = tmp_path / "repo" / "a" / "b"
    below.mkdir(parents=True)
    assert load({}, below, Path("/nowhere")).ignore == ("gen/**",)


# ---------------------------------------------------------------- folders


@pytest.mark.parametrize(
    ("environment", "cache"),
    [
        ({"HOME": "/h"}, "/h/.cache/qcode"),
        ({"HOME": "/h", "XDG_CACHE_HOME": "/x"}, "/x/qcode"),
        ({"HOME": "/h", "XDG_CACHE_HOME": "relative"}, "/h/.cache/qcode"),
        ({"HOME": "/h", "XDG_CACHE_HOME": "/x", "QCODE_CACHE_DIR": "/q"}, "/q/qcode"),
    ],
)
def test_the_cache_lies_where_the_user_says(environment: dict[str, str], cache: str, tmp_path: Path) -> None:
    assert load(environment, tmp_path, Path("/nowhere")).index_dir == Path(cache) / "index"


@pytest.mark.parametrize("variable", ["QCODE_CACHE_DIR", "QCODE_DATA_DIR"])
@pytest.mark.parametrize("value", ["cache", "./cache", "~/cache"])
def test_a_folder_that_depends_on_where_qcode_runs_is_refused(
    variable: str, value: str, qcode: Qcode, git_repo: GitRepo
) -> None:
    repo = git_repo({"a.py": "x = 1\n"})
    done = qcode("index", cwd=repo.root, env={variable: value})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"qcode: {variable} is `{value}`, which is not an absolute path")
    assert sorted(entry.name for entry in repo.root.iterdir()) == [".git", "a.py"]


def test_without_any_home_only_what_needs_a_folder_fails(settings: Load) -> None:
    homeless = dataclasses.replace(settings(), caches=None, data=None)
    with pytest.raises(UsageProblem, match="no cache folder") as caught:
        _ = homeless.index_dir
    assert "QCODE_CACHE_DIR" in caught.value.remedy


def test_the_command_works_without_home(qcode: Qcode) -> None:
    away = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"))
    assert qcode("config", "show", env=away).returncode == 0


# ---------------------------------------------------------------- qcode config


def test_show_prints_every_value_with_its_origin(qcode: Qcode) -> None:
    qcode.config.parent.mkdir(parents=True)
    qcode.config.write_text('[backend]\nproxy = "http://user:hunter2@proxy.test:8080"\n')
    environment = {"QCODE_API_KEY": "sk-verysecret", "QCODE_MODEL": "qwen"}
    text = qcode("config", "show", env=environment).stdout
    answer = json.loads(qcode("config", "show", "--json", env=environment).stdout)
    lines = {line.split()[0]: line.split()[1:] for line in text.splitlines() if line}
    assert set(KEYS) == set(answer["values"]) <= set(lines)
    assert lines["backend.model"] == ['"qwen"', "QCODE_MODEL"]
    assert lines["backend.proxy"] == ['"http://…@proxy.test:8080"', str(qcode.config)]
    assert "verysecret" not in text + str(answer)
    assert "hunter2" not in text + str(answer)


@pytest.mark.parametrize("key", ["base_url", "proxy"])
@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://kim:ge/geheim99@h", "http://…@h"),
        ("http://kim:ge?geheim99@h:1/v1", "http://…@h:1/v1"),
        ("http://h?k=geheim99", "http://h?…"),
        ("http://h/v1#geheim99", "http://h/v1#…"),
        ("http://kim:geheim99", "http://…"),
        ("https://[::1]:8000/v1", "https://[::1]:8000/v1"),
    ],
)
def test_show_prints_of_a_url_what_is_no_secret(key: str, url: str, shown: str, qcode: Qcode) -> None:
    qcode.config.parent.mkdir(parents=True)
    qcode.config.write_text(f'[backend]\n{key} = "{url}"\n')
    answer = qcode("config", "show", "--json")
    assert json.loads(answer.stdout)["values"][f"backend.{key}"]["value"] == shown
    assert "geheim" not in answer.stdout + qcode("config", "show").stdout


def test_show_says_which_settings_nothing_depends_on_yet(qcode: Qcode) -> None:
    qcode.config.parent.mkdir(parents=True)
    qcode.config.write_text('[review]\nfail_on = "low"\n[ui]\nlanguage = "ko"\n')
    lines = qcode("config", "show").stdout.splitlines()
    unused = [line.split()[0] for line in lines if line.endswith(", not used yet")]
    assert unused == ["ui.language"]
    last = " ".join(lines).rpartition("This version uses ")[2]
    assert last.startswith("ignore, backend.base_url, ")
    assert " and ui.theme. The other keys" in last
    values = json.loads(qcode("config", "show", "--json").stdout)["values"]
    used = {name for name, value in values.items() if value["used"]}
    assert {name for name in used if not name.startswith("backend.")} == {"ignore", "review.fail_on", "ui.theme"} | {
        name for name in KEYS if name.startswith("tools.")
    }
    assert {name for name in KEYS if name.startswith("backend.")} <= used


@pytest.mark.parametrize("columns", [40, 60, 80, 100])
def test_show_breaks_no_line_on_a_narrow_terminal(columns: int, qcode: Qcode) -> None:
    environment = {"QCODE_BASE_URL": "http://model.internal.example/v1", "QCODE_LANGUAGE": "ko"}
    lines = on_terminal(qcode, columns, "config", "show", env=environment).splitlines()
    assert {line.split()[0] for line in lines if line[:1] not in ("", " ")} >= set(KEYS)
    assert [line for line in lines if cells(line) > columns and " " in line.strip()] == []


def test_init_writes_a_file_that_changes_nothing_and_never_overwrites(qcode: Qcode) -> None:
    assert qcode("config", "init").stdout == f"Wrote {qcode.config}.\n"
    written = qcode.config.read_text()
    answer = json.loads(qcode("config", "show", "--json").stdout)
    assert {value["origin"] for value in answer["values"].values()} == {"default"}
    again = qcode("config", "init")
    assert (again.returncode, qcode.config.read_text()) == (6, written)
    assert again.stderr.startswith(f"qcode: {qcode.config} exists already")


def test_the_written_file_explains_every_key_and_its_default() -> None:
    bare = "".join(line.removeprefix("#") for line in template().splitlines(True) if not line.startswith("# "))
    table = tomllib.loads(bare)
    for name, key in KEYS.items():
        value: Any = table
        for part in name.split("."):
            value = value[part]
        written = value if value != "" else None
        assert written == (list(key.default) if isinstance(key.default, tuple) else key.default), name
        assert f"# {key.help}\n" in template()
