"""Texts that make offsets go wrong, and phrases to select in each of them.

The characters are written as escapes where an editor or a review would not show them.
"""

from dataclasses import dataclass

__all__ = ["TEXTS", "AdversarialText", "Phrase"]


@dataclass(frozen=True)
class Phrase:
    """What to select: words, and which time they occur."""

    words: str
    occurrence: int = 1

    def place_in(self, text):
        """Give the offsets of the phrase in code points, half-open."""
        start = -1
        for _ in range(self.occurrence):
            start = text.index(self.words, start + 1)
        return start, start + len(self.words)

    def span_in(self, text):
        """Give the same without the white space at its ends, as spans are kept."""
        start, end = self.place_in(text)
        blanks = len(self.words) - len(self.words.lstrip())
        return start + blanks, end - (len(self.words) - len(self.words.rstrip()))


@dataclass(frozen=True)
class AdversarialText:
    """A text and the phrases to select in it.

    Parameters
    ----------
    name : str
        What is awkward about it.
    text : str
        The frozen text.
    phrases : tuple of Phrase
        They begin and end with characters that a mouse can hit.
    """

    name: str
    text: str
    phrases: tuple[Phrase, ...]


def _text(name, text, *phrases):
    made = tuple(Phrase(p) if isinstance(p, str) else Phrase(*p) for p in phrases)
    return AdversarialText(name, text, made)


_FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"  # man, woman, girl: five code points
_RAINBOW = "\U0001f3f3\ufe0f\u200d\U0001f308"  # a flag of four code points
_WAVE = "\U0001f44b\U0001f3fd"  # a hand with a skin tone
_CANADA = "\U0001f1e8\U0001f1e6"  # two regional indicators
_KEYCAP = "1\ufe0f\u20e3"

TEXTS = (
    _text(
        "astral characters",
        "Harbour vote \U0001f600 splits the town. The \U0001d4b3\U0001d4b4 union \U0001f600 and "
        "\U0002070e\U00020731 call it a \U0001f525reckless\U0001f525 gamble\U0001f600",
        *("H", "Harbour vote", "vote \U0001f600 splits", "\U0001f600", ("\U0001f600", 2)),
        *("\U0001d4b3\U0001d4b4 union", "\U0002070e\U00020731", "reckless", "gamble\U0001f600"),
        ("\U0001f600", 3),
    ),
    _text(
        "joined emoji",
        f"The mayor {_FAMILY} waved {_WAVE} at {_CANADA} fans. Nobody {_FAMILY} asked, "
        f"{_RAINBOW} or not: rule {_KEYCAP} holds, said the mayor {_FAMILY}",
        *("The mayor", _FAMILY, f"mayor {_FAMILY} waved", f"waved {_WAVE} at {_CANADA} fans"),
        *((_FAMILY, 2), _RAINBOW, f"rule {_KEYCAP} holds", ("mayor", 2), (_FAMILY, 3)),
    ),
    _text(
        "decomposed accents",
        "E\u0301lodie's cafe\u0301 in Kos\u030cice: a nai\u0308ve ga\u0302\u0323mble. "
        "\u1112\u1161\u11ab\u1100\u1173\u11af voters, a cafe\u0301 owner and Z\u0351\u036b"
        "a\u0334\u0321lgo said no, re\u0301sume\u0301",
        *("E\u0301lodie's", "cafe\u0301", ("cafe\u0301", 2), "Kos\u030cice", "nai\u0308ve"),
        *("ga\u0302\u0323mble", "\u1112\u1161\u11ab\u1100\u1173\u11af voters"),
        *("Z\u0351\u036ba\u0334\u0321lgo said no", "re\u0301sume\u0301"),
    ),
    _text(
        "CRLF",
        "Harbour vote\r\n\r\nThe mayor called it historic.\r\nCritics spoke of a gamble."
        "\r\n\r\n\r\nNobody asked the critics.\r\nThe mayor left",
        *("Harbour", "vote\r\n\r\nThe mayor", "historic.\r\nCritics spoke", "gamble"),
        *("gamble.\r\n\r\n\r\nNobody", "critics", ("The mayor", 2), "left"),
    ),
    _text(
        "lone CR",
        "Harbour vote\rThe mayor called it historic.\r\rCritics spoke of a gamble.\n\rNobody asked"
        "\rthe mayor",
        *("Harbour", "vote\rThe mayor", "called it", "historic.\r\rCritics"),
        *("gamble.\n\rNobody", "asked\rthe", ("mayor", 2)),
    ),
    _text(
        "leading and trailing line breaks",
        "\n\n  Harbour vote\n\nThe mayor called it historic. \n \nCritics spoke.  \n\n",
        *("Harbour", "vote\n\nThe", "historic. \n \nCritics", "spoke."),
    ),
    _text(
        "tabs",
        "\tHarbour\tvote splits\t\tthe town.\tThe mayor:\t12\t345\ttonnes\tof grain\t",
        *(
            "Harbour",
            "Harbour\tvote",
            "splits\t\tthe",
            "town",
            "The mayor:\t",
            "12\t345\ttonnes",
            "grain",
        ),
    ),
    _text(
        "spaces of other widths",
        "\u00a0The mayor\u00a0said 12\u202f345\u00a0\u20ac, \u3000not\u2003\u20095\u00a0%.\u00a0"
        "\u00a0Critics\u00a0said \u00ab\u00a0no\u00a0\u00bb\u00a0",
        *("The mayor", "mayor\u00a0said", "12\u202f345\u00a0\u20ac", "not\u2003\u20095\u00a0%"),
        *("%.\u00a0\u00a0Critics", "Critics\u00a0said", "\u00ab\u00a0no\u00a0\u00bb", ("no", 2)),
        "5\u00a0%.\u00a0",  # a mouse reaches white space at the end, too
    ),
    _text(
        "zero-width characters",
        "The re\u200bckless ga\u00admble of the un\u2060ion\u2064s, \u0645\u06cc\u200c\u062e\u0648"
        "\u0627\u0647\u0645 and co\u200d\u200doperate: a ga\u00admble\u200b, he said",
        *("The", "re\u200bckless ga\u00admble", "re\u200bckless", ("ga\u00admble", 2)),
        *("un\u2060ion\u2064s", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        *("co\u200d\u200doperate", "said"),
    ),
    _text(
        "byte order marks",
        "\ufeffHarbour vote splits\ufeff the town, \ufeff\ufeffthe mayor said: a gam\ufeffble",
        *("Harbour", "vote splits\ufeff the town", "splits\ufeff the", "town"),
        *("the mayor", "gam\ufeffble"),
    ),
    _text(
        "line separators of Unicode",
        "Harbour vote\u2028The mayor called\u2029it historic.\u2028\u2028Critics\x85spoke\x0bof a"
        "\x0cgamble, the mayor said",
        *("Harbour", "vote\u2028The", "called\u2029it", "historic.\u2028\u2028Critics"),
        *("Critics\x85spoke\x0bof a\x0cgamble", ("mayor", 2), "said"),
    ),
    _text(
        "Hebrew",
        "\u05e8\u05d0\u05e9 \u05d4\u05e2\u05d9\u05e8 said: \u05d4\u05d9\u05de\u05d5\u05e8 "
        "\u05de\u05e1\u05d5\u05db\u05df, 42 times. The \u2067\u05d4\u05e2\u05d9\u05e8\u2069 vote "
        "\u200f(\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd)\u200e said \u05d4\u05e2\u05d9\u05e8",
        *(
            "\u05e8\u05d0\u05e9",
            "\u05d4\u05e2\u05d9\u05e8",
            "said",
            "\u05d4\u05d9\u05de\u05d5\u05e8",
        ),
        *("\u05d4\u05d9\u05de\u05d5\u05e8 \u05de\u05e1\u05d5\u05db\u05df", "42 times"),
        *(("\u05d4\u05e2\u05d9\u05e8", 2), "\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd"),
        *(("said", 2), ("\u05d4\u05e2\u05d9\u05e8", 3)),
    ),
    _text(
        "Arabic",
        "\u0642\u0627\u0644 \u0631\u064e\u0626\u0650\u064a\u0633\u064f \u0627\u0644\u0628\u0644"
        "\u062f\u064a\u0629 \u0625\u0646\u0647\u0627 \u0645\u0642\u0627\u0645\u0631\u0629.\n"
        "The mayor (\u0631\u0626\u064a\u0633) said \u0645\u0642\u0627\u0645\u0631\u0629",
        *("\u0642\u0627\u0644", "\u0631\u064e\u0626\u0650\u064a\u0633\u064f"),
        *("\u0627\u0644\u0628\u0644\u062f\u064a\u0629 \u0625\u0646\u0647\u0627",),
        *("\u0645\u0642\u0627\u0645\u0631\u0629", "The mayor", "\u0631\u0626\u064a\u0633"),
        ("\u0645\u0642\u0627\u0645\u0631\u0629", 2),
    ),
    _text(
        "what looks like HTML",
        "<b>Sponsored?</b> No &amp; never, <script>alert('x')</script> says &lt;the&gt; mayor.<br>"
        "A&nbsp;gamble <!-- not --> \\n C:\\new {{ text }} $text <b>Sponsored?</b> 3 < 4 &amp",
        *("<b>", "<b>Sponsored?</b>", ("<b>Sponsored?</b>", 2), ("Sponsored", 2), "&amp; never"),
        *("<script>alert('x')</script>", "&lt;the&gt; mayor.<br>A&nbsp;gamble", "<!-- not -->"),
        *("\\n C:\\new", "{{ text }} $text", "3 < 4 &amp"),
    ),
    _text(
        "runs of spaces",
        "   Harbour   vote  splits     the town.  The mayor    said   the  town   lost.    ",
        *("Harbour", "Harbour   vote", "vote  splits     the", "town", ("town", 2), "lost."),
    ),
    _text(
        "scripts without spaces and letters that change with case",
        "\u5e02\u957f\u8bf4\u8fd9\u662f\u8d4c\u535a\u3002\u0e01\u0e33\u0e25\u0e31\u0e07\u0e40\u0e14"
        "\u0e34\u0e19 \u0928\u092e\u0938\u094d\u0924\u0947 \u0130stanbul Stra\u00dfe \ufb01nance "
        "\u01c6 \uff21\uff22\uff23 \u5e02\u957f\u8bf4",
        *(
            "\u5e02\u957f\u8bf4",
            "\u8d4c\u535a",
            "\u0e01\u0e33\u0e25\u0e31\u0e07\u0e40\u0e14\u0e34\u0e19",
        ),
        *("\u0928\u092e\u0938\u094d\u0924\u0947", "\u0130stanbul Stra\u00dfe", "\ufb01nance"),
        *("\uff21\uff22\uff23", ("\u5e02\u957f\u8bf4", 2)),
    ),
    _text(
        "everything, far down a long text",
        "The mayor said no. \U0001f600\r\n"
        * 60
        + f"\ufeffAt last, {_FAMILY}\u00a0a re\u200bckless\t\tcafe\u0301  owner "
        "<b>\u05e2\u05d9\u05e8</b>\u2028left. \U0001f600\r\nThe mayor wept \U0001f600",
        *(("The mayor", 60), "At last", f"At last, {_FAMILY}\u00a0a re\u200bckless"),
        *(
            "re\u200bckless\t\tcafe\u0301  owner",
            "\u05e2\u05d9\u05e8",
            "left. \U0001f600\r\nThe mayor",
        ),
        *(("The mayor", 61), "wept \U0001f600"),
    ),
)
