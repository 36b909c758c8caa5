"""What a table of measurements has to say about where it was measured."""

import os
import platform
from importlib.metadata import version
from pathlib import Path


def processor() -> str:
    """Return the processor's name, as far as the system tells it."""
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text().splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def memory() -> int | None:
    """Return the bytes of main memory, or None where the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None


def machine() -> str:
    """Return one line: processor, cores, memory and system."""
    gigabytes = f", {memory() / 2**30:.0f} GiB" if memory() else ""
    cores = f"{os.cpu_count()} cores"
    return f"{processor()}, {cores}{gigabytes}, {platform.system()} {platform.machine()}"


def versions(*packages: str) -> str:
    """Return one line: the versions of Python and of these packages."""
    named = [f"{package} {version(package)}" for package in packages]
    return ", ".join([f"Python {platform.python_version()}", *named])
