"""The model mind: a language model behind any OpenAI-compatible endpoint, proposing into our types.

`endpoint.py` speaks the protocol and survives its failures; `minds.py` asks for cuts, names, themes and
drafts; `prompts/` holds the words. Whatever fails, the house mind answers instead, and a note says so.
"""
