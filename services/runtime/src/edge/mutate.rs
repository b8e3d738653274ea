//! The way of every request that changes something: who calls, which request it is, its fields into one command, the answer.

use super::{Caller, Edge, Mutation};
use crate::log_loop::Outcome;
use crate::vault;
use domain::command::Command;
use domain::incident::PrivateLink;
use store::{PrivateContent, PrivateEntry};
use tonic::{Request, Status};
use wire::api::{FieldError, Mutating, digest, fields};

impl Edge {
    /// Gives a log the command that `command` reads from the request.
    ///
    /// # Errors
    /// UNAUTHENTICATED without a caller, INVALID_ARGUMENT naming a field, else the status of the refusal.
    pub async fn mutate<M: Mutating>(
        &self,
        request: Request<M>,
        command: impl FnOnce(&M) -> Result<Command, Status> + Send,
    ) -> Result<Outcome, Status> {
        self.mutate_with_words(request, |_| Ok(PrivateContent::default()), |message, _| command(message)).await
    }

    /// As [`Edge::mutate`], with words that go into the vault: `words` reads them, `command` gets the link to them, none when
    /// there are none.
    ///
    /// # Errors
    /// As [`Edge::mutate`].
    pub async fn mutate_with_words<M: Mutating>(
        &self,
        request: Request<M>,
        words: impl FnOnce(&M) -> Result<PrivateContent, FieldError> + Send,
        command: impl FnOnce(&M, Option<PrivateLink>) -> Result<Command, Status> + Send,
    ) -> Result<Outcome, Status> {
        let caller = Caller::of(&request)?;
        let mut message = request.into_inner();
        let request_id = fields::request_id(&message.take_request_id())?;
        let log_id = fields::log_id(message.log_id())?;
        let (entry, link) = self.seal(words(&message)?)?;
        let command = command(&message, link)?;
        let mutation = Mutation { request_id, digest: digest(&message), private: entry.into_iter().collect() };
        self.execute(&log_id, caller, mutation, command).await
    }

    /// The vault's entry for what was said and the link to it; none when nothing was.
    ///
    /// # Errors
    /// INTERNAL when it can not be written down.
    pub fn seal(&self, content: PrivateContent) -> Result<(Option<PrivateEntry>, Option<PrivateLink>), Status> {
        let sealed = vault::seal(content, self.runtime.clock().now());
        Ok(sealed.map_err(|_| Status::internal("the words can not be kept"))?.unzip())
    }
}
