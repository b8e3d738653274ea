//! The radio between nodes: who appended to which log. All that is on it can be rebuilt from the record, so a lost message
//! costs a little time and nothing else: followers also look at the record by themselves.

use domain::ids::{LogId, Seq};
use tokio::sync::broadcast;

/// Announcements a slow follower may be behind before it misses some.
pub const ANNOUNCEMENT_BUFFER: usize = 1_024;

/// Somebody appended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Announcement {
    /// To which log.
    pub log_id: LogId,
    /// Its head is at least here now.
    pub seq: Seq,
    /// Which node, so that it need not listen to itself.
    pub node: u64,
}

/// The radio.
pub trait Bus: Send + Sync + 'static {
    /// Tells the other nodes; never waits, never fails: what is lost is found in the record.
    fn announce(&self, announcement: Announcement);

    /// Listens to all logs from now on.
    fn follow(&self) -> broadcast::Receiver<Announcement>;
}

/// The radio within one process.
pub struct LocalBus {
    sender: broadcast::Sender<Announcement>,
}

impl Default for LocalBus {
    fn default() -> Self {
        Self { sender: broadcast::Sender::new(ANNOUNCEMENT_BUFFER) }
    }
}

impl Bus for LocalBus {
    fn announce(&self, announcement: Announcement) {
        // Nobody listening is not an error.
        let _ = self.sender.send(announcement);
    }

    fn follow(&self) -> broadcast::Receiver<Announcement> {
        self.sender.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_announcement_reaches_every_follower() {
        let bus = LocalBus::default();
        let (mut one, mut two) = (bus.follow(), bus.follow());
        let sent = Announcement { log_id: LogId::new("610824").unwrap(), seq: Seq(7), node: 1 };
        bus.announce(sent.clone());
        assert_eq!(one.try_recv().unwrap(), sent);
        assert_eq!(two.try_recv().unwrap(), sent);
    }
}
