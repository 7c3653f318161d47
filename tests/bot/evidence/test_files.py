"""Files: what Slack states of one and what its bytes show, each with the reason for a refusal."""

import pytest

from bot.evidence.rules.files import MAX_EVIDENCE_BYTES, declared_file_fault, fetched_file_fault

LOGIN_PAGE = b"<!DOCTYPE html><html><head><title>Slack</title>"


@pytest.mark.parametrize(
    ("declared_size", "reason"),
    [
        (None, None),
        (1, None),
        (MAX_EVIDENCE_BYTES, None),
        (MAX_EVIDENCE_BYTES + 1, "is 10.1 MB and the limit is 10 MB"),
        (25 * 1024 * 1024, "is 25.0 MB and the limit is 10 MB"),
        (0, "is empty"),
    ],
)
def test_the_modal_refuses_what_the_payload_shows(declared_size, reason):
    fault = declared_file_fault("review.pdf", declared_size)
    assert fault is None if reason is None else f"“review.pdf” {reason}" in (fault or "")


@pytest.mark.parametrize(
    ("name", "declared_size", "size", "content_type", "head", "declared_type", "reason"),
    [
        ("a.pdf", 900, 900, "application/pdf", b"%PDF-1.7", "application/pdf", None),
        ("a.pdf", None, 900, "application/pdf", b"%PDF-1.7", "application/pdf", None),
        ("a.pdf", 900, 0, "application/pdf", b"", "application/pdf", "arrived empty"),
        ("a.pdf", 0, 0, "application/pdf", b"", "application/pdf", "is empty"),
        ("a.pdf", 900, 512, "application/pdf", b"%PDF-1.7", "application/pdf", "Only 512 of the 900 bytes"),
        ("a.pdf", 900, MAX_EVIDENCE_BYTES + 1, "application/pdf", b"%PDF", "application/pdf", "the limit"),
        (
            "a.pdf",
            MAX_EVIDENCE_BYTES,
            MAX_EVIDENCE_BYTES,
            "application/pdf",
            b"%PDF",
            "application/pdf",
            None,
        ),
        ("a.pdf", 900, 900, "text/html; charset=utf-8", LOGIN_PAGE, "application/pdf", "a web page"),
        ("a.pdf", 900, 5210, "Text/HTML", b"\n\n  <title>", "application/pdf", "a web page"),
        ("a.pdf", 900, 300, "application/pdf", LOGIN_PAGE, "application/pdf", "a web page"),
        ("a.pdf", 900, 300, "application/pdf", b"\xef\xbb\xbf \r\n<HTML>", "application/pdf", "a web page"),
        ("scan.html", 900, 900, "text/html", LOGIN_PAGE, "text/html", None),
        ("scan.HTM", 900, 900, "text/html", LOGIN_PAGE, "application/octet-stream", None),
        ("page.txt", 900, 900, "text/plain", b"<html>", "text/plain", None),
        ("scan.html", 900, 5210, "text/html", LOGIN_PAGE, "text/html", "a web page"),
        ("scan.html", None, 5210, "text/html", LOGIN_PAGE, "text/html", "a web page"),
        ("users.csv", 12, 12, "text/csv", b"name,role\nBen", "text/csv", None),
        ("users.csv", 12, 15, "text/csv", b"name,role\r\nBen", "text/csv", None),
    ],
)
def test_unusable_bytes_are_refused_with_the_reason(  # the signature of the rule
    name, declared_size, size, content_type, head, declared_type, reason
):
    fault = fetched_file_fault(name, declared_size, size, content_type, head, declared_type)
    assert (fault is None) is (reason is None)
    if reason:
        assert reason in (fault or "")
        assert f"“{name}”" in (fault or "")
