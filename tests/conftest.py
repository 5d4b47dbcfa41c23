"""Fixtures that all tests share. The network is closed but for loopback (see `addopts` in pyproject.toml)."""

pytest_plugins = ["tests.fakes.fixtures"]
