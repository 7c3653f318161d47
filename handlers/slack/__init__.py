"""What people do in Slack: messages, buttons, forms and /soc, one file a domain; ``routes`` lists every name."""
