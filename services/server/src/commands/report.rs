//! `oneroom report`: what a room did, worked out from its log: clocks in bands, attendance, lending, alarms, hours by activity.

use crate::cli::DataFlag;
use crate::exit::{Failure, print_line};
use crate::record::Record;
use domain::apply::apply;
use domain::command::Command;
use domain::event::Event;
use domain::hours::{DaySpan, Hours};
use domain::ids::{LogId, Seq};
use domain::report::{Banded, Report, SMALL_COUNT};
use domain::time::{LocalDay, Timestamp};
use domain::world::World;
use runtime::Context;
use serde_json::json;
use std::cell::RefCell;
use store::Store;

/// Events read at once.
const PAGE: usize = 1_000;
/// Nobody is on duty before a log has its first calendar.
const BEFORE_ANY_CALENDAR: DaySpan = DaySpan { day: LocalDay(0), ends_at: Timestamp(i64::MAX) };
/// Milliseconds in an hour.
const HOUR_MS: f64 = 3_600_000.0;

/// What is reported.
#[derive(clap::Args, Debug)]
pub struct ReportFlags {
    /// Where the record is.
    #[command(flatten)]
    data: DataFlag,
    /// Which log; may be left out where the record has one.
    #[arg(long, value_name = "ID")]
    log: Option<String>,
    /// One JSON object.
    #[arg(long)]
    json: bool,
}

/// Runs `report`.
///
/// # Errors
/// [`Failure::BadInput`] when the log can't be named or read.
pub async fn run(flags: ReportFlags) -> Result<(), Failure> {
    let record = Record::open_existing(&flags.data.data)?;
    let reported = report(&record, flags.log.as_deref(), flags.json).await;
    record.close().await;
    reported
}

async fn report(record: &Record, log: Option<&str>, as_json: bool) -> Result<(), Failure> {
    let store = record.store();
    let log_id = which(store.as_ref(), log).await?;
    // Bands are those of the newest policy; a day is a day by the calendar that held then.
    let contents: RefCell<Option<Context>> = RefCell::new(None);
    let mut report = Report::default();
    let mut hours = Hours::new(|at: Timestamp| contents.borrow().as_ref().map_or(BEFORE_ANY_CALENDAR, |context| context.day_at(at)));
    let (mut world, mut after) = (World::new(log_id.clone()), Seq::default());
    loop {
        let rows = store.read(&log_id, after, PAGE).await.map_err(Failure::input)?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let decoded = wire::event::decode(&row.bytes, row.seq).map_err(Failure::input)?;
            let undoes = decoded.decision.is_some_and(|decision| matches!(decision.command, Command::Undo(_)));
            let recorded = decoded.recorded;
            report.add(&world, &recorded, undoes);
            hours.add(&recorded);
            apply(&mut world, &recorded);
            if let (Event::PolicyActivated { .. } | Event::AgencyTreeActivated { .. }, Some(policy), Some(agencies)) =
                (&recorded.event, world.policy(), world.agency_tree())
            {
                let context = Context::load(store.as_ref(), policy, agencies).await.map_err(Failure::input)?;
                contents.replace(Some(context));
            }
            after = row.seq;
        }
    }
    hours.count_until(world.last_recorded_at());
    let Some(bands) = contents.borrow().as_ref().map(|context| context.policy.bands.clone()) else {
        return Err(Failure::BadInput(format!("log {log_id} is not set up: there is nothing to report")));
    };
    let report = report.finish(&bands);
    let by_unit: Vec<_> = world.units().map(|unit| (unit.profile.call_sign.to_string(), total(&hours, &unit.profile.unit_id))).collect();
    if as_json {
        let units = by_unit.iter().map(|(call_sign, worked)| {
            json!({
                "call_sign": call_sign,
                "available_ms": worked.available_ms,
                "conditional_ms": worked.conditional_ms,
                "engaged_ms": worked.engaged_ms,
                "out_of_service_ms": worked.out_of_service_ms,
                "lent_ms": worked.lent_ms,
                "own_service_ms": worked.own_service_ms(),
            })
        });
        print_line(json!({ "log_id": log_id, "events": after.0, "report": report, "hours": units.collect::<Vec<_>>() }));
    } else {
        print(&log_id, after, &report);
        for (call_sign, worked) in by_unit.iter().filter(|(_, worked)| worked.on_duty_ms() > 0) {
            let hours = |ms: u64| ms as f64 / HOUR_MS;
            print_line(format_args!(
                "  {call_sign:<6} on duty {:6.1} h: engaged {:.1}, lent {:.1}, own service {:.1}",
                hours(worked.on_duty_ms()),
                hours(worked.engaged_ms),
                hours(worked.lent_ms),
                hours(worked.own_service_ms())
            ));
        }
    }
    Ok(())
}

fn total<C: domain::hours::Calendar>(hours: &Hours<C>, unit_id: &domain::ids::UnitId) -> domain::hours::Worked {
    let mut total = domain::hours::Worked::default();
    for (_, _, worked) in hours.by_day().filter(|(unit, ..)| *unit == unit_id) {
        total += *worked;
    }
    total
}

fn print(log_id: &LogId, events: Seq, report: &Report) {
    print_line(format_args!("log {log_id}: {events} events, {} incidents", report.incidents));
    print_line(format_args!("by team: {:?}", report.by_team));
    print_line(format_args!("by priority: {:?}", report.by_priority));
    print_line(format_args!("repeats {}, calls added {}, moved {:?}", report.repeats, report.calls_added, report.moved));
    for (name, banded) in
        [("answered", &report.answer), ("signed", &report.sign), ("acknowledged", &report.acknowledge), ("on scene", &report.arrive)]
    {
        print_line(format_args!("{name:<13} {}", bands(banded)));
    }
    let attendance = &report.attendance;
    print_line(format_args!("attendance: due {}, attended {}, excused {:?}", attendance.due, attendance.attended, attendance.excused));
    print_line(format_args!("lent orders {}; alarms {:?}", report.lent_orders, report.alarms));
}

fn bands(banded: &Banded) -> String {
    let total = banded.total();
    let ends = banded.up_to_ms.iter().map(|end| format!("≤{} s", end / 1000)).chain(["more".to_owned()]);
    let counts: Vec<String> = ends.zip(&banded.counts).map(|(end, count)| format!("{end} {count}")).collect();
    let small = if total < SMALL_COUNT { " (small count)" } else { "" };
    format!("{} of {total}{small}, longest {} s", counts.join(", "), banded.longest_ms / 1000)
}

async fn which(store: &dyn Store, log: Option<&str>) -> Result<LogId, Failure> {
    let known: Vec<LogId> = store.logs().await.map_err(Failure::input)?.into_iter().map(|summary| summary.log_id).collect();
    match (log, known.as_slice()) {
        (Some(log), _) => {
            let wanted = LogId::new(log).map_err(Failure::input)?;
            known.contains(&wanted).then_some(wanted).ok_or_else(|| Failure::BadInput(format!("--log {log}: is not in this record")))
        }
        (None, [only]) => Ok(only.clone()),
        (None, others) => {
            let names: Vec<_> = others.iter().map(ToString::to_string).collect();
            Err(Failure::BadInput(format!("--log: the record has {} logs, expected one of {}", others.len(), names.join(", "))))
        }
    }
}
