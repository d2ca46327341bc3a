"""What a browser could be made to do by markup, found by reading it as a browser does."""

from __future__ import annotations

from html.parser import HTMLParser

HOSTILE = (
    "</script></title></textarea><script>window.hit = 1</script><img src=x onerror='window.hit = 1'>"
    '" onmouseover="window.hit = 1" x=\'{{ 7 * 7 }}{% raw %} javascript:window.hit=1 <svg/onload=window.hit=1>'
)
"""Breaks out of every place a value can stand in, if anything there forgets to escape."""
ADDRESS = "javascript:window.hit=1"

_ACTIVE = {"script", "object", "embed", "base", "meta", "link", "style", "applet", "animate", "set"}
_ADDRESSES = {"href", "src", "action", "formaction", "xlink:href", "srcdoc", "data"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.texts: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _ACTIVE:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            self.attributes.append((tag, name, value or ""))
            if name.startswith("on") or name == "style":
                self.faults.append(f"<{tag} {name}>")
            if name in _ADDRESSES and not (value or "").startswith(("/", "#", "?", "https://", "http://")):
                self.faults.append(f"<{tag} {name}={value}>")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(markup: str) -> _Reader:
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return reader


def faults(markup: str) -> list[str]:
    """Everything in some markup that acts, styles itself or leads elsewhere."""
    return read(markup).faults


def seen(markup: str) -> str:
    """The text of some markup, as a browser shows it."""
    return "".join(read(markup).texts)
