"""Files are read as what they are made of, under their headings, on their pages."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.errors import BrokenDocument, EmptyFile, LockedDocument, NotText
from media.reading import html, office, texts
from media.reading.blocks import Block
from media.reading.files import blocks_of
from tests.media.pdfs import pdf_of

_EVEN_IF_SLOW = settings(derandomize=True, deadline=None, database=None)
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_P = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)

MARKDOWN = """\
# Garden

Roses like sun.
They like water.

## Tools ##

| tool | use |
|---|---|
| rake | leaves |

```python
# not a heading

def dig(): ...
```

Winter
------
- cover the roses
- rest

[seeds]: https://example.com/seeds
"""


def saved(folder: Path, content: str | bytes, name: str = "sent") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def zipped(folder: Path, parts: Mapping[str, str]) -> Path:
    path = folder / "sent"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"[Content_Types].xml": "", **parts}.items():
            archive.writestr(name, content)
    return path


def outline(blocks: list[Block]) -> list[tuple[tuple[str, ...], str]]:
    return [(block.headings, block.text) for block in blocks]


def test_markdown_is_read_under_its_headings() -> None:
    blocks = list(texts.markdown(MARKDOWN))

    assert outline(blocks) == [
        (("Garden",), "# Garden"),
        (("Garden",), "Roses like sun.\nThey like water."),
        (("Garden", "Tools"), "## Tools ##"),
        (("Garden", "Tools"), "| tool | use |\n|---|---|\n| rake | leaves |"),
        (("Garden", "Tools"), "```python\n# not a heading\n\ndef dig(): ...\n```"),
        (("Garden", "Winter"), "Winter\n------"),
        (("Garden", "Winter"), "- cover the roses\n- rest"),
        (("Garden", "Winter"), "[seeds]: https://example.com/seeds"),
    ]
    assert [block.is_whole for block in blocks] == [False, False, False, True, True, False, False, False]
    assert blocks[3].head == "| tool | use |\n|---|---|"


_LINES = st.sampled_from(
    (
        *("# A", "## B", "word", "a longer line", "", "", "```", "| a | b |", "|---|---|", "- x", "    code"),
        *("---", "===", "[r]: /u", "> q", "<div>", "1. y", "~~~", "\tz", "<!-- c", "-->", "`", "京都"),
    )
)


@_EVEN_IF_SLOW
@given(st.lists(_LINES, max_size=25).map("\n".join))
def test_no_line_of_markdown_is_lost_or_said_twice(text: str) -> None:
    read = "\n".join(block.text for block in texts.markdown(text))

    assert _lines(read) == _lines(text)


@_EVEN_IF_SLOW
@given(st.lists(st.sampled_from(["def a():", "    return 1", "", "# why", "}", "class B:"]), max_size=25))
def test_no_line_of_code_is_lost_or_said_twice(lines: list[str]) -> None:
    text = "\n".join(lines)

    assert _lines("\n".join(block.text for block in texts.code(text))) == _lines(text)


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def test_code_is_cut_where_definitions_begin() -> None:
    source = "import os\n\n\ndef one():\n    a = 1\n\n    return a\n\n\n# why\ndef two(): ...\n"

    assert [block.text for block in texts.code(source)] == [
        "import os",
        "def one():\n    a = 1\n\n    return a",
        "# why\ndef two(): ...",
    ]


def test_a_web_page_is_read_as_it_is_seen() -> None:
    page = """<!doctype html><html><head><title>T</title><script>if (a<b) x()</script></head><body>
        <nav>Home | News</nav><h1>The <em>big</em>
        fair</h1><p>It opens<br>in May &amp; June.<p>Entry:<ul><li>adults <li>children</ul>
        <table><tr><th>day<th>hour<tr><td>Mon<td>9</table><h2>Songs</h2><pre>la
  la</pre></div></body></html>"""

    blocks = list(html.blocks(page))

    assert outline(blocks) == [
        (("The big fair",), "The big fair"),
        (("The big fair",), "It opens\nin May & June."),
        (("The big fair",), "Entry:"),
        (("The big fair",), "- adults\n- children"),
        (("The big fair",), "day | hour\nMon | 9"),
        (("The big fair", "Songs"), "Songs"),
        (("The big fair", "Songs"), "la\n  la"),
    ]


@pytest.mark.parametrize(
    "page",
    ["<svg/>seen", "<script><p>x</script>seen", "<head>x<body>seen", "</nav></table>seen", "<table>seen"],
)
def test_tags_in_disorder_hide_nothing(page: str) -> None:
    assert "seen" in " ".join(block.text for block in html.blocks(page + "</table>"))


@_EVEN_IF_SLOW
@given(st.text(alphabet="<>/abdhiprtu1\"'&;! -"))
def test_no_page_breaks_the_reader(page: str) -> None:
    assert all(block.text.strip() for block in html.blocks(page))


def _paragraph(text: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


def test_a_word_file_is_read_under_its_headings(tmp_path: Path) -> None:
    cells = "".join(
        f"<w:tr><w:tc>{_paragraph(a)}</w:tc><w:tc>{_paragraph(b)}</w:tc></w:tr>" for a, b in ("ab", "cd")
    )
    sent = zipped(
        tmp_path,
        {
            "word/styles.xml": f'<w:styles {_W}><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/>'
            "</w:style></w:styles>",
            "word/document.xml": f"<w:document {_W}><w:body>{_paragraph('Rules', 'berschrift1')}"
            f"{_paragraph('Be kind.')}<w:tbl>{cells}</w:tbl>"
            "<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>first</w:t><w:tab/><w:t>item</w:t></w:r></w:p>"
            "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p></w:body></w:document>",
        },
    )

    assert outline(list(blocks_of(sent, "rules.docx"))) == [
        (("Rules",), "Rules"),
        (("Rules",), "Be kind."),
        (("Rules",), "a | b\nc | d"),
        (("Rules",), "- first\titem"),
    ]


def test_slides_are_pages_in_the_order_they_are_shown(tmp_path: Path) -> None:
    def slide(title: str, text: str) -> str:
        return (
            f'<p:sld {_P}><p:cSld><p:spTree><p:sp><p:nvSpPr><p:nvPr><p:ph type="title"/></p:nvPr></p:nvSpPr>'
            f"<p:txBody><a:p><a:r><a:t>{title}</a:t></a:r></a:p></p:txBody></p:sp><p:sp><p:txBody>"
            f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>"
        )

    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    sent = zipped(
        tmp_path,
        {
            "ppt/presentation.xml": f'<p:presentation {_P}><p:sldIdLst><p:sldId r:id="r2"/><p:sldId r:id="r1"/>'
            "</p:sldIdLst></p:presentation>",
            "ppt/_rels/presentation.xml.rels": _RELATIONS.format(
                f'<Relationship Id="r1" Type="{kind}/slide" Target="slides/slide1.xml"/>'
                f'<Relationship Id="r2" Type="{kind}/slide" Target="/ppt/slides/slide2.xml"/>'
            ),
            "ppt/slides/slide1.xml": slide("Last", "bye"),
            "ppt/slides/slide2.xml": slide("First", "hello"),
            "ppt/slides/_rels/slide2.xml.rels": _RELATIONS.format(
                f'<Relationship Id="r1" Type="{kind}/notesSlide" Target="../notesSlides/n1.xml"/>'
            ),
            "ppt/notesSlides/n1.xml": f"<p:notes {_P}><a:p><a:r><a:t>smile</a:t></a:r></a:p></p:notes>",
        },
    )

    assert [(block.page, block.headings, block.text) for block in blocks_of(sent, "talk.pptx")] == [
        (1, ("First",), "First"),
        (1, ("First",), "hello"),
        (1, ("First",), "smile"),
        (2, ("Last",), "Last"),
        (2, ("Last",), "bye"),
    ]


def test_an_open_document_is_read(tmp_path: Path) -> None:
    names = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<d xmlns:text="{names}:text:1.0" xmlns:table="{names}:table:1.0">'
        '<text:h text:outline-level="2">Home</text:h><text:p>is <text:span>here</text:span></text:p>'
        "<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell></table:table-row>"
        "</table:table></d>"
    )
    path = tmp_path / "sent"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", content)

    assert outline(list(blocks_of(path, "home.odt"))) == [
        (("Home",), "Home"),
        (("Home",), "is here"),
        (("Home",), "a"),
    ]


def test_pages_of_a_pdf_keep_their_numbers(tmp_path: Path) -> None:
    pages = (f"BT /F 24 Tf 72 700 Td ({words}) Tj ET".encode() for words in ("One.", "", "Three."))

    blocks = list(blocks_of(saved(tmp_path, pdf_of(*pages)), "a.pdf"))

    assert [(block.page, block.text.strip()) for block in blocks] == [(1, "One."), (3, "Three.")]


@pytest.mark.parametrize(
    ("name", "content", "whole"),
    [
        ("a.csv", "name,age\nAda,36\n\nBob,40\n", "name,age\nAda,36\nBob,40"),
        ("a.json", '{\n "a": 1\n}', '{\n "a": 1\n}'),
        ("a.py", "x = 1\n", "x = 1"),
        ("a.xml", "<?xml version='1.0'?>\n<a>b</a>", "<?xml version='1.0'?>\n<a>b</a>"),
    ],
)
def test_what_belongs_together_stays_together(tmp_path: Path, name: str, content: str, whole: str) -> None:
    (block,) = blocks_of(saved(tmp_path, content), name)

    assert (block.text, block.is_whole) == (whole, True)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_texts_are_read_in_their_encoding(tmp_path: Path, encoding: str) -> None:
    text = "Привет, как дела? Это обычный текст на русском языке."

    assert [block.text for block in blocks_of(saved(tmp_path, text.encode(encoding)), "a.txt")] == [text]


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", EmptyFile),
        (b"  \n ", NotText),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), NotText),
        (bytes(range(256)) * 4, NotText),
        (b"%PDF-1.7 nothing", BrokenDocument),
        (pdf_of(b""), NotText),
        (b"PK\3\4[Content_Types].xml" + b"word/document" * 9, BrokenDocument),
    ],
)
def test_what_cannot_be_read_is_said_to_be_so(tmp_path: Path, content: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        list(blocks_of(saved(tmp_path, content), "sent"))


def test_a_locked_pdf_is_said_to_be_so(tmp_path: Path) -> None:
    keys = (b"00" * 32, b"00" * 32)
    locked = b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >> /ID [<00> <00>]" % keys

    with pytest.raises(LockedDocument):
        list(blocks_of(saved(tmp_path, pdf_of(b"", trailer=locked)), "a.pdf"))


def _referring(number: int) -> str:
    return f"&a{number - 1};" if number > 1 else "&a;"


@pytest.mark.parametrize(
    "document",
    [
        f"<w:document {_W}><w:p><w:r><w:t>{'a' * (49 << 20)}</w:t></w:r></w:p></w:document>",
        f"<w:document {_W}><w:p>" + "<w:r>" * 100_000 + "</w:r>" * 100_000 + "</w:p></w:document>",
        f"<w:document {_W}><w:p>",
        '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">'
        + "".join(f'<!ENTITY a{n} "{_referring(n) * 10}">' for n in range(1, 12))
        + f"]><w:document {_W}><w:p><w:t>&a11;</w:t></w:p></w:document>",
    ],
    ids=["huge", "deep", "cut", "entities"],
)
def test_a_word_file_that_would_fill_the_memory_is_not_read(tmp_path: Path, document: str) -> None:
    sent = zipped(tmp_path, {"word/document.xml": document})

    with pytest.raises(BrokenDocument):
        list(blocks_of(sent, "a.docx"))


def test_broken_zip_members_are_reported(tmp_path: Path) -> None:
    sent = zipped(tmp_path, {"word/document.xml": "x" * 3_000})
    content = bytearray(sent.read_bytes())
    content[110:120] = bytes(10)

    with pytest.raises(BrokenDocument):
        list(office.word(saved(tmp_path, bytes(content))))
