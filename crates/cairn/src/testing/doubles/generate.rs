//! Decides the values of an object that no provider made: those that a test gives, and for all else letters, zeros and empty
//! collections.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use cairn_lang::Given;
use cairn_model::{AbsResourceInstance, AttributeSchema, BlockSchema, NestedBlock, Nesting};
use cairn_provider::Problem;
use cairn_value::{ListValue, MapValue, Object, Path, PathStep, Type, Value, convert};

/// A value of a block in which everything that a provider would choose, and of which `is_open` says that it is open, has a
/// value: the one in `given`, else one that is made up. What the configuration sets stays.
pub(super) fn completed(
    schema: &BlockSchema,
    value: &Value,
    given: Option<&Given>,
    is_open: fn(&Value) -> bool,
    draw: Draw<'_>,
) -> Result<Value, Vec<Problem>> {
    let mut filling = Filling {
        is_open,
        draw,
        place: given.map_or("", |g| &g.place),
        problems: Vec::new(),
    };
    let value = filling.block(schema, value, given.map(|g| &g.values), &Path::root());
    if filling.problems.is_empty() {
        Ok(value)
    } else {
        Err(filling.problems)
    }
}

/// What letters are drawn from: the same ones each time that an object is planned or made in a run.
#[derive(Clone, Copy)]
pub(super) struct Draw<'a> {
    /// Drawn for the run.
    pub(super) seed: [u8; 16],
    /// The object.
    pub(super) addr: &'a AbsResourceInstance,
}

impl Draw<'_> {
    /// Eight small letters and digits for a place in the object.
    fn letters(self, at: &Path) -> String {
        const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        let mut hasher = DefaultHasher::new();
        self.seed.hash(&mut hasher);
        self.addr.hash(&mut hasher);
        at.to_string().hash(&mut hasher);
        let mut drawn = hasher.finish();
        let mut text = String::with_capacity(8);
        for _ in 0..8 {
            text.push(char::from(ALPHABET[(drawn % 36) as usize]));
            drawn /= 36;
        }
        text
    }

    /// A value of a type that says nothing: letters, zero, false, empty collections.
    fn made_up(self, ty: &Type, at: &Path) -> Value {
        match ty {
            Type::Dynamic => Value::null(),
            Type::Bool => Value::Bool(false),
            Type::Number => Value::int(0),
            Type::String => Value::string(self.letters(at)),
            Type::List(element) => Value::list((**element).clone(), Vec::new()),
            Type::Set(element) => Value::set((**element).clone(), Vec::new()),
            Type::Map(element) => Value::map((**element).clone(), []),
            Type::Tuple(items) => {
                let items = items.iter().enumerate();
                let items = items.map(|(i, ty)| self.made_up(ty, &at.then(PathStep::Index(i))));
                Value::tuple(items.collect())
            }
            Type::Object(object) => {
                let attributes = object.attributes.iter().map(|(name, ty)| {
                    let at = at.then(PathStep::Attr(name.clone()));
                    (name.clone(), self.made_up(ty, &at))
                });
                Value::object(attributes.collect::<Vec<_>>())
            }
        }
    }

    /// A given value as one of a type; attributes of objects that it lacks are made up.
    fn fitted(self, given: &Value, ty: &Type, at: &Path) -> Result<Value, String> {
        if given.is_null() {
            return Ok(Value::Null(ty.clone()));
        }
        match ty {
            Type::Object(object) => {
                if given.as_object().is_none() && !matches!(given, Value::Map(_)) {
                    return Err(format!("{} required", ty.friendly()));
                }
                let attributes = object.attributes.iter().map(|(name, ty)| {
                    let at = at.then(PathStep::Attr(name.clone()));
                    let value = match given.get_attr(name) {
                        Some(value) => self
                            .fitted(value, ty, &at)
                            .map_err(|why| format!("attribute {name:?}: {why}"))?,
                        None => self.made_up(ty, &at),
                    };
                    Ok((name.clone(), value))
                });
                let attributes = attributes.collect::<Result<Vec<_>, String>>()?;
                Ok(Value::object(attributes))
            }
            Type::List(element) => {
                let items = self.items(given, ty, element, at)?;
                Ok(Value::list((**element).clone(), items))
            }
            Type::Set(element) => {
                let items = self.items(given, ty, element, at)?;
                Ok(Value::set((**element).clone(), items))
            }
            Type::Map(element) => {
                let entries: Vec<_> = match given {
                    Value::Map(map) => map.entries.iter().map(|(k, v)| (k.clone(), v)).collect(),
                    _ => match given.as_object() {
                        Some(object) => object.iter().map(|(k, v)| (k.clone(), v)).collect(),
                        None => return Err(format!("{} required", ty.friendly())),
                    },
                };
                let entries = entries.into_iter().map(|(k, v)| {
                    let at = at.then(PathStep::Key(k.clone()));
                    let value = self
                        .fitted(v, element, &at)
                        .map_err(|why| format!("element {k:?}: {why}"))?;
                    Ok((k, value))
                });
                let entries = entries.collect::<Result<Vec<_>, String>>()?;
                Ok(Value::map((**element).clone(), entries))
            }
            _ => convert(given, ty).map_err(|e| e.to_string()),
        }
    }

    fn items(
        self,
        given: &Value,
        ty: &Type,
        element: &Type,
        at: &Path,
    ) -> Result<Vec<Value>, String> {
        let items: &[Value] = match given {
            Value::List(l) => &l.items,
            Value::Set(s) => s.items(),
            Value::Tuple(t) => t,
            _ => return Err(format!("{} required", ty.friendly())),
        };
        let items = items.iter().enumerate();
        items
            .map(|(i, v)| {
                self.fitted(v, element, &at.then(PathStep::Index(i)))
                    .map_err(|why| format!("element {i}: {why}"))
            })
            .collect()
    }
}

struct Filling<'a> {
    is_open: fn(&Value) -> bool,
    draw: Draw<'a>,
    /// Where what is given is written.
    place: &'a str,
    problems: Vec<Problem>,
}

impl Filling<'_> {
    fn block(
        &mut self,
        schema: &BlockSchema,
        value: &Value,
        given: Option<&Value>,
        at: &Path,
    ) -> Value {
        let Some(object) = value.as_object() else {
            return value.clone();
        };
        let names = schema.shape().names().iter();
        let values = names.map(|name| {
            let given = given.and_then(|g| g.get_attr(name));
            let at = at.then(PathStep::Attr(name.clone()));
            let value = object.get(name);
            match (schema.attributes.get(name), schema.blocks.get(name)) {
                (Some(a), _) => {
                    let value = value.cloned().unwrap_or_else(|| Value::Null(a.ty.clone()));
                    self.attribute(a, value, given, &at)
                }
                (None, Some(b)) => {
                    let value = value.cloned().unwrap_or_else(|| b.empty_value());
                    self.nested(b, value, given, &at)
                }
                (None, None) => Value::null(),
            }
        });
        let values = values.collect();
        Value::Object(Arc::new(Object::with_shape(schema.shape().clone(), values)))
    }

    fn attribute(
        &mut self,
        schema: &AttributeSchema,
        value: Value,
        given: Option<&Value>,
        at: &Path,
    ) -> Value {
        if !schema.computed || !(self.is_open)(&value) {
            return value;
        }
        self.chosen(&schema.ty, given, at)
    }

    /// What stands for a provider's choice.
    fn chosen(&mut self, ty: &Type, given: Option<&Value>, at: &Path) -> Value {
        let Some(given) = given else {
            return self.draw.made_up(ty, at);
        };
        self.draw.fitted(given, ty, at).unwrap_or_else(|why| {
            self.wrong(at, &why);
            Value::unknown(ty.clone())
        })
    }

    fn nested(
        &mut self,
        schema: &NestedBlock,
        value: Value,
        given: Option<&Value>,
        at: &Path,
    ) -> Value {
        if schema.computed
            && ((self.is_open)(&value) || (is_empty(&value) && (self.is_open)(&Value::null())))
        {
            return self.chosen(&schema.implied_type(), given, at);
        }
        if value.is_null() || value.is_unknown() || is_empty(&value) {
            return value;
        }
        if given.is_some_and(|g| g.as_object().is_none()) {
            self.wrong(
                at,
                "a nested block takes one object, whose values count for all blocks of this type",
            );
            return value;
        }
        let inner = &schema.block;
        match (schema.nesting, &value) {
            (Nesting::Single | Nesting::Group, _) => self.block(inner, &value, given, at),
            (_, Value::List(list)) => Value::List(Arc::new(ListValue {
                element: list.element.clone(),
                items: self.blocks(inner, &list.items, given, at),
            })),
            (_, Value::Tuple(items)) => Value::tuple(self.blocks(inner, items, given, at)),
            (_, Value::Set(set)) => Value::set(
                set.element.clone(),
                self.blocks(inner, set.items(), given, at),
            ),
            (_, Value::Map(map)) => {
                let entries = map.entries.iter();
                let entries = entries.map(|(k, v)| {
                    let at = at.then(PathStep::Key(k.clone()));
                    (k.clone(), self.block(inner, v, given, &at))
                });
                Value::Map(Arc::new(MapValue {
                    element: map.element.clone(),
                    entries: entries.collect(),
                }))
            }
            _ => value,
        }
    }

    fn blocks(
        &mut self,
        schema: &BlockSchema,
        items: &[Value],
        given: Option<&Value>,
        at: &Path,
    ) -> Vec<Value> {
        let items = items.iter().enumerate();
        items
            .map(|(i, v)| self.block(schema, v, given, &at.then(PathStep::Index(i))))
            .collect()
    }

    fn wrong(&mut self, at: &Path, why: &str) {
        self.problems.push(
            Problem::error(
                "mock-value",
                "Failed to compute attribute",
                format!(
                    "The values at {} do not fit: {at}: {why}. Change that one, or leave it out.",
                    self.place
                ),
            )
            .at(at.clone()),
        );
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::List(l) => l.items.is_empty(),
        Value::Set(s) => s.items().is_empty(),
        Value::Map(m) => m.entries.is_empty(),
        Value::Tuple(t) => t.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use cairn_diag::SourceMap;
    use cairn_lang::Mocks;
    use cairn_value::{Name, name};

    use super::*;

    fn schema() -> BlockSchema {
        let disk = BlockSchema::new(
            [
                (name("id"), AttributeSchema::computed(Type::String)),
                (name("size"), AttributeSchema::optional(Type::Number)),
            ],
            [],
        );
        let object = Value::object([(name("a"), Value::int(1)), (name("b"), Value::string(""))]);
        BlockSchema::new(
            [
                (name("id"), AttributeSchema::computed(Type::String)),
                (
                    name("name"),
                    AttributeSchema::optional_computed(Type::String),
                ),
                (name("note"), AttributeSchema::optional(Type::String)),
                (
                    name("ports"),
                    AttributeSchema::computed(Type::list(Type::Number)),
                ),
                (
                    name("all"),
                    AttributeSchema::computed(Type::list(object.ty())),
                ),
                (name("on"), AttributeSchema::computed(Type::Bool)),
                (name("size"), AttributeSchema::computed(Type::Number)),
            ],
            [(name("disk"), NestedBlock::list(disk, 0, 0))],
        )
    }

    fn config(schema: &BlockSchema, set: &[(&str, Value)]) -> Value {
        let Value::Object(object) = schema.empty_value() else {
            panic!("an object");
        };
        let mut object = (*object).clone();
        for (name, value) in set {
            assert!(object.set(name, value.clone()));
        }
        Value::Object(Arc::new(object))
    }

    fn given<const N: usize>(values: [(Name, Value); N]) -> Given {
        let mut sources = SourceMap::default();
        let text = "mock_resource \"a\" {}\n";
        let (mocks, said) = Mocks::parse(&mut sources, "a.tfmock.hcl", text, false);
        assert!(!said.has_errors());
        let mut given = mocks.types.into_values().next().unwrap();
        given.values = Value::object(values);
        given
    }

    fn addr() -> AbsResourceInstance {
        "a.b[0]".parse().unwrap()
    }

    fn draw(addr: &AbsResourceInstance) -> Draw<'_> {
        Draw {
            seed: [7; 16],
            addr,
        }
    }

    fn attr<'v>(value: &'v Value, name: &str) -> &'v Value {
        value.get_attr(name).unwrap()
    }

    #[test]
    fn what_a_provider_would_choose_is_made_up_and_nothing_else() {
        let schema = schema();
        let disks = &schema.blocks["disk"];
        let disk = Value::object([
            (name("id"), Value::Null(Type::String)),
            (name("size"), Value::int(7)),
        ]);
        let disks = Value::list(disks.block.implied_type().clone(), vec![disk]);
        let config = config(&schema, &[("name", Value::string("n")), ("disk", disks)]);
        let found = completed(&schema, &config, None, Value::is_null, draw(&addr())).unwrap();
        let id = attr(&found, "id").as_str().unwrap();
        assert_eq!(id.len(), 8);
        assert!(
            id.bytes()
                .all(|b| b.is_ascii_digit() || b.is_ascii_lowercase())
        );
        assert_eq!(attr(&found, "name"), &Value::string("n"));
        assert!(attr(&found, "note").is_null());
        assert_eq!(
            attr(&found, "ports"),
            &Value::list(Type::Number, Vec::new())
        );
        assert_eq!(attr(&found, "on"), &Value::Bool(false));
        assert_eq!(attr(&found, "size"), &Value::int(0));
        let Value::List(disks) = attr(&found, "disk") else {
            panic!("a list");
        };
        assert_eq!(attr(&disks.items[0], "size"), &Value::int(7));
        assert_eq!(attr(&disks.items[0], "id").as_str().unwrap().len(), 8);
        assert!(found.is_wholly_known());
    }

    #[test]
    fn given_values_count_and_are_completed() {
        let schema = schema();
        let given = given([
            (name("id"), Value::int(5)),
            (name("name"), Value::string("given")),
            (name("note"), Value::string("not the provider's")),
            (name("on"), Value::null()),
            (
                name("all"),
                Value::tuple(vec![Value::object([(name("a"), Value::int(3))])]),
            ),
        ]);
        let config = config(&schema, &[("name", Value::string("n"))]);
        let found = completed(
            &schema,
            &config,
            Some(&given),
            Value::is_null,
            draw(&addr()),
        )
        .unwrap();
        assert_eq!(attr(&found, "id"), &Value::string("5"));
        assert_eq!(attr(&found, "name"), &Value::string("n"));
        assert!(attr(&found, "note").is_null());
        assert!(attr(&found, "on").is_null());
        let Value::List(all) = attr(&found, "all") else {
            panic!("a list");
        };
        assert_eq!(attr(&all.items[0], "a"), &Value::int(3));
        assert_eq!(attr(&all.items[0], "b").as_str().unwrap().len(), 8);
    }

    #[test]
    fn given_values_that_do_not_fit_are_told() {
        let schema = schema();
        let given = given([(name("ports"), Value::string("x"))]);
        let config = config(&schema, &[]);
        let problems = completed(
            &schema,
            &config,
            Some(&given),
            Value::is_null,
            draw(&addr()),
        )
        .unwrap_err();
        assert_eq!(problems.len(), 1);
        assert!(
            problems[0].detail.contains("a.tfmock.hcl:1:1") && problems[0].detail.contains("ports"),
            "{}",
            problems[0].detail
        );
    }

    #[test]
    fn the_same_is_made_up_each_time_and_something_else_at_each_place() {
        let schema = schema();
        let disk = |size| {
            Value::object([
                (name("id"), Value::Null(Type::String)),
                (name("size"), Value::int(size)),
            ])
        };
        let ty = schema.blocks["disk"].block.implied_type().clone();
        let disks = Value::list(ty, vec![disk(1), disk(2)]);
        let config = config(&schema, &[("disk", disks)]);
        let addr = addr();
        let first = completed(&schema, &config, None, Value::is_null, draw(&addr)).unwrap();
        let again = completed(&schema, &config, None, Value::is_null, draw(&addr)).unwrap();
        assert_eq!(first, again);
        let Value::List(disks) = attr(&first, "disk") else {
            panic!("a list");
        };
        assert_ne!(attr(&disks.items[0], "id"), attr(&disks.items[1], "id"));
        assert_ne!(attr(&disks.items[0], "id"), attr(&first, "id"));
        let other = "a.b[1]".parse().unwrap();
        let other = completed(&schema, &config, None, Value::is_null, draw(&other)).unwrap();
        assert_ne!(attr(&other, "id"), attr(&first, "id"));
        let seed = [8; 16];
        let other = Draw { seed, addr: &addr };
        let other = completed(&schema, &config, None, Value::is_null, other).unwrap();
        assert_ne!(attr(&other, "id"), attr(&first, "id"));
    }

    #[test]
    fn what_is_known_to_be_null_stays_while_applying() {
        let schema = schema();
        let planned = config(&schema, &[("id", Value::unknown(Type::String))]);
        let found = completed(&schema, &planned, None, Value::is_unknown, draw(&addr())).unwrap();
        assert_eq!(attr(&found, "id").as_str().unwrap().len(), 8);
        assert!(attr(&found, "size").is_null());
    }
}
