"""The book: contacts, loans, engagement and permissions of one lender, imported once and read on its engine.

Start with `schemas.py` (what is kept), `importing.py` (how it comes in), `view.py` (what agents may see).
"""
