//! Lists of a request: bounded, each entry checked by its place.

use super::{FieldError, assignment_role, code, uuid, when_engaged};
use crate::v1alpha1 as api;
use domain::MAX_ORDERS;
use domain::command::UnitOrder;
use domain::ids::{AssignmentId, UnitId};
use std::collections::BTreeSet;

pub use domain::shift::MAX_SHIFT_UNITS;
pub use domain::unit::MAX_QUEUED as MAX_QUEUE;

/// The field `orders`: 1 to [`MAX_ORDERS`] units.
///
/// # Errors
/// [`FieldError`] naming `orders`, or `orders[2].unit_id`.
pub fn orders(given: &[api::UnitOrder]) -> Result<Vec<UnitOrder>, FieldError> {
    if given.is_empty() || given.len() > MAX_ORDERS {
        return Err(FieldError::new("orders", format_args!("{} units", given.len()), format!("1 to {MAX_ORDERS} units")));
    }
    let order = |(at, order): (usize, &api::UnitOrder)| {
        Ok(UnitOrder {
            unit_id: code(&format!("orders[{at}].unit_id"), &order.unit_id, UnitId::new)?,
            role: assignment_role(&format!("orders[{at}].role"), order.role)?,
            when_engaged: when_engaged(&format!("orders[{at}].when_engaged"), order.when_engaged)?,
        })
    };
    given.iter().enumerate().map(order).collect()
}

/// The field `assignment_ids`: all that waits for a unit, at most [`MAX_QUEUE`].
///
/// # Errors
/// [`FieldError`] naming `assignment_ids`, or `assignment_ids[2]`.
pub fn assignment_ids(given: &[String]) -> Result<Vec<AssignmentId>, FieldError> {
    if given.len() > MAX_QUEUE {
        let count = format_args!("{} assignments", given.len());
        return Err(FieldError::new("assignment_ids", count, format!("at most {MAX_QUEUE} assignments")));
    }
    given.iter().enumerate().map(|(at, id)| uuid(&format!("assignment_ids[{at}]"), id).map(AssignmentId)).collect()
}

/// The field `unit_ids`: at most [`MAX_SHIFT_UNITS`] units, each once.
///
/// # Errors
/// [`FieldError`] naming `unit_ids`, or `unit_ids[2]`.
pub fn unit_ids(given: &[String]) -> Result<BTreeSet<UnitId>, FieldError> {
    if given.len() > MAX_SHIFT_UNITS {
        return Err(FieldError::new("unit_ids", format_args!("{} units", given.len()), format!("at most {MAX_SHIFT_UNITS} units")));
    }
    let mut units = BTreeSet::new();
    for (at, id) in given.iter().enumerate() {
        let field = format!("unit_ids[{at}]");
        if !units.insert(code(&field, id, UnitId::new)?) {
            return Err(FieldError::new(&field, id, "each unit once"));
        }
    }
    Ok(units)
}
