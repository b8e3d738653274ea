//! What the server itself does in a scenario: it activates, registers, erases, loses contact, fires deadlines.

use super::runner::{Runner, shift};
use super::words::{Outcome, Words};
use super::{given, policy};
use domain::command::{
    ActivateAgencyTree, ActivateFeature, ActivatePolicy, Command, ErasePrivate, FireDeadline, NoteContact, RegisterUnits,
};
use domain::deadlines::DeadlineSubject;
use domain::ids::{BlobHash, PrivateRef};
use domain::testing::unknown_id;
use std::sync::Arc;

pub(super) fn by_the_server(runner: &mut Runner, words: &mut Words) -> Outcome<Option<Command>> {
    Ok(Some(if words.take("register") {
        Command::RegisterUnits(RegisterUnits { profiles: vec![given::unit(words)?.profile] })
    } else if words.take("the policy is activated") {
        Command::ActivatePolicy(ActivatePolicy { hash: BlobHash::of(b"policy") })
    } else if words.take("another policy is activated") {
        Command::ActivatePolicy(ActivatePolicy { hash: BlobHash::of(b"another policy") })
    } else if words.take("a policy is activated with") {
        let policy = policy::changed(words)?;
        let hash = BlobHash::of(format!("{policy:?}").as_bytes());
        runner.bench.policies.insert(hash, Arc::new(policy));
        Command::ActivatePolicy(ActivatePolicy { hash })
    } else if words.take("the agency tree is activated") {
        Command::ActivateAgencyTree(ActivateAgencyTree { hash: BlobHash::of(b"tree") })
    } else if words.take("an agency tree is activated with") {
        let tree = given::changed_tree(&runner.bench.agencies, words)?;
        let hash = BlobHash::of(format!("{tree:?}").as_bytes());
        runner.bench.trees.insert(hash, Arc::new(tree));
        Command::ActivateAgencyTree(ActivateAgencyTree { hash })
    } else if words.take("the feature") {
        let feature = words.next("a feature")?;
        words.expect("is activated")?;
        Command::ActivateFeature(ActivateFeature { feature })
    } else if words.take("private data is erased") {
        Command::ErasePrivate(ErasePrivate { private_ref: PrivateRef(unknown_id()) })
    } else if words.take("contact with") {
        let unit_id = runner.unit(&words.next("a call sign")?)?;
        let lost = words.take("is lost");
        if !lost {
            words.expect("is regained")?;
        }
        Command::NoteContact(NoteContact { unit_id, lost })
    } else if words.take("deadline") {
        fire(runner, words)?
    } else {
        return Ok(None);
    }))
}

/// `deadline deliver of A12 fires`, `deadline dispatch of incident 1 fires`: the last such deadline, due or not, running or not.
fn fire(runner: &Runner, words: &mut Words) -> Outcome<Command> {
    let kind = words.next("a kind of deadline")?;
    words.expect("of")?;
    let subject = if words.take("incident") {
        let id = runner.incident(words)?;
        match kind.as_str() {
            "retry" => DeadlineSubject::Retry(id),
            "sign" => DeadlineSubject::Sign(id),
            "send" => DeadlineSubject::Send(id),
            "widen" => DeadlineSubject::Widen(id),
            "hold" => DeadlineSubject::Hold(id),
            "arrive" => DeadlineSubject::Arrive(id),
            "seek_primary" => DeadlineSubject::SeekPrimary(id),
            "transfer" => DeadlineSubject::Transfer(id),
            _ => DeadlineSubject::Dispatch(id),
        }
    } else if words.take("support") {
        DeadlineSubject::Support(runner.support(words)?)
    } else if words.take("shift") {
        let id = shift(words)?;
        if kind == "hand_over" { DeadlineSubject::HandOver(id) } else { DeadlineSubject::ShiftEnd(id) }
    } else if words.take("note") {
        DeadlineSubject::PremiseNote(runner.note(words)?)
    } else if words.take("area") {
        DeadlineSubject::Wartime(super::room_act::agency(words)?)
    } else {
        let unit_id = runner.unit(&words.next("a call sign")?)?;
        let id = runner.order(&unit_id, None).ok_or("this unit never had an order")?;
        match kind.as_str() {
            "deliver" => DeadlineSubject::Deliver(id),
            "safety_check" => DeadlineSubject::SafetyCheck(id),
            "feedback" => DeadlineSubject::Feedback(id),
            _ => DeadlineSubject::Acknowledge(id),
        }
    };
    words.expect("fires")?;
    let deadline = runner.seen.iter().rev().find(|deadline| deadline.subject == subject).cloned();
    let deadline = deadline.ok_or_else(|| format!("no deadline {kind} ever ran there"))?;
    Ok(Command::FireDeadline(FireDeadline { deadline }))
}
