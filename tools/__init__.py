"""What the agents and the publisher use: the book, the market, the channels, the workspace.

`book/` holds the lender's loans and contacts, `market/` the rates and the Fed, `channels/` carries
releases out (only the publisher opens it), `notices/` tells the team what waits, `examples/` is a lender to
try everything with.
"""
