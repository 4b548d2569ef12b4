//! Decides which tables the world has, and the one form in which their changes are written: a JSON
//! object a line, one line a transaction. When lines are written and where is the store's business.

use serde::{Deserialize, Serialize};

use super::rows::{
    Command, Disk, Eip, Instance, Interface, Invocation, KeyPair, LaunchTemplate, RouteEntry,
    RouteTable, SecurityGroup, Session, Token, UserData, VSwitch, Vpc,
};
use super::table::{ReadBack, Table, Written};
use crate::ids::Ids;

macro_rules! tables {
    ($($name:ident: $row:ty),* $(,)?) => {
        /// Every table.
        #[derive(Debug, Default)]
        pub(crate) struct Tables {
            $(pub(crate) $name: Table<$row>,)*
        }

        #[derive(Default, Serialize)]
        struct LineOut<'a> {
            ids: Option<&'a Ids>,
            $(#[serde(skip_serializing_if = "Option::is_none")] $name: Option<Written<'a, $row>>,)*
        }

        #[derive(Deserialize)]
        struct LineIn {
            ids: Ids,
            $(#[serde(default = "Option::default")] $name: Option<ReadBack<$row>>,)*
        }

        impl Tables {
            /// The line of everything that changed since the last one; `None` when nothing did.
            pub(crate) fn take_changes(&mut self, ids: &Ids) -> Option<Vec<u8>> {
                if !self.is_changed() {
                    return None;
                }
                let line = LineOut { ids: Some(ids), $($name: self.$name.changes(),)* };
                let bytes = to_line(&line);
                self.settle();
                Some(bytes)
            }

            /// Whether anything waits to be written.
            pub(crate) fn is_changed(&self) -> bool {
                $(self.$name.is_changed())||*
            }

            /// Everything counts as written.
            pub(crate) fn settle(&mut self) {
                $(self.$name.settle();)*
            }

            /// Takes a line read back.
            pub(crate) fn absorb(&mut self, ids: &mut Ids, line: &str) -> Result<(), serde_json::Error> {
                let line: LineIn = serde_json::from_str(line)?;
                *ids = line.ids;
                $(if let Some(read) = line.$name { self.$name.absorb(read); })*
                Ok(())
            }

            /// A full copy, in lines of at most `most` rows.
            pub(crate) fn copy(&self, ids: &Ids, most: usize) -> Vec<Vec<u8>> {
                let mut lines = Vec::new();
                $(
                    let mut after = 0;
                    while let (written @ Some(_), Some(last)) = self.$name.slice(after, most) {
                        let ids = Some(ids);
                        lines.push(to_line(&LineOut { ids, $name: written, ..LineOut::default() }));
                        after = last;
                    }
                )*
                lines
            }

            /// How many rows there are in all.
            pub(crate) fn rows(&self) -> usize {
                0 $(+ self.$name.len())*
            }
        }
    };
}

tables! {
    vpcs: Vpc,
    vswitches: VSwitch,
    route_tables: RouteTable,
    route_entries: RouteEntry,
    security_groups: SecurityGroup,
    instances: Instance,
    disks: Disk,
    interfaces: Interface,
    user_data: UserData,
    eips: Eip,
    key_pairs: KeyPair,
    commands: Command,
    invocations: Invocation,
    launch_templates: LaunchTemplate,
    sessions: Session,
    tokens: Token,
}

fn to_line(line: &LineOut<'_>) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(line).expect("rows are plain data with string keys");
    bytes.push(b'\n');
    bytes
}
