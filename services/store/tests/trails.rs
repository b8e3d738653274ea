//! Trails: what is read back, what expires.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a failed unwrap here is the test failing")]

use domain::ids::UnitId;
use store::trails::{FIXES_PER_CHUNK, TRAILS_FILE, TrailFix, Trails};

fn unit(name: &str) -> UnitId {
    UnitId::new(name).unwrap()
}

fn fix(fix_time_ms: i64) -> TrailFix {
    TrailFix { fix_time_ms, lat_e7: 375_990_000, lon_e7: 1_088_050_000, speed_cm_per_s: Some(1_200), heading_deg: None }
}

async fn times(trails: &Trails, name: &str, from_ms: i64, to_ms: i64) -> Vec<i64> {
    trails.read(&unit(name), from_ms, to_ms, usize::MAX).await.unwrap().into_iter().map(|fix| fix.fix_time_ms).collect()
}

#[tokio::test]
async fn fixes_are_read_back_by_unit_and_time_before_and_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let trails = Trails::open(dir.path()).unwrap();
    let count = FIXES_PER_CHUNK as i64 * 3 + 5;
    for time in (0..count).rev() {
        trails.append([(unit("a-1"), fix(time)), (unit("a-2"), fix(time + 1_000_000))]);
    }
    assert_eq!(times(&trails, "a-1", 0, i64::MAX).await, (0..count).collect::<Vec<_>>());
    assert_eq!(times(&trails, "a-1", 60, 70).await, (60..70).collect::<Vec<_>>());
    assert_eq!(trails.read(&unit("a-1"), 60, 70, 1).await.unwrap(), [fix(60)]);
    assert!(times(&trails, "a-3", 0, i64::MAX).await.is_empty());
    trails.append([(unit("a-1"), fix(count))]);
    trails.append([(unit("a-1"), fix(count))]);
    trails.flush().await.unwrap();
    drop(trails);
    let trails = Trails::open(dir.path()).unwrap();
    assert_eq!(times(&trails, "a-1", 0, i64::MAX).await, (0..=count).collect::<Vec<_>>(), "one fix sent twice is one");
    assert_eq!(times(&trails, "a-2", 0, i64::MAX).await.len() as i64, count);
}

#[tokio::test]
async fn what_is_past_its_time_is_deleted_to_the_fix_and_not_left_in_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let trails = Trails::open(dir.path()).unwrap();
    // A fix far from the others is written out in full at the start of its row, so that its bytes can be looked for.
    let marked = TrailFix { lat_e7: 0x05a5_a5a5, ..fix(1) };
    trails.append([(unit("a-1"), marked)]);
    trails.flush().await.unwrap();
    // Neighbours that stay, so that its place in the file is not used again at once.
    trails.append((0..40).map(|number| (unit(&format!("b-{number}")), fix(500))));
    trails.flush().await.unwrap();
    trails.append((100..200).map(|time| (unit("a-1"), fix(time))));
    trails.append([(unit("a-2"), fix(500))]);
    assert_eq!(times(&trails, "a-1", 0, 1_000).await.len(), 101);
    // Zigzag doubles the latitude; seven bits a byte, low first.
    let doubled = 0x05a5_a5a5_u64 * 2;
    let varint: Vec<u8> = (0..4).map(|n| (doubled >> (7 * n) & 0x7f) as u8 | if n < 3 { 0x80 } else { 0 }).collect();
    let in_files = || {
        [TRAILS_FILE.to_owned(), format!("{TRAILS_FILE}-wal")].iter().any(|file| {
            let bytes = std::fs::read(dir.path().join(file)).unwrap_or_default();
            bytes.windows(varint.len()).any(|window| window == varint)
        })
    };
    assert!(in_files(), "the fix is in the file while it is kept");
    trails.delete_before(150).await.unwrap();
    assert_eq!(times(&trails, "a-1", 0, 1_000).await, (150..200).collect::<Vec<_>>());
    assert_eq!(times(&trails, "a-2", 0, 1_000).await, [500]);
    assert_eq!(trails.delete_before(150).await.unwrap(), 0);
    assert!(!in_files());
}
