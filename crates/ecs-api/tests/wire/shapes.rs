//! The shapes of responses, as the models of the official SDKs have them: every member that they
//! know is read and written here under the same name, with the same type and in the same place, and
//! no other is written.

use ecs_api::{ApiResponse, Operation, decode_response, encode_response, ops};
use serde_json::{Map, Value, json};

const SHAPES: &str = include_str!("response_shapes.txt");

/// Reads `{A:{B:[{C, D:int}]}, E, F:float}`: a value of that shape with one entry in each list.
struct Notation<'a> {
    text: &'a [u8],
    at: usize,
}

impl Notation<'_> {
    fn skip_spaces(&mut self) {
        while self.text.get(self.at) == Some(&b' ') {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        self.skip_spaces();
        let found = self.text.get(self.at) == Some(&byte);
        self.at += usize::from(found);
        found
    }

    fn word(&mut self) -> String {
        self.skip_spaces();
        let start = self.at;
        while self
            .text
            .get(self.at)
            .is_some_and(u8::is_ascii_alphanumeric)
        {
            self.at += 1;
        }
        String::from_utf8_lossy(&self.text[start..self.at]).into_owned()
    }

    fn value(&mut self) -> Value {
        if self.take(b'{') {
            let mut members = Map::new();
            while !self.take(b'}') {
                let name = self.word();
                assert!(!name.is_empty(), "no name at {}", self.at);
                let value = if self.take(b':') {
                    self.value()
                } else {
                    json!("text")
                };
                members.insert(name, value);
                self.take(b',');
            }
            return Value::Object(members);
        }
        if self.take(b'[') {
            let item = self.value();
            assert!(self.take(b']'));
            return json!([item]);
        }
        match self.word().as_str() {
            "int" => json!(7),
            "float" => json!(0.5),
            "bool" => json!(true),
            "str" => json!("text"),
            other => panic!("{other}"),
        }
    }
}

fn round_trip<R: ApiResponse>(value: &Value) -> Value {
    let response: R = decode_response(value.to_string().as_bytes()).unwrap();
    serde_json::from_slice(&encode_response(&response).unwrap()).unwrap()
}

macro_rules! by_action {
    ($($operation:ident),* $(,)?) => {
        |action: &str, value: &Value| -> Option<Value> {
            $(
                // VPC has actions of the same names as ECS; the shapes are those of ECS.
                if action == <ops::$operation as Operation>::ACTION
                    && <ops::$operation as Operation>::PRODUCT == ecs_api::Product::Ecs
                {
                    return Some(round_trip::<<ops::$operation as Operation>::Response>(value));
                }
            )*
            None
        }
    };
}

fn read_and_write(action: &str, value: &Value) -> Option<Value> {
    let served = ecs_api::for_each_operation!(by_action);
    let further = ecs_api::for_each_further_operation!(by_action);
    served(action, value).or_else(|| further(action, value))
}

/// Paths of members that are in one and not in the other, or differ.
fn differences(path: &str, wanted: &Value, found: &Value, differing: &mut Vec<String>) {
    match (wanted, found) {
        (Value::Object(wanted), Value::Object(found)) => {
            for name in wanted
                .keys()
                .chain(found.keys().filter(|name| !wanted.contains_key(*name)))
            {
                let path = format!("{path}.{name}");
                match (wanted.get(name), found.get(name)) {
                    (Some(wanted), Some(found)) => differences(&path, wanted, found, differing),
                    (Some(_), None) => differing.push(format!("{path} is not written")),
                    _ => differing.push(format!("{path} is not in the shape")),
                }
            }
        }
        (Value::Array(wanted), Value::Array(found)) if wanted.len() == found.len() => {
            for (wanted, found) in wanted.iter().zip(found) {
                differences(path, wanted, found, differing);
            }
        }
        _ if wanted == found => {}
        _ => differing.push(format!("{path}: {wanted} became {found}")),
    }
}

#[test]
fn every_shape_is_read_and_written_whole() {
    let mut differing = Vec::new();
    let mut n_shapes = 0;
    for line in SHAPES.lines().filter(|line| !line.is_empty()) {
        let (action, shape) = line.split_once(' ').unwrap();
        let wanted = Notation {
            text: shape.as_bytes(),
            at: 0,
        }
        .value();
        let found = read_and_write(action, &wanted).unwrap_or_else(|| panic!("no {action}"));
        differences(action, &wanted, &found, &mut differing);
        n_shapes += 1;
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
    assert_eq!(n_shapes, 36);
}
