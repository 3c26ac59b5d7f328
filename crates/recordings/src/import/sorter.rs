//! How are the rows of a recording of any length brought into the order of their times?
//!
//! Chunks that fit are sorted and written to a temporary file, then merged. Equal times keep the order in which
//! they came: within a chunk the sort is stable, and of two chunks the earlier goes first.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

use super::row::Row;

/// Rows sorted in memory at once: 7 MB.
const CHUNK_ROWS: usize = 1 << 17;

/// Rows of each chunk in memory while merging.
const MERGE_ROWS: usize = 512;

/// Bytes of a row in the file.
const ROW_BYTES: usize = 8 * 7;

/// Collects rows in any order.
#[derive(Debug)]
pub(super) struct Sorter {
    chunk_rows: usize,
    chunk: Vec<Row>,
    /// Those that were written.
    written: Vec<Chunk>,
    file: Option<File>,
}

impl Sorter {
    pub(super) fn new() -> Self {
        Self::in_chunks(CHUNK_ROWS)
    }

    fn in_chunks(chunk_rows: usize) -> Self {
        Self { chunk_rows, chunk: Vec::new(), written: Vec::new(), file: None }
    }

    pub(super) fn push(&mut self, row: Row) -> io::Result<()> {
        self.chunk.push(row);
        if self.chunk.len() == self.chunk_rows { self.write_chunk() } else { Ok(()) }
    }

    /// Hands over the rows by time, rows of equal times as they came.
    pub(super) fn finish<E: From<io::Error>>(
        mut self,
        mut take: impl FnMut(&Row) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.file.is_none() {
            self.chunk.sort_by_key(|row| row.time_ns);
            return self.chunk.iter().try_for_each(take);
        }
        self.write_chunk()?;
        let file = self.file.expect("chunks have been written");
        self.chunk = Vec::new();
        let mut chunks = self.written;
        let mut heap = BinaryHeap::new();
        for (place, chunk) in chunks.iter_mut().enumerate() {
            heap.extend(chunk.peek(&file)?.map(|row| Reverse((row.time_ns, place))));
        }
        while let Some(Reverse((_, place))) = heap.pop() {
            let row = chunks[place].rows.pop().expect("only chunks with a row are in the heap");
            take(&row)?;
            heap.extend(chunks[place].peek(&file)?.map(|row| Reverse((row.time_ns, place))));
        }
        Ok(())
    }

    fn write_chunk(&mut self) -> io::Result<()> {
        self.chunk.sort_by_key(|row| row.time_ns);
        let file = match self.file.take() {
            Some(file) => file,
            None => tempfile::tempfile()?,
        };
        let start = self.written.last().map_or(0, |chunk| chunk.end);
        let mut offset = start * ROW_BYTES;
        for rows in self.chunk.chunks(MERGE_ROWS) {
            let bytes: Vec<u8> = rows.iter().flat_map(to_bytes).collect();
            file.write_all_at(&bytes, offset as u64)?;
            offset += bytes.len();
        }
        self.written.push(Chunk { next: start, end: start + self.chunk.len(), rows: Vec::new() });
        self.chunk.clear();
        self.file = Some(file);
        Ok(())
    }
}

/// A sorted chunk, to be read back.
#[derive(Debug)]
struct Chunk {
    next: usize,
    end: usize,
    /// Read and not yet handed over, the last first.
    rows: Vec<Row>,
}

impl Chunk {
    /// The next row, if there is one.
    fn peek(&mut self, file: &File) -> io::Result<Option<&Row>> {
        if self.rows.is_empty() {
            let rows = MERGE_ROWS.min(self.end - self.next);
            let mut bytes = vec![0; rows * ROW_BYTES];
            file.read_exact_at(&mut bytes, (self.next * ROW_BYTES) as u64)?;
            self.rows.extend(bytes.chunks_exact(ROW_BYTES).map(from_bytes).rev());
            self.next += rows;
        }
        Ok(self.rows.last())
    }
}

fn to_bytes(row: &Row) -> [u8; ROW_BYTES] {
    let mut bytes = [0; ROW_BYTES];
    bytes[..8].copy_from_slice(&row.time_ns.to_le_bytes());
    for (place, cell) in bytes[8..].chunks_exact_mut(8).zip(row.cells) {
        place.copy_from_slice(&cell.to_le_bytes());
    }
    bytes
}

fn from_bytes(bytes: &[u8]) -> Row {
    let (words, _) = bytes.as_chunks();
    let cells = std::array::from_fn(|channel| f64::from_le_bytes(words[channel + 1]));
    Row { time_ns: i64::from_le_bytes(words[0]), cells }
}

#[cfg(test)]
mod tests {
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

    use super::*;

    #[test]
    fn merged_chunks_are_what_one_stable_sort_gives() {
        let mut generator = ChaCha8Rng::seed_from_u64(5);
        for (rows, chunk_rows) in [(0, 10), (1, 10), (10, 10), (11, 10), (5_000, 700), (5_000, 5_000)] {
            let rows: Vec<Row> = (0..rows)
                .map(|row| Row {
                    time_ns: i64::from(generator.next_u32() % 1000) - 500,
                    cells: [f64::from(row); 6],
                })
                .collect();
            let mut sorter = Sorter::in_chunks(chunk_rows);
            rows.iter().for_each(|&row| sorter.push(row).expect("a temporary folder"));
            let mut sorted = Vec::new();
            let done: io::Result<()> = sorter.finish(|row| {
                sorted.push(*row);
                Ok(())
            });
            done.expect("a temporary folder");
            let mut expected = rows;
            expected.sort_by_key(|row| row.time_ns);
            assert_eq!(sorted, expected, "chunks of {chunk_rows}");
        }
    }
}
