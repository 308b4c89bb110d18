"""Commands that are killed or meet with faults lose and double nothing, and it would be seen."""

import sys
from importlib import import_module
from pathlib import Path

import httpx
import pandas as pd
import pytest

# At the end: the script `coverage` must not hide the package of that name.
sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
faults, kinds, proxies, stages, tally, truth = map(
    import_module,
    (
        "faults",
        "faulty.kinds",
        "faulty.proxy",
        "faulty.stage",
        "faulty.tally",
        "faulty.truth",
    ),
)

pytestmark = pytest.mark.studio
HEALTH = "/health"


class Always(kinds.Faults):
    """Strikes every request with one kind of fault."""

    def __init__(self, name):
        super().__init__(1)
        self.kind = kinds.BY_NAME[name]

    def draw(self, _method, _target):
        """Give the one kind."""
        return self.kind


@pytest.fixture
def calm(studio):
    """Give a proxy that lets everything pass."""
    with proxies.Proxy(studio.url, kinds.Faults(1)) as proxy:
        yield proxy


@pytest.fixture
def stage(studio, calm, tmp_path):
    """Give a stage on which nothing is disturbed."""
    made = stages.Stage(studio, calm, tmp_path, 1)
    yield made
    made.close()


def asked(url, studio, timeout=5):
    """Ask who the server's owner is."""
    headers = {"Authorization": f"Token {studio.token}"}
    return httpx.get(f"{url}/api/current-user/whoami", headers=headers, timeout=timeout)


def run_two(stage):
    """Run a push and a pull, undisturbed; give the study and a visit with a marked span."""
    for _ in range(2):
        world, command = stage.next()
        while command == "pull" and not any(work.spans for work in world.log.values()):
            world.annotate()
        stage.run(world, command)
        assert stage.after(world, command, through=True) == []
    return world, next(key for key, work in world.log.items() if work.spans)


def test_nothing_is_lost_or_doubled_by_kills_and_faults(studio, tmp_path):
    found = faults.measure(studio, tmp_path, kills=12, faults=60, seed=1)

    assert found.killed.good, "\n".join(found.killed.lines())
    assert found.struck.good, "\n".join(found.struck.lines())
    assert (found.killed.number, found.struck.number >= 60) == (12, True)
    assert len(found.struck.rows) > 8
    assert any("while writing" in row for row in found.killed.rows)
    assert found.pulls_of_changes > 0


def test_what_passes_a_calm_proxy_is_what_the_server_says(studio, calm):
    assert asked(calm.url, studio).json() == asked(studio.url, studio).json()


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("cut, not done", (httpx.NetworkError, httpx.RemoteProtocolError)),
        ("cut, done", (httpx.NetworkError, httpx.RemoteProtocolError)),
        ("time-out, done", httpx.ReadTimeout),
        ("body shorter than said", (httpx.NetworkError, httpx.RemoteProtocolError)),
        ("chunks cut off", (httpx.NetworkError, httpx.RemoteProtocolError)),
    ],
)
def test_a_broken_connection_is_one_to_the_client(studio, name, error):
    with proxies.Proxy(studio.url, Always(name)) as proxy, pytest.raises(error):
        asked(proxy.url, studio, timeout=2)


@pytest.mark.parametrize(
    ("name", "status"),
    [("5xx, done", range(500, 600)), ("429 with Retry-After", [429]), ("empty 200, done", [200])],
)
def test_a_bad_answer_has_its_status(studio, name, status):
    with proxies.Proxy(studio.url, Always(name)) as proxy:
        answer = asked(proxy.url, studio)
    assert answer.status_code in status
    assert b"@" not in answer.content


def test_json_that_is_cut_off_has_the_length_it_says(studio):
    with proxies.Proxy(studio.url, Always("JSON cut off")) as proxy:
        answer = asked(proxy.url, studio)
    assert asked(studio.url, studio).content.startswith(answer.content)
    with pytest.raises(ValueError):
        answer.json()


@pytest.mark.parametrize(("name", "done"), [("5xx, done", True), ("5xx, not done", False)])
def test_a_request_is_carried_out_or_not_as_its_fault_says(studio, name, done):
    title = f"struck {done}"
    headers = {"Authorization": f"Token {studio.token}"}
    with proxies.Proxy(studio.url, Always(name)) as proxy:
        httpx.post(f"{proxy.url}/api/projects/", json={"title": title}, headers=headers, timeout=9)
    there = httpx.get(f"{studio.url}/api/projects/?title={title}", headers=headers, timeout=9)
    found = there.json()["results"]
    for project in found:
        httpx.delete(f"{studio.url}/api/projects/{project['id']}/", headers=headers, timeout=9)
    assert len(found) == done


def test_a_missing_page_is_never_the_first():
    struck = kinds.Faults(1, [kinds.BY_NAME["404 within a listing"]])
    struck.many(1.0)
    assert struck.draw("GET", "/api/tasks?project=1&page=1") is None
    assert struck.draw("GET", "/api/projects/1/?page=2") is None
    assert struck.draw("POST", "/api/tasks?page=2") is None
    assert struck.draw("GET", "/api/tasks?project=1&page=2").play == "not found"


def test_faults_end_when_they_are_told_to():
    struck = kinds.Faults(1)
    struck.many(1.0)
    assert struck.draw("GET", HEALTH) in kinds.KINDS
    assert len(struck.calm()) == 1
    assert struck.draw("GET", HEALTH) is None


def test_a_task_that_is_gone_or_doubled_is_found(stage):
    world, key = run_two(stage)
    (task,) = world.tasks()[key]
    held = world.ask("GET", f"/api/tasks/{task}/")
    path = f"/api/projects/{held['project']}/import"
    world.ask("POST", path, json=[{"data": held["data"]}])
    assert [wrong.kind for wrong in truth.wrong_tasks(world)] == ["task doubled"]
    for number in world.tasks()[key]:
        world.ask("DELETE", f"/api/tasks/{number}/")
    assert [wrong.kind for wrong in truth.wrong_tasks(world)] == ["task lost"]


def test_an_annotation_that_is_not_in_the_tables_as_it_is_is_found(stage):
    world, key = run_two(stage)
    work = world.log[key]

    world.log[key] = truth.Work(work.number, work.status, ((0, 7),), "other")
    assert [wrong.kind for wrong in truth.wrong_visits(world)] == ["annotation stale"]
    assert truth.unsafe_visits(world) == []  # as it was at the last pull
    del world.log[key]
    assert [wrong.kind for wrong in truth.wrong_visits(world)] == ["annotation stale"]
    world.log[key] = work
    free = next(other for other in world.tasks() if other not in world.log)
    world.log[free] = truth.Work(1, "skipped")
    assert [wrong.kind for wrong in truth.wrong_visits(world)] == ["annotation lost"]


def test_a_span_that_counts_twice_is_found(stage):
    world, _ = run_two(stage)
    path = world.study.root / "tables" / "spans.parquet"
    spans = pd.read_parquet(path)
    pd.concat([spans, spans.head(1)]).to_parquet(path, index=False)
    assert "counted twice" in {wrong.kind for wrong in truth.wrong_visits(world)}


def test_a_table_says_what_went_wrong_and_after_what():
    table = tally.Tally("faults", ("struck", "went through", "refused"))
    table.add(["slow", "slow", "cut, done"], "refused", [truth.Wrong("task lost", "a1 for ada")])
    assert (table.number, table.good) == (3, False)
    header, *lines = table.lines()
    assert header.startswith("faults")
    assert lines[-1] == "  task lost after slow, cut, done: a1 for ada"
    assert lines[1].split()[1:4] == ["2", "0", "1"]


def test_a_twin_without_tasks_is_counted_and_harmless():
    table = tally.Tally("kills", ("killed",))
    table.add(["push"], "killed", [truth.Wrong(truth.HARMLESS, "a desk")])
    assert table.good
    assert table.lines()[1].split()[-1] == "1"
