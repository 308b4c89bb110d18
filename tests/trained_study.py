"""A study with rounds of training, annotation and adjudication, and people behind pseudonyms."""

from made_study import annotated, choose, ids, made_study, mark, pulled

from annotate.rounds import ADJUDICATION, TRAINING, Round
from annotate.studio.people import claim_email

__all__ = ["DESCRIBED", "SECRETS", "trained_study"]

EMAIL, TOKEN = "{}.surname@newsroom.example", "f00dfeedf00dfeedf00dfeedf00dfeedf00dfeed"
#: What must be in no file of a dataset.
SECRETS = ("surname", "newsroom.example", TOKEN, "Weatherwax")
DESCRIBED = """
[dataset]
title = "Harbour frames"
description = "Labels of framing."
creators = ["Lovelace, Ada", "Harbour Institute"]
licence = "CC-BY-4.0"
text_rights = "The texts are their publishers'."
contact = "data@institute.example"
url = "https://institute.example/harbour"
version = "1.0.0"
published = 2026-05-01
"""


def trained_study(root):
    """Let three people annotate; two of them trained before, and one article was settled."""
    study = made_study(root)
    annotated(study)
    for name in ("ada", "ben", "cleo"):
        claim_email(study.people_path, name, EMAIL.format(name))
    (study.private / "token").write_text(TOKEN)
    (study.private / "people.txt").write_text("Weatherwax")
    codebook = study.keep_codebook()
    people = ("ada", "ben", "cleo")
    study.save_rounds(
        [
            Round("trial", TRAINING, people[1:], codebook=codebook, reference="ada"),
            Round("main", "annotation", people, codebook=codebook),
            Round("settled", ADJUDICATION, ("zoe",), of="main"),
        ]
    )
    first, second, *_ = ids(study)
    for person in people[1:]:
        done = {first: choose("genre", "report"), second: choose("genre", "opinion")}
        pulled(study, "trial", person, done)
    decision = mark(study.texts()[first], "gamble", "Loaded", 1) + choose("genre", "opinion")
    pulled(study, "settled", "zoe", {first: decision}, day=3)
    return study
