"""Select words with the mouse, and hear from the browser itself what was selected."""

from dataclasses import dataclass

__all__ = ["Selected", "Selector"]

#: Where to press and to release the mouse. The editor shows each \r and each \n as a <br>; what
#: looks like one character (an emoji, a letter with its accents) is hit as a whole.
_ENDS = """([start, end]) => {
  const root = document.querySelector('.lsf-htx-richtext');
  const places = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
  for (let node; (node = walker.nextNode());) {
    if (node.nodeType === Node.TEXT_NODE) {
      for (let i = 0; i < node.data.length; i++) places.push([node, i]);
    } else if (node.tagName === 'BR') {
      places.push([node.parentNode, [...node.parentNode.childNodes].indexOf(node)]);
    }
  }
  const text = places.map(([node, i]) => node.data ? node.data[i] : '\\n').join('');
  const clusters = [...new Intl.Segmenter().segment(text.slice(start, end))];
  const box = (cluster) => {
    const range = document.createRange();
    const first = places[start + cluster.index];
    const last = places[start + cluster.index + cluster.segment.length - 1];
    range.setStart(...first);
    range.setEnd(last[0], last[1] + 1);
    return range.getBoundingClientRect();
  };
  const first = clusters[0], last = clusters[clusters.length - 1];
  places[start][0].parentElement.scrollIntoView({block: 'center'});
  const frame = root.closest('.frm-text') || root;
  frame.scrollTop += box(first).top - frame.getBoundingClientRect().top - frame.clientHeight / 3;
  const leftwards = (cluster) => /[\\u0590-\\u08ff]/.test(cluster.segment);
  const edge = (cluster, before) => {
    const {left, right, top, bottom} = box(cluster);
    const inside = Math.min(2, (right - left) / 4);
    return [before === leftwards(cluster) ? right - inside : left + inside, (top + bottom) / 2];
  };
  return [edge(first, true), edge(last, false)];
}"""

#: Listen before the editor does: it takes the selection away when the mouse is released.
_LISTEN = """() => {
  window.read = (range) => {
    const words = [...range.cloneContents().childNodes];
    const say = (node) => node.nodeType === Node.TEXT_NODE ? node.data
      : node.tagName === 'BR' ? '\\n' : [...node.childNodes].map(say).join('');
    return words.map(say).join('');
  };
  document.addEventListener('mouseup', () => {
    const selection = window.getSelection();
    window.selected = selection.rangeCount && !selection.isCollapsed
      ? {shown: selection.toString(), exact: window.read(selection.getRangeAt(0))} : null;
  }, true);
}"""

#: What the newest region colours on the screen: its last part bears its number, all bear its class.
_COLOURED = """(known) => {
  const last = document.querySelector(`.lsf-htx-richtext [data-index="${known + 1}"]`);
  if (!last) return null;
  const mark = [...last.classList].find((name) => name.startsWith('htx-highlight-'));
  const range = document.createRange();
  range.setStartBefore(document.querySelector(`.${CSS.escape(mark)}`));
  range.setEndAfter(last);
  return window.read(range);
}"""


@dataclass(frozen=True)
class Selected:
    """What the browser says.

    Parameters
    ----------
    shown : str
        ``window.getSelection().toString()`` when the mouse was released: as one reads it.
    exact : str
        The text nodes of that selection, each <br> as a line feed.
    coloured : str
        The text nodes of the highlight that came of it.
    """

    shown: str
    exact: str
    coloured: str


class Selector:
    """The mouse over the text of an open task.

    Parameters
    ----------
    page : playwright.sync_api.Page
        A page on which Label Studio's editor has a task open.
    """

    def __init__(self, page):
        self.page = page
        self.regions = 0
        page.evaluate(_LISTEN)

    def select(self, text, place, hotkey):
        """Press a label's key and drag over a place of the text."""
        # The browser counts UTF-16 units.
        units = [len(text[:point].encode("utf-16-le")) // 2 for point in place]
        begin, end = self.page.evaluate(_ENDS, units)
        self.page.keyboard.press(hotkey)
        self.page.mouse.move(*begin)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=3)
        self.page.mouse.up()
        told = self.page.evaluate("window.selected") or {"shown": "", "exact": ""}
        found = self.page.wait_for_function(_COLOURED, arg=self.regions)
        self.regions += 1
        return Selected(told["shown"], told["exact"], found.json_value())
