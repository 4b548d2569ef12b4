//! Decides what the pages of `docs/provider/` say of resource types and data sources, made from the tables that schema, checks and
//! plan use. `CAIRN_BLESS=1 cargo test -p cairn-provider-alicloud pages` writes them anew.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use cairn_model::{Impact, Nesting};
use cairn_value::Value;

use crate::describe::table::Mode;
use crate::describe::{Attr, Block, Check, Fallback, Support, Table, Ty};
use crate::provider::Types;

const MADE: &str = "<!-- Made from the provider's tables by a test; CAIRN_BLESS=1 cargo test -p cairn-provider-alicloud pages \
writes it anew. -->\n\n";

const HEAD: &str = "\
# Resource types and data sources

One page each, made from what cairn checks and plans by. Names, types and defaults are those of the real provider; \
what a change costs, and what cairn refuses, is said in the tables.
";

/// The text of a cell: pipes would end it, and `<` may begin an element.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

fn ty(ty: &Ty) -> &'static str {
    match ty {
        Ty::Str => "string",
        Ty::Int | Ty::Num => "number",
        Ty::Bool => "bool",
        Ty::StrList => "list(string)",
        Ty::StrSet => "set(string)",
        Ty::StrMap => "map(string)",
        Ty::Objects(_) => "list(object)",
    }
}

fn value(fallback: Fallback) -> String {
    match fallback.value() {
        Value::String(s) => format!("`{:?}`", &*s),
        Value::Bool(b) => format!("`{b}`"),
        Value::Number(n) => format!("`{n}`"),
        _ => String::new(),
    }
}

fn needed(attr: &Attr) -> String {
    if attr.removed.is_some() {
        return "removed".to_owned();
    }
    let mode = match attr.mode {
        Mode::Required => "required",
        Mode::Optional | Mode::OptionalComputed => "optional",
        Mode::Computed => "",
    };
    match attr.fallback {
        Some(fallback) => format!("{mode}, else {}", value(fallback)),
        None if attr.mode == Mode::OptionalComputed => format!("{mode}, else the cloud's choice"),
        None => mode.to_owned(),
    }
}

fn cost(impact: Impact) -> &'static str {
    match impact {
        Impact::Info => "in place",
        Impact::Reboot => "reboots",
        Impact::StopStart => "stops and starts",
        Impact::DataLoss => "loses data",
    }
}

fn changed(attr: &Attr) -> String {
    match (attr.mode, attr.support) {
        (Mode::Computed, _) => String::new(),
        _ if attr.removed.is_some() => String::new(),
        (_, Support::No) => "not supported: setting it is refused".to_owned(),
        _ if attr.force_new => "replaces".to_owned(),
        (_, Support::AtCreation) => "refused in place".to_owned(),
        _ => attr
            .costs
            .iter()
            .map(|(impact, _)| *impact)
            .max()
            .map_or("in place", cost)
            .to_owned(),
    }
}

fn allowed(check: &Check) -> Option<String> {
    Some(match check {
        Check::OneOf(values) => {
            let values: Vec<_> = values.iter().map(|v| format!("`{v}`")).collect();
            format!("One of {}.", values.join(", "))
        }
        Check::IntIn(from, to) => format!("{from} to {to}."),
        Check::IntOneOf(values) => {
            let values: Vec<_> = values.iter().map(ToString::to_string).collect();
            format!("One of {}.", values.join(", "))
        }
        Check::Len(from, to) => format!("{from} to {to} characters."),
        Check::Prefix(prefix) => format!("Begins with `{prefix}`."),
        Check::With(_) => return None,
    })
}

fn words(attr: &Attr) -> String {
    let mut all = vec![attr.doc.to_owned()];
    all.extend(attr.checks.iter().filter_map(allowed));
    if attr.sensitive {
        all.push("Sensitive.".to_owned());
    }
    if let Some(instead) = attr.deprecated {
        all.push(format!("Deprecated: {instead}"));
    }
    if let Some(instead) = attr.removed {
        all.push(format!("Removed: {instead}"));
    }
    if !attr.conflicts.is_empty() {
        let others: Vec<_> = attr.conflicts.iter().map(|c| format!("`{c}`")).collect();
        all.push(format!("Not together with {}.", others.join(", ")));
    }
    cell(&all.join(" "))
}

fn table_of(page: &mut String, attrs: &[Attr], resource: bool) {
    let (arguments, exported): (Vec<_>, Vec<_>) =
        attrs.iter().partition(|a| a.mode != Mode::Computed);
    if !arguments.is_empty() {
        let (head, rule) = if resource {
            (
                "| Argument | Type | | A change | |",
                "| --- | --- | --- | --- | --- |",
            )
        } else {
            ("| Argument | Type | | |", "| --- | --- | --- | --- |")
        };
        writeln!(page, "\n{head}\n{rule}").expect("a string takes any text");
        for attr in arguments {
            let change = if resource {
                format!("{} | ", changed(attr))
            } else {
                String::new()
            };
            writeln!(
                page,
                "| `{}` | {} | {} | {change}{} |",
                attr.name,
                ty(&attr.ty),
                needed(attr),
                words(attr)
            )
            .expect("a string takes any text");
        }
    }
    if !exported.is_empty() {
        page.push_str("\n| Attribute | Type | |\n| --- | --- | --- |\n");
        for attr in &exported {
            writeln!(
                page,
                "| `{}` | {} | {} |",
                attr.name,
                ty(&attr.ty),
                words(attr)
            )
            .expect("a string takes any text");
        }
    }
    for attr in exported {
        if let Ty::Objects(inner) = &attr.ty {
            writeln!(page, "\n### `{}`", attr.name).expect("a string takes any text");
            table_of(page, inner, resource);
        }
    }
}

fn number(block: &Block) -> String {
    let kind = if block.nesting == Nesting::Set {
        "A set"
    } else {
        "A list"
    };
    match (block.min, block.max) {
        (0, 0) => format!("{kind} of any number of blocks."),
        (min, 0) => format!("{kind} of {min} or more blocks."),
        (0, 1) => "At most one block.".to_owned(),
        (1, 1) => "Exactly one block.".to_owned(),
        (min, max) => format!("{kind} of {min} to {max} blocks."),
    }
}

fn blocks_of(page: &mut String, blocks: &[Block], resource: bool) {
    for block in blocks {
        writeln!(page, "\n## Block `{}`\n\n{}", block.name, number(block))
            .expect("a string takes any text");
        table_of(page, &block.attrs, resource);
        blocks_of(page, &block.blocks, resource);
    }
}

fn page(name: &str, table: &Table, resource: bool) -> String {
    let kind = if resource {
        "Resource type"
    } else {
        "Data source"
    };
    let mut page = format!("{MADE}# {name}\n\n{kind} of the provider `alicloud`.\n");
    table_of(&mut page, &table.attrs, resource);
    for (sets, what) in [
        (table.at_least_one, "At least one"),
        (table.exactly_one, "Exactly one"),
    ] {
        for set in sets {
            let names: Vec<_> = set.iter().map(|n| format!("`{n}`")).collect();
            writeln!(page, "\n{what} of {} must be set.", names.join(", "))
                .expect("a string takes any text");
        }
    }
    blocks_of(&mut page, &table.blocks, resource);
    if !table.timeouts.is_empty() {
        let limits: Vec<_> = table.timeouts.iter().map(|t| format!("`{t}`")).collect();
        writeln!(
            page,
            "\n## Block `timeouts`\n\nHow long {} may take, such as `\"10m\"`.",
            limits.join(", ")
        )
        .expect("a string takes any text");
    }
    if resource {
        writeln!(
            page,
            "\n## Import\n\n`cairn import {name}.NAME ID`, or an `import` block."
        )
        .expect("a string takes any text");
    }
    page
}

/// The pages by their paths under `docs/provider/`.
fn pages() -> BTreeMap<PathBuf, String> {
    let types = Types::new();
    let mut index = format!("{MADE}{HEAD}");
    let mut pages = BTreeMap::new();
    index.push_str("\n## Resource types\n\n");
    for (name, ty) in &types.resources {
        let path = format!("resources/{name}.md");
        writeln!(index, "* [`{name}`]({path})").expect("a string takes any text");
        pages.insert(path.into(), page(name, ty.table(), true));
    }
    index.push_str("\n## Data sources\n\n");
    for (name, ty) in &types.data_sources {
        let path = format!("data-sources/{name}.md");
        writeln!(index, "* [`{name}`]({path})").expect("a string takes any text");
        pages.insert(path.into(), page(name, ty.table(), false));
    }
    pages.insert("README.md".into(), index);
    pages
}

fn written(folder: &Path, under: &Path, into: &mut BTreeMap<PathBuf, String>) {
    for entry in fs::read_dir(folder.join(under)).into_iter().flatten() {
        let path = under.join(entry.unwrap().file_name());
        if folder.join(&path).is_dir() {
            written(folder, &path, into);
        } else {
            let text = fs::read_to_string(folder.join(&path)).unwrap();
            into.insert(path, text);
        }
    }
}

#[test]
fn the_pages_are_as_the_tables_have_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/provider");
    let pages = pages();
    if std::env::var_os("CAIRN_BLESS").is_some() {
        for sub in ["resources", "data-sources"] {
            drop(fs::remove_dir_all(folder.join(sub)));
            fs::create_dir_all(folder.join(sub)).unwrap();
        }
        for (path, text) in &pages {
            fs::write(folder.join(path), text).unwrap();
        }
        return;
    }
    let mut there = BTreeMap::new();
    written(&folder, Path::new(""), &mut there);
    let differing: Vec<_> = pages
        .iter()
        .filter(|(path, text)| there.get(*path) != Some(*text))
        .map(|(path, _)| path)
        .chain(there.keys().filter(|path| !pages.contains_key(*path)))
        .collect();
    assert!(
        differing.is_empty(),
        "not what the tables say: {differing:?}; CAIRN_BLESS=1 writes them anew"
    );
}
