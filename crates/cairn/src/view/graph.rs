//! Decides how the dependencies of a configuration are drawn: Graphviz's DOT as Terraform writes it, or Mermaid.

use std::collections::BTreeMap;

use cairn_model::{Module, Resource};
use cairn_plan::{OperationGraph, ResourceDependencies, Shape};

type Block = (Module, Resource);

fn address((module, resource): &Block) -> String {
    if module.is_root() {
        resource.to_string()
    } else {
        format!("{module}.{resource}")
    }
}

/// Each module with its resources, the root first.
fn by_module(all: &ResourceDependencies) -> BTreeMap<&Module, Vec<&Block>> {
    let mut out: BTreeMap<&Module, Vec<&Block>> = BTreeMap::new();
    for block in all.keys() {
        out.entry(&block.0).or_default().push(block);
    }
    out
}

/// DOT: a node for each resource, a cluster for each module, an arrow to what is depended on.
pub(crate) fn dot(all: &ResourceDependencies) -> String {
    let mut out = String::from(
        "digraph G {\n  rankdir = \"RL\";\n  node [shape = rect, fontname = \"sans-serif\"];\n",
    );
    for (module, blocks) in by_module(all) {
        let indent = if module.is_root() { "  " } else { "    " };
        if !module.is_root() {
            out.push_str(&format!("  subgraph \"cluster_{module}\" {{\n    label = \"{module}\"\n    fontname = \"sans-serif\"\n"));
        }
        for block in blocks {
            out.push_str(&format!(
                "{indent}\"{}\" [label=\"{}\"];\n",
                address(block),
                block.1
            ));
        }
        if !module.is_root() {
            out.push_str("  }\n");
        }
    }
    for (from, to) in lines(all) {
        out.push_str(&format!(
            "  \"{}\" -> \"{}\";\n",
            address(from),
            address(to)
        ));
    }
    out.push_str("}\n");
    out
}

/// A Mermaid flow chart of the same, as GitHub and GitLab draw it in Markdown.
pub(crate) fn mermaid(all: &ResourceDependencies) -> String {
    let names: BTreeMap<&Block, String> = all
        .keys()
        .enumerate()
        .map(|(i, block)| (block, format!("n{i}")))
        .collect();
    let mut out = String::from("flowchart RL\n");
    for (i, (module, blocks)) in by_module(all).into_iter().enumerate() {
        let indent = if module.is_root() { "  " } else { "    " };
        if !module.is_root() {
            out.push_str(&format!("  subgraph m{i}[\"{module}\"]\n"));
        }
        for block in blocks {
            out.push_str(&format!("{indent}{}[\"{}\"]\n", names[block], block.1));
        }
        if !module.is_root() {
            out.push_str("  end\n");
        }
    }
    for (from, to) in lines(all) {
        out.push_str(&format!("  {} --> {}\n", names[from], names[to]));
    }
    out
}

fn lines(all: &ResourceDependencies) -> impl Iterator<Item = (&Block, &Block)> {
    all.iter()
        .flat_map(|(from, to)| to.iter().map(move |to| (from, to)))
}

/// DOT of an operation, in the form that Terraform gives it: what is not drawn by itself stands in the arrows alone.
pub(crate) fn operation_dot(graph: &OperationGraph) -> String {
    let mut out = String::from(
        "digraph {\n\tcompound = \"true\"\n\tnewrank = \"true\"\n\tsubgraph \"root\" {\n",
    );
    let quoted = |text: &str| {
        let text = text.replace('\\', "\\\\").replace('"', "\\\"");
        format!("\"{text}\"")
    };
    let name = |i: usize| quoted(&format!("[root] {}", graph.nodes[i].name));
    for (i, node) in graph.nodes.iter().enumerate() {
        let shape = match node.shape {
            Shape::Box => "box",
            Shape::Diamond => "diamond",
            Shape::Note => "note",
            Shape::Plain => continue,
        };
        out.push_str(&format!(
            "\t\t{} [label = {}, shape = \"{shape}\"]\n",
            name(i),
            quoted(&node.label)
        ));
    }
    for ((from, to), in_cycle) in &graph.edges {
        let red = if *in_cycle {
            " [color = \"red\", penwidth = \"2.0\"]"
        } else {
            ""
        };
        out.push_str(&format!("\t\t{} -> {}{red}\n", name(*from), name(*to)));
    }
    out.push_str("\t}\n}\n");
    out
}

/// A Mermaid flow chart of an operation; cycles have thick arrows.
pub(crate) fn operation_mermaid(graph: &OperationGraph) -> String {
    let mut out = String::from("flowchart RL\n");
    for (i, node) in graph.nodes.iter().enumerate() {
        let text = node.name.replace('"', "#quot;");
        out.push_str(&match node.shape {
            Shape::Diamond => format!("  n{i}{{\"{text}\"}}\n"),
            Shape::Note => format!("  n{i}>\"{text}\"]\n"),
            Shape::Box => format!("  n{i}[\"{text}\"]\n"),
            Shape::Plain => format!("  n{i}(\"{text}\")\n"),
        });
    }
    for ((from, to), in_cycle) in &graph.edges {
        let arrow = if *in_cycle { "==>" } else { "-->" };
        out.push_str(&format!("  n{from} {arrow} n{to}\n"));
    }
    out
}
