//! Every kind of event as it is stored: the kinds are written and read one by one, what they hold is in the files beside.

mod assignments;
mod incidents;
mod read;
mod resources;
mod write;

use super::DecodeError;
use super::primitive::Stored;
use crate::event_v1::stored_event::Event as W;
use domain::event::Event;

impl Stored for Event {
    type Message = W;
    fn write(&self) -> W {
        write::write(self)
    }
    fn read(message: W) -> Result<Self, DecodeError> {
        read::read(message)
    }
}
