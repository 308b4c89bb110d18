"""A study with nasty characters in every string that somebody else decides on."""

from awkward_study import PEOPLE, awkward_study
from made_study import choose, mark, pulled

from annotate import workflow
from annotate.rounds import ADJUDICATION, Round

__all__ = ["NOTES", "WORDS", "nasty_study"]

#: What annotators wrote in their own words.
NOTES = (
    '=HYPERLINK("http://evil.example","x")',
    "@SUM(A1)",
    "'=1+1",
    "''-2",
    "'plain",
    "-2",
    "a\rb\r\nc\nd",
    'he said "no", "never"; and\tleft',
    "\ufeffmarked",
    "line\u2028paragraph\u2029next\x85end",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 cafe\u0301 caf\xe9",
    "\u05e8\u05d0\u05e9 \u202e\u0627\u0644\u200f",
    "<b>&amp;</b><script>alert(1)</script>",
    "nul\x00 and \x01\x1b[31m\x1f\x7f",
    "NA",
    "null",
    "a | b",
    "half a pair: \ud83d",
)
#: What questions, groups, labels and options are called: as much as XML takes.
WORDS = {
    "genre": "=genre",
    "direction": "\"who\", 'worse'\nthen",
    "means": "+means\u2028x",
    "Loaded": "@Loaded \U0001f525",
    "Cue": "'=Cue\r\n",
    "Relayed": "\u05e8\u05d0\u05e9",
    "loaded": "-loaded, <b>",
    "source": "e\u0301",
    "report": "\tre\rport",
    "opinion": "NA",
    "better": "=1+1",
    "worse": "'",
    "before": "\ufeffbefore",
    "conflict": "a,b;c",
    "morality": '"',
    "Harbour": "\uff1dHarbour\x85",
    "irony": "''@irony",
    "hot": "null",
    "cold": "nan",
}
_OUTLETS = ("=cmd|' /C calc'!A0", "'-1", "NA", '"Zeitung", die\u2028', "<i>Blick</i>", "\u202eabc")
_EVENTS = ("@event", "e\u0301", "\xe9", "''", "+1", "\ufeffx", "null")


def nasty_study(root):
    """Let three people annotate every awkward text, and one of them some of them again.

    Ada has been given two articles for a second time, in another round; Zoe has decided on two.
    """
    study = awkward_study(root, notes=NOTES, words=WORDS)
    articles = study.articles()
    for number, article in enumerate(articles["article_id"]):
        told = {
            "outlet": _OUTLETS[number % len(_OUTLETS)],
            "event": _EVENTS[number % len(_EVENTS)],
            "title": NOTES[number % len(NOTES)].replace("\ud83d", ""),
            "published": ("2026-02-03", "", "2026-02-04T09:41:27Z")[number % 3],
            "language": ("en", "", "he")[number % 3],
        }
        workflow.edit(study, article, told)
    first, second, third, *_ = articles["article_id"]
    again = choose(WORDS["genre"], WORDS["opinion"])
    text = study.texts()[third]
    study.save_rounds(
        [
            Round("main", annotators=PEOPLE),
            Round("main again", annotators=("ada",)),
            Round("decided", ADJUDICATION, ("zoe",), of="main"),
        ]
    )
    marked = mark(text, text.split()[0], WORDS["Loaded"], 1)
    pulled(
        study,
        "main again",
        "ada",
        {first: again, third: marked + again, second: None},
        day=9,
        again={first: choose(WORDS["genre"], WORDS["report"]), second: again},
    )
    pulled(study, "decided", "zoe", {first: again, third: marked + again}, day=20)
    return study
