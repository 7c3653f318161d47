"""What the workspace sends to the app: signed events, interactions and commands, and moves of the clock."""
