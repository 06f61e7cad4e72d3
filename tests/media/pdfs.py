"""PDFs for tests, written by hand so that any kind of them can be made."""


def pdf_of(*contents: bytes, size: str = "0 0 595 842", trailer: bytes = b"", more: bytes = b"") -> bytes:
    """Pages with these drawing instructions. There is no table of objects: readers look for them then."""
    kids = b" ".join(b"%d 0 R" % (10 + 2 * number) for number in range(len(contents)))
    parts = [
        b"%PDF-1.7",
        b"1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj",
        b"2 0 obj << /Type /Pages /Count %d /Kids [%s] >> endobj" % (len(contents), kids),
        b"3 0 obj << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> endobj",
    ]
    for number, content in enumerate(contents):
        page, stream = 10 + 2 * number, 11 + 2 * number
        parts += [
            b"%d 0 obj << /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents %d 0 R"
            % (page, size.encode(), stream),
            b"/Resources << /Font << /F 3 0 R >> >> >> endobj",
            b"%d 0 obj << /Length %d >> stream\n%s\nendstream endobj" % (stream, len(content), content),
        ]
    return b"\n".join([*parts, more, b"trailer << /Root 1 0 R %s >>" % trailer, b"%%EOF"])


def pdf(words: str) -> bytes:
    """One page with a line of text."""
    return pdf_of(f"BT /F 24 Tf 72 700 Td ({words}) Tj ET".encode())
