"""Slack's events, clicks, forms and commands, one file a noun; ``table`` lists everything that is heard."""
