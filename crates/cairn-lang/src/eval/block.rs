//! Decides what a block's body comes to by its schema: attributes converted, nested blocks put together, and what is said of
//! arguments and blocks that the schema does not have or misses. Repeated nested blocks are expanded in `dynamic_block`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use cairn_diag::{Diagnostic, Span, nearest};
use cairn_model::{AttributeSchema, BlockSchema, NestedBlock, Nesting};
use cairn_value::{Marks, Name, Object, Shape, Str, Type, Value, convert};

use super::expr::said;
use super::note;
use super::run::Run;
use super::scope::Scope;
use crate::syntax::{Attribute, Block, Body};

/// What can be said of a body and its schema once for all instances: which attribute goes where, and what is wrong however
/// the expressions come out.
pub(crate) struct BodyPlan<'a> {
    /// Kept so that its address stands for the schema as long as the plan does.
    pub(crate) shape: Arc<Shape>,
    attributes: Vec<(usize, Type, &'a Attribute)>,
    /// By the position in the shape.
    blocks: BTreeMap<usize, Nested<'a>>,
    /// The value where nothing is written.
    base: Vec<Value>,
    diags: Vec<Diagnostic>,
}

/// The occurrences of one nested block type.
struct Nested<'a> {
    name: Name,
    nesting: Nesting,
    block: Arc<BlockSchema>,
    min_items: u32,
    max_items: u32,
    occurrences: Vec<Occurrence<'a>>,
}

enum Occurrence<'a> {
    Written(&'a Block),
    Dynamic(&'a Block),
}

/// What an occurrence gave.
pub(crate) enum Part {
    /// One block: its label, if it has one, its place and its value.
    One(Option<Str>, Span, Value),
    /// Not known yet how many.
    Some(Marks),
}

impl<'a> Run<'_, 'a> {
    /// The value of a body by its schema, an object of the schema's shape.
    pub(crate) fn decode(
        &mut self,
        body: &'a Body,
        schema: &BlockSchema,
        header: Span,
        scope: &Scope<'_>,
    ) -> Value {
        let plan = self.body_plan(body, schema, header, scope);
        if !plan.diags.is_empty() {
            self.diags.extend(plan.diags.iter().cloned());
        }
        let mut values = plan.base.clone();
        for (at, ty, attribute) in &plan.attributes {
            values[*at] = self.attribute(attribute, ty, schema, scope);
        }
        for (at, nested) in &plan.blocks {
            values[*at] = self.nested(nested, header, scope);
        }
        Value::Object(Arc::new(Object::with_shape(plan.shape.clone(), values)))
    }

    fn attribute(
        &mut self,
        attribute: &Attribute,
        ty: &Type,
        schema: &BlockSchema,
        scope: &Scope<'_>,
    ) -> Value {
        let n = self.diags.len();
        let value = self.eval(&attribute.expr, scope);
        if self.failed_since(n) {
            return Value::unknown(ty.clone());
        }
        if value.is_null()
            && schema
                .attributes
                .get(&attribute.name)
                .is_some_and(|a| a.required)
        {
            let d = Diagnostic::error("missing-argument", "Missing required argument")
                .detail(format!(
                    "The argument {:?} is required, but its value is null.",
                    &*attribute.name
                ))
                .at(attribute.expr.span);
            self.fail(d, &attribute.expr, scope);
            return Value::unknown(ty.clone());
        }
        match convert(&value, ty) {
            Ok(value) => value,
            Err(error) => {
                let d =
                    Diagnostic::error("incorrect-attribute-type", "Incorrect attribute value type")
                        .detail(format!(
                            "Inappropriate value for attribute {:?}: {error}{}.",
                            &*attribute.name,
                            note::instead(&error.to_string(), &value)
                        ))
                        .at(attribute.expr.span);
                self.fail(d, &attribute.expr, scope);
                Value::unknown(ty.clone())
            }
        }
    }

    fn nested(&mut self, nested: &Nested<'a>, header: Span, scope: &Scope<'_>) -> Value {
        let mut parts: Vec<Part> = Vec::with_capacity(nested.occurrences.len());
        for occurrence in &nested.occurrences {
            match occurrence {
                Occurrence::Written(block) => {
                    let value = self.decode(&block.body, &nested.block, block.header, scope);
                    let label = block.labels.first().map(|l| l.text.clone());
                    parts.push(Part::One(label, block.header, value));
                }
                Occurrence::Dynamic(block) => {
                    self.dynamic(block, &nested.block, nested.nesting, scope, &mut parts);
                }
            }
        }
        let inner = nested.block.implied_type().clone();
        let mut marks = Marks::NONE;
        let mut open = false;
        let mut blocks: Vec<(Option<Str>, Span, Value)> = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Part::One(label, span, value) => blocks.push((label, span, value)),
                Part::Some(m) => {
                    open = true;
                    marks = marks.union(m);
                }
            }
        }
        if let Some((_, span, _)) = blocks.get(nested.max_items as usize)
            && nested.max_items > 0
        {
            self.error(
                Diagnostic::error("too-many-blocks", "Too many blocks of one type")
                    .detail(format!(
                        "No more than {} {:?} block{} allowed here, but there are {}.",
                        nested.max_items,
                        &*nested.name,
                        if nested.max_items == 1 {
                            " is"
                        } else {
                            "s are"
                        },
                        blocks.len()
                    ))
                    .at(*span),
            );
        }
        if !open && blocks.len() < nested.min_items as usize {
            self.error(too_few(nested, blocks.len(), header));
        }
        if open {
            let ty = match nested.nesting {
                Nesting::Single | Nesting::Group => inner,
                Nesting::List => Type::list(inner),
                Nesting::Set => Type::set(inner),
                Nesting::Map => Type::map(inner),
            };
            return Value::unknown_not_null(ty).mark(marks);
        }
        match nested.nesting {
            Nesting::Single => blocks
                .into_iter()
                .next()
                .map_or(Value::Null(inner), |(_, _, v)| v),
            Nesting::Group => blocks
                .into_iter()
                .next()
                .map_or_else(|| nested.block.empty_value(), |(_, _, v)| v),
            Nesting::List => Value::list(inner, blocks.into_iter().map(|(_, _, v)| v).collect()),
            Nesting::Set => Value::set(inner, blocks.into_iter().map(|(_, _, v)| v).collect()),
            Nesting::Map => {
                let mut entries: BTreeMap<Str, Value> = BTreeMap::new();
                for (label, span, value) in blocks {
                    let Some(label) = label else {
                        self.error(
                            Diagnostic::error("missing-label", "Missing name for block")
                                .detail(format!(
                                    "Blocks of type {:?} need a name behind the type, in quotes.",
                                    &*nested.name
                                ))
                                .at(span),
                        );
                        continue;
                    };
                    if entries.insert(label.clone(), value).is_some() {
                        self.error(
                            Diagnostic::error("duplicate-block", "Duplicate block")
                                .detail(format!(
                                    "There are two {:?} blocks with the name {:?}.",
                                    &*nested.name, &*label
                                ))
                                .at(span),
                        );
                    }
                }
                Value::map(inner, entries)
            }
        }
    }

    fn body_plan(
        &mut self,
        body: &'a Body,
        schema: &BlockSchema,
        header: Span,
        scope: &Scope<'_>,
    ) -> Arc<BodyPlan<'a>> {
        let key = (
            std::ptr::from_ref(body) as usize,
            Arc::as_ptr(schema.shape()) as usize,
        );
        if let Some(plan) = self.ev.plans.get(&key) {
            return plan.clone();
        }
        let plan = Arc::new(self.plan_body(body, schema, header, scope));
        self.ev.plans.insert(key, plan.clone());
        plan
    }

    fn plan_body(
        &mut self,
        body: &'a Body,
        schema: &BlockSchema,
        header: Span,
        scope: &Scope<'_>,
    ) -> BodyPlan<'a> {
        let before = std::mem::take(&mut self.diags);
        let shape = schema.shape().clone();
        let base = match schema.empty_value() {
            Value::Object(o) => o.values().to_vec(),
            _ => unreachable!("a block's value is an object"),
        };
        let mut attributes = Vec::with_capacity(body.attributes.len());
        for attribute in &body.attributes {
            match schema.attributes.get(&attribute.name) {
                Some(a) => {
                    let at = shape
                        .position(&attribute.name)
                        .expect("the shape has every attribute of the schema");
                    if self.may_be_set(attribute, a) {
                        attributes.push((at, a.ty.clone(), attribute));
                    }
                }
                None if body.json && takes_blocks(schema, &attribute.name) => continue,
                None => self.error(unsupported_argument(attribute, schema)),
            }
            self.check(&attribute.expr, scope);
        }
        let mut blocks: BTreeMap<usize, Nested<'a>> = BTreeMap::new();
        for block in &body.blocks {
            let dynamic = &*block.ty == "dynamic" && !schema.blocks.contains_key("dynamic");
            let (name, span) = if dynamic {
                if let Some(label) = block.labels.first() {
                    (&label.text, label.span)
                } else {
                    self.error(
                        Diagnostic::error("missing-label", "Missing type for dynamic")
                            .detail("A \"dynamic\" block needs the type of the blocks that it makes behind it, in quotes.")
                            .at(block.header),
                    );
                    continue;
                }
            } else {
                (&block.ty, block.ty_span)
            };
            if body.json
                && !dynamic
                && (schema.attributes.contains_key(name) || !takes_blocks(schema, name))
            {
                // It was taken as an argument, or refused as one.
                continue;
            }
            let Some(at) = shape.position(name).filter(|_| takes_blocks(schema, name)) else {
                self.error(unsupported_block(name, span, schema));
                continue;
            };
            let nested = blocks.entry(at).or_insert_with(|| nested_of(schema, name));
            nested.occurrences.push(if dynamic {
                self.check_dynamic(block, scope);
                Occurrence::Dynamic(block)
            } else {
                Occurrence::Written(block)
            });
        }
        for (name, nested) in &schema.blocks {
            let at = shape
                .position(name)
                .expect("the shape has every block of the schema");
            if nested.min_items > 0 && !blocks.contains_key(&at) {
                self.error(too_few(&nested_of(schema, name), 0, header));
            }
        }
        for (name, a) in &schema.attributes {
            let as_blocks = || {
                shape
                    .position(name)
                    .is_some_and(|at| blocks.contains_key(&at))
            };
            // A misspelled one has been said.
            let misspelled = || {
                body.attributes.iter().any(|a| {
                    !schema.attributes.contains_key(&a.name)
                        && nearest(&a.name, [&**name]).is_some()
                })
            };
            if a.required && body.attribute(name).is_none() && !as_blocks() && !misspelled() {
                self.error(
                    Diagnostic::error("missing-argument", "Missing required argument")
                        .detail(format!(
                            "The argument {:?} is required, but no definition was found.",
                            &**name
                        ))
                        .at(header),
                );
            }
        }
        let diags = std::mem::replace(&mut self.diags, before);
        BodyPlan {
            shape,
            attributes,
            blocks,
            base,
            diags,
        }
    }

    /// Whether an argument may be set; says why not, or that it should not.
    fn may_be_set(&mut self, attribute: &Attribute, schema: &AttributeSchema) -> bool {
        if let Some(deprecation) = &schema.deprecated {
            let d = if deprecation.removed {
                Diagnostic::error("removed-argument", "Removed argument")
            } else {
                Diagnostic::warning("deprecated-argument", "Argument is deprecated")
            };
            self.error(
                d.detail(format!(
                    "The argument {:?} {}. {}",
                    &*attribute.name,
                    if deprecation.removed {
                        "is not supported any more"
                    } else {
                        "should not be used any more"
                    },
                    deprecation.message
                ))
                .at(attribute.name_span),
            );
            if deprecation.removed {
                return false;
            }
        }
        if !schema.required && !schema.optional {
            self.error(
                Diagnostic::error(
                    "unconfigurable-attribute",
                    "Value for unconfigurable attribute",
                )
                .detail(format!(
                    "No value can be set for {:?}: it is decided automatically when the configuration is applied. Remove the argument.",
                    &*attribute.name
                ))
                .at(attribute.span()),
            );
            return false;
        }
        true
    }
}

fn too_few(nested: &Nested<'_>, have: usize, header: Span) -> Diagnostic {
    let least = nested.min_items;
    Diagnostic::error("missing-block", "Missing required block")
        .detail(if least == 1 {
            format!(
                "A {:?} block is required here, but there is none.",
                &*nested.name
            )
        } else {
            format!(
                "At least {least} {:?} blocks are required here, but there {}.",
                &*nested.name,
                match have {
                    0 => "are none".to_owned(),
                    1 => "is only 1".to_owned(),
                    n => format!("are only {n}"),
                }
            )
        })
        .at(header)
}

/// Whether the schema takes blocks of this name: a nested block, or an attribute of objects that older configurations write
/// as blocks.
fn takes_blocks(schema: &BlockSchema, name: &str) -> bool {
    schema.blocks.contains_key(name)
        || schema
            .attributes
            .get(name)
            .is_some_and(|a| object_element(&a.ty).is_some())
}

fn object_element(ty: &Type) -> Option<(&cairn_value::ObjectType, Nesting)> {
    match ty {
        Type::List(t) => match &**t {
            Type::Object(o) => Some((o, Nesting::List)),
            _ => None,
        },
        Type::Set(t) => match &**t {
            Type::Object(o) => Some((o, Nesting::Set)),
            _ => None,
        },
        _ => None,
    }
}

fn nested_of<'a>(schema: &BlockSchema, name: &Name) -> Nested<'a> {
    if let Some(NestedBlock {
        nesting,
        block,
        min_items,
        max_items,
        ..
    }) = schema.blocks.get(name)
    {
        return Nested {
            name: name.clone(),
            nesting: *nesting,
            block: block.clone(),
            min_items: *min_items,
            max_items: *max_items,
            occurrences: Vec::new(),
        };
    }
    // An attribute of objects: what blocks may hold follows from the object type.
    let (attributes, nesting) = schema
        .attributes
        .get(name)
        .and_then(|a| object_element(&a.ty))
        .expect("checked by the caller");
    let block = BlockSchema::new(
        attributes
            .attributes
            .iter()
            .map(|(n, ty)| (n.clone(), AttributeSchema::optional(ty.clone()))),
        [],
    );
    Nested {
        name: name.clone(),
        nesting,
        block: Arc::new(block),
        min_items: 0,
        max_items: 0,
        occurrences: Vec::new(),
    }
}

/// The blocks that every resource can have.
const OWN_BLOCKS: [&str; 4] = ["lifecycle", "provisioner", "connection", "dynamic"];

fn settable(schema: &BlockSchema) -> impl Iterator<Item = &str> {
    schema
        .attributes
        .iter()
        .filter(|(_, a)| a.required || a.optional)
        .map(|(n, _)| &**n)
}

fn unsupported_argument(attribute: &Attribute, schema: &BlockSchema) -> Diagnostic {
    let name = &*attribute.name;
    let mut detail = format!("An argument named {name:?} is not expected here.");
    if schema.blocks.contains_key(name) {
        write!(
            detail,
            " There is a block of that type: write {name} {{ … }} without the equals sign."
        )
        .expect("a string takes any text");
    } else if let Some(near) = nearest(name, settable(schema)) {
        write!(detail, " Did you mean {near:?}?").expect("a string takes any text");
    } else if let Some(near) = nearest(name, schema.blocks.keys().map(|n| &**n)) {
        write!(detail, " Did you mean a block of type {near:?}?").expect("a string takes any text");
    }
    if OWN_BLOCKS.contains(&name) {
        write!(
            detail,
            " It is a block: write {name} {{ … }} without the equals sign."
        )
        .expect("a string takes any text");
    }
    Diagnostic::error("unsupported-argument", "Unsupported argument")
        .detail(detail)
        .at(attribute.name_span)
}

fn unsupported_block(name: &str, span: Span, schema: &BlockSchema) -> Diagnostic {
    let mut detail = format!("Blocks of type {name:?} are not expected here.");
    if let Some(a) = schema.attributes.get(name) {
        write!(detail, " There is an argument of that name, of type {}: write {name} = … with the equals sign.",
            said(&a.ty)
        ).expect("a string takes any text");
    } else if let Some(near) = nearest(name, schema.blocks.keys().map(|n| &**n).chain(OWN_BLOCKS)) {
        write!(detail, " Did you mean {near:?}?").expect("a string takes any text");
    } else if let Some(near) = nearest(name, settable(schema)) {
        write!(detail, " Did you mean the argument {near:?}?").expect("a string takes any text");
    }
    Diagnostic::error("unsupported-block", "Unsupported block type")
        .detail(detail)
        .at(span)
}
