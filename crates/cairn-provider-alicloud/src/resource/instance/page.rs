//! Decides what `docs/run-instances.md` says: the parameters, rules and errors of RunInstances, made from the tables that
//! the checks and messages use. `CAIRN_BLESS=1 cargo test -p cairn-provider-alicloud page` writes it.

use std::fmt::Write as _;
use std::path::Path;

use ecs_api::rules::{Kind, Need, Parameter, RUN_INSTANCES_PARAMETERS, RUN_INSTANCES_RULES, Rule};
use ecs_api::{ErrorClass, ErrorRow, RUN_INSTANCES_ERRORS, RetryAdvice};

use super::{params, schema};
use crate::describe::Support;

const HEAD: &str = "\
<!-- Made from the tables in crates/ecs-api/src/rules and crates/ecs-api/src/error by a test; \
CAIRN_BLESS=1 cargo test -p cairn-provider-alicloud page writes it anew. -->

# RunInstances

RunInstances makes up to 100 instances that are equal but for their names and addresses. This page lists its parameters with \
the attributes of `alicloud_instance` that they come from, the rules that a request shows by itself, and what each error means.

The same tables serve `cairn validate` and `cairn plan`, which report a broken rule at the attribute, the check before a \
request is sent, which sees the values that were unknown until then, and the emulator, which answers with the code of the rule. \
There are two profiles: `2019` is the reference as it was then, `current` the documents of today, which are wider in most places \
and narrower in a few. cairn checks by `current`. With `CAIRN_RULES=2019` in the environment it checks by \
`2019`; what today's documents refuse is then refused before the call is sent.
";

/// The text of a cell: pipes would end it, and `<` may begin an element.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;")
}

fn code(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("`{text}`")
    }
}

/// The attribute of a parameter, as one writes it; of an element of a list with the list's name.
fn attribute(parameter: &str) -> String {
    match parameter {
        "RegionId" => "the provider's `region`".to_owned(),
        "Action" | "Amount" | "MinAmount" | "ClientToken" => "set by cairn".to_owned(),
        "UniqueSuffix" => "not used: names are sent as patterns".to_owned(),
        "InstanceName" => code("instance_name"),
        _ => params::attribute(&parameter.replace(".n", ".1")).map_or_else(
            || "none".to_owned(),
            |path| code(&path.to_string().replace("[0]", "")),
        ),
    }
}

fn parameter_row(parameter: &Parameter) -> String {
    let kind = match parameter.kind {
        Kind::Text => "text",
        Kind::Whole => "whole number",
        Kind::Decimal => "number",
        Kind::Flag => "true or false",
    };
    let need = match parameter.need {
        Need::Always => "always".to_owned(),
        Need::Never => "no".to_owned(),
        Need::Otherwise(when) => format!("if {when}"),
    };
    format!(
        "| `{}` | {} | {kind} | {need} | {} | {} |",
        parameter.name,
        attribute(parameter.name),
        cell(parameter.default),
        cell(parameter.beyond)
    )
}

fn rule_row(rule: &Rule) -> String {
    let profile = match rule.profile {
        None => "both",
        Some(profile) => profile.name(),
    };
    format!(
        "| `{}` | `{}` | {profile} | {} | `{}` ({}) | {} |",
        rule.parameter,
        rule.rule,
        cell(&rule.words()),
        rule.code,
        rule.http,
        rule.source.words()
    )
}

fn class(class: ErrorClass) -> &'static str {
    match class {
        ErrorClass::Auth => "permission or account",
        ErrorClass::UserConfig => "invalid",
        ErrorClass::Quota => "quota",
        ErrorClass::Stock => "stock",
        ErrorClass::Conflict => "conflict",
        ErrorClass::TransientRetry => "state that passes",
        ErrorClass::Throttling => "throttling",
        ErrorClass::Internal => "transient",
    }
}

fn retried(advice: RetryAdvice) -> &'static str {
    match advice {
        RetryAdvice::Never => "no",
        RetryAdvice::Backoff => "with growing pauses",
        RetryAdvice::WaitThenRetry => "when the state has passed",
        RetryAdvice::OtherZoneOrType => "no: another zone or type may do",
    }
}

fn error_row(row: &ErrorRow) -> String {
    let parameters: Vec<String> = row.parameters.iter().map(|p| code(p)).collect();
    format!(
        "| `{}` | {} | {} {} | {} | {} | {} |",
        row.code,
        row.http,
        cell(row.meaning),
        cell(row.advice),
        parameters.join(", "),
        class(row.class),
        retried(row.retry)
    )
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    let mut section = |title: &str, columns: &str, rows: Vec<String>| {
        let line = "|:--".repeat(columns.matches('|').count() - 1);
        write!(page, "\n## {title}\n\n{columns}\n{line}|\n").expect("a string takes any text");
        for row in rows {
            page.push_str(&row);
            page.push('\n');
        }
    };
    section(
        "Parameters",
        "| Parameter | Attribute | Kind | Needed | Otherwise | What the service alone can judge |",
        RUN_INSTANCES_PARAMETERS.iter().map(parameter_row).collect(),
    );
    section(
        "Rules",
        "| Parameter | Rule | Profile | What it says | Refusal | From |",
        RUN_INSTANCES_RULES.iter().map(rule_row).collect(),
    );
    section(
        "Errors",
        "| Code | HTTP | Meaning, and what to do | Parameters | Class | Sent again |",
        RUN_INSTANCES_ERRORS.iter().map(error_row).collect(),
    );
    page.push_str(
        "\nAn error points at the first of its parameters that the configuration sets. A code that the table lacks is shown as it \
         is, with the service's own words and the request id.\n\n## Attributes that are refused\n\ncairn does not make these yet \
         and says so, rather than leave them out:\n",
    );
    let table = schema::table();
    for attr in table.attrs.iter().filter(|a| a.support == Support::No) {
        writeln!(page, "* `{}`: {}", attr.name, attr.doc).expect("a string takes any text");
    }
    page
}

#[test]
fn the_page_is_as_the_tables_have_it() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/run-instances.md");
    let page = page();
    if std::env::var_os("CAIRN_BLESS").is_some() {
        std::fs::write(&file, &page).unwrap();
        return;
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        written == page,
        "docs/run-instances.md is not what the tables say: CAIRN_BLESS=1 writes it anew"
    );
}
