"""The workspace in a browser: scripts, styles and one page, which the sandbox serves as they are."""
