"""The three agents, what each thinks with, and the workflow that chains them.

`workflow.py` shows the whole street at its foot; `segmentation.py`, `channel_planning.py` and
`copywriting.py` are the agents; `house/` and `llm/` are the two minds behind each.
"""
