//! The calls of a file by their time, whatever order the file has: sorted in runs that fit in memory, which are merged from disk.

use super::input::CallFile;
use super::request::request;
use crate::drivers::county::cannot;
use crate::drivers::virtual_time::VirtualCall;
use crate::exit::Failure;
use domain::ids::LogId;
use domain::time::Timestamp;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Lines, Seek, Write};
use wire::v1alpha1::ReportIncidentRequest;

/// Calls sorted in memory at a time.
const RUN_CALLS: usize = 32_768;

/// What calls are sorted by: when they came in, then their row. A row without a time comes after the row above it.
type Key = (i64, u64);

/// One sorted part of the calls.
enum Run {
    Memory(std::vec::IntoIter<(Key, ReportIncidentRequest)>),
    Disk(Lines<BufReader<File>>),
}

impl Run {
    fn next(&mut self) -> Result<Option<(Key, ReportIncidentRequest)>, Failure> {
        match self {
            Self::Memory(calls) => Ok(calls.next()),
            Self::Disk(lines) => lines.next().map(|line| parse(&line.map_err(cannot)?)).transpose(),
        }
    }
}

/// The calls of a file by time.
pub(super) struct InOrder {
    runs: Vec<Run>,
    /// The next call of each run that has one, the earliest on top.
    heads: BinaryHeap<Reverse<(Key, usize)>>,
    next: Vec<Option<ReportIncidentRequest>>,
}

/// Reads `file` through and sorts it. Blocks.
///
/// # Errors
/// [`Failure::BadInput`] when the file can't be read; [`Failure::DoesNotHold`] when the disk can't be written.
pub(super) fn in_order(file: &CallFile, desk: &LogId, first: Timestamp) -> Result<InOrder, Failure> {
    let (mut runs, mut run, mut at) = (Vec::new(), Vec::new(), first);
    for call in file.read()? {
        let call = call.map_err(Failure::input)?;
        at = call.time.unwrap_or(at);
        // Addresses stay out: nothing that is measured depends on them, and the vault's salts would make every run another one.
        run.push(((at.0, call.row), request(&call, desk, at, false)));
        if run.len() >= RUN_CALLS {
            runs.push(spill(sorted(std::mem::take(&mut run)))?);
        }
    }
    runs.push(Run::Memory(sorted(run).into_iter()));
    let mut calls = InOrder { next: runs.iter().map(|_| None).collect(), heads: BinaryHeap::new(), runs };
    for index in 0..calls.runs.len() {
        calls.advance(index)?;
    }
    Ok(calls)
}

fn sorted(mut run: Vec<(Key, ReportIncidentRequest)>) -> Vec<(Key, ReportIncidentRequest)> {
    run.sort_unstable_by_key(|(key, _)| *key);
    run
}

fn spill(run: Vec<(Key, ReportIncidentRequest)>) -> Result<Run, Failure> {
    let mut lines = BufWriter::new(tempfile::tempfile().map_err(cannot)?);
    for ((at, row), request) in run {
        let request = serde_json::to_string(&request).map_err(cannot)?;
        writeln!(lines, "{at} {row} {request}").map_err(cannot)?;
    }
    let mut file = lines.into_inner().map_err(cannot)?;
    file.rewind().map_err(cannot)?;
    Ok(Run::Disk(BufReader::new(file).lines()))
}

fn parse(line: &str) -> Result<(Key, ReportIncidentRequest), Failure> {
    let mut parts = line.splitn(3, ' ');
    let (at, row) = (parts.next().and_then(|at| at.parse().ok()), parts.next().and_then(|row| row.parse().ok()));
    let request = parts.next().and_then(|json| serde_json::from_str(json).ok());
    match (at, row, request) {
        (Some(at), Some(row), Some(request)) => Ok(((at, row), request)),
        _ => Err(cannot("a sorted call came back from the disk as something else")),
    }
}

impl InOrder {
    fn advance(&mut self, index: usize) -> Result<(), Failure> {
        let (Some(run), Some(next)) = (self.runs.get_mut(index), self.next.get_mut(index)) else { return Ok(()) };
        *next = run.next()?.map(|(key, request)| {
            self.heads.push(Reverse((key, index)));
            request
        });
        Ok(())
    }
}

impl Iterator for InOrder {
    type Item = Result<VirtualCall, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        let Reverse(((at, _), index)) = self.heads.pop()?;
        let request = self.next.get_mut(index)?.take()?;
        Some(self.advance(index).map(|()| VirtualCall { at: Timestamp(at), request }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(at: i64, row: u64) -> (Key, ReportIncidentRequest) {
        ((at, row), ReportIncidentRequest { request_id: format!("{at}-{row}"), address: "a b\n".to_owned(), ..Default::default() })
    }

    #[test]
    fn runs_on_disk_and_in_memory_come_back_as_one_order() {
        let parts = [vec![call(5, 1), call(1, 2), call(9, 3)], vec![call(4, 4), call(1, 5)], vec![]];
        let mut runs: Vec<Run> = parts[..2].iter().map(|part| spill(sorted(part.clone())).unwrap()).collect();
        runs.push(Run::Memory(sorted(vec![call(1, 6), call(7, 7)]).into_iter()));
        let mut calls = InOrder { next: runs.iter().map(|_| None).collect(), heads: BinaryHeap::new(), runs };
        (0..3).for_each(|index| calls.advance(index).unwrap());
        let calls: Vec<_> =
            calls.map(|call| call.unwrap()).map(|call| (call.at.0, call.request.request_id, call.request.address)).collect();
        let expected = [(1, 2), (1, 5), (1, 6), (4, 4), (5, 1), (7, 7), (9, 3)];
        assert_eq!(calls, expected.map(|(at, row)| (at, format!("{at}-{row}"), "a b\n".to_owned())));
    }
}
