"""What the container really has: a control group's quota, not the host's count."""

import os
import sys
from pathlib import Path

CGROUP = Path("/sys/fs/cgroup")


def _read(*names: str) -> list[str]:
    """The words of the first of these control-group files that is there."""
    for name in names:
        try:
            return (CGROUP / name).read_text().split()
        except OSError:
            continue
    return []


_share = sys.maxsize


def share_cpus(count: int) -> None:
    """This process is one of several that work here: let it use so many CPUs."""
    global _share
    _share = count


def available_cpus() -> int:
    """Whole CPUs that this process may use, at least 1: its affinity, its cgroup quota or its share, the smallest."""
    cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = _read("cpu.max")
    if not quota:
        quota = _read("cpu/cpu.cfs_quota_us") + _read("cpu/cpu.cfs_period_us")
    if len(quota) == 2 and quota[0].isdigit() and quota[1].isdigit() and int(quota[1]):
        cpus = min(cpus, round(int(quota[0]) / int(quota[1])))
    return max(1, min(cpus, _share))


def available_memory() -> int:
    """Bytes that this process may use: the machine's memory or the container's limit, whichever is smaller."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = _read("memory.max", "memory/memory.limit_in_bytes")
    return min(total, int(limit[0])) if limit and limit[0].isdigit() else total
