"""How long real papers take from the file that was handed in to the last page that can be read."""

import resource
import time
from collections.abc import Iterator
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from benchmarks import bulk
from benchmarks.results import Result, percentile, progress
from documents import conversion, intake
from documents.models import Page, PaperVersion


def converted(folder: str) -> Iterator[Result]:
    """Every file of ``folder`` through the product's own conversion, one after the other."""
    city = bulk.make_city(agencies=1, people=5)
    by = city.clerk(city.agencies[0])
    total, first, each = 0, [], []
    processor = _processor()
    for path in sorted(Path(folder).iterdir()):
        upload = SimpleUploadedFile(path.name, path.read_bytes())
        version = intake.create_paper(upload, by=by).versions.get()
        began, at = time.perf_counter(), timezone.now()
        conversion.convert(version.pk)
        took = time.perf_counter() - began
        pages = PaperVersion.objects.get(pk=version.pk).page_count
        shown = Page.objects.select_related("image").filter(version=version, number=1).first()
        if not pages or shown is None or shown.image is None:
            raise RuntimeError(f"a paper of the kind {path.suffix} was not converted")
        first.append((shown.image.created_at - at).total_seconds())
        each.append(1000 * took / pages)
        total += pages
        progress(f"{path.suffix} of {pages} pages: {took:.1f} s, the first after {first[-1]:.1f} s")
    if not each:
        return
    yield Result("conversion: real papers", len(each), "papers")
    yield Result("conversion: their pages", total, "pages")
    yield Result("conversion: processor time per page", 1000 * (_processor() - processor) / total, "ms")
    yield Result("conversion: time per page, median of the papers", percentile(each, 0.5), "ms")
    yield Result("conversion: time per page, slowest paper", max(each), "ms")
    yield Result("conversion: time to the first page, median", percentile(first, 0.5), "s")
    yield Result("conversion: time to the first page, slowest", max(first), "s")


def _processor() -> float:
    """Seconds of this process and of the programs it ran."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
