//! Decides what the functions of files and paths give. Files are read by the caller's reader.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use cairn_value::{Type, Value};

use super::{Fault, Function, Returns, nfc, string, text};
use crate::eval::EvalContext;

pub(super) const FUNCTIONS: &[Function] = &[
    Function::new("abspath", &[string("path")], Returns::String, |c, a| {
        Ok(nfc(absolute(&c.cwd, text(a, 0))))
    }),
    Function::new("basename", &[string("path")], Returns::String, |_, a| {
        Ok(nfc(basename(text(a, 0))))
    }),
    Function::new("dirname", &[string("path")], Returns::String, |_, a| {
        Ok(nfc(dirname(text(a, 0))))
    }),
    Function::new("pathexpand", &[string("path")], Returns::String, pathexpand),
    Function::new("file", &[string("path")], Returns::String, |c, a| {
        let path = expand_home(c, text(a, 0));
        read_text(c, &path).map(nfc).map_err(|e| Fault::arg(0, e))
    }),
    Function::new("filebase64", &[string("path")], Returns::String, |c, a| {
        let path = expand_home(c, text(a, 0));
        let bytes = c.files.read(&path).map_err(|e| Fault::arg(0, e))?;
        Ok(Value::string(BASE64.encode(bytes)))
    }),
    Function::new("fileexists", &[string("path")], Returns::Bool, |c, a| {
        let path = expand_home(c, text(a, 0));
        if c.files.exists(&path) {
            return Ok(Value::Bool(true));
        }
        // A folder can be gone through.
        match c.files.walk(&path) {
            Ok(files) if !files.is_empty() => Err(Fault::arg(
                0,
                format!("{path:?} is a directory, not a file"),
            )),
            _ => Ok(Value::Bool(false)),
        }
    }),
    Function::new(
        "fileset",
        &[string("path"), string("pattern")],
        Returns::By(|_| Ok(Type::set(Type::String))),
        fileset,
    ),
];

/// The text of a file for a template or `file`.
pub(crate) fn read_text(context: &EvalContext<'_>, path: &str) -> Result<String, String> {
    let bytes = context.files.read(path)?;
    String::from_utf8(bytes).map_err(|_| {
        format!("{path} is not valid UTF-8 text; filebase64 reads files of any content")
    })
}

/// Without `.`, `..` and doubled slashes, as far as the text alone says.
pub(super) fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(&last) if last != ".." => {
                    parts.pop();
                }
                _ if rooted => {}
                _ => parts.push(".."),
            },
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

fn absolute(cwd: &str, path: &str) -> String {
    if path.starts_with('/') {
        clean(path)
    } else {
        clean(&format!("{cwd}/{path}"))
    }
}

fn basename(path: &str) -> String {
    if path.is_empty() {
        return ".".to_owned();
    }
    let bare = path.trim_end_matches('/');
    match bare.rsplit('/').next() {
        Some(last) if !bare.is_empty() => last.to_owned(),
        _ => "/".to_owned(),
    }
}

fn dirname(path: &str) -> String {
    match path.rfind('/') {
        Some(at) => clean(&path[..=at]),
        None => ".".to_owned(),
    }
}

fn expand_home(context: &EvalContext<'_>, path: &str) -> String {
    match (path.strip_prefix('~'), &context.home) {
        (Some(rest), Some(home)) if rest.is_empty() || rest.starts_with('/') => {
            clean(&format!("{home}{rest}"))
        }
        _ => path.to_owned(),
    }
}

fn pathexpand(context: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let path = text(args, 0);
    match path.strip_prefix('~') {
        Some(rest) if !rest.is_empty() && !rest.starts_with('/') => Err(Fault::call(
            "the home folder of another user cannot be looked up",
        )),
        Some(_) if context.home.is_none() => {
            Err(Fault::call("it is not known where the home folder is"))
        }
        _ => Ok(nfc(expand_home(context, path))),
    }
}

fn fileset(context: &EvalContext<'_>, args: &[Value]) -> Result<Value, Fault> {
    let (folder, pattern) = (text(args, 0), text(args, 1));
    let folder = expand_home(context, folder);
    // What the pattern begins with without a wildcard belongs to the folder, and may lead out of it.
    let whole = clean(&format!("{folder}/{pattern}"));
    let parts: Vec<&str> = whole.split('/').collect();
    let n_plain = parts
        .iter()
        .position(|p| p.contains(['*', '?', '[', '{', '\\']))
        .unwrap_or(parts.len() - 1);
    let base = match parts[..n_plain].join("/") {
        base if base.is_empty() && whole.starts_with('/') => "/".to_owned(),
        base if base.is_empty() => ".".to_owned(),
        base => base,
    };
    let glob = Glob::parse(&parts[n_plain..].join("/"))
        .map_err(|e| Fault::arg(1, format!("failed to glob pattern: {e}")))?;
    // A folder that is not there has no files.
    let files = context.files.walk(&base).unwrap_or_default();
    let folder = clean(&folder);
    let found: BTreeSet<String> = files
        .into_iter()
        .filter(|f| glob.matches(f))
        .map(|f| relative(&folder, &clean(&format!("{base}/{f}"))))
        .collect();
    Ok(Value::set(
        Type::String,
        found.into_iter().map(nfc).collect(),
    ))
}

/// A cleaned path as seen from a folder.
fn relative(folder: &str, path: &str) -> String {
    let split = |p: &str| -> Vec<String> {
        p.split('/')
            .filter(|part| !matches!(*part, "" | "."))
            .map(str::to_owned)
            .collect()
    };
    let (folder, path) = (split(folder), split(path));
    let common = folder.iter().zip(&path).take_while(|(a, b)| a == b).count();
    std::iter::repeat_n("..".to_owned(), folder.len() - common)
        .chain(path[common..].iter().cloned())
        .collect::<Vec<_>>()
        .join("/")
}

/// A pattern for paths: `*` and `?` within one part, `**` for any parts, `[a-z]`, `{a,b}`.
struct Glob {
    /// The alternatives that braces stand for, each in parts.
    alternatives: Vec<Vec<String>>,
}

/// Braces may stand for no more alternatives than this.
const ALTERNATIVES: usize = 1024;

impl Glob {
    fn parse(pattern: &str) -> Result<Self, String> {
        let mut alternatives = Vec::new();
        for text in braces(pattern)? {
            let parts: Vec<String> = text.split('/').map(str::to_owned).collect();
            for part in &parts {
                // Tried on nothing, so that a wrong class is said whether or not there are files.
                part_matches(&part.chars().collect::<Vec<_>>(), &[])?;
                check_classes(part)?;
            }
            alternatives.push(parts);
        }
        Ok(Self { alternatives })
    }

    fn matches(&self, path: &str) -> bool {
        let parts: Vec<&str> = path.split('/').collect();
        self.alternatives.iter().any(|p| parts_match(p, &parts))
    }
}

fn braces(pattern: &str) -> Result<Vec<String>, String> {
    let Some(open) = pattern.find('{') else {
        return Ok(vec![pattern.to_owned()]);
    };
    let mut depth = 0;
    let mut cuts = vec![open];
    let mut close = None;
    for (i, c) in pattern.char_indices().skip_while(|(i, _)| *i < open) {
        match c {
            '{' => depth += 1,
            '}' => {
                depth -= 1;
                if depth == 0 {
                    close = Some(i);
                    break;
                }
            }
            ',' if depth == 1 => cuts.push(i),
            _ => {}
        }
    }
    let Some(close) = close else {
        // A brace that is not closed matches nothing.
        return Ok(Vec::new());
    };
    cuts.push(close);
    let rest = braces(&pattern[close + 1..])?;
    let mut all = Vec::new();
    for pair in cuts.windows(2) {
        for middle in braces(&pattern[pair[0] + 1..pair[1]])? {
            for end in &rest {
                all.push(format!("{}{middle}{end}", &pattern[..open]));
                if all.len() > ALTERNATIVES {
                    return Err("too many alternatives in braces".to_owned());
                }
            }
        }
    }
    Ok(all)
}

fn parts_match(pattern: &[String], path: &[&str]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, None) => true,
        (Some((first, rest)), _) if first == "**" => {
            parts_match(rest, path)
                || path
                    .split_first()
                    .is_some_and(|(_, p)| parts_match(pattern, p))
        }
        (Some((first, rest)), Some((part, path))) => {
            let pattern: Vec<char> = first.chars().collect();
            let part: Vec<char> = part.chars().collect();
            part_matches(&pattern, &part).unwrap_or(false) && parts_match(rest, path)
        }
        _ => false,
    }
}

/// Whether one part of a path matches, going back to the last `*` where it does not.
fn part_matches(pattern: &[char], text: &[char]) -> Result<bool, String> {
    let (mut p, mut t) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    loop {
        let step = match pattern.get(p) {
            Some('*') => {
                back = Some((p + 1, t));
                p += 1;
                continue;
            }
            None if t == text.len() => return Ok(true),
            None => None,
            Some(_) if t == text.len() => return Ok(false),
            Some('?') => Some(p + 1),
            Some('[') => {
                let (end, hit) = in_class(pattern, p, text[t])?;
                hit.then_some(end)
            }
            Some('\\') => {
                let c = pattern.get(p + 1).ok_or("syntax error in pattern")?;
                (*c == text[t]).then_some(p + 2)
            }
            Some(c) => (*c == text[t]).then_some(p + 1),
        };
        match (step, &mut back) {
            (Some(next), _) => {
                p = next;
                t += 1;
            }
            (None, Some((after, from))) if *from < text.len() => {
                *from += 1;
                p = *after;
                t = *from;
            }
            _ => return Ok(false),
        }
    }
}

/// The end of a class, and whether a character is in it.
fn in_class(pattern: &[char], at: usize, c: char) -> Result<(usize, bool), String> {
    let wrong = || "syntax error in pattern: a bracket is not closed".to_owned();
    let mut i = at + 1;
    let negated = pattern.get(i) == Some(&'^');
    i += usize::from(negated);
    let mut hit = false;
    let mut any = false;
    loop {
        let low = match pattern.get(i).ok_or_else(wrong)? {
            ']' if any => return Ok((i + 1, hit != negated)),
            ']' => return Err("syntax error in pattern: empty brackets".to_owned()),
            '\\' => {
                i += 1;
                *pattern.get(i).ok_or_else(wrong)?
            }
            other => *other,
        };
        i += 1;
        let mut high = low;
        if pattern.get(i) == Some(&'-') && pattern.get(i + 1).is_some_and(|c| *c != ']') {
            high = pattern[i + 1];
            i += 2;
        }
        any = true;
        hit |= (low..=high).contains(&c);
    }
}

fn check_classes(part: &str) -> Result<(), String> {
    let chars: Vec<char> = part.chars().collect();
    let mut i = 0;
    while i < chars.len() {
        i = match chars[i] {
            '[' => in_class(&chars, i, '\0')?.0,
            '\\' => i + 2,
            _ => i + 1,
        };
    }
    Ok(())
}
