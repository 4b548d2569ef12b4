//! `cairn emulator fault`: what is to go wrong in an emulator that runs, told over its control path; and how files of faults are read.

use std::path::Path;
use std::time::Duration;

use cairn_diag::{Diagnostic, Diagnostics, SourceMap};
use cairn_lang::{Inputs, RawInput};
use clap::{Arg, ArgMatches, Command};
use ecs_emulator::Fault;
use serde_json::{Map, Value, json};

use crate::cli::flags::{repeated, value};
use crate::cli::{text, texts};
use crate::exit::Exit;
use crate::ui::Ui;

const WHATS: [&str; 11] = [
    "error",
    "drop-before",
    "drop-after",
    "latency",
    "slow-start",
    "stock-out",
    "change",
    "delete",
    "load",
    "list",
    "clear",
];

/// The flags that become members of a fault, and whether they are numbers.
const MEMBERS: [(&str, &str, bool); 14] = [
    ("action", "action", false),
    ("after", "after", true),
    ("times", "times", true),
    ("probability", "probability", true),
    ("code", "code", false),
    ("status", "status", true),
    ("message", "message", false),
    ("retry-after", "retry_after_ms", true),
    ("ms", "ms", true),
    ("instance-type", "instance_type", false),
    ("zone", "zone", false),
    ("left", "left", true),
    ("resource", "resource", false),
    ("id", "id", false),
];

pub(super) fn command() -> Command {
    Command::new("fault")
        .about("Makes things go wrong in an emulator that runs")
        .arg(
            Arg::new("what")
                .value_name("FAULT")
                .required(true)
                .value_parser(WHATS)
                .help("What goes wrong; load reads -file, list and clear are about those that are armed"),
        )
        .arg(value("at", "URL", "Where the emulator is (default http://127.0.0.1:8090)"))
        .arg(value("action", "ACTION", "The action that is hit, such as RunInstances (default: every one)"))
        .arg(value("after", "N", "Lets N calls of it pass first"))
        .arg(value("times", "N", "How many calls are hit, or forever (default 1; slow-start, stock-out and with -probability: forever)"))
        .arg(value("probability", "P", "How likely each of them is hit, from 0 to 1"))
        .arg(value("code", "CODE", "The code of an error (default InternalError)"))
        .arg(value("status", "STATUS", "The HTTP status of an error (default 500)"))
        .arg(value("message", "TEXT", "The message of an error"))
        .arg(value("retry-after", "MILLISECONDS", "When an error says that the call may be repeated"))
        .arg(value("ms", "MILLISECONDS", "How long latency and slow-start take"))
        .arg(value("instance-type", "TYPE", "What is out of stock (default: every type)"))
        .arg(value("zone", "ZONE", "Where it is out of stock (default: everywhere)"))
        .arg(value("left", "N", "How many instances are left (default 0)"))
        .arg(value("resource", "KIND", "What is changed or deleted: instance, disk, vpc, vswitch, security_group, network_interface (default instance)"))
        .arg(value("id", "ID", "The id or name of what is changed or deleted: at once, or before the call that -action names"))
        .arg(repeated("set", "NAME=VALUE", "A new value of an attribute of what is changed"))
        .arg(repeated("tag", "KEY=VALUE", "A tag of what is changed; KEY alone takes it away"))
        .arg(value("file", "FILE", "The file of faults that load arms"))
}

pub(super) async fn run(matches: &ArgMatches, ui: &mut Ui) -> Exit {
    match carry_out(matches).await {
        Ok(lines) => {
            for line in lines {
                ui.line(&line);
            }
            Exit::Ok
        }
        Err(problem) => {
            ui.problem(problem);
            Exit::Error
        }
    }
}

fn wrong(detail: impl Into<String>) -> Diagnostic {
    Diagnostic::error("usage", "Invalid flag").detail(detail.into())
}

async fn carry_out(matches: &ArgMatches) -> Result<Vec<String>, Diagnostic> {
    let what = matches
        .get_one::<String>("what")
        .map_or("list", String::as_str);
    let at = text(matches, "at").unwrap_or("http://127.0.0.1:8090");
    let armed = match what {
        "list" => ask(at, reqwest::Method::GET, "faults", None).await?,
        "clear" => ask(at, reqwest::Method::DELETE, "faults", None).await?,
        "load" => {
            let file = text(matches, "file")
                .ok_or_else(|| wrong("`load` reads the faults of a file: give -file=FILE."))?;
            let faults = read(Path::new(file))?;
            ask(at, reqwest::Method::POST, "faults", Some(json!(faults))).await?
        }
        "change" | "delete" if text(matches, "action").is_none() => {
            let mut body = fault(what, matches)?;
            let kind = body.remove("resource").unwrap_or_else(|| json!("instance"));
            body.insert("kind".to_owned(), kind);
            let done = ask(at, reqwest::Method::POST, what, Some(Value::Object(body))).await?;
            let id = done
                .as_object()
                .and_then(|o| o.values().next())
                .and_then(Value::as_str);
            return Ok(vec![format!("{}d: {}", what, id.unwrap_or_default())]);
        }
        kind => {
            let body = Value::Object(fault(kind, matches)?);
            ask(at, reqwest::Method::POST, "faults", Some(body)).await?
        }
    };
    let armed = armed.as_array().map(Vec::as_slice).unwrap_or_default();
    if armed.is_empty() {
        return Ok(vec!["No faults are armed.".to_owned()]);
    }
    Ok(armed.iter().map(Value::to_string).collect())
}

/// The fault that the flags say, as the control path takes it.
fn fault(what: &str, matches: &ArgMatches) -> Result<Map<String, Value>, Diagnostic> {
    let mut fault = Map::new();
    fault.insert("kind".to_owned(), json!(what.replace('-', "_")));
    match what {
        "error" => {
            fault.insert("code".to_owned(), json!("InternalError"));
            fault.insert("status".to_owned(), json!(500));
        }
        "change" | "delete" => {
            fault.insert("resource".to_owned(), json!("instance"));
        }
        _ => {}
    }
    for (flag, member, is_number) in MEMBERS {
        let Some(given) = text(matches, flag) else {
            continue;
        };
        let value = if flag == "times" && given == "forever" {
            Value::Null
        } else if is_number {
            let number: serde_json::Number = given
                .parse()
                .map_err(|_| wrong(format!("-{flag}={given}: a number is needed.")))?;
            Value::Number(number)
        } else {
            json!(given)
        };
        fault.insert(member.to_owned(), value);
    }
    let needed: &[&str] = match what {
        "latency" | "slow-start" => &["ms"],
        "change" | "delete" => &["id"],
        _ => &[],
    };
    for flag in needed {
        if !fault.contains_key(*flag) {
            return Err(wrong(format!("`{what}` needs -{flag}.")));
        }
    }
    let mut set = Map::new();
    for given in texts(matches, "set") {
        let (name, text) = given
            .split_once('=')
            .ok_or_else(|| wrong(format!("-set={given}: an attribute is written NAME=VALUE.")))?;
        // Numbers, booleans and lists are written as JSON; anything else is text.
        let value = serde_json::from_str(text).unwrap_or_else(|_| json!(text));
        set.insert(name.to_owned(), value);
    }
    let tags: Map<String, Value> = texts(matches, "tag")
        .into_iter()
        .map(|given| match given.split_once('=') {
            Some((key, value)) => (key.to_owned(), json!(value)),
            None => (given.to_owned(), Value::Null),
        })
        .collect();
    if what == "change" {
        fault.insert("set".to_owned(), Value::Object(set));
        fault.insert("tags".to_owned(), Value::Object(tags));
    }
    Ok(fault)
}

/// Asks the control path.
async fn ask(
    at: &str,
    method: reqwest::Method,
    path: &str,
    body: Option<Value>,
) -> Result<Value, Diagnostic> {
    let problem = |detail: String| {
        Diagnostic::error("emulator", "The emulator did not do it")
            .detail(detail)
            .hint("`cairn emulator serve` prints the address that -at needs.")
    };
    // An error means that a provider was installed before, which serves as well.
    let _already_installed = rustls::crypto::ring::default_provider().install_default();
    let failed = |error: reqwest::Error| {
        problem(format!(
            "It cannot be reached at {at}: {}.",
            crate::emulator::chain(&error.without_url())
        ))
    };
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(30))
        .build()
        .map_err(failed)?;
    let url = format!("{}/_emulator/{path}", at.trim_end_matches('/'));
    let mut request = client.request(method, url);
    if let Some(body) = body {
        request = request.body(body.to_string());
    }
    let response = request.send().await.map_err(failed)?;
    let is_success = response.status().is_success();
    let body = response.bytes().await.map_err(failed)?;
    let answer: Value = serde_json::from_slice(&body)
        .map_err(|_| problem(format!("What answers at {at} is no emulator.")))?;
    if is_success {
        Ok(answer)
    } else {
        let why = answer["error"].as_str().unwrap_or("it does not say why");
        Err(problem(format!("It refuses: {why}.")))
    }
}

/// Reads a file of faults: JSON (a list, or an object with the list `faults`), or HCL with `faults = [{ … }]`.
///
/// # Errors
/// The file cannot be read, or holds something else.
pub(super) fn read(path: &Path) -> Result<Vec<Fault>, Diagnostic> {
    let shown = path.display();
    let problem =
        |detail: String| Diagnostic::error("faults-file", "Invalid file of faults").detail(detail);
    let text = std::fs::read_to_string(path)
        .map_err(|error| problem(format!("The file {shown} cannot be read: {error}.")))?;
    let json = if path
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("json"))
    {
        serde_json::from_str(&text).map_err(|error| problem(format!("{shown}: {error}.")))?
    } else {
        hcl(&shown.to_string(), &text).map_err(problem)?
    };
    Fault::read_all(&json).map_err(|error| problem(format!("{shown}: {error}.")))
}

fn hcl(name: &str, text: &str) -> Result<Value, String> {
    let mut sources = SourceMap::default();
    let (values, found) = Inputs::parse_file(&mut sources, name, text);
    if let Some(first) = first_error(&found) {
        return Err(cairn_diag::render_all(
            &[first].into_iter().collect(),
            &sources,
            &cairn_diag::Plain,
        ));
    }
    let mut object = Map::new();
    for (key, value) in values {
        if let RawInput::Value(value, _) = value {
            let json = cairn_value::json::to_json(&value.value)
                .map_err(|error| format!("{name}: {key}: {error}"))?;
            object.insert(key.to_string(), json);
        }
    }
    Ok(Value::Object(object))
}

fn first_error(found: &Diagnostics) -> Option<Diagnostic> {
    found.iter().find(|d| d.is_error()).cloned()
}
