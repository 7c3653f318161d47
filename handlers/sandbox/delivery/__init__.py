"""What the workspace sends to the app: signed events, interactions and commands, and the moves of its clock."""
