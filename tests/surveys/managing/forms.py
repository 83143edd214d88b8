"""Read the forms of a page as a browser without scripts would send them."""

from html.parser import HTMLParser
from typing import Any

from werkzeug.datastructures import MultiDict


class Forms(HTMLParser):
    """Every form of a page: its address and what it would send if nobody touched it, its buttons aside."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, MultiDict[str, str]]] = []
        self.buttons: set[str] = set()
        self.focused: str | None = None
        self._in = ""
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what a form would send."""
        has: dict[str, Any] = dict(attrs)
        if "autofocus" in has:
            self.focused = has.get("id")
        if tag == "form":
            self.forms.append((has.get("action") or "", MultiDict()))
        elif tag == "button":
            self.buttons.add(has.get("value") or "")
        elif tag == "select":
            self._select = has["name"]
            self._first = True
        elif tag == "option" and self._select and self.forms:
            self._option(has)
        elif tag == "textarea" and self.forms:
            self._in = has["name"]
            self.forms[-1][1].add(self._in, "")
        elif tag == "input" and self.forms and has.get("name"):
            self._input(has)

    def _option(self, has: dict[str, Any]) -> None:
        if self._first or "selected" in has:
            self.forms[-1][1][self._select] = has["value"]
        self._first = False

    def _input(self, has: dict[str, Any]) -> None:
        if has.get("type") != "file" and (has.get("type") != "checkbox" or "checked" in has):
            self.forms[-1][1].add(has["name"], has.get("value") or "")

    def handle_data(self, data: str) -> None:
        """The text of a text box; HTML leaves out the line break that it begins with."""
        if self._in:
            form = self.forms[-1][1]
            form[self._in] += data.removeprefix("\n") if not form[self._in] else data

    def handle_endtag(self, tag: str) -> None:
        """The end of a text box or a list."""
        if tag == "textarea":
            self._in = ""
        if tag == "select":
            self._select = ""

    def to(self, ending: str) -> tuple[str, MultiDict[str, str]]:
        """The form whose address ends so; the one of the page itself for an empty ending."""
        return next(form for form in self.forms if (form[0].endswith(ending) if ending else not form[0]))
