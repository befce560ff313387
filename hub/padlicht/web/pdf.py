"""PDF: a page of ours as a file to hand over, made by WeasyPrint from the page's own HTML.

WeasyPrint and what it draws with are an extra (`padlicht[pdf]`). It runs as a process of its own:
a library that takes seconds and a hundred megabytes, or falls over, takes nothing from the hub.
`make_pdf` is for pages (`PageContext.pdf` renders the template first); `main` is that process:

    HTML on stdin → styles from static/ only, nothing from any network → PDF on stdout

A document may have a number of sheets. What does not fit on them is set smaller, down to the size
at which it can still be read; longer than that, it gets another sheet and loses nothing.
"""

import asyncio
import re
import sys
from functools import cache
from importlib.resources import files
from typing import Any, Final

from padlicht.errors import PadlichtError

INSTALL: Final = f"{sys.executable} -m pip install 'padlicht[pdf]'"
LIBRARIES: Final = "apt install libpango-1.0-0 libpangoft2-1.0-0 fonts-dejavu-core"
LIMIT_S: Final = 120.0  # on a small board, with other documents before it
SIZES: Final = (1.0, 0.88, 0.76)  # of the letters, until all fits; each takes seconds to lay out
FORM: Final = {"pdf_variant": "pdf/ua-1"}  # with its structure, so that it can be read aloud
MISSING: Final = 3  # how the process ends when a package or a library is not there
_INK: Final = ("scheme.css", "padlicht.css", "print.css")  # the last word on a colour is paper's


class PdfError(PadlichtError):
    """There is no PDF of it here; the text says why and what to do."""


@cache
def _one_at_a_time() -> asyncio.Semaphore:
    return asyncio.Semaphore(1)


async def make_pdf(html: str, most_pages: int) -> bytes:
    """A page as a PDF of `most_pages` sheets of A4; PdfError when it cannot be made here."""
    async with _one_at_a_time():
        worker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "padlicht.web.pdf", str(most_pages)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(LIMIT_S):
                made, said = await worker.communicate(html.encode())
        except TimeoutError as error:
            raise PdfError(f"the PDF took more than {LIMIT_S:.0f} s: try it again") from error
        finally:
            if worker.returncode is None:
                worker.kill()
                await worker.wait()
    if worker.returncode != 0 or not made.startswith(b"%PDF"):
        last = said.decode(errors="replace").strip().splitlines()[-1:]
        raise PdfError(last[0] if last else f"its process ended with {worker.returncode}")
    return made


def main() -> None:
    """What the process of its own does: HTML in, PDF out."""
    html = sys.stdin.buffer.read().decode()  # all of it first: nobody writes to one that has gone
    try:
        import weasyprint
    except ImportError as error:
        print(f"{error.name or error} is not installed: {INSTALL}", file=sys.stderr)
        sys.exit(MISSING)
    except OSError as error:
        first = str(error).splitlines()[0]
        print(f"a library of the system is missing ({first}): {LIBRARIES}", file=sys.stderr)
        sys.exit(MISSING)
    sys.stdout.buffer.write(_write(weasyprint, html, int(sys.argv[1])))


def _write(weasyprint: Any, html: str, most_pages: int) -> bytes:
    """The biggest letters with which all is on `most_pages`, or the smallest."""

    class Ours(weasyprint.urls.URLFetcher):  # type: ignore[misc]
        """Gives what stands in static/, and asks nobody."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            found = re.fullmatch(r"https?://padlicht\.invalid/static/\w+/([\w-]+\.\w+)", url)
            if found is None:
                raise ValueError(f"{url[:80]} is nothing of this hub's")
            kind = {"css": "text/css", "svg": "image/svg+xml"}[found[1].rsplit(".", 1)[1]]
            headers = {"Content-Type": kind}
            return weasyprint.urls.URLFetcherResponse(url, _static(found[1]).encode(), headers)

    source = weasyprint.HTML(
        string=with_inner_styles(html), base_url="https://padlicht.invalid/", url_fetcher=Ours()
    )
    for size in SIZES:
        # Sheets measure in rem, so all shrinks with the root. (Handed in, a style is the user's:
        # it gives way to the page's own without !important.)
        letters = weasyprint.CSS(string=f":root {{ font-size: {size * 10:.2f}pt !important }}")
        document = source.render(stylesheets=[letters], **FORM)
        if len(document.pages) <= most_pages:
            break
    pdf: bytes = document.write_pdf(**FORM)
    return pdf


def with_inner_styles(html: str) -> str:
    """The page with the styles of charts inside each drawing, where WeasyPrint looks for them.

    A drawing is a document of its own to it: it sees neither the page's style sheets nor the
    patterns that stand once for all drawings.
    """
    patterns = re.search(r'<svg class="patterns".*?(<defs>.*?</defs>)', html, re.DOTALL)
    inner = f"<style>{_svg_css()}</style>{patterns[1] if patterns else ''}"
    return re.sub(r'<svg class="(?:drawing|swatch)[^>]*>', lambda found: found[0] + inner, html)


@cache
def _svg_css() -> str:
    """The style sheet of charts with paper's colours put in."""
    values: dict[str, str] = {}
    for name in _INK:
        values |= dict(re.findall(r"--([\w-]+):\s*([^;}]+)", _static(name)))
    css = re.sub(r"/\*.*?\*/", "", _static("chart.css"), flags=re.DOTALL)
    css = re.sub(r"var\(--([\w-]+)\)", lambda found: values[found[1]].strip(), css)
    # What places a drawing on its page is the page's business.
    return re.sub(r"^\.(?:drawing|swatch)(?:\.\w+)? \{[^}]*\}", "", css, flags=re.MULTILINE)


@cache
def _static(name: str) -> str:
    return (files("padlicht.web") / "static" / name).read_text(encoding="utf-8")


if __name__ == "__main__":
    main()
