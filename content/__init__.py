"""What Socrates knows: Markdown and YAML that a compliance lead edits, and the loader that checks them.

`knowledge/` answers questions, `decoys.yaml` names the topics that belong to others, `criteria.yaml`,
`controls/` and `programme.yaml` say what is examined, `policies/` holds what people agree to.
"""
