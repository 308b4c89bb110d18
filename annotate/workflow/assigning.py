"""Who gets what in a round, as it stands today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.rounds import ANNOTATION, TRAINING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import pandas as pd

    from annotate.rounds import Round
    from annotate.study import Study
    from annotate.workflow.current import Current

__all__ = ["EVERYBODY", "articles_of", "assigned", "repeat_key", "rows_of", "topics_of"]

EVERYBODY = ""  # whose desk it is where all work in one project
Place = tuple[str, str, int]  # article, annotator, occasion


def assigned(
    study: Study, each: Round, articles: Sequence[str], begun: Collection[Place]
) -> pd.DataFrame:
    """Assign articles to the annotators of a round; what was begun stays.

    Parameters
    ----------
    study : Study
        The study.
    each : Round
        The round.
    articles : sequence of str
        What is to be annotated in it.
    begun : collection of (str, str, int)
        Article, annotator and occasion that lie on a desk already.

    Returns
    -------
    DataFrame
        Rows of the assignment.
    """
    from annotate.assignment import assign, repeats

    known = set(study.articles()["article_id"])
    rules = each.assigning
    if rules.mode == "shared":
        return rows_of(each.name, [(article, EVERYBODY, 1) for article in articles])
    first = {(article, who) for article, who, occasion in begun if occasion == 1}
    again = {(article, who) for article, who, occasion in begun if occasion > 1}
    few = 0 < rules.per_article < len(each.annotators)
    if few:
        k, seed = rules.per_article, rules.seed
        pairs = assign(articles, each.annotators, per_article=k, seed=seed, fixed=first)
    else:
        pairs = [(article, who) for article in articles for who in each.annotators]
        pairs += sorted(first - set(pairs))
    pairs = [pair for pair in pairs if pair[0] in known]
    second = repeats(pairs, number=rules.repeats, seed=rules.seed, fixed=again & set(pairs))
    places = [(article, who, 1) for article, who in pairs]
    return rows_of(each.name, places + [(article, who, 2) for article, who in second])


def rows_of(name: str, places: Sequence[Place]) -> pd.DataFrame:
    """Make rows of the assignment of a round."""
    import pandas as pd

    from annotate.study.campaign import ASSIGNMENT

    rows = [(name, *place) for place in places]
    return pd.DataFrame(rows, columns=list(ASSIGNMENT)).astype(ASSIGNMENT)


def articles_of(study: Study, name: str, current: Current | None = None) -> list[str]:
    """Give the articles of a round that takes in whatever comes, in their order.

    Those are the ones that it has, and the ones that no other round of annotation or training has.

    Parameters
    ----------
    study : Study
        The study.
    name : str
        The round; it need not be there yet.
    current : Current or None
        Rounds and assignment, if they are to be other than what is kept.
    """
    rows = study.assignment() if current is None else current.rows
    rounds = study.rounds() if current is None else current.rounds
    taking = {each.name for each in rounds if each.kind in (ANNOTATION, TRAINING)} - {name}
    taken = set(rows[rows["round"].isin(list(taking))]["article_id"])
    own = set(rows[rows["round"] == name]["article_id"])
    return [
        article
        for article in study.articles()["article_id"]
        if article in own or article not in taken
    ]


def topics_of(study: Study, known: Collection[str]) -> dict[str, str]:
    """Give each article's topic: its event, where that is known to have targets of its own."""
    articles = study.articles()
    return {
        article: event if event in known else ""
        for article, event in zip(articles["article_id"], articles["event"], strict=True)
    }


def repeat_key(key: bytes, article: str, occasion: int) -> str:
    """Give what a task calls an article that its annotator had before: nothing like the first."""
    from annotate.articles.model import article_id

    return article_id(f"occasion:{occasion}/{article}", key=key)
