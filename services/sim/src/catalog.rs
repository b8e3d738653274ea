//! The categories and types that mappings and invented calls use: the first two levels of the shipped classification.

/// Category keys (first level), each with its type keys (second level). The words are those of the categories' table in the
/// design of the domain; local codes are data, so a mapping may use others as long as the policy knows them.
pub const CATALOG: &[(&str, &[&str])] = &[
    (
        "criminal",
        &[
            "robbery",
            "burglary",
            "theft",
            "assault",
            "weapon",
            "shooting",
            "fraud",
            "drugs",
            "sexual_offence",
            "homicide",
            "abduction",
            "stolen_vehicle",
            "wanted_person",
            "other",
        ],
    ),
    (
        "public_order",
        &[
            "fight",
            "disturbance",
            "trespass",
            "suspicious",
            "prostitution_gambling",
            "liquor",
            "damage",
            "alarm",
            "weapon_seen",
            "other",
        ],
    ),
    ("dispute", &["family", "family_violence", "neighbour", "debt", "consumer", "landlord_tenant", "labour", "custody", "other"]),
    (
        "help",
        &[
            "welfare_check",
            "missing_person",
            "missing_child",
            "suicide_risk",
            "lockout",
            "lost_property",
            "animal",
            "escort",
            "other",
        ],
    ),
    ("traffic", &["injury_accident", "damage_accident", "stop", "violation", "hazard", "parking", "drunk_driving", "other"]),
    ("disaster", &["flood", "gas_leak", "other"]),
    ("fire_rescue", &["fire", "rescue", "alarm", "other"]),
    ("medical", &["injury", "illness", "death", "overdose", "other"]),
    ("mass_incident", &["gathering", "other"]),
    ("tip_off", &["drugs", "other"]),
    ("complaint", &["other"]),
    ("consultation", &["advice", "other"]),
    ("nuisance", &["false_alarm", "other"]),
    ("non_police", &["noise", "administrative", "other"]),
];

/// Whether the catalog has this category and type.
#[must_use]
pub fn knows(category: &str, call_type: &str) -> bool {
    CATALOG.iter().any(|(key, types)| *key == category && types.contains(&call_type))
}
