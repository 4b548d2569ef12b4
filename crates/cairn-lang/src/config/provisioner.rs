//! Decides what `provisioner` and `connection` blocks say, which connection is a provisioner's, and what a destroy-time
//! provisioner may refer to. What a type of provisioner takes is decided by its schema.

use std::sync::Arc;

use cairn_diag::{Diagnostic, Span};
use cairn_value::Name;

use super::decode::Decoder;
use super::fields::Fields;
use super::types::{Connection, Provisioner, ProvisionerWhen};
use crate::refs;
use crate::syntax::{Access, Attribute, Block, Body, Step};

impl Decoder<'_> {
    /// The provisioners of a block, each with its connection.
    pub(super) fn provisioners(&mut self, fields: &mut Fields) -> Vec<Provisioner> {
        let written = fields.blocks("provisioner");
        let connections = fields.blocks("connection");
        let connection = self.connection(connections);
        let mut provisioners: Vec<Provisioner> = written
            .into_iter()
            .filter_map(|block| self.provisioner(block))
            .collect();
        let destroys = |p: &Provisioner| p.when == ProvisionerWhen::Destroy;
        for p in provisioners.iter().filter(|p| destroys(p)) {
            self.only_of_itself(&p.body);
            if let Some(own) = &p.connection {
                self.only_of_itself(&own.body);
            }
        }
        if let Some(of_resource) = connection {
            if provisioners.iter().any(destroys) {
                self.only_of_itself(&of_resource.body);
            }
            for p in &mut provisioners {
                p.connection = Some(match p.connection.take() {
                    None => of_resource.clone(),
                    Some(own) => over(&of_resource, &own),
                });
            }
        }
        provisioners
    }

    /// The provisioners of a `removed` block, which can be for the destruction only.
    pub(super) fn removed_provisioners(&mut self, fields: &mut Fields) -> Vec<Provisioner> {
        let mut provisioners = self.provisioners(fields);
        provisioners.retain(|p| {
            let fits = p.when == ProvisionerWhen::Destroy;
            if !fits {
                self.push(
                    Diagnostic::error("invalid-removed-provisioner", "Invalid provisioner block")
                        .detail("What a `removed` block is about is not created any more, so only destroy-time provisioners can stand here. Write when = destroy, or remove the block.")
                        .at(p.header),
                );
            }
            fits
        });
        provisioners
    }

    fn connection(&mut self, blocks: Vec<Block>) -> Option<Connection> {
        let mut blocks = blocks.into_iter();
        let first = blocks.next()?;
        for extra in blocks {
            self.repeated(&extra, "connection");
        }
        Some(Connection {
            header: first.header,
            body: Arc::new(first.body),
        })
    }

    fn provisioner(&mut self, block: Block) -> Option<Provisioner> {
        let span = block.body.span;
        let (labels, mut fields) = Fields::new(block);
        let header = fields.header;
        let [ty] = self.labels(&labels, "provisioner", ["type"], header)?;
        let when = match fields.take("when") {
            None => ProvisionerWhen::Create,
            Some(a) => match self.keyword(&a.expr).as_deref() {
                Some("create") => ProvisionerWhen::Create,
                Some("destroy") => ProvisionerWhen::Destroy,
                _ => {
                    self.wrong_keyword(&a, "create", "destroy");
                    ProvisionerWhen::Create
                }
            },
        };
        let continue_on_failure = match fields.take("on_failure") {
            None => false,
            Some(a) => match self.keyword(&a.expr).as_deref() {
                Some("continue") => true,
                Some("fail") => false,
                _ => {
                    self.wrong_keyword(&a, "continue", "fail");
                    false
                }
            },
        };
        let connections = fields.blocks("connection");
        let connection = self.connection(connections);
        for reserved in fields.blocks("lifecycle") {
            self.push(
                Diagnostic::error(
                    "reserved-block",
                    "Reserved block type name in provisioner block",
                )
                .detail("Provisioners have no `lifecycle`; that block stands in the resource.")
                .at(reserved.header),
            );
        }
        // A block `_` holds arguments whose names the language has taken.
        let escaped = fields.blocks("_");
        let mut body = fields.rest(span);
        for block in escaped {
            body.attributes.extend(block.body.attributes);
            body.blocks.extend(block.body.blocks);
        }
        Some(Provisioner {
            ty,
            when,
            continue_on_failure,
            body: Arc::new(body),
            connection,
            header,
        })
    }

    fn wrong_keyword(&mut self, attribute: &Attribute, one: &str, other: &str) {
        self.push(
            Diagnostic::error("invalid-keyword", "Invalid keyword")
                .detail(format!(
                    "`{}` is either {one} or {other}, without quotes.",
                    attribute.name
                ))
                .at(attribute.expr.span),
        );
    }

    /// Refuses references that may not be there any more when the object is destroyed.
    fn only_of_itself(&mut self, body: &Body) {
        let mut found: Vec<Span> = Vec::new();
        refs::accesses_in_body(body, &mut Vec::new(), &mut |access, _| {
            if !of_itself(access) {
                found.push(refs::access_span(access));
            }
        });
        for span in found {
            self.push(
                Diagnostic::error(
                    "invalid-destroy-reference",
                    "Invalid reference from destroy provisioner",
                )
                .detail("Destroy-time provisioners and their connections may refer to self, count.index and each.key only: anything else can be gone or changed by the time the object is destroyed. Keep the value with the object (in triggers_replace or a tag, for instance) and read it from self.")
                .at(span),
            );
        }
    }
}

/// Whether a reference is about the object itself, or about where cairn runs.
fn of_itself(access: &Access<Name>) -> bool {
    let only = |wanted: &str| matches!(&access.steps[..], [Step::Attr(n, _)] if &**n == wanted);
    match &*access.source {
        "self" | "path" | "terraform" => true,
        "count" => only("index"),
        "each" => only("key"),
        _ => false,
    }
}

/// One connection laid over another: its arguments win, the others stay.
fn over(base: &Connection, own: &Connection) -> Connection {
    let mut body = (*own.body).clone();
    let missing = base
        .body
        .attributes
        .iter()
        .filter(|a| own.body.attribute(&a.name).is_none());
    body.attributes.extend(missing.cloned());
    let others = base
        .body
        .blocks
        .iter()
        .filter(|b| own.body.blocks.iter().all(|o| o.ty != b.ty));
    body.blocks.extend(others.cloned());
    Connection {
        body: Arc::new(body),
        header: own.header,
    }
}
