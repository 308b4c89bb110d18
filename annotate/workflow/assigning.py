"""Who gets what in a round, as it stands today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotate.rounds import ANNOTATION

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import pandas as pd

    from annotate.rounds import Round
    from annotate.study import Study

__all__ = ["EVERYBODY", "assigned", "free_articles", "rows_of", "topics_of"]

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
    pairs = assign(
        articles,
        each.annotators,
        per_article=min(rules.per_article, len(each.annotators)),
        seed=rules.seed,
        fixed=first,
    )
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


def free_articles(study: Study, name: str) -> list[str]:
    """Give the articles that no other round of annotation or training has, in their order."""
    rows = study.assignment()
    rounds = {each.name: each.kind for each in study.rounds()}
    elsewhere = rows[(rows["round"] != name) & rows["round"].isin(list(rounds))]
    counted = elsewhere["round"].map(rounds).isin([ANNOTATION, "training"])
    taken = set(elsewhere[counted]["article_id"])
    return [article for article in study.articles()["article_id"] if article not in taken]


def topics_of(study: Study) -> dict[str, str]:
    """Give each article's topic: its event, where that has targets of its own, else ""."""
    own = {topic.event for topic in study.settings().topics}
    articles = study.articles()
    return {
        article: event if event in own else ""
        for article, event in zip(articles["article_id"], articles["event"], strict=True)
    }
