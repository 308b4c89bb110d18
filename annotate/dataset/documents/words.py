"""Sentences that several documents of a dataset share. They are plain text: not Markdown yet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from annotate.dataset.documents.licences import spdx

if TYPE_CHECKING:
    from collections.abc import Sequence

    from annotate.dataset.documents.about import About, RoundHeld
    from annotate.summary import Summary

__all__ = [
    "NO_LICENCE",
    "annotators",
    "by_article",
    "cleaning",
    "composition",
    "consensus",
    "counted",
    "description",
    "independent",
    "languages",
    "languages_line",
    "licence_line",
    "listed",
    "privacy",
    "protocol",
    "rights",
    "size",
    "splitting",
    "title",
    "training",
    "weakness",
]

_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_].*)?", re.IGNORECASE | re.DOTALL)
NO_LICENCE = (
    "No licence has been chosen. Without one, nobody may assume that these labels can be copied, "
    'changed or passed on. Whoever publishes them chooses: write licence = "CC-BY-4.0", or '
    "another SPDX identifier, under [dataset] in the study's study.toml, and export again."
)


def counted(number: int, thing: str, things: str = "") -> str:
    """Write a number with its noun."""
    return f"{number:,} {thing if number == 1 else things or thing + 's'}"


def listed(items: tuple[tuple[str, int], ...], unknown: str) -> str:
    """Write values with how often they occur, the most frequent first."""
    return ", ".join(f"{name or unknown} ({times:,})" for name, times in items)


def title(about: About, summary: Summary) -> str:
    """Name the dataset."""
    return about.said.title or summary.name


def description(about: About, summary: Summary) -> str:
    """Say what it is: as its makers do, else what can be counted."""
    if about.said.description:
        return about.said.description
    people = sum(1 for person in summary.progress if person.submitted)
    return (
        f"{size(summary)} With the labels of {counted(people, 'annotator')}: every annotator's "
        "own, their distribution, and a consensus."
    )


def size(summary: Summary) -> str:
    """Say how much there is to read."""
    corpus = summary.corpus
    return (
        f"{counted(corpus.articles, 'news article')} ({counted(corpus.words, 'word')}) of "
        f"{counted(corpus.outlets, 'outlet')} on {counted(corpus.events, 'event')}."
    )


def composition(about: About, summary: Summary) -> str:
    """Say what there is, and what annotators made of it."""
    spans = sum(person.spans for person in summary.progress)
    done = sum(person.submitted for person in summary.progress)
    return (
        f"{size(summary)} {counted(about.visits, 'visit')} of annotators, "
        f"{counted(done, 'of them', 'of them')} submitted, with {counted(spans, 'span')}."
    )


def languages_line(about: About) -> str:
    """Say in which languages the articles are."""
    said = listed(about.languages, "not declared") or "none"
    return f"Languages, as the sources declare them: {said}."


def weakness(weak: Sequence[object], summary: Summary) -> str:
    """Say how many fields are known to be weak."""
    if not summary.started:
        return "There is no figure of agreement yet."
    if not weak:
        return "No field is known to be weak."
    return f"{counted(len(weak), 'field')} not shown to reach .667 in agreement."


def languages(about: About) -> list[str]:
    """Give the codes of the languages that articles declare; what is no code is left out."""
    found = (_LANGUAGE.fullmatch(name.strip()) for name, _ in about.languages)
    return list(dict.fromkeys(code[1].lower() for code in found if code))


def annotators(about: About, summary: Summary) -> str:
    """Say how many worked, and how many read each article."""
    people = sum(1 for person in summary.progress if person.submitted)
    days = f" ({about.worked})" if about.worked.last else ""
    said = f"{counted(people, 'annotator')} submitted work{days}."
    return f"{said} {by_article(about)}" if people else "Nobody has submitted any work yet."


def by_article(about: About) -> str:
    """Say how many articles were submitted by how many annotators."""
    parts = (
        f"{counted(articles, 'article')} by {people or 'nobody'}"
        for people, articles in about.per_article
    )
    found = "; ".join(parts)
    return f"Submitted: {found}." if found else "There is no article."


def training(about: About) -> list[str]:
    """Say what the study knows of training."""
    rounds = [each for each in about.rounds if each.kind == "training"]
    if not rounds:
        return ["The study records no round of training."]
    said = [_trained(each) for each in rounds]
    who = counted(about.trained, "annotator")
    return [
        *said,
        (
            f"Of those who annotated, {who} had submitted work in training. Its labels are not in "
            "this dataset, and they count in no figure."
        ),
        (
            "Whether feedback was shown to annotators, and what they were told beside it, is not "
            "recorded."
        ),
    ]


def _trained(each: RoundHeld) -> str:
    reference = (
        f"; reference labels: {each.reference}, there for {each.compared:,} of these visits"
        if each.reference
        else ""
    )
    return (
        f'Round of training "{each.name}": {counted(each.people, "person", "people")}, '
        f"{counted(each.articles, 'article')}, {counted(each.submitted, 'submitted visit')}"
        f"{reference}."
    )


def cleaning(about: About) -> list[str]:
    """Say what was done to the articles before anybody read them."""
    by = listed(about.extractors, "not recorded")
    return [
        f"Articles by what turned their source into text: {by}."
        if by
        else "There is no article, so no extractor is known.",
        (
            "Lines of page furniture are taken out: share buttons, comment forms, newsletter and "
            "cookie notices, links to other articles, picture credits, image "
            "descriptions that stand twice, and slots of advertisements."
        ),
        (
            "A line that may disclose sponsoring is kept, as is what stands in a notice. Wrong "
            "encodings are repaired and Unicode is brought to its form NFC; apart from that no "
            "word of a kept line is changed, and no paragraph is joined or split."
        ),
        f"Taken out here: {counted(about.lines, 'line')} of {counted(about.cleaned, 'article')}.",
        (
            "The text was frozen when it was read; offsets count its Unicode code points, and its "
            "SHA-256 stands beside each article."
        ),
    ]


def rights(about: About) -> list[str]:
    """Say whose the texts are."""
    own = about.said.text_rights
    return [
        (
            "The licence of this dataset is for the labels. It does not license the articles' "
            "texts, nor quotes from them."
        ),
        own or "Whose the texts are, and what may be done with them, is not stated.",
        "The articles' text is included: whoever passes this dataset on has to see to the rights."
        if about.choices.with_text
        else "The articles' text is not included; spans are quoted up to "
        f"{about.choices.quote} characters, longer ones are given by offsets only.",
    ]


def privacy(about: About) -> list[str]:
    """Say what the dataset tells of people."""
    with_notes = about.choices.with_notes
    notes = (
        "Annotators' notes are included: they wrote them in their own words, and nobody has "
        "checked them for what they give away."
        if with_notes
        else "Annotators' notes are not included."
    )
    times = "to the second" if about.choices.with_times else "by the day"
    return [
        (
            "Annotators stand under pseudonyms. Their names and e-mail addresses, tokens and the "
            "identifiers of Label Studio are in no file."
        ),
        f"When they worked is given {times}, and how long they took in seconds.",
        notes,
        "Articles name people, and quotes from them do, too.",
    ]


def consensus(about: About) -> list[str]:
    """Say how one label was made out of many."""
    return [
        (
            "Choices: the value that most gave. Several answers: each option that more than half "
            "ticked. Ordered scales: first whether there is anything to rate, then the median."
        ),
        (
            "Who votes: one annotator once for each article, with the latest submission of a first "
            "reading; a hidden repeat does not vote. What the scheme counts as no answer, such as "
            '"unclear", is no vote, so that votes may be fewer than readers, down to one.'
        ),
        "Ties are shown, not broken.",
        (
            "Spans: of each character, the share of its readers who marked it; runs above one half "
            "(plain). Weighted spans are what Dawid and Skene's model makes of that, above one "
            "half; few readers, or one whom it trusts, may be enough: see marked_by and readers."
        ),
        (
            "Dawid and Skene's model, plain and smoothed, and MACE stand beside the votes where "
            "there are labels enough, never in their place."
        ),
        f"An adjudicator decided something about {counted(about.decided, 'article')}; decisions "
        "are marked and replace the votes."
        if about.decided
        else "No adjudicator decided anything.",
    ]


def independent(about: About, summary: Summary) -> bool:
    """Tell whether it is known that nobody could see another's work: all was done at our desks."""
    return summary.blind and not any(each.shared for each in about.rounds)


def protocol(about: About, summary: Summary) -> str:
    """Say how labels were given."""
    seen = "Whether annotators could see each other's work is not recorded."
    if any(each.shared for each in about.rounds):
        seen = "In a project for everybody, annotators could open each other's work."
    elif independent(about, summary):
        seen = "Annotators worked at desks of their own, without each other's work."
    hidden = " The outlet was hidden from the annotators." if summary.blind else ""
    return (
        f"People read each article in Label Studio and answered "
        f"{counted(about.questions, 'question')} about it, of which {about.scored} are scored, and "
        f"{counted(about.about_spans, 'question')} about marked spans; "
        f"{counted(about.labels, 'label')} for spans. The scheme is label_config.xml, the codebook "
        f"is codebook.md. {seen}"
        f"{hidden} {annotators(about, summary)}"
    )


def splitting(about: About) -> str:
    """Say how the articles are split, and what the check for leakage found."""
    split = about.split
    if split is None:
        return "There is no split: all is in train."
    found, sizes = split.leakage, split.to_json()["articles"]
    even = f" As even as whole groups allow: {split.strata}." if split.strata else ""
    if 0 in sizes.values():
        even += " A split without rows has a file, but is not among those that are opened."
    return (
        f"Split by {split.by} (seed {split.seed}), near duplicates together: "
        f"{', '.join(f'{name} {number}' for name, number in sizes.items())} articles. "
        f"In more than one split: {found.articles} articles, {found.near_duplicates} groups of "
        f"near duplicates, {found.events} events, {found.outlets} outlets.{even}"
    )


def licence_line(about: About) -> str:
    """Name the licence of the labels, or say that there is none."""
    return spdx(about.licence) if about.licence else NO_LICENCE
