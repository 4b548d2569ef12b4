//! Decides what a YAML document stands for: its structure, anchors and merges, and what makes it too large.

use cairn_value::{Name, Type, Value, convert};
use saphyr_parser::{Event, Parser, Tag};

use super::scalar::scalar;
use crate::funcs::entries;

/// Nothing is nested deeper than this.
const DEPTH: usize = 256;

/// With all references to anchors written out, a document may not have more parts than this.
const PARTS: usize = 1_000_000;

/// The value of a text that holds one document.
pub(super) fn document(text: &str) -> Result<Value, String> {
    let mut reader = Reader {
        parser: Parser::new_from_str(text),
        anchors: Vec::new(),
        depth: 0,
    };
    reader.document()
}

struct Reader<'y> {
    parser: Parser<'y, saphyr_parser::StrInput<'y>>,
    /// By number: the value, and of how many parts it consists; nothing while it is being read.
    anchors: Vec<(usize, Option<(Value, usize)>)>,
    depth: usize,
}

/// A value and the number of its parts.
type Part = (Value, usize);

impl<'y> Reader<'y> {
    fn next(&mut self) -> Result<Event<'y>, String> {
        match self.parser.next_event() {
            Some(Ok((event, _))) => Ok(event),
            Some(Err(e)) => {
                let at = e.marker();
                Err(format!(
                    "on line {}, column {}: {}",
                    at.line(),
                    at.col() + 1,
                    e.info()
                ))
            }
            None => Err("it ends too early".to_owned()),
        }
    }

    fn document(&mut self) -> Result<Value, String> {
        loop {
            match self.next()? {
                Event::StreamStart | Event::Nothing => {}
                Event::DocumentStart(_) => break,
                Event::StreamEnd => return Err("there is no document in it".to_owned()),
                other => return Err(format!("unexpected {other:?}")),
            }
        }
        let event = self.next()?;
        let (value, _) = self.part(event)?;
        loop {
            match self.next()? {
                Event::DocumentEnd | Event::Nothing => {}
                Event::StreamEnd => return Ok(value),
                _ => {
                    return Err(
                        "only one document can be decoded, but there are several".to_owned()
                    );
                }
            }
        }
    }

    fn part(&mut self, event: Event<'y>) -> Result<Part, String> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err("it is nested too deeply".to_owned());
        }
        let part = match event {
            Event::Scalar(content, style, anchor, tag) => {
                let value = scalar(&content, style, tag.as_deref())?;
                self.anchored(anchor, (value, 1))
            }
            Event::Alias(anchor) => match self.anchors.iter().rev().find(|(n, _)| *n == anchor) {
                Some((_, Some(part))) => part.clone(),
                Some((_, None)) => {
                    return Err(
                        "an anchor cannot be referred to inside of what it names".to_owned()
                    );
                }
                None => return Err("there is no such anchor".to_owned()),
            },
            Event::SequenceStart(anchor, tag) => {
                expect_tag(tag.as_deref(), "seq", "sequence")?;
                self.open(anchor);
                let mut list = Vec::new();
                let mut n = 1;
                loop {
                    match self.next()? {
                        Event::SequenceEnd => break,
                        event => {
                            let (value, parts) = self.part(event)?;
                            n = grown(n, parts)?;
                            list.push(value);
                        }
                    }
                }
                self.anchored(anchor, (Value::tuple(list), n))
            }
            Event::MappingStart(anchor, tag) => {
                expect_tag(tag.as_deref(), "map", "mapping")?;
                self.open(anchor);
                let mut attributes: Vec<(Name, Value)> = Vec::new();
                let mut n = 1;
                loop {
                    let event = match self.next()? {
                        Event::MappingEnd => break,
                        event => event,
                    };
                    // A tag makes it a key like any other.
                    let merges = matches!(&event, Event::Scalar(key, _, _, None) if &**key == "<<");
                    let (key, _) = match event {
                        // Terraform does not keep what an anchor on a key stands for.
                        Event::Scalar(key, style, _, tag) => {
                            (scalar(&key, style, tag.as_deref())?, 1)
                        }
                        event => self.part(event)?,
                    };
                    let event = self.next()?;
                    let (value, parts) = self.part(event)?;
                    n = grown(n, parts)?;
                    if merges {
                        match &value {
                            Value::Object(_) => attributes.extend(entries(&value)),
                            other => {
                                return Err(format!(
                                    "a {} cannot be merged into a mapping",
                                    other.ty().friendly()
                                ));
                            }
                        }
                        continue;
                    }
                    attributes.push((mapping_key(&key)?, value));
                }
                self.anchored(anchor, (Value::object(attributes), n))
            }
            other => return Err(format!("unexpected {other:?}")),
        };
        self.depth -= 1;
        Ok(part)
    }

    fn open(&mut self, anchor: usize) {
        if anchor > 0 {
            self.anchors.push((anchor, None));
        }
    }

    fn anchored(&mut self, anchor: usize, part: Part) -> Part {
        if anchor > 0 {
            self.anchors.push((anchor, Some(part.clone())));
        }
        part
    }
}

fn grown(n: usize, more: usize) -> Result<usize, String> {
    n.checked_add(more)
        .filter(|n| *n <= PARTS)
        .ok_or_else(|| "it is too large with its anchors written out".to_owned())
}

fn mapping_key(key: &Value) -> Result<Name, String> {
    if key.is_null() {
        return Err("the key of a mapping cannot be null".to_owned());
    }
    match convert(key, &Type::String) {
        Ok(Value::String(s)) => Ok(s),
        _ => Err("only texts can be keys of a mapping".to_owned()),
    }
}

fn expect_tag(tag: Option<&Tag>, wanted: &str, kind: &str) -> Result<(), String> {
    match tag {
        Some(tag) if !(tag.is_yaml_core_schema() && tag.suffix == wanted) => Err(format!(
            "a {kind} cannot be read as {}{}",
            tag.handle, tag.suffix
        )),
        _ => Ok(()),
    }
}
