"""Analysts: what code would do with the files of a container, done without running any.

They draw charts, write files (CSV, XLSX, text), describe tables, and fail when they are told to.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from sandbox.model.charts import Chart
from sandbox.model.containers import FOLDER, ContainerFile
from sandbox.model.tables import NoTable, Table, as_csv, as_xlsx, read

_TABLES = (".csv", ".xlsx", ".txt", ".json")
_FONTS = (".ttf", ".otf", ".ttc")
_EXAMPLE = Table(("month", "sales"), (("Jan", "12"), ("Feb", "19"), ("Mar", "7"), ("Apr", "24")))


@dataclass(frozen=True, slots=True)
class Work:
    """What came of it: the code that would have run, what it printed, and the files it wrote."""

    code: str
    logs: str
    files: tuple[tuple[str, bytes], ...] = ()
    said: str = ""
    has_failed: bool = False


def work(task: str, title: str, files: Sequence[ContainerFile]) -> Work:
    """Does a task: chart, line, csv, xlsx, txt, summary or fail. Takes its time: for a thread."""
    if task == "fail":
        return _failed("ZeroDivisionError: division by zero")
    try:
        name, table = _table(files)
        match task:
            case "chart" | "line":
                return _charted(title, name, table, _font(files), is_line=task == "line")
            case "csv":
                return _written(name, "result.csv", "df.to_csv", as_csv(table))
            case "xlsx":
                return _written(name, "result.xlsx", "df.to_excel", as_xlsx(table))
            case "txt":
                return _written(name, "result.txt", "open", _described(table).encode())
            case _:
                code = f"{_loading(name)}\nprint(df.describe())"
                return Work(code, _described(table), said=_described(table))
    except NoTable as error:
        return _failed(f"ValueError: no table to be read: {error}")
    except OSError as error:  # a font that is none
        return _failed(f"OSError: {error}")


def _table(files: Sequence[ContainerFile]) -> tuple[str, Table]:
    """That of the file that was put there last; without any there is an example of one."""
    given = [file for file in files if file.source == "user" and file.name.lower().endswith(_TABLES)]
    if not given:
        return "", _EXAMPLE
    return given[-1].name, read(given[-1].name, given[-1].content)


def _charted(title: str, name: str, table: Table, font: bytes | None, *, is_line: bool) -> Work:
    column = table.first_of_numbers
    chart = Chart(title, table.labels, table.numbers(column) or [], is_line, font)
    plot = "plot" if is_line else "bar"
    code = (
        f"import matplotlib.pyplot as plt\n{_loading(name)}\n"
        f"plt.{plot}(df.iloc[:, 0], df[{table.header[column]!r}])\nplt.title({title!r})\n"
        f"plt.savefig('{FOLDER}/chart.png')"
    )
    return Work(code, f"{len(table.rows)} rows", (("chart.png", chart.painted()),), "Here is your chart:")


def _written(name: str, result: str, how: str, content: bytes) -> Work:
    code = f"{_loading(name)}\n{how}('{FOLDER}/{result}')"
    return Work(code, f"wrote {result}", ((result, content),), "Here is your file:")


def _described(table: Table) -> str:
    lines = [f"{len(table.rows)} rows, columns: {', '.join(table.header)}"]
    for at, name in enumerate(table.header):
        if (numbers := table.numbers(at)) is not None:
            total = f"sum {sum(numbers):g}, mean {fmean(numbers):g}"
            lines.append(f"{name}: {total}, min {min(numbers):g}, max {max(numbers):g}")
    return "\n".join(lines)


def _failed(error: str) -> Work:
    trace = f'Traceback (most recent call last):\n  File "<cell>", line 1, in <module>\n{error}'
    return Work("print(1 / 0)", trace, said="The code failed, so I cannot show you a result.", has_failed=True)


def _loading(name: str) -> str:
    kind = "excel" if name.lower().endswith(".xlsx") else "csv"
    if not name:
        return "import pandas as pd\ndf = pd.DataFrame(EXAMPLE)"
    return f"import pandas as pd\ndf = pd.read_{kind}('{FOLDER}/{name}')"


def _font(files: Sequence[ContainerFile]) -> bytes | None:
    return next((file.content for file in files if file.name.lower().endswith(_FONTS)), None)
