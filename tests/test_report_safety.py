"""Whatever articles, labels, notes and names hold, the report shows it as text and asks nobody."""

import os
import re
import socket
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from editor import open_browser
from hostile_study import ELSEWHERE, MADE, SHOUT, hostile, hostile_study
from made_study import annotated, made_study
from playwright.sync_api import sync_playwright
from report_pages import PAGES, Look, address, pages_here, settle
from watched_tab import WatchedTab

from annotate.processes import end_group, start_group
from annotate.report.running import run_report

pytestmark = pytest.mark.browser

NARROW = Look("light", 390)
#: A piece of the text that stands in every field, as somebody reads it.
READ = '<script data-zq>alert("zq")</script>'


@pytest.fixture(scope="module")
def browser():
    """Start one browser for the module."""
    with sync_playwright() as playwright:
        running = open_browser(playwright)
        yield running
        running.close()


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Make the hostile study."""
    return hostile_study(tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def report(study):
    """Start a report on it."""
    with run_report(study.root, port=0) as running:
        yield running


def seen(tab):
    """Give all that can be read on a page, its sidebar apart."""
    return tab.locator("[data-testid=stMain]").inner_text()


@pytest.mark.parametrize("page", pages_here(training=True), ids=lambda page: page.name)
def test_nothing_that_was_written_acts_on_any_page(page, report, browser):
    with WatchedTab(browser, report.url, **NARROW.options()) as watched:
        watched.open(address(report, page))
        made = set()
        watched.explore(lambda: made.update(watched.tab.evaluate(MADE, list(SHOUT))))
        assert sorted(made) == []
        assert watched.faults() == []
        # The dataset's README is Markdown, shown as it is: signs of markup have a backslash there.
        assert READ in seen(watched.tab).replace("\\", "")


def test_the_look_finds_what_markup_makes(tmp_path, browser):
    """A page that does what ours must not do: else all of the above could not fail."""
    script = tmp_path / "careless.py"
    script.write_text(
        "import streamlit as st, pathlib\n"
        f"said = pathlib.Path({str(tmp_path / 'said')!r}).read_text()\n"
        "st.html('<h1 class=an-h>Careless</h1>' + said)\n"
        "st.caption(said.split('<script', 1)[0] + said.split('</textarea>', 1)[1])\n"
    )
    (tmp_path / "said").write_text(hostile("said", controls=False))
    with (
        bare_streamlit(script, tmp_path / "log") as url,
        WatchedTab(browser, url, **NARROW.options()) as watched,
    ):
        watched.open(url)
        made = watched.tab.evaluate(MADE, list(SHOUT))
        assert {each.split(":", 1)[0] for each in made} == set(FOUND)
        assert any(ELSEWHERE in each for each in watched.strangers)


FOUND = ("HTML", "markup", "formula", "icon", "emoji", "href", "src")


@contextmanager
def bare_streamlit(script, log):
    """Run a script of a few lines with the options of the report."""
    port = free_port()
    process = start_group(
        [sys.executable, "-m", "streamlit", "run", str(script)],
        cwd=script.parent,
        env={
            **os.environ,
            "STREAMLIT_SERVER_ADDRESS": "127.0.0.1",
            "STREAMLIT_SERVER_PORT": str(port),
            "STREAMLIT_SERVER_HEADLESS": "true",
            "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
        },
        log=log,
    )
    try:
        while process.poll() is None:
            with suppress(httpx.HTTPError):
                if httpx.get(f"http://127.0.0.1:{port}/_stcore/health").is_success:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        end_group(process)


def free_port():
    """Give a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize("page", pages_here(training=True), ids=lambda page: page.name)
def test_an_address_is_text_too(page, report, browser):
    """What a link's parameters hold may be somebody else's idea."""
    names = ("question", "kind", "article", "phrase", "annotator", "outlet", "from", "to")
    query = dict.fromkeys(names, hostile("query", controls=False)[:1500])
    with WatchedTab(browser, report.url, **NARROW.options()) as watched:
        watched.open(address(report, page, **query))
        assert watched.tab.evaluate(MADE, list(SHOUT)) == []
        assert watched.faults() == []


def test_the_reader_shows_every_field_of_an_article_as_it_is(report, study, browser):
    reader = next(page for page in PAGES if page.name == "reader")
    article = study.articles().iloc[0]
    with WatchedTab(browser, report.url, **NARROW.options()) as watched:
        watched.open(address(report, reader, article=article["article_id"]))
        page = watched.tab.locator("[data-testid=stMain]").evaluate("main => main.textContent")
        for field in ("text 0", "person 0", "outlet 0", "label 0", "note 1"):
            assert hostile(field, controls=False)[:600] in page
        assert article["text"].replace("\0", "\ufffd") in page


def test_two_hundred_kilobytes_of_one_line_are_read_in_a_narrow_window(report, study, browser):
    reader = next(page for page in PAGES if page.name == "reader")
    article = study.articles().iloc[1]
    with WatchedTab(browser, report.url, **NARROW.options()) as watched:
        watched.open(address(report, reader, article=article["article_id"]))
        page = watched.tab.locator("[data-testid=stMain]").evaluate("main => main.textContent")
        assert article["text"] in page
        assert watched.faults() == []


def test_the_report_listens_on_this_machine_only(report):
    """Streamlit and whatever it starts, by the kernel's own list."""
    assert {host for host, _ in listening(report.pid)} == {"127.0.0.1"}
    assert ("127.0.0.1", report.port) in listening(report.pid)


def test_the_browser_is_told_to_gather_no_statistics(report, browser):
    """What the server says at the beginning of a session decides it."""
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    told = []

    def hear(frame):
        message = ForwardMsg()
        message.ParseFromString(frame)
        if message.HasField("new_session"):
            told.append(message.new_session.config.gather_usage_stats)

    with WatchedTab(browser, report.url) as watched:
        watched.tab.on("websocket", lambda socket: socket.on("framereceived", hear))
        watched.open(report.url)
    assert told
    assert not any(told)


@pytest.mark.parametrize("table", ["tables/visits", "tables/answers", "tables/spans", "articles"])
def test_a_file_that_is_broken_is_one_sentence(table, tmp_path, browser):
    study = made_study(tmp_path)
    annotated(study)
    study.tables()
    path = study.root / f"{table}.parquet"
    path.write_bytes(b"PAR1" + b"\0" * 100)
    with run_report(study.root, port=0) as report:
        # All pages begin alike; the one table shows it of each of them.
        for page in pages_here() if table == "articles" else pages_here()[:1]:
            with WatchedTab(browser, report.url, **NARROW.options()) as watched:
                watched.open(address(report, page))
                said = seen(watched.tab)
                assert "This study cannot be shown" in said
                assert path.name in said
                assert_no_details(said)
                assert watched.faults() == []


def test_a_failure_that_nobody_thought_of_shows_no_details(tmp_path, browser):
    """A table of another shape: what Python says of it is for the log."""
    study = made_study(tmp_path)
    annotated(study)
    tables = study.tables()
    visits = tables.visits.rename(columns={"status": "state of things"})
    visits.to_parquet(study.root / "tables" / "visits.parquet")
    with (
        run_report(study.root, port=0) as report,
        WatchedTab(browser, report.url, **NARROW.options()) as watched,
    ):
        watched.tab.goto(report.url)
        watched.tab.locator("[data-testid=stException], .an-bad").first.wait_for(timeout=60_000)
        settle(watched.tab)
        assert_no_details(watched.tab.inner_text("body"))
        assert "KeyError" not in watched.tab.inner_text("body")
        assert "KeyError" in report.log.read_text()


def assert_no_details(said):
    """See that nothing is said of the program's inside or of where it is installed."""
    assert "Traceback" not in said
    assert not re.search(r"\.py\b|line \d+|site-packages", said)
    assert str(Path(__file__).parents[1]) not in said


def listening(leader):
    """List the addresses on which the processes of a group listen, from the kernel's tables."""
    own = {link for pid in group(leader) for link in sockets_of(pid)}
    found = set()
    for table, family in (("tcp", socket.AF_INET), ("tcp6", socket.AF_INET6)):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state, *rest = line.split()
            if state == "0A" and f"socket:[{rest[5]}]" in own:
                found.add(decoded(local, family))
    return found


def decoded(local, family):
    """Read an address as the kernel writes it: words of four bytes in the machine's order."""
    host, port = local.split(":")
    words = [bytes.fromhex(host[at : at + 8])[::-1] for at in range(0, len(host), 8)]
    return socket.inet_ntop(family, b"".join(words)), int(port, 16)


def group(leader):
    """List the processes of a group."""
    members = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[2]) == leader:
            members.append(int(path.parent.name))
    return members


def sockets_of(pid):
    """List the sockets that a process holds."""
    links = []
    for path in Path(f"/proc/{pid}/fd").glob("*"):
        try:
            links.append(str(path.readlink()))
        except OSError:  # closed meanwhile
            continue
    return [link for link in links if link.startswith("socket:")]
