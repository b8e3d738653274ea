//! A chunk of fixes as bytes: per fix the differences to the fix before it, zigzag and varint. A fix of a moving unit takes
//! about 8 bytes instead of 20.

use super::TrailFix;

/// Encodes fixes.
pub(super) fn encode(fixes: &[TrailFix]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(fixes.len() * 9);
    let mut last = [0_i64; FIELDS];
    for fix in fixes {
        let now = fields(fix);
        for (value, before) in now.iter().zip(last) {
            put(&mut bytes, value.wrapping_sub(before));
        }
        last = now;
    }
    bytes
}

/// Decodes fixes; none when the bytes are no chunk.
pub(super) fn decode(bytes: &[u8]) -> Option<Vec<TrailFix>> {
    let mut fixes = Vec::new();
    let mut rest = bytes;
    let mut last = [0_i64; FIELDS];
    while !rest.is_empty() {
        for value in &mut last {
            *value = value.wrapping_add(take(&mut rest)?);
        }
        fixes.push(fix(last)?);
    }
    Some(fixes)
}

const FIELDS: usize = 5;

/// An unknown speed or heading is 0, a known one is one more than its value.
fn fields(fix: &TrailFix) -> [i64; FIELDS] {
    let known = |value: Option<u16>| value.map_or(0, |value| i64::from(value) + 1);
    [fix.fix_time_ms, fix.lat_e7.into(), fix.lon_e7.into(), known(fix.speed_cm_per_s), known(fix.heading_deg)]
}

fn fix([fix_time_ms, lat_e7, lon_e7, speed, heading]: [i64; FIELDS]) -> Option<TrailFix> {
    let known = |value: i64| if value == 0 { Some(None) } else { u16::try_from(value - 1).ok().map(Some) };
    Some(TrailFix {
        fix_time_ms,
        lat_e7: lat_e7.try_into().ok()?,
        lon_e7: lon_e7.try_into().ok()?,
        speed_cm_per_s: known(speed)?,
        heading_deg: known(heading)?,
    })
}

fn put(bytes: &mut Vec<u8>, value: i64) {
    let mut zigzag = ((value << 1) ^ (value >> 63)).cast_unsigned();
    loop {
        let low = (zigzag & 0x7f) as u8;
        zigzag >>= 7;
        if zigzag == 0 {
            return bytes.push(low);
        }
        bytes.push(low | 0x80);
    }
}

fn take(rest: &mut &[u8]) -> Option<i64> {
    let mut zigzag = 0_u64;
    for shift in (0..64).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        zigzag |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some((zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    prop_compose! {
        fn any_fix()(fix_time_ms: i64, lat_e7: i32, lon_e7: i32, speed_cm_per_s: Option<u16>, heading_deg: Option<u16>) -> TrailFix {
            TrailFix { fix_time_ms, lat_e7, lon_e7, speed_cm_per_s, heading_deg }
        }
    }

    proptest! {
        #[test]
        fn any_fixes_come_back(fixes in prop::collection::vec(any_fix(), 0..100)) {
            prop_assert_eq!(decode(&encode(&fixes)), Some(fixes));
        }

        #[test]
        fn any_bytes_are_decoded_or_refused(bytes: Vec<u8>) {
            let _ = decode(&bytes);
        }
    }

    #[test]
    fn a_moving_unit_takes_about_eight_bytes_a_fix() {
        let moving = |n: i32| TrailFix {
            fix_time_ms: 1_784_705_600_000 + i64::from(n) * 5_000,
            lat_e7: 375_990_000 + n * 450,
            lon_e7: 1_088_050_000 - n * 320,
            speed_cm_per_s: Some(1_200),
            heading_deg: Some(u16::try_from(90 + n % 3).unwrap()),
        };
        let fixes: Vec<_> = (0..64).map(moving).collect();
        assert!(encode(&fixes).len() <= 64 * 8 + 20, "{}", encode(&fixes).len());
    }
}
