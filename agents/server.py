"""The graph for LangGraph's own tools: `langgraph.json` points here.

The workspace is the one that the environment names; the server brings its own checkpointer.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.opening import open_street
from agents.workflow import build
from tools.workspace import open_workspace

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph


def street() -> CompiledStateGraph[Any, Any, Any, Any]:
    """Open the workspace of the environment and compile its street."""
    workspace = open_workspace(os.environ, cwd=Path.cwd())
    opened = open_street(
        workspace,
        at=datetime.now(UTC),
        environment=os.environ,
        progress=lambda line: print(line, file=sys.stderr),
    )
    return build(opened).compile(name="street")
