//! What kind of thing happened, how urgent it is, and who owns such things.

use crate::ids::{CategoryKey, TypeKey};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Category and type of an incident. Both are keys of the active policy.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Classification {
    /// First level: `dispute`.
    pub category: CategoryKey,
    /// Second level: `family`; none when it is not known yet.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<TypeKey>,
}

impl fmt::Display for Classification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Some(kind) => write!(f, "{}/{kind}", self.category),
            None => self.category.fmt(f),
        }
    }
}

/// Urgency, 1 (一级, most urgent) to 4 (四级).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Priority(u8);

/// A priority was not 1, 2, 3 or 4.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("priority {0} is not valid: expected 1 (most urgent) to 4")]
pub struct InvalidPriority(pub u8);

impl Priority {
    /// Danger to life or a crime under way.
    pub const P1: Self = Self(1);

    /// Checks a priority.
    ///
    /// # Errors
    /// [`InvalidPriority`] unless it is 1 to 4.
    pub fn new(level: u8) -> Result<Self, InvalidPriority> {
        if (1..=4).contains(&level) { Ok(Self(level)) } else { Err(InvalidPriority(level)) }
    }

    /// 1 to 4.
    #[must_use]
    pub fn level(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Priority {
    type Error = InvalidPriority;
    fn try_from(level: u8) -> Result<Self, Self::Error> {
        Self::new(level)
    }
}

impl From<Priority> for u8 {
    fn from(priority: Priority) -> u8 {
        priority.0
    }
}

/// Who owns an incident, and what a unit belongs to: one room, two teams (一室两队), and the forces that support them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Team {
    /// 社区警务队: disputes (纠纷) and help requests (求助).
    Community,
    /// 案件办理队: criminal (刑事) and public-order (治安) cases.
    Case,
    /// 综合指挥室: the room itself.
    Room,
    /// 交警: the traffic force.
    Traffic,
    /// 巡特警: patrol special police, standing ready at posts.
    Patrol,
}

impl Team {
    /// All teams, in order.
    pub const ALL: [Self; 5] = [Self::Community, Self::Case, Self::Room, Self::Traffic, Self::Patrol];

    /// The key, as in policy, events and reports.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Community => "community",
            Self::Case => "case",
            Self::Room => "room",
            Self::Traffic => "traffic",
            Self::Patrol => "patrol",
        }
    }
}

/// How a call came in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallSource {
    /// The police emergency number 110.
    Emergency110,
    /// The traffic number 122.
    Traffic122,
    /// Somebody walked in.
    WalkIn,
    /// An officer on the spot (就地接处警).
    Officer,
    /// An open-day visit (接访).
    Visit,
    /// A chat group.
    ChatGroup,
    /// A web form.
    Web,
    /// A sensor or alarm system.
    Sensor,
    /// The citizens' line 12345.
    CitizensLine12345,
    /// Fire and rescue 119.
    Fire119,
    /// Medical emergency 120.
    Medical120,
    /// Another jurisdiction.
    OtherJurisdiction,
    /// A self-service terminal.
    SelfService,
}

/// Where an incident is handed to that is not for the police, or not for this county.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferTarget {
    /// Fire and rescue, 119.
    Fire119,
    /// Medical emergency, 120.
    Medical120,
    /// The citizens' line, 12345.
    CitizensLine12345,
    /// Another jurisdiction's police.
    OtherJurisdiction,
}

impl TransferTarget {
    /// The key, as in policy, events and reports.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Fire119 => "fire119",
            Self::Medical120 => "medical120",
            Self::CitizensLine12345 => "citizens_line12345",
            Self::OtherJurisdiction => "other_jurisdiction",
        }
    }
}
