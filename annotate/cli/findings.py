"""Commands that hand the findings on: the report, and the dataset."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from annotate.cli.shared import note, open_study, plain, study_option
from annotate.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from annotate.dataset.splits import Splitting

__all__ = ["export", "report"]

_EVERY = 30  # seconds between two pulls
_SILENT = 1000  # articles that are written before anybody wonders


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Which port; 8501 or a free one.")
@click.option("--browser/--no-browser", default=True, help="Open it in the browser.")
@click.option(
    "--watch",
    is_flag=False,
    flag_value=_EVERY,
    type=click.FloatRange(1),
    metavar="[SECONDS]",
    help=f"Pull every so many seconds meanwhile; {_EVERY} by default.",
)
@click.option(
    "--html",
    "target",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write one page to keep or hand on, and show nothing.",
)
@click.option(
    "--with-text", is_flag=True, help="With --html: the articles to be read; mind the rights."
)
@study_option
def report(
    root: Path,
    port: int | None,
    watch: float | None,
    target: Path | None,
    *,
    browser: bool,
    with_text: bool,
) -> None:
    """Show the findings in the browser until Ctrl-C, or write them to one page.

    The page of --html needs no server and asks no other computer for anything. Without
    --with-text it holds marked phrases, but no article.
    """
    if target is not None:
        if port is not None or watch is not None:
            msg = "--html writes a file and shows nothing; leave --port and --watch out"
            raise UsageError(msg)
        _write_page(root, target, with_text=with_text)
        return
    if with_text:
        msg = "--with-text goes with --html FILE; the report in the browser always has the text"
        raise UsageError(msg)
    from annotate.report.running import run_report

    study = open_study(root)
    with run_report(study.root, port=port, open_browser=browser, watched=watch) as running:
        note(f"The report is at {running.url} (Ctrl-C stops it)")
        if watch:
            from annotate.workflow.watching import watch as pull_again

            pull_again(study, lambda: running.lasts(watch), lambda says: note(plain(says)))
        running.wait()


def _write_page(root: Path, target: Path, *, with_text: bool) -> None:
    from annotate.report.offline import write_report

    written = write_report(open_study(root), target, with_text=with_text, progress=note)
    click.echo(str(written))


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--with-text", is_flag=True, help="Include the articles' text; mind the rights.")
@click.option("--with-notes", is_flag=True, help="Include what annotators wrote themselves.")
@click.option("--with-times", is_flag=True, help="Give times to the second, not only the day.")
@click.option(
    "--quote",
    type=click.IntRange(min=0),
    default=200,
    show_default=True,
    metavar="N",
    help="Longest span that is quoted where the text is left out, in characters.",
)
@click.option(
    "--split",
    "split_by",
    type=click.Choice(["event", "outlet", "time"]),
    help="Split into train, validation and test; near duplicates stay together.",
)
@click.option("--seed", type=int, help="Of the split; 0 by default.")
@click.option(
    "--shares",
    type=float,
    nargs=3,
    metavar="TRAIN VALIDATION TEST",
    help="Of the split; 0.8 0.1 0.1 by default.",
)
@click.option(
    "--stratify",
    metavar="QUESTION",
    help="Make its answers as common in each split as in all, as far as that goes.",
)
@click.option(
    "--licence",
    default="",
    metavar="SPDX",
    help="Of the labels, such as CC-BY-4.0; else what [dataset] in study.toml says.",
)
@study_option
def export(root: Path, folder: Path, **given: Any) -> None:  # noqa: ANN401 - options, as typed
    """Write the labels as a dataset: every annotation, soft labels, consensus, and a README."""
    from annotate.dataset.formats.spacy import available
    from annotate.dataset.plan import Choices
    from annotate.workflow import export as export_to

    names = ("with_text", "with_notes", "with_times", "quote", "licence")
    study = open_study(root)
    if len(study.articles()) > _SILENT:
        note("Scoring and looking for the consensus; then articles are written")
    files = export_to(
        study,
        folder,
        Choices(**{name: given[name] for name in names}),
        _splitting(given),
        on_written=_written,
    )
    if given["with_text"] and not available():
        note('Without files for spaCy, which is not here: pip install "annotate-news[spacy]"')
    for path in files:
        click.echo(str(path))


def _splitting(given: Mapping[str, Any]) -> Splitting | None:
    from annotate.dataset.splits import SHARES, Splitting

    by, seed, shares, question = (given[n] for n in ("split_by", "seed", "shares", "stratify"))
    if by is None:
        for name, value in (("--seed", seed), ("--shares", shares), ("--stratify", question)):
            if value is not None:
                msg = f"{name} says how to split: add --split event, outlet or time"
                raise UsageError(msg)
        return None
    if by == "time" and question:
        msg = "Split by time, the latest articles are the test: --stratify has no say in that"
        raise UsageError(msg)
    return Splitting(by, shares or SHARES, seed or 0, question or "")


def _written(done: int, articles: int) -> None:
    if articles > _SILENT:
        note(f"  {done:,} of {articles:,} articles written")
