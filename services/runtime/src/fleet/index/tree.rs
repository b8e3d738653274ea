//! The tree: units in leaf cells, cells in coarser cells, and the counts and reaches a search prunes by.

#[cfg(test)]
mod check;

use super::{Handle, NONE};
use domain::place::Position;
use foldhash::{HashMap, HashMapExt};
use h3o::{CellIndex, LatLng, Resolution};
use roads::UnitVector;

/// The resolutions of the tree, coarse to fine, chosen by measurement (`examples/fleet_figures.rs`).
pub const DEFAULT_LEVELS: &[Resolution] = &[
    Resolution::Zero,
    Resolution::Three,
    Resolution::Four,
    Resolution::Five,
    Resolution::Six,
    Resolution::Seven,
    Resolution::Eight,
    Resolution::Nine,
];

/// A cell with units in it.
pub(super) struct Node {
    /// The cell's centre.
    pub(super) centre: UnitVector,
    /// No unit below this node is farther from the centre than this chord (Earth radii), up to rounding.
    pub(super) reach: f64,
    /// Units below this node that may be assigned.
    pub(super) assignable: u32,
    /// Units below this node.
    pub(super) units: u32,
    /// The node above, or [`NONE`].
    parent: u32,
    /// Where this node stands in its parent's items, or among the roots.
    at: u32,
    cell: CellIndex,
    /// Whether the items are units.
    pub(super) leaf: bool,
    /// In a leaf the units' handles, the assignable ones first; else child nodes.
    pub(super) items: Vec<u32>,
}

/// Where a unit is in the tree.
#[derive(Clone, Copy)]
struct Slot {
    vector: UnitVector,
    leaf: u32,
    at: u32,
}

/// The index. Not synchronized; handles are the caller's and index a dense table.
pub struct Tree {
    levels: Vec<Resolution>,
    finest: Resolution,
    pub(super) nodes: Vec<Node>,
    free: Vec<u32>,
    by_cell: HashMap<CellIndex, u32>,
    pub(super) roots: Vec<u32>,
    slots: Vec<Slot>,
    placed: usize,
}

impl Default for Tree {
    fn default() -> Self {
        Self::new(DEFAULT_LEVELS)
    }
}

impl Tree {
    /// An empty tree whose levels have these resolutions. They are put in order, coarse to fine; none means resolution 9 only.
    #[must_use]
    pub fn new(levels: &[Resolution]) -> Self {
        let mut levels = if levels.is_empty() { vec![Resolution::Nine] } else { levels.to_vec() };
        levels.sort_unstable();
        levels.dedup();
        let finest = levels.last().copied().unwrap_or(Resolution::Nine);
        Self {
            levels,
            finest,
            nodes: Vec::new(),
            free: Vec::new(),
            by_cell: HashMap::new(),
            roots: Vec::new(),
            slots: Vec::new(),
            placed: 0,
        }
    }

    /// How many units have a place.
    #[must_use]
    pub fn len(&self) -> usize {
        self.placed
    }

    /// Whether no unit has a place.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.placed == 0
    }

    /// How many cells have units in them, on all levels.
    #[must_use]
    pub fn node_count(&self) -> usize {
        self.nodes.len() - self.free.len()
    }

    /// Where a unit stands, if it has a place. `unit` must have one.
    #[inline]
    pub(super) fn vector(&self, unit: Handle) -> UnitVector {
        self.slots[unit as usize].vector
    }

    /// Puts a unit at a position, or moves it there. `vector` must be the position's; `assignable` must be what was last set.
    ///
    /// A move that stays within the reach of the unit's leaf writes the unit's slot and nothing else.
    pub fn place(&mut self, unit: Handle, position: Position, vector: UnitVector, assignable: bool) {
        let index = unit as usize;
        if index >= self.slots.len() {
            self.slots.resize(index + 1, Slot { vector, leaf: NONE, at: NONE });
        }
        let old_leaf = self.slots[index].leaf;
        if old_leaf != NONE {
            let node = &self.nodes[old_leaf as usize];
            if node.centre.chord(vector) <= node.reach {
                self.slots[index].vector = vector;
                return;
            }
        }
        let cell = cell_of(position, self.finest);
        if old_leaf != NONE && self.nodes[old_leaf as usize].cell == cell {
            self.slots[index].vector = vector;
            self.widen(old_leaf, vector);
            return;
        }
        let new_leaf = self.node_for(cell, self.levels.len() - 1);
        if old_leaf != NONE {
            self.detach(unit);
        }
        self.attach(unit, new_leaf, assignable);
        self.slots[index].vector = vector;
        self.widen(new_leaf, vector);
        if old_leaf == NONE {
            self.placed += 1;
            self.count(self.nodes[new_leaf as usize].parent, NONE, 1, i32::from(assignable));
        } else {
            let meeting = self.meeting(old_leaf, new_leaf);
            self.count(self.nodes[new_leaf as usize].parent, meeting, 1, i32::from(assignable));
            self.count(self.nodes[old_leaf as usize].parent, meeting, -1, -i32::from(assignable));
            self.free_if_empty(old_leaf);
        }
    }

    /// Takes a unit out of the tree. A unit without a place is left alone.
    pub fn remove(&mut self, unit: Handle) {
        let Some(&Slot { leaf, .. }) = self.slots.get(unit as usize) else { return };
        if leaf == NONE {
            return;
        }
        let assignable = self.detach(unit);
        self.slots[unit as usize].leaf = NONE;
        self.placed -= 1;
        self.count(self.nodes[leaf as usize].parent, NONE, -1, -i32::from(assignable));
        self.free_if_empty(leaf);
    }

    /// Says whether a unit may be assigned. A unit without a place is left alone.
    pub fn set_assignable(&mut self, unit: Handle, assignable: bool) {
        let Some(&Slot { leaf, at, .. }) = self.slots.get(unit as usize) else { return };
        if leaf == NONE || (at < self.nodes[leaf as usize].assignable) == assignable {
            return;
        }
        // The border between assignable and other units moves by one over this unit.
        let node = &mut self.nodes[leaf as usize];
        let border = if assignable { node.assignable } else { node.assignable - 1 };
        node.assignable = if assignable { node.assignable + 1 } else { node.assignable - 1 };
        let parent = node.parent;
        self.swap(leaf, at, border);
        self.count(parent, NONE, 0, if assignable { 1 } else { -1 });
    }

    /// Appends a unit to a leaf, among the assignable ones or after them; counts in the leaf only.
    fn attach(&mut self, unit: Handle, leaf: u32, assignable: bool) {
        let node = &mut self.nodes[leaf as usize];
        let at = node.units;
        node.items.push(unit);
        node.units += 1;
        let border = node.assignable;
        node.assignable += u32::from(assignable);
        let slot = &mut self.slots[unit as usize];
        (slot.leaf, slot.at) = (leaf, at);
        if assignable {
            self.swap(leaf, at, border);
        }
    }

    /// Takes a unit out of its leaf's items; counts in the leaf only. Returns whether it was assignable.
    fn detach(&mut self, unit: Handle) -> bool {
        let Slot { leaf, mut at, .. } = self.slots[unit as usize];
        let node = &mut self.nodes[leaf as usize];
        let assignable = at < node.assignable;
        if assignable {
            node.assignable -= 1;
            let last_assignable = node.assignable;
            self.swap(leaf, at, last_assignable);
            at = last_assignable;
        }
        let node = &mut self.nodes[leaf as usize];
        node.units -= 1;
        let last = node.units;
        self.swap(leaf, at, last);
        self.nodes[leaf as usize].items.pop();
        assignable
    }

    /// Swaps two units of a leaf and notes where they went.
    fn swap(&mut self, leaf: u32, a: u32, b: u32) {
        if a == b {
            return;
        }
        let items = &mut self.nodes[leaf as usize].items;
        items.swap(a as usize, b as usize);
        let (unit_a, unit_b) = (items[a as usize], items[b as usize]);
        self.slots[unit_a as usize].at = a;
        self.slots[unit_b as usize].at = b;
    }

    /// Adds to the counts from `node` upwards, up to and without `until`.
    fn count(&mut self, mut node: u32, until: u32, units: i32, assignable: i32) {
        while node != until && node != NONE {
            let counted = &mut self.nodes[node as usize];
            counted.units = counted.units.saturating_add_signed(units);
            counted.assignable = counted.assignable.saturating_add_signed(assignable);
            node = counted.parent;
        }
    }

    /// The lowest node above both leaves, or [`NONE`]. Leaves are all equally deep.
    fn meeting(&self, mut a: u32, mut b: u32) -> u32 {
        while a != b && a != NONE && b != NONE {
            a = self.nodes[a as usize].parent;
            b = self.nodes[b as usize].parent;
        }
        if a == b { a } else { NONE }
    }

    /// Makes a leaf's reach cover `vector`, and every reach above cover the ball below it.
    fn widen(&mut self, leaf: u32, vector: UnitVector) {
        let mut node = leaf;
        let mut needed = self.nodes[leaf as usize].centre.chord(vector);
        while node != NONE {
            let widened = &mut self.nodes[node as usize];
            if widened.reach >= needed {
                return;
            }
            widened.reach = needed;
            let (centre, parent) = (widened.centre, widened.parent);
            if parent != NONE {
                needed += self.nodes[parent as usize].centre.chord(centre);
            }
            node = parent;
        }
    }

    /// The node of a cell on a level, made if need be, with every node above it.
    fn node_for(&mut self, cell: CellIndex, level: usize) -> u32 {
        if let Some(&node) = self.by_cell.get(&cell) {
            return node;
        }
        let above = level.checked_sub(1).and_then(|above| Some((cell.parent(self.levels[above])?, above)));
        let parent = above.map_or(NONE, |(cell, above)| self.node_for(cell, above));
        let centre = LatLng::from(cell);
        let made = Node {
            centre: UnitVector::from_radians(centre.lat_radians(), centre.lng_radians()),
            // Below every chord, so that the first unit widens it and every node above.
            reach: f64::NEG_INFINITY,
            assignable: 0,
            units: 0,
            parent,
            at: NONE,
            cell,
            leaf: level + 1 == self.levels.len(),
            items: Vec::new(),
        };
        let node = match self.free.pop() {
            Some(node) => {
                self.nodes[node as usize] = made;
                node
            }
            None => {
                self.nodes.push(made);
                to_u32(self.nodes.len() - 1)
            }
        };
        let siblings = self.siblings(parent);
        siblings.push(node);
        let at = to_u32(siblings.len() - 1);
        self.nodes[node as usize].at = at;
        self.by_cell.insert(cell, node);
        node
    }

    fn siblings(&mut self, parent: u32) -> &mut Vec<u32> {
        if parent == NONE { &mut self.roots } else { &mut self.nodes[parent as usize].items }
    }

    /// Frees a node without units, and every node above that has none left.
    fn free_if_empty(&mut self, mut node: u32) {
        while node != NONE && self.nodes[node as usize].units == 0 {
            let emptied = &mut self.nodes[node as usize];
            emptied.items = Vec::new();
            let (parent, at, cell) = (emptied.parent, emptied.at, emptied.cell);
            self.by_cell.remove(&cell);
            let siblings = self.siblings(parent);
            siblings.swap_remove(at as usize);
            if let Some(&moved) = siblings.get(at as usize) {
                self.nodes[moved as usize].at = at;
            }
            self.free.push(node);
            node = parent;
        }
    }
}

/// The H3 cell of a position.
fn cell_of(position: Position, resolution: Resolution) -> CellIndex {
    // A Position is finite by construction, so the fallback is never taken; if it were, the answers would stay exact, because
    // a cell only groups units.
    LatLng::new(position.lat(), position.lon()).unwrap_or_default().to_cell(resolution)
}

/// Node counts stay far below 2³²: units are bounded and each makes at most one node per level.
fn to_u32(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(NONE)
}
