"""Read an import's files, large ones in separate processes, because reading takes as long as storing.

These processes only read: parsed rows come back through a pipe, so that one import uses one database connection. A pipe
that is full, or whose other end is gone, stops the process that writes to it.
"""

import os
import signal
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait

from collect.exports.archives import UnreadableExport
from collect.exports.remedies import NOT_IMPORTED
from collect.exports.row_reading import Chunk, Source, read_file

BESIDE_FROM = 32 * 1024**2  # bytes of history; starting a process takes half a second, reading 32 MB takes a second
MOST_READERS = 2  # the database keeps up with two of them


def read_files(sources: Sequence[Source]) -> Generator[tuple[int, Chunk]]:
    """(file number, chunk) for all files, the chunks of a file in order.

    Raises UnreadableExport. Close it if you do not read it to its end.
    """
    readers = min(MOST_READERS, len(sources), len(os.sched_getaffinity(0)))
    if readers and sum(source.file.size for source in sources) >= BESIDE_FROM:
        yield from _beside(sources, readers)
    else:
        yield from ((source.file_no, chunk) for source in sources for chunk in read_file(source))


class _Reader:
    """A process that reads one file after the other."""

    def __init__(self) -> None:
        context = get_context("spawn")  # a fork would share the database's connection
        self.pipe, theirs = context.Pipe()
        self.file_no = -1
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()

    def read(self, source: Source) -> None:
        self.file_no = source.file_no
        with suppress(ConnectionError):  # if the process is gone, `next_chunk` raises
            self.pipe.send(source)

    def next_chunk(self) -> Chunk:
        """Raises UnreadableExport, and the errors of the process."""
        try:
            chunk = self.pipe.recv()
        except (EOFError, ConnectionError):
            raise UnreadableExport(
                f"A process that reads the files was killed, perhaps because memory ran out. {NOT_IMPORTED}: try again."
            ) from None
        if isinstance(chunk, Chunk):
            return chunk
        raise chunk

    def close(self) -> None:
        self._process.terminate()
        self._process.join()
        self.pipe.close()


def _beside(sources: Sequence[Source], count: int) -> Iterator[tuple[int, Chunk]]:
    left, busy = deque(sources), dict[Connection, _Reader]()
    try:
        for _ in range(count):
            reader = _Reader()
            busy[reader.pipe] = reader
            reader.read(left.popleft())
        while busy:
            for pipe in wait(list(busy)):
                reader = busy[pipe]  # type: ignore[index] # `wait` returns what it was given
                chunk = reader.next_chunk()
                yield reader.file_no, chunk
                if chunk.sha256 and left:
                    reader.read(left.popleft())
                elif chunk.sha256:
                    busy.pop(reader.pipe).close()
    finally:
        for reader in busy.values():
            reader.close()


def _serve(pipe: "Connection[Chunk | Exception, Source]") -> None:
    """Run in a reader's process until it is terminated."""
    for number in (signal.SIGINT, signal.SIGHUP):  # a terminal sends them to all processes; the parent handles them
        signal.signal(number, signal.SIG_IGN)
    os.nice(10)  # collectors and visitors come first
    with closing(pipe), suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            source = pipe.recv()
            try:
                for chunk in read_file(source):
                    pipe.send(chunk)
            except UnreadableExport as error:
                pipe.send(error)
