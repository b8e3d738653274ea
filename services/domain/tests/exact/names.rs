//! Names and codes, as they stand in records, reports and messages.

use domain::alarm::AlarmKind;
use domain::classification::Priority;
use domain::deadlines::DeadlineSubject;
use domain::ids::{AgencyId, AssignmentId, BlobHash, CODE_MAX_LEN, IncidentId, PremiseNoteId, ReasonKey, Seq, ShiftId, UnitId, WhistleId};
use domain::place::{H3Cell, Position};
use domain::staffing::{StaffingFinding, StaffingWhat};
use domain::time::Timestamp;
use uuid::Uuid;

/// `NotDispatched` is `not_dispatched`.
fn snake(name: &str) -> String {
    let parts = name.char_indices().map(|(at, c)| if c.is_uppercase() && at > 0 { format!("_{c}") } else { c.to_string() });
    parts.collect::<String>().to_lowercase()
}

#[test]
fn an_alarms_key_is_its_name() {
    use AlarmKind as K;
    let kinds = [
        K::Undelivered,
        K::Unacknowledged,
        K::NotDispatched,
        K::NoUnit,
        K::Declined,
        K::NotSigned,
        K::HoldExpired,
        K::TransferRefused,
        K::TransferUnanswered,
        K::NotArrived,
        K::SafetyCheckMissed,
        K::LostContact,
        K::Emergency,
        K::FeedbackOverdue,
        K::HandOverUnsigned,
        K::SupportUnanswered,
        K::SupportRefused,
        K::PlanIncomplete,
    ];
    for kind in kinds {
        assert_eq!(kind.key(), snake(&format!("{kind:?}")));
    }
}

#[test]
fn a_deadlines_kind_is_its_name() {
    use DeadlineSubject as S;
    let id = Uuid::from_u128(1);
    let (incident, assignment) = (IncidentId(id), AssignmentId(id));
    let subjects = [
        S::Dispatch(incident),
        S::Retry(incident),
        S::Deliver(assignment),
        S::Acknowledge(assignment),
        S::Sign(incident),
        S::Send(incident),
        S::Widen(incident),
        S::Hold(incident),
        S::Arrive(incident),
        S::SeekPrimary(incident),
        S::Transfer(incident),
        S::SafetyCheck(assignment),
        S::Feedback(assignment),
        S::Support(WhistleId(id)),
        S::ShiftEnd(ShiftId(id)),
        S::HandOver(ShiftId(id)),
        S::Wartime(AgencyId::new("610824").unwrap()),
        S::PremiseNote(PremiseNoteId(id)),
    ];
    for subject in subjects {
        let debug = format!("{subject:?}");
        assert_eq!(subject.kind(), snake(debug.split('(').next().unwrap()));
    }
}

#[test]
fn a_priority_is_the_number_it_was_made_of() {
    for level in 1..=4u8 {
        assert_eq!(u8::from(Priority::new(level).unwrap()), level);
    }
    assert!(Priority::new(0).is_err() && Priority::new(5).is_err());
}

#[test]
fn a_code_has_32_characters_at_most() {
    assert!(UnitId::new(&"a".repeat(CODE_MAX_LEN)).is_ok());
    assert!(UnitId::new(&"a".repeat(CODE_MAX_LEN + 1)).is_err());
}

#[test]
fn values_are_written_so_that_they_can_be_found_again() {
    let hash = BlobHash::of(b"policy");
    // `printf policy | sha256sum`
    let hex = "823412d1eacb67956220e532959f0104603057c88704863ca38e7cd188fda812";
    assert_eq!((hash.to_string(), format!("{hash:?}")), (hex.to_owned(), format!("BlobHash({hex})")));
    assert_eq!((Seq(7).to_string(), format!("{:?}", Seq(7))), ("7".to_owned(), "Seq(7)".to_owned()));
    assert_eq!(format!("{:?}", Timestamp(12)), "12ms");
    let cell = H3Cell(0x0089_1f1d_4894_7fff);
    assert_eq!((cell.to_string(), format!("{cell:?}")), ("891f1d48947fff".to_owned(), "H3Cell(891f1d48947fff)".to_owned()));
    assert_eq!(format!("{:?}", Position::from_e7(376_000_001, -1_088_000_000).unwrap()), "37.6000001,-108.8000000");
    let id = IncidentId(Uuid::from_u128(5));
    assert_eq!((id.to_string(), format!("{id:?}")), (id.0.to_string(), format!("IncidentId({})", id.0)));
    let unit = UnitId::new("610824-a1").unwrap();
    assert_eq!((unit.to_string(), format!("{unit:?}")), ("610824-a1".to_owned(), "UnitId(610824-a1)".to_owned()));
}

#[test]
fn what_falls_short_of_its_staffing_is_said_in_full() {
    let said = |what| {
        let agency = AgencyId::new("610824-01").unwrap();
        StaffingFinding { agency, template: ReasonKey::new("town").unwrap(), what, found: 3, expected: 5 }.to_string()
    };
    assert_eq!(said(StaffingWhat::Template), "agency 610824-01 names staffing template town, which is not in the policy");
    assert_eq!(said(StaffingWhat::Sworn), "agency 610824-01 has 3 sworn officers: template town asks for at least 5");
    assert_eq!(said(StaffingWhat::Auxiliary), "agency 610824-01 has 3 auxiliaries: template town asks for at least 5");
    assert_eq!(said(StaffingWhat::CommunityPercent), "agency 610824-01 has 3 % community officers: template town asks for at least 5 %");
}
