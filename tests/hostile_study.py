"""A study in which everything that came from files or people tries to be more than text."""

from dataclasses import replace
from html import escape

from made_study import choose, mark, pulled

from annotate.articles import Article, articles_frame, text_sha256
from annotate.rounds import ANNOTATION, TRAINING, Round
from annotate.study import Settings, Study

__all__ = ["ELSEWHERE", "MADE", "SHOUT", "hostile", "hostile_study"]

#: A host that nothing may ask or lead to.
ELSEWHERE = "evil.example"
#: What an element would hold that markup had made of the words below.
SHOUT = "zqbold", "zqem", "zqcode", "zqdel", "zqred", "zqlink", "zqjs", "zqa", "zqmath", "zqhead"

_HTML = (
    '<script data-zq>alert("zq")</script><img data-zq src=x onerror=alert("zq")>'
    '<a data-zq href="javascript:alert(1)">zqa</a><svg data-zq onload=alert(4)>'
    '<style data-zq>body{display:none}</style><iframe data-zq srcdoc="zq"></iframe>'
    '&lt;b data-zq&gt; "onmouseover="alert(3)" data-zq=" \' --> ]]> </pre></textarea>'
)
_MARKDOWN = (
    "**zqbold** *zqem* `zqcode` ~~zqdel~~ :red[zqred] :blue-background[zqred] "
    ":material/dangerous: :smile: $zqmath$ $$zqmath$$ \\(zqmath\\) "
    f"[zqlink](http://{ELSEWHERE}/l) ![zqlink](http://{ELSEWHERE}/i.png) "
    f"[zqjs](javascript:alert(2)) <http://{ELSEWHERE}/a> http://{ELSEWHERE}/b "
    f"www.{ELSEWHERE} zq@{ELSEWHERE} {{{{zq}}}} {{zq}} %zq$s | zq | zq |"
)
_TURNS = "\u202ezqrtl \u2066zqrtl\u2067 \u200f\u061c \u2028zq\u2029zq"
_FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\U0001f3f3\ufe0f\u200d\U0001f308"
#: Characters that XML and JSON of a config cannot hold.
_CONTROLS = "\x1b[31mzq\x1b]8;;http://evil.example\x07zq \0zq \x7f \ufffe"

_LONG_LINE = 200_000

#: Finds elements that a text has made, in the page and in what hangs in it. An element that
#: holds nothing but a word of SHOUT was made by the signs around that word.
MADE = """shout => {
  const words = new Set(shout), found = [];
  const say = (why, element) => found.push(why + ': ' + element.outerHTML.slice(0, 160));
  const bad = /evil\\.example|^\\s*javascript:/i;
  const look = root => {
    for (const element of root.querySelectorAll('*')) {
      const text = (element.textContent || '').trim();
      if (element.hasAttribute('data-zq')) say('HTML', element);
      // In a box of code, Streamlit colours words by what they are in that language.
      const coloured = element.closest('[data-testid="stCode"] code') && element.tagName === 'SPAN';
      if (words.has(text.replace(/^[#\\s]+/, '')) && !coloured) say('markup', element);
      if (element.matches('.katex, mjx-container')) say('formula', element);
      if (text === 'dangerous' && element.children.length === 0) say('icon', element);
      const own = [...element.childNodes].filter(node => node.nodeType === Node.TEXT_NODE);
      if (own.some(node => node.data.includes('\\u{1F604}'))) say('emoji', element);
      for (const {name, value} of element.attributes) {
        if (['href', 'src', 'xlink:href', 'action', 'data', 'srcset'].includes(name)
            && bad.test(value)) say(name, element);
        if (/^on/i.test(name)) say('handler', element);
      }
      if (element.shadowRoot) look(element.shadowRoot);
    }
  };
  look(document);
  if (getComputedStyle(document.body).display === 'none') found.push('style: the page is hidden');
  return [...new Set(found)];
}"""


def hostile(field, *, controls=True):
    """Give the text that stands in a field: its name first, so that it can be looked for."""
    tail = f" {_CONTROLS}" if controls else ""
    return f"zq-{field} {_HTML} {_MARKDOWN} {_TURNS} {_FAMILY}{tail}"


def hostile_study(root):
    """Make the study: two hostile articles, one of 200 kB in one line, four that are like them."""
    study = Study.create(
        root / "study",
        Settings(hostile("study", controls=False), ("ada", "ben")),
        config=_config().encode(),
        codebook=hostile("codebook").encode(),
    )
    texts = [
        f"{hostile('title 0')}\n\n{hostile('text 0')}\nreckless zq-phrase-0",
        "x" * _LONG_LINE,
        *(f"{hostile(f'text {n}')} reckless zq-phrase-{n}" for n in range(2, 6)),
    ]
    study.save_articles(articles_frame(_article(n, text) for n, text in enumerate(texts)))
    people = [hostile(f"person {n}") for n in range(3)]
    trial = hostile("round")
    study.save_rounds(
        [
            Round("main", ANNOTATION, tuple(people)),
            Round(trial, TRAINING, (people[0],), reference=people[1]),
        ]
    )
    ids = list(study.articles()["article_id"])
    for number, person in enumerate(people):
        pulled(study, "main", person, _work(ids, texts, number))
    pulled(study, trial, people[0], _work(ids[:2], texts[:2], 2))
    study.tables().check(study.texts())
    return study


def _article(number, text):
    long = number == 1
    return replace(
        _BLANK,
        article_id=f"a{number:012x}",
        outlet=hostile(f"outlet {number % 2}"),
        title="zq-title 1 " + "y" * _LONG_LINE if long else hostile(f"title {number}"),
        text=text,
        text_sha256=text_sha256(text),
        url=f"javascript:alert('{ELSEWHERE}')",
        event=hostile(f"event {number % 2}"),
        n_words=len(text.split()),
        removed=hostile("removed"),
        source_file=hostile("file"),
    )


_BLANK = Article(
    article_id="",
    outlet="",
    title="",
    text="",
    text_sha256="",
    published="2026-03-01",
    url="",
    event="",
    duplicate_of="",
    language="en",
    n_words=0,
    source_file="",
    extractor="text",
)


def _work(ids, texts, who):
    """Say what a person did: the same things, but for who they are."""
    done = {}
    for number, (article, text) in enumerate(zip(ids, texts, strict=True)):
        label = hostile(f"label {(who + number) % 2}", controls=False)
        phrase = text if number == 1 and who < 2 else text[-20:]
        result = mark(text, phrase, label, 1, _value("direction", (who + number) % 2))
        if number == 0:
            # The whole hostile line is the phrase.
            result += mark(text, hostile("text 0"), label, 2, _value("direction", who % 2))
        result += choose("genre", _value("genre", number % 2 if who < 2 else 0))
        result += choose("slant", 1 + (number + who) % 5)
        done[article] = result + choose("note", hostile(f"note {who}") + "z" * 2_000 * (who == 0))
    return done


def _value(question, number):
    return hostile(f"{question} {number}", controls=False)


def _config():
    def quoted(field):
        return escape(hostile(field, controls=False), quote=True)

    labels = "".join(
        f'<Label value="{quoted(f"label {n}")}" group="{group}" hint="{quoted("hint")}" '
        f'background="red;background:url(http://{ELSEWHERE}/c)"/>'
        for n, group in enumerate(("loaded", "loaded", "source"))
    )
    return f"""<View>
  <Labels name="span" toName="text">{labels}</Labels>
  <Text name="text" value="$text"/>
  <Header value="{quoted("header")}"/>
  {_choices("direction", quoted, 'perRegion="true"')}
  {_choices("genre", quoted, "")}
  <Rating name="slant" title="{quoted("slant")}" toName="text" maxRating="5"/>
  <TextArea name="note" title="{quoted("note")}" toName="text"/>
</View>"""


def _choices(name, quoted, more):
    values = "".join(f'<Choice value="{quoted(f"{name} {n}")}"/>' for n in range(2))
    return (
        f'<Choices name="{name}" title="{quoted(name)}" toName="text" choice="single-radio" '
        f"{more}>{values}</Choices>"
    )
