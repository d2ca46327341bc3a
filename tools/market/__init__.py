"""What the market did and what this lender offers.

Survey rates, Fed meetings and prepayment by incentive are small tables of published figures in `tables/`;
rate sheets are the lender's own: read, checked, priced with an APR by Appendix J, kept in the workspace.
"""
