"""The sender: from a queued delivery to a message in Slack, once."""
