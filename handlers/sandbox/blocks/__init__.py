"""Block Kit as Slack accepts it: the interactive elements, and the limits of messages and views."""
