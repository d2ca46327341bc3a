"""The workflow's picture, drawn from the code, so that the page in docs/ cannot lie."""

from __future__ import annotations

from agents.workflow import Street, build


def mermaid() -> str:
    """The graph as Mermaid text. No service is opened: only the shape is read."""
    unopened = Street.__new__(Street)
    return build(unopened).compile().get_graph().draw_mermaid().strip() + "\n"


if __name__ == "__main__":
    print(mermaid(), end="")
