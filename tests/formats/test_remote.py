"""The address of the remote is shown without anything secret, or not at all."""

from __future__ import annotations

import pytest

from indexer.repo import open_repo
from indexer.repo.remote import shown
from tests.conftest import GitRepo

TOKEN = "gh" + "p_" + "q7Rm2kXv9LtZ4nBw8Yc1Hd5Jf3Gs6Pa0Ue2i"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("https://forge.test/shop/price.git", "https://forge.test/shop/price.git"),
        ("https://kim:hunter2@forge.test/shop", "https://forge.test/shop"),
        ("https://hunter2@Forge.test:8443/shop", "https://forge.test:8443/shop"),
        ("https://kim:hun:ter2@forge.test/shop", "https://forge.test/shop"),
        ("https://forge.test/shop?private_token=hunter2#hunter2", "https://forge.test/shop"),
        ("ssh://git:hunter2@forge.test:22/shop", "ssh://forge.test:22/shop"),
        ("git@forge.test:shop/price.git", "ssh://forge.test/shop/price.git"),
        ("https://[::1]:8080/shop", "https://[::1]:8080/shop"),
        ("https://forge.test/상점", "https://forge.test/%EC%83%81%EC%A0%90"),
    ],
)
def test_an_address_is_told_without_user_password_and_query(written: str, told: str) -> None:
    assert shown(written) == told


@pytest.mark.parametrize(
    "written",
    [
        "",
        "/home/kim/shop",
        "../shop",
        "file:///home/kim/shop",
        "C:/shop",
        "ext::sh -c touch% canary",
        "https://kim:hun/ter2@forge.test/shop",
        "https://kim:12/hunter2@forge.test/shop",
        "https://kim:hunter#2@forge.test/shop",
        "https://kim:hunter2?@forge.test/shop",
        "https://kim:hunter2@@forge.test/shop",
        "kim:hunter2@forge.test/shop",
        "https://forge.test/\x1b[31m",
        "https://forge.test/\u202eshop",
        f"https://forge.test/{TOKEN}/shop",
        "https://" + "a" * 5000 + ".test/",
    ],
)
def test_what_may_hold_a_secret_or_is_no_address_of_a_server_is_not_told(written: str) -> None:
    assert shown(written) is None


def test_the_remote_of_a_repository_is_read_from_its_own_settings(git_repo: GitRepo) -> None:
    repo = git_repo({"a.py": "x = 1\n"})
    with open_repo(repo.root, repo.environment) as opened:
        assert opened.origin() is None
    repo.git("remote", "add", "origin", "https://kim:hunter2@forge.test/shop")
    with open_repo(repo.root, repo.environment) as opened:
        assert opened.origin() == "https://forge.test/shop"
