"""The demo: a company's history, played by the real verbs in the sandbox."""
