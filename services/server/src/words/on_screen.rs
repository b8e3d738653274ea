//! What the console says shorter than an explanation does: a line of a ranking, or of a phone's screen, has little room. The console's
//! message files are written from here and from [`super::reasons`], and a test finds every difference.
//!
//! `ONEROOM_WRITE_MESSAGES=1 cargo test -p server --lib words::on_screen` writes them anew.

use super::{Wording, reasons};
use std::path::Path;

/// By code, in the order of [`reasons::REASONS`]. Values stand as they are: the console names them.
const SHORTER: &[Wording] = &[
    Wording { code: "priority_by_table", zh: "{0}默认{1}级", en: "{0} is P{1} by default" },
    Wording { code: "priority_by_operator", zh: "人工定为{0}级（默认{1}级）", en: "operator chose P{0} (default P{1})" },
    Wording { code: "owner_moved", zh: "核实为{2}，由{0}转{1}", en: "verified as {2}: from the {0} to the {1}" },
    Wording {
        code: "type_not_in_policy", zh: "类型“{0}”不在表中，按{1}", en: "type “{0}” is not in the table, taken as {1}"
    },
    Wording { code: "desk_handles", zh: "地点不定，由 {0} 受理", en: "place decides no station: {0} handles it" },
    Wording { code: "any_team_for_p1", zh: "一级：不分队", en: "P1: any team" },
    Wording { code: "own_team", zh: "本队（{0}）", en: "own team ({0})" },
    Wording { code: "borrowed", zh: "借自{0}，加 {1}", en: "borrowed from {0}, +{1}" },
    Wording { code: "own_station", zh: "本所", en: "own station" },
    Wording { code: "other_station", zh: "邻所 {0}，加 {1}", en: "from {0}, +{1}" },
    Wording { code: "from_station", zh: "无新定位，按所在站算", en: "no fresh fix: as if at its station" },
    Wording { code: "no_position", zh: "警情无坐标，路程不计", en: "no position: travel time unknown" },
    Wording { code: "engaged", zh: "正在处置 {0}", en: "engaged in {0}" },
    Wording { code: "urgent_work_only", zh: "仅接紧急：{0}", en: "urgent work only: {0}" },
    Wording { code: "no_sworn_officer", zh: "无民警，不能主责", en: "no sworn officer: never primary" },
    Wording { code: "kind_never_primary", zh: "{0}不能主责", en: "{0}: never primary" },
    Wording { code: "already_tried", zh: "此警情已拒接或未应答", en: "declined this or stayed silent" },
    Wording { code: "chosen_by_operator", zh: "人工选派", en: "chosen by the operator" },
    Wording { code: "next_candidate", zh: "{0}未接，顺延", en: "next after {0}" },
];

/// A text as the console fills it: it knows by itself what each value is.
fn without_sorts(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_sort = false;
    for c in text.chars() {
        in_sort = (in_sort || c == ':' && out.rfind('{') > out.rfind('}')) && c != '}';
        if !in_sort {
            out.push(c);
        }
    }
    out
}

/// One message file of the console.
fn file(head: &str, tail: &str, of: fn(&Wording) -> &'static str) -> String {
    let lines = reasons::REASONS.iter().map(|wording| {
        let shorter = SHORTER.iter().find(|other| other.code == wording.code);
        format!("  reason_{}: {:?},\n", wording.code, without_sorts(of(shorter.unwrap_or(wording))))
    });
    format!(
        "// Written from the server's words (services/server/src/words); {{0}} … are the reason's values in order. Change it there.\n{head}{}{tail}",
        lines.collect::<String>()
    )
}

#[test]
fn the_console_says_what_the_server_says() {
    let stale: Vec<_> = SHORTER.iter().filter(|short| !reasons::REASONS.iter().any(|wording| wording.code == short.code)).collect();
    assert!(
        stale.is_empty(),
        "shorter words for reasons that there are not: {:?}",
        stale.iter().map(|short| short.code).collect::<Vec<_>>()
    );
    let zh = file("export const reasonsZh = {\n", "} as const;\n", |wording| wording.zh);
    let en_head =
        "import type { reasonsZh } from \"./reasons_zh\";\n\nexport const reasonsEn: Record<keyof typeof reasonsZh, string> = {\n";
    let en = file(en_head, "};\n", |wording| wording.en);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web-console/src/messages");
    for (name, expected) in [("reasons_zh.ts", zh), ("reasons_en.ts", en)] {
        let path = folder.join(name);
        if std::env::var_os("ONEROOM_WRITE_MESSAGES").is_some() {
            std::fs::write(&path, &expected).unwrap();
        }
        let found = std::fs::read_to_string(&path).unwrap();
        let differing: Vec<_> = found.lines().zip(expected.lines()).filter(|(found, expected)| found != expected).take(3).collect();
        assert!(found == expected, "{name} differs from the server's words, write it anew (see the top of on_screen.rs): {differing:?}");
    }
}

/// What the console calls a value of each sort.
const CONSOLE_NAMES: [(&str, &[&str]); 9] = [
    ("what", &["classification"]),
    ("team", &["team"]),
    ("agency", &["agency"]),
    ("step", &["lending_step"]),
    ("kinds", &["unit_kind"]),
    ("role", &["role"]),
    ("ms", &["ms"]),
    ("key", &["availability_reason", "policy_reason"]),
    ("", &["number", "words", "unit"]),
];

#[test]
fn the_console_names_each_value_as_the_server_does() {
    let source = include_str!("../../../../web-console/src/shared/words.ts");
    let (_, table) = source.split_once("const REASON_VALUES").unwrap();
    let (table, _) = table.split_once("};").unwrap();
    let named = |code: &str, index: usize| {
        let row = table.lines().find_map(|line| line.trim().strip_prefix(code)?.strip_prefix(": ["));
        row.and_then(|row| row.split('"').skip(1).step_by(2).nth(index)).unwrap_or("words")
    };
    for wording in reasons::REASONS {
        for place in wording.zh.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
            let (index, sort) = place.split_once(':').unwrap_or((place, ""));
            let (_, names) = CONSOLE_NAMES.iter().find(|(known, _)| *known == sort).unwrap();
            let name = named(wording.code, index.parse().unwrap());
            assert!(names.contains(&name), "{}: value {index} is {sort:?} here and {name:?} in words.ts", wording.code);
        }
    }
}
