"""What several test files share: one real Label Studio for the whole run."""

import os

import pytest

from annotate.studio.server import start


@pytest.fixture(scope="session", autouse=True)
def _no_foreign_server():
    """Keep the tests away from a server that the developer's own environment names."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("LABEL_STUDIO_")]:
            patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def studio(tmp_path_factory):
    """Start one embedded server; its private folder is `studio.log.parent`."""
    with start(tmp_path_factory.mktemp("study") / "private") as server:
        yield server
