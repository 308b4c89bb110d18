"""Bring Chromium for the tests: Playwright's own where it downloads, else the system's.

Run as a script it installs; imported, `find_browser` tells where Chromium is.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Error, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APT = ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"]
#: Chromium's own traffic would only be refused in a closed network; root may not use its sandbox.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_browser(playwright):
    """Give the path of a Chromium that starts, None if there is none."""
    own = Path(playwright.chromium.executable_path)
    found = [str(own) if own.exists() else None, *map(shutil.which, NAMES)]
    return next((path for path in found if path and starts(playwright, path)), None)


def starts(playwright, path):
    """Tell whether a browser starts: one without the system's libraries is no use."""
    try:
        playwright.chromium.launch(executable_path=path, args=ARGUMENTS, timeout=60_000).close()
    except Error:
        return False
    return True


def download():
    """Let Playwright download its own browser; it gives up by itself where it cannot."""
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        subprocess.run(command, check=True, timeout=600, **quiet)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        print("Playwright could not download Chromium.")


def install_from_system():
    """Let the package manager install it, where that needs no password."""
    if shutil.which("apt-get") is None:
        return
    root = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    if root and shutil.which("sudo") is None:
        return
    for command in (["apt-get", "update"], APT):
        subprocess.run([*root, *command], check=False, stdout=subprocess.DEVNULL)


def main():
    """Try each way until there is a browser."""
    with sync_playwright() as playwright:
        for way in (download, install_from_system):
            if find_browser(playwright):
                break
            print(f"== Bringing Chromium ({way.__name__.replace('_', ' ')})", flush=True)
            way()
        found = find_browser(playwright)
    if not found:
        sys.exit(f"The tests need a Chromium that starts. Install it with: sudo {' '.join(APT)}")
    print(f"== Chromium: {found}")


if __name__ == "__main__":
    main()
