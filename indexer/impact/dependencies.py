"""Whether a change also takes on a dependency or a generator, which may bring along what the change deletes."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from indexer.types import Tree

if TYPE_CHECKING:
    from indexer.index import Index

MANIFESTS = (
    *("Gemfile", "Gemfile.lock", "*.gemspec", "composer.json", "*.csproj", "*.props", "*.targets", "packages.config"),
    *("build.gradle", "build.gradle.kts", "libs.versions.toml", "pom.xml", "conanfile.*", "vcpkg.json", ".gitmodules"),
)
"""Files that hold little but dependencies."""
BUILD_FILES = ("CMakeLists.txt", "*.cmake", "meson.build", "configure.ac", "configure.in", "Makefile*", "*.bazel")
_TAKES = re.compile(
    rb"find_package|pkg_check_modules|FetchContent|ExternalProject|dependency\s*\(|PKG_CHECK|-l\w+|@\w+//"
    rb"|generate_export_header|configure_file|file\s*\(\s*GENERATE|add_custom_command|custom_target|cxx_library|genrule"
)


def takes_dependency(index: Index, base: Tree, head: Tree) -> bool:
    """Whether a manifest changes, or a build file names more that comes from outside than it did."""
    for diff in index.diff(base, head):
        path = diff.new_path or diff.old_path or ""
        name = path.rpartition("/")[2]
        if any(fnmatchcase(name, pattern) for pattern in MANIFESTS):
            return True
        if diff.new_path and any(fnmatchcase(name, pattern) for pattern in BUILD_FILES):
            old = index.repo.read(base, diff.old_path) if diff.old_path else b""
            if len(_TAKES.findall(index.repo.read(head, diff.new_path) or b"")) > len(_TAKES.findall(old or b"")):
                return True
    return False
