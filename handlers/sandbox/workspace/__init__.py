"""What the workspace holds and how it changes: people, channels, messages, views, files and business time."""
