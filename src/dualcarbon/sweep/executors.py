"""Who solves the points of a sweep: this process, others of this machine, or a cluster."""

from __future__ import annotations

from collections.abc import Sequence

from dualcarbon.sweep.points import Answer, Executor, Point, Progress, solved
from dualcarbon.sweep.sessions import Frozen


def executor(
    workers: int = 1, cluster: str | None = None, progress: Progress = lambda message: None
) -> Executor:
    """Choose who solves points: this process, some of this machine, or those of a cluster.

    Args:
        workers: processes of this machine; 1 is this process.
        cluster: address of a ``dask.distributed`` scheduler, such as ``tcp://10.0.0.1:8786``;
            then ``workers`` does not matter.
        progress: told what is solved next.

    Raises:
        InputError: the cluster does not answer.
    """
    if cluster is not None:
        from dualcarbon.sweep.cluster import Cluster

        return Cluster(cluster, progress)
    if workers > 1:
        from dualcarbon.sweep.pool import Pool

        return Pool(workers, progress)
    return Here(progress)


class Here(Executor):
    """Solves points one after another in this process."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._points: Sequence[Point] = ()
        self._start: Sequence[Frozen] = ()

    def __exit__(self, *_: object) -> None:
        self._points = ()

    def begin(self, points: Sequence[Point], start: Sequence[Frozen] = ()) -> None:
        """Keep the points until their results are asked for."""
        self._points, self._start = points, start

    def results(self) -> list[Answer]:
        """Solve them now."""
        return [solved(point, self._start, self._progress) for point in self._points]
