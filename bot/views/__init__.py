"""What Socrates says: plain values in, Slack blocks and their plain-text twin out; no I/O, no clock.

`blocks` is the vocabulary every view is written in, `limits` what Slack allows, `text` how words become safe.
"""
