//! The index of units by itself: a question and an answer in a few bytes over a socket, as Redis has it. Only the load test's server
//! offers it; the API's own question is `RecommendUnits`, which ranks by rules as well.

use crate::oneroom::any_port;
use domain::ids::LogId;
use domain::place::Position;
use runtime::Runtime;
use runtime::fleet::NearestQuery;
use server::drivers::county::cannot;
use server::exit::Failure;
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// How many units an answer has.
pub(crate) const NEAREST: usize = 8;
/// Bytes of a question: latitude and longitude.
const QUESTION: usize = 8;

/// Answers on a port of its own for as long as the process lives: for each question the free units nearest to it.
pub(crate) async fn answer(runtime: Arc<Runtime>, log_id: LogId) -> Result<SocketAddr, Failure> {
    let listener = TcpListener::bind(any_port()).await.map_err(cannot)?;
    let addr = listener.local_addr().map_err(cannot)?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (runtime, log_id) = (Arc::clone(&runtime), log_id.clone());
            // An asker that goes away ends its connection.
            tokio::spawn(async move { serve(stream, &runtime, &log_id).await });
        }
    });
    Ok(addr)
}

async fn serve(mut stream: TcpStream, runtime: &Runtime, log_id: &LogId) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut answer = Vec::new();
    loop {
        let (lat_e7, lon_e7) = (stream.read_i32().await?, stream.read_i32().await?);
        let position = Position::from_e7(lat_e7, lon_e7).map_err(io::Error::other)?;
        let view = runtime.view(log_id).ok_or(io::ErrorKind::NotFound)?;
        answer.clear();
        answer.push(0);
        for hit in view.fleet.nearest(&NearestQuery::assignable(position, NEAREST), |_, _| true) {
            answer[0] += 1;
            let unit = hit.unit.as_str().as_bytes();
            // A code has at most 32 characters.
            answer.push(unit.len() as u8);
            answer.extend_from_slice(unit);
        }
        stream.write_all(&answer).await?;
    }
}

/// Asks the index of a server.
pub(crate) struct Asker(std::net::TcpStream);

impl Asker {
    pub(crate) fn connect(addr: SocketAddr) -> Result<Self, Failure> {
        let stream = std::net::TcpStream::connect(addr).map_err(cannot)?;
        stream.set_nodelay(true).map_err(cannot)?;
        Ok(Self(stream))
    }

    /// The nearest free units to a place, nearest first.
    pub(crate) fn ask(&mut self, (lat_e7, lon_e7): (i32, i32)) -> io::Result<Vec<String>> {
        let mut question = [0; QUESTION];
        question[..4].copy_from_slice(&lat_e7.to_be_bytes());
        question[4..].copy_from_slice(&lon_e7.to_be_bytes());
        self.0.write_all(&question)?;
        let mut buffered = io::BufReader::with_capacity(512, &mut self.0);
        let mut one = [0];
        buffered.read_exact(&mut one)?;
        let mut units = Vec::with_capacity(NEAREST);
        for _ in 0..one[0] {
            buffered.read_exact(&mut one)?;
            let mut unit = vec![0; usize::from(one[0])];
            buffered.read_exact(&mut unit)?;
            units.push(String::from_utf8(unit).map_err(io::Error::other)?);
        }
        Ok(units)
    }
}
