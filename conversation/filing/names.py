"""Names under which the provider takes files: it goes by their endings, and knows only so many."""

import zipfile
from pathlib import Path, PurePath

from domain.filing import Filing

_SOURCES = (".c", ".cpp", ".cs", ".css", ".go", ".html", ".java", ".js", ".json", ".md", ".php", ".py", ".rb")
_SEARCHED_TEXTS = frozenset((*_SOURCES, ".sh", ".tex", ".ts", ".txt"))
_DOCUMENTS = (".csv", ".doc", ".docx", ".pdf", ".pkl", ".pptx", ".tar", ".xlsx", ".xml", ".zip")
_PICTURES = (".gif", ".jpeg", ".jpg", ".png")
_FOR_CODE = frozenset((*_SEARCHED_TEXTS, *_DOCUMENTS, *_PICTURES)) - {".go"}
_TEXTS = frozenset(f"application/{name}" for name in ("json", "jsonl", "geo+json", "xml", "yaml")) | {
    "image/svg+xml"
}


def is_text(media_type: str) -> bool:
    return media_type.startswith("text/") or media_type in _TEXTS


def name_for_search(filing: Filing) -> str:
    """A text of any kind is taken as .txt."""
    is_known = PurePath(filing.name).suffix.lower() in _SEARCHED_TEXTS
    return f"{filing.name}.txt" if is_text(filing.media_type) and not is_known else filing.name


def fit_for_code(path: Path, filing: Filing, folder: Path) -> tuple[Path, str]:
    """The file and its name as a container takes them; a kind that it does not know comes in a zip. Blocks."""
    if PurePath(filing.name).suffix.lower() in _FOR_CODE:
        return path, filing.name
    if is_text(filing.media_type):
        return path, f"{filing.name}.txt"
    packed = folder / "packed.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, PurePath(filing.name).name)
    return packed, f"{filing.name}.zip"
