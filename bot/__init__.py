"""What Socrates decides and says.

The files here are verbs: each public function is one transaction that reads rows, asks ``rules/`` what should
happen, writes rows with their record entry and queues what Slack must be told. ``rules/`` and ``views/`` are pure.

One noun keeps one file name in every layer. A question is the exception: it is heard and stored as ``questions``
and answered as ``answers``, out of ``rules/knowledge``. People and obligations have no view of their own: they
are shown in Home, bundles and digests. Delivery, nags and the digest are heard from the clock alone.
"""
