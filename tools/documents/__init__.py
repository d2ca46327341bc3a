"""Documents: how approved text is set for a reader, one form per file.

Setting text adds no words: what a form shows is what was approved.
"""
