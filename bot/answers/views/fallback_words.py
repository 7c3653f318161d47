"""The words of a reply without a single answer, the same in Slack and at the terminal.

This file imports nothing, so that the terminal loads nothing of Slack's.
"""

MEANT_ALSO = "If you meant “{title}”: {answer}"
UNSURE = "I am not sure what you are asking. Did you mean one of these?"
NO_TOPIC = "I do not see what you are asking about. I answer questions on SOC 1 and SOC 2."
NAME_IT = "Name the topic, for example “How long is a Type 2 window?”"
ABOUT_US = "I do not know that about us: nothing that is recorded here answers it, and I do not guess."
IN_GENERAL = "What holds in general, not of us: “{title}”: {answer}"
UNKNOWN = "I do not know. Nothing that has been written down for me answers this, and I do not guess."
