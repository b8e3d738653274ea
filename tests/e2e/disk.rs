//! Disks that fail: nothing is acknowledged that is not durable, the server says so and takes nothing more, and after a restart
//! everything that was acknowledged is there, and every request once.

use super::house::{House, LOG, PATIENCE, call, done, run, with};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tonic::{Code, Status};
use wire::v1alpha1::*;

/// Makes every sync of a process fail with EIO, from here until it is dropped: a real system call with a real error.
struct FailingSync(Child);

impl FailingSync {
    /// None where processes can not be traced here.
    async fn of(process: u32) -> Option<Self> {
        let calls = "fsync,fdatasync";
        let traced = Command::new("strace")
            .args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={calls}"), "-e", &format!("inject={calls}:error=EIO")])
            .args(["-p", &process.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        let mut failing = Self(traced.ok()?);
        let attached = async {
            while !all_traced(process) {
                if failing.0.try_wait().is_ok_and(|ended| ended.is_some()) {
                    return false;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            true
        };
        tokio::time::timeout(PATIENCE, attached).await.unwrap_or(false).then_some(failing)
    }
}

impl Drop for FailingSync {
    fn drop(&mut self) {
        // It lets the process go when it is told to end, which a kill would not give it the time for.
        let told = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status();
        if !told.is_ok_and(|told| told.success()) {
            let _ = self.0.kill();
        }
        let _ = self.0.wait();
    }
}

/// Whether every thread of a process has a tracer.
fn all_traced(process: u32) -> bool {
    let Ok(threads) = std::fs::read_dir(format!("/proc/{process}/task")) else { return false };
    threads.flatten().all(|thread| {
        let status = std::fs::read_to_string(thread.path().join("status")).unwrap_or_default();
        status.lines().any(|line| line.strip_prefix("TracerPid:").is_some_and(|pid| pid.trim() != "0"))
    })
}

async fn send(house: &House, message: ReportIncidentRequest) -> Result<ReportIncidentResponse, Status> {
    house.intake().await.report_incident(with(&house.operator, message)).await.map(tonic::Response::into_inner)
}

async fn holds(house: &House, incident_id: &str) -> bool {
    let get = GetIncidentRequest { log_id: LOG.to_owned(), incident_id: incident_id.to_owned(), min_seq: 0 };
    house.records().await.get_incident(with(&house.operator, get)).await.is_ok()
}

async fn metrics(house: &House) -> String {
    let mut stream = tokio::net::TcpStream::connect(house.address()).await.unwrap();
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut page = String::new();
    tokio::time::timeout(PATIENCE, stream.read_to_string(&mut page)).await.unwrap().unwrap();
    page
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_does_not_confirm_a_write_stops_the_writing_until_a_restart() {
    let mut house = House::open().await;
    let first = send(&house, call("dispute/debt")).await.unwrap();
    let Some(failing) = FailingSync::of(house.process()).await else {
        println!("SKIPPED a_disk_that_does_not_confirm_a_write: strace can not trace processes here");
        return;
    };
    let doubtful = call("dispute/debt");
    let unknown = send(&house, doubtful.clone()).await.unwrap_err();
    assert_eq!(unknown.code(), Code::Unavailable, "{unknown:?}");
    drop(failing);
    // The disk works again, but what it did with the last write is not known: nothing is written before somebody has looked.
    let refused = call("dispute/debt");
    let stopped = send(&house, refused.clone()).await.unwrap_err();
    assert_eq!(stopped.code(), Code::Unavailable, "{stopped:?}");
    assert!(stopped.message().contains("nothing is written any more until a restart"), "{stopped:?}");
    assert!(holds(&house, &first.incident_id).await, "reads go on");
    let page = metrics(&house).await;
    assert!(page.lines().any(|line| line == "oneroom_store_writing_stopped 1"), "{page}");

    house.serve_again();
    assert!(holds(&house, &first.incident_id).await, "what was acknowledged is there");
    // Whatever became of them, sent again each is there once.
    let (second, third) = (send(&house, doubtful).await.unwrap(), send(&house, refused).await.unwrap());
    assert_eq!((second.number, third.number), (2, 3));
    done(&run(&["audit", "verify", "--data", &house.data()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_may_not_grow_refuses_writes_and_loses_none() {
    let mut house = House::open().await;
    let largest = std::fs::read_dir(house.data()).unwrap().flatten().filter_map(|file| file.metadata().ok()).map(|file| file.len()).max();
    house.serve_within_kib(largest.unwrap() / 1_024 + 2_048);
    let mut taken = Vec::new();
    let refused = loop {
        let message = ReportIncidentRequest { narrative: "很长的话".repeat(300), ..call("dispute/debt") };
        match send(&house, message.clone()).await {
            Ok(answer) => taken.push(answer.incident_id),
            Err(status) => break (message, status),
        }
        assert!(taken.len() < 5_000, "the file grows without end");
    };
    assert_eq!(refused.1.code(), Code::Unavailable, "{:?}", refused.1);
    assert!(taken.len() > 5, "{} were taken", taken.len());
    assert!(holds(&house, &taken[0]).await, "reads go on");

    house.serve_again();
    for id in &taken {
        assert!(holds(&house, id).await, "{id} was acknowledged and is not there");
    }
    let again = send(&house, refused.0).await.unwrap();
    assert_eq!(usize::try_from(again.number).unwrap(), taken.len() + 1, "nothing of the refused one was kept");
    done(&run(&["audit", "verify", "--data", &house.data()]));
}
