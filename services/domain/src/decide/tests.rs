//! Of what changed, each resource is told once, as it is after the last event.

use super::{latest_of_each, same_resource};
use crate::command::{AddPremiseNote, Command, PlanShift, RequestSupport, StartWartime};
use crate::ids::{AgencyId, ReasonKey, Seq, ShiftId};
use crate::place::Position;
use crate::shift::ShiftPlan;
use crate::testing::{Bench, LOG, call, locate, operator, profile, station_id};
use crate::world::PostImage;
use std::sync::Arc;
use uuid::Uuid;

/// Two of every kind of resource.
fn two_of_each() -> Vec<PostImage> {
    let mut bench = Bench::new(2);
    let key = |text| ReasonKey::new(text).unwrap();
    for number in 1..=2u8 {
        let (lat, lon) = (37.55, 108.70 + 0.1 * f64::from(number));
        bench.unit(profile(&format!("A{number}"), station_id(number.into())), lat, lon);
        let place = locate(&bench.agencies, lat, lon);
        let step = bench.run(&operator(LOG), Command::ReportIncident(call("criminal/robbery", place))).unwrap();
        let incident_id = step.reply.reported.unwrap().0;
        let to = AgencyId::new(LOG).unwrap();
        let asked = RequestSupport { incident_id, to, team: None, reason: key("more_units") };
        bench.run(&operator(LOG), Command::RequestSupport(asked)).unwrap();
        let (station, now) = (station_id(number.into()), bench.now);
        let plan = ShiftPlan {
            shift_id: ShiftId(Uuid::from_u128(number.into())),
            station: station.clone(),
            starts_at: now,
            ends_at: now.plus_ms(3_600_000),
            units: [].into(),
        };
        bench.run(&operator(LOG), Command::PlanShift(PlanShift { plan })).unwrap();
        let until = now.plus_ms(3_600_000);
        let wartime = StartWartime { area: station.clone(), reason: key("exercise"), until };
        bench.run(&operator(LOG), Command::StartWartime(wartime)).unwrap();
        let kind = bench.policy.reasons.premise[0].key.clone();
        let position = Position::from_degrees(lat, lon).unwrap();
        let note = AddPremiseNote { position, kind, text: None, expires_at: until, station };
        bench.run(&operator(LOG), Command::AddPremiseNote(note)).unwrap();
    }
    // Undelivered, so that each has an alarm.
    bench.pass(10_000);
    bench.world.post_images().collect()
}

/// The same resource after another event.
fn changed(image: &PostImage) -> PostImage {
    fn later<T: Clone>(of: &Arc<T>, revision: impl FnOnce(&mut T) -> &mut Seq) -> Arc<T> {
        let mut after = (**of).clone();
        *revision(&mut after) = Seq(9_999);
        Arc::new(after)
    }
    match image {
        PostImage::Incident(of) => PostImage::Incident(later(of, |of| &mut of.revision)),
        PostImage::Assignment(of) => PostImage::Assignment(later(of, |of| &mut of.revision)),
        PostImage::Unit(of) => PostImage::Unit(later(of, |of| &mut of.revision)),
        PostImage::Alarm(of) => PostImage::Alarm(later(of, |of| &mut of.revision)),
        PostImage::Whistle(of) => PostImage::Whistle(later(of, |of| &mut of.revision)),
        PostImage::Shift(of) => PostImage::Shift(later(of, |of| &mut of.revision)),
        PostImage::Wartime(of) => PostImage::Wartime(later(of, |of| &mut of.revision)),
        PostImage::PremiseNote(of) => PostImage::PremiseNote(later(of, |of| &mut of.revision)),
    }
}

#[test]
fn every_resource_is_the_same_as_itself_and_no_other() {
    let images = two_of_each();
    let kinds: std::collections::BTreeMap<_, usize> = images.iter().fold(Default::default(), |mut kinds, image| {
        *kinds.entry(format!("{image:?}").split('(').next().unwrap().to_owned()).or_default() += 1;
        kinds
    });
    assert_eq!(kinds.len(), 8, "{kinds:?}");
    assert!(kinds.values().all(|count| *count >= 2), "{kinds:?}");
    for (at, a) in images.iter().enumerate() {
        for (other, b) in images.iter().enumerate() {
            assert_eq!(same_resource(a, &changed(b)), at == other, "{a:?} {b:?}");
        }
        assert!(a.revision() > Seq(0) && changed(a).revision() == Seq(9_999));
    }
}

#[test]
fn the_last_of_each_stays_where_the_first_was() {
    let images = two_of_each();
    let later: Vec<_> = images.iter().map(changed).collect();
    let all = [images.clone(), later.iter().rev().cloned().collect()].concat();
    assert_eq!(latest_of_each(all), later);
}
