"""A piece as approvers see it: how it will look, what the rules found, whence its numbers, what changed.

Everything here returns markup for another page to show. Texts are escaped, and there is no script and no
style attribute in it; the classes are those of `static/previews.css`.
"""

from approvals.web.previews.claims import claims_table
from approvals.web.previews.difference import difference
from approvals.web.previews.findings import findings_panel
from approvals.web.previews.looks import piece_preview

__all__ = ["claims_table", "difference", "findings_panel", "piece_preview"]
