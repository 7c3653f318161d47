"""Which files are usable as evidence: what Slack says of one before the download, and the bytes after it."""

import math

MIB = 1024 * 1024
MAX_EVIDENCE_BYTES = 10 * MIB
HTML_OPENINGS = (b"<!doctype html", b"<html", b"<head")
HTML_NAMES = (".html", ".htm", ".xhtml")


def declared_file_fault(name: str, declared_size: int | None) -> str | None:
    """Why a file is not worth fetching, by the size that Slack states; None if it may be fetched."""
    if declared_size == 0:
        return f"“{name}” is empty. Please choose the file again."
    if declared_size is not None and declared_size > MAX_EVIDENCE_BYTES:
        return _too_large(name, declared_size)
    return None


def fetched_file_fault(
    name: str, declared_size: int | None, size: int, content_type: str, head: bytes, declared_type: str
) -> str | None:
    """Why fetched bytes are unusable, as one or two sentences to the owner; None if they can be kept.

    Slack's file object gives the declared values. ``size`` counts the bytes fetched, which may stop just over the
    limit; ``content_type`` is the download's header; ``head`` is its first bytes, 64 or more.
    """
    if fault := declared_file_fault(name, declared_size):
        return fault
    if size > MAX_EVIDENCE_BYTES:
        return _too_large(name, size)
    if size == 0:
        return f"“{name}” arrived empty. Please upload it again."
    if _is_html(content_type, head) and not (_may_be_html(name, declared_type) and size == declared_size):
        return f"Slack sent a web page in place of “{name}”. Please upload the file again."
    if declared_size is not None and size < declared_size:
        return f"Only {size:,} of the {declared_size:,} bytes of “{name}” arrived. Please upload it again."
    return None


def _too_large(name: str, size: int) -> str:
    size_in_mib = math.ceil(size / MIB * 10) / 10
    return (
        f"“{name}” is {size_in_mib:.1f} MB and the limit is {MAX_EVIDENCE_BYTES // MIB} MB. "
        "Please upload a smaller export, or split it."
    )


def _is_html(content_type: str, head: bytes) -> bool:
    """Slack answers a download without a valid token with status 200 and its sign-in page."""
    opening = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return content_type.lower().startswith("text/html") or opening.startswith(HTML_OPENINGS)


def _may_be_html(name: str, declared_type: str) -> bool:
    """Whether the owner's file can be HTML; then only its exact size tells it from a sign-in page."""
    return declared_type.lower().startswith("text/") or name.lower().endswith(HTML_NAMES)
