"""Fixtures of the model's tests."""

from __future__ import annotations

import pytest

from tests.model.certificates import Authority, authority


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A throw-away certificate authority."""
    return authority(tmp_path_factory.mktemp("authority"))
