//! Checks what the tree says of itself against the units themselves.

use super::super::search::BOUND_SLACK;
use super::super::{Handle, NONE};
use super::Tree;

impl Tree {
    /// Checks every count, link and reach against the units themselves; what is wrong, in words.
    pub(in crate::fleet::index) fn check(&self) -> Result<(), String> {
        let mut seen = 0;
        for &root in &self.roots {
            seen += self.check_node(root, NONE, &mut Vec::new())?;
        }
        if seen as usize != self.placed || self.by_cell.len() != self.node_count() {
            return Err(format!(
                "{seen} units below the roots, {} placed; {} cells, {} nodes",
                self.placed,
                self.by_cell.len(),
                self.node_count()
            ));
        }
        Ok(())
    }

    fn check_node(&self, index: u32, parent: u32, below: &mut Vec<Handle>) -> Result<u32, String> {
        let node = &self.nodes[index as usize];
        let mut own = Vec::new();
        let mut assignable = 0;
        for (at, &item) in node.items.iter().enumerate() {
            if node.leaf {
                let slot = self.slots[item as usize];
                if (slot.leaf, slot.at as usize) != (index, at) {
                    return Err(format!("unit {item} does not know its place in {}", node.cell));
                }
                own.push(item);
            } else {
                self.check_node(item, index, &mut own)?;
                assignable += self.nodes[item as usize].assignable;
                if self.nodes[item as usize].at as usize != at {
                    return Err(format!("a child does not know its place in {}", node.cell));
                }
            }
        }
        let farthest = own.iter().map(|&unit| node.centre.chord(self.vector(unit))).fold(0.0, f64::max);
        if node.parent != parent || node.units as usize != own.len() || own.is_empty() || (!node.leaf && node.assignable != assignable) {
            return Err(format!("node {} counts {} units, has {}", node.cell, node.units, own.len()));
        }
        if farthest > node.reach + BOUND_SLACK {
            return Err(format!("node {} reaches {}, a unit is at {farthest}", node.cell, node.reach));
        }
        below.append(&mut own);
        Ok(node.units)
    }
}
