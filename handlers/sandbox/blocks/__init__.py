"""Block Kit as Slack takes it: the interactive elements, and the limits that a message or view must keep."""
