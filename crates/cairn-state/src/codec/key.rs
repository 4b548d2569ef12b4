//! Decides the keys of records: bytes whose order is the order of addresses, so that a module, or a type in it, is one range.
//!
//! ```text
//! module steps: 02 name key   end of the steps: 01   mode (01 managed, 02 data, 03 ephemeral)   type   name   key
//! instance key: 01 none | 02 index as 8 bytes, high first | 03 text       text: its bytes, 00 as 00 FF, then 00 01
//! ```

use cairn_model::{AbsResourceInstance, InstanceKey, ResourceMode};

/// The key of an instance's record.
pub(crate) fn of_instance(addr: &AbsResourceInstance) -> Vec<u8> {
    let mut out = Vec::with_capacity(64);
    for step in addr.resource.module.steps() {
        out.push(2);
        text(&mut out, &step.name);
        instance_key(&mut out, &step.key);
    }
    out.push(1);
    let resource = &addr.resource.resource;
    out.push(match resource.mode {
        ResourceMode::Managed => 1,
        ResourceMode::Data => 2,
        ResourceMode::Ephemeral => 3,
    });
    text(&mut out, &resource.ty);
    text(&mut out, &resource.name);
    instance_key(&mut out, &addr.key);
    out
}

fn instance_key(out: &mut Vec<u8>, key: &InstanceKey) {
    match key {
        InstanceKey::None => out.push(1),
        InstanceKey::Index(i) => {
            out.push(2);
            out.extend(i.to_be_bytes());
        }
        InstanceKey::Key(k) => {
            out.push(3);
            text(out, k);
        }
    }
}

fn text(out: &mut Vec<u8>, text: &str) {
    for byte in text.bytes() {
        out.push(byte);
        if byte == 0 {
            out.push(0xff);
        }
    }
    out.extend([0, 1]);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_ordered_as_addresses_are() {
        let mut addrs: Vec<AbsResourceInstance> = [
            "a.b",
            "a.b[0]",
            "a.b[2]",
            "a.b[10]",
            "a.b[300]",
            "a.b[\"\"]",
            "a.b[\"a\"]",
            "a.b[\"ab\"]",
            "a.b[\"a\u{0}\"]",
            "a.bb",
            "aa.b",
            "module.m.a.b",
            "module.m[1].a.b",
            "module.m[\"x\"].a.b",
            "module.m.module.n.a.b",
            "module.mm.a.b",
        ]
        .iter()
        .map(|t| t.parse().unwrap())
        .collect();
        let mut by_key = addrs.clone();
        addrs.sort();
        by_key.sort_by_key(of_instance);
        assert_eq!(addrs, by_key);
    }
}
