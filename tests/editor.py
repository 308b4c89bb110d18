"""Drive Label Studio's editor as a person does: log in, open a task, select, choose, submit."""

from get_browser import ARGUMENTS, find_browser

#: Where a phrase begins or ends on the screen. The editor shows each line break as a <br>.
_PLACE = """([start, end]) => {
  const root = document.querySelector('.lsf-htx-richtext');
  const locate = (offset) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    let seen = 0, node;
    while ((node = walker.nextNode())) {
      if (node.nodeType === Node.ELEMENT_NODE) {
        seen += node.tagName === 'BR' ? 1 : 0;
      } else if (offset < seen + node.data.length) {
        return [node, offset - seen];
      } else {
        seen += node.data.length;
      }
    }
  };
  const rectangle = (offset) => {
    const [node, inside] = locate(offset);
    const range = document.createRange();
    range.setStart(node, inside);
    range.setEnd(node, inside + 1);
    return range.getBoundingClientRect();
  };
  locate(start)[0].parentElement.scrollIntoView({block: 'center'});
  const box = root.closest('.frm-text') || root;
  box.scrollTop += rectangle(start).top - box.getBoundingClientRect().top - box.clientHeight / 3;
  const a = rectangle(start), b = rectangle(end - 1);
  return [[a.left + 0.5, (a.top + a.bottom) / 2], [(b.left + b.right) / 2, (b.top + b.bottom) / 2]];
}"""

#: Where to click the newest highlight: a phrase over two lines has two boxes.
_NEWEST = """() => {
  const marks = [...document.querySelectorAll('.lsf-htx-richtext .htx-highlight')];
  marks.sort((a, b) => Number(a.dataset.index) - Number(b.dataset.index));
  const box = marks[marks.length - 1].getClientRects()[0];
  return [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
}"""


def open_browser(playwright, **options):
    """Start Chromium without a window."""
    return playwright.chromium.launch(
        executable_path=find_browser(playwright), args=ARGUMENTS, **options
    )


class Editor:
    """One person at their desk."""

    def __init__(self, page, url, schema):
        self.page = page
        self.url = url
        self.choices = [q.name for q in schema.questions if q.kind in {"single", "multiple"}]
        self.schema = schema
        page.set_default_timeout(8_000)

    def log_in(self, email, password):
        """Log in with what the login slip says."""
        self.page.goto(f"{self.url}/user/login/")
        self.page.fill("input[name=email]", email)
        self.page.fill("input[name=password]", password)
        self.page.click("button[type=submit]")
        self.page.wait_for_url(lambda url: "/user/login" not in url)

    def open_task(self, project, task):
        """Open a task and wait until its text is there."""
        self.page.goto(f"{self.url}/projects/{project}/data?task={task}")
        self.page.wait_for_selector(".lsf-htx-richtext")
        self.page.get_by_role("button", name="Submit").wait_for()
        self.page.wait_for_timeout(500)

    def mark(self, text, phrase, hotkey, occurrence=1):
        """Press a label's key, drag over a phrase, click it, so that its questions show."""
        start = -1
        for _ in range(occurrence):
            start = text.index(phrase, start + 1)
        # The browser counts UTF-16 units.
        units = [
            len(text[:place].encode("utf-16-le")) // 2 for place in (start, start + len(phrase))
        ]
        self.page.keyboard.press(hotkey)
        (x1, y1), (x2, y2) = self.page.evaluate(_PLACE, units)
        self.page.mouse.move(x1, y1)
        self.page.mouse.down()
        self.page.mouse.move((x1 + x2) / 2, (y1 + y2) / 2, steps=4)
        self.page.mouse.move(x2, y2, steps=4)
        self.page.mouse.up()
        self.page.wait_for_timeout(250)
        self.page.mouse.click(*self.page.evaluate(_NEWEST))
        self.page.wait_for_timeout(250)

    def choose(self, question, value):
        """Tick a value, by what the scheme stores for it."""
        shown = self.schema.question(question).label_of(value)
        block = self.page.locator(".lsf-choices").nth(self.choices.index(question))
        block.locator(f'input[name="{shown}"]').click()

    def deselect(self):
        """Leave the selected region."""
        self.page.keyboard.press("Escape")
        self.page.wait_for_timeout(100)

    def tabs(self):
        """Name the tabs: one's own first, then those of others."""
        return self.page.locator(".lsf-annotation-button__name").all_inner_texts()

    def open_tab(self, name):
        """Look at somebody's work; a hint that hangs over the text goes with the mouse."""
        self.page.locator(".lsf-annotation-button__name", has_text=name).click()
        self.page.mouse.move(5, 600)
        self.page.wait_for_timeout(1000)

    def marked(self):
        """Give the phrases that the open tab shows marked."""
        return self.page.locator(".lsf-htx-richtext .htx-highlight").all_inner_texts()

    def chosen(self, question):
        """Give what the open tab shows chosen, as people read it."""
        block = self.page.locator(".lsf-choices").nth(self.choices.index(question))
        ticked = block.locator("input:checked")
        return ticked.evaluate_all("inputs => inputs.map(input => input.name)")

    def select(self, phrase):
        """Click a marked phrase."""
        self.page.locator(".lsf-htx-richtext .htx-highlight", has_text=phrase).first.click()
        self.page.wait_for_timeout(400)

    def submit(self):
        """Submit, and give what the server stored."""
        with self.page.expect_response(
            lambda response: "/annotations" in response.url and response.request.method == "POST"
        ) as stored:
            self.page.get_by_role("button", name="Submit").click()
        return stored.value.json()
