//! Decides what stands within brackets: the inside of parentheses, the items of a list, the attributes of an object, the
//! arguments of a call, and a `for`.

use cairn_value::{Name, Value};

use super::ast::{Call, Expr, ExprKind, Folded, ForExpr, ObjectItem};
use super::error;
use super::expr::{Breaks, Part, Within};
use super::parser::{MAX_DEPTH, Parser, Reported};
use super::token::Kind;

impl Parser<'_> {
    /// Reads the inside of a group, one level deeper.
    pub(super) fn group<T>(
        &mut self,
        open: usize,
        part: Part,
        read: impl FnOnce(&mut Self, Within) -> Result<T, Reported>,
    ) -> Result<T, Reported> {
        let within = Within {
            part,
            open,
            close: self.token(open).pair(),
            breaks: Breaks::Skip,
        };
        if within.close.is_none() && self.depth >= MAX_DEPTH {
            return Err(self.unclosed(within));
        }
        self.deeper(1, open, |p| read(p, within))
    }

    /// The group ends at a token.
    pub(super) fn closed(&mut self, i: usize, within: Within) -> Result<usize, Reported> {
        if Some(i) == within.close {
            Ok(i + 1)
        } else {
            Err(self.no_separator(i, within))
        }
    }

    fn whole(&self, from: usize, end: usize) -> cairn_diag::Span {
        self.place(from).to(self.place(end - 1))
    }

    pub(super) fn paren(&mut self, open: usize) -> Result<(Expr, usize), Reported> {
        let (inner, end) = self.only(open, Part::Paren)?;
        let kind = ExprKind::Paren(Box::new(inner));
        Ok((Expr::new(kind, self.whole(open, end)), end))
    }

    /// The one expression of a group.
    pub(super) fn only(&mut self, open: usize, part: Part) -> Result<(Expr, usize), Reported> {
        self.group(open, part, |p, within| {
            let (inner, end) = p.expr(p.next(open + 1, within), within)?;
            let end = p.closed(p.next(end, within), within)?;
            Ok((inner, end))
        })
    }

    pub(super) fn tuple(&mut self, open: usize) -> Result<(Expr, usize), Reported> {
        let (items, _, end) = self.group(open, Part::Tuple, Self::list)?;
        Ok((
            Expr::new(ExprKind::Tuple(items), self.whole(open, end)),
            end,
        ))
    }

    /// The call of a function whose name is `from..=last`, and whose arguments begin with the parenthesis at `open`.
    pub(super) fn call(
        &mut self,
        from: usize,
        last: usize,
        open: usize,
    ) -> Result<(Expr, usize), Reported> {
        let (args, expand_final, end) = self.group(open, Part::Call, Self::list)?;
        let name_span = self.place(from).to(self.place(last));
        let name = if from == last {
            self.name(self.text_of(self.token(from)))
        } else {
            let parts: String = (from..=last)
                .map(|i| self.token(i))
                .filter(|t| t.kind != Kind::Newline)
                .map(|t| self.text_of(t))
                .collect();
            self.name(&parts)
        };
        let call = Call {
            name,
            name_span,
            args,
            expand_final,
            folded: Folded::default(),
        };
        let kind = ExprKind::Call(Box::new(call));
        Ok((Expr::new(kind, self.whole(from, end)), end))
    }

    /// Expressions with commas between them, and maybe one behind the last; and whether `...` is behind it.
    fn list(&mut self, within: Within) -> Result<(Vec<Expr>, bool, usize), Reported> {
        let mut items = Vec::new();
        let mut i = self.next(within.open + 1, within);
        while Some(i) != within.close {
            let (item, end) = self.expr(i, within)?;
            items.push(item);
            i = self.next(end, within);
            match self.kind(i) {
                Kind::Comma => i = self.next(i + 1, within),
                Kind::Ellipsis if within.part == Part::Call => {
                    let next = self.next(i + 1, within);
                    if Some(next) != within.close {
                        let place = self.place(i);
                        return Err(self.report_at(next, error::ellipsis_not_last(place)));
                    }
                    return Ok((items, true, next + 1));
                }
                _ => {
                    let end = self.closed(i, within)?;
                    return Ok((items, false, end));
                }
            }
        }
        Ok((items, false, i + 1))
    }

    pub(super) fn object(&mut self, open: usize) -> Result<(Expr, usize), Reported> {
        let (items, end) = self.group(open, Part::Key, |p, within| {
            p.attributes(Within {
                breaks: Breaks::End,
                ..within
            })
        })?;
        let kind = ExprKind::Object(items);
        Ok((Expr::new(kind, self.whole(open, end)), end))
    }

    fn attributes(&mut self, within: Within) -> Result<(Vec<ObjectItem>, usize), Reported> {
        let mut items = Vec::new();
        let mut i = within.open + 1;
        loop {
            i = self.skip_newlines(i);
            if Some(i) == within.close {
                return Ok((items, i + 1));
            }
            let (key, sign) = self.key(i, within)?;
            if !matches!(self.kind(sign), Kind::Equal | Kind::Colon) {
                return Err(self.no_separator(sign, within));
            }
            let inside = within.part(Part::Value);
            let (value, end) = self.expr(sign + 1, inside)?;
            items.push(ObjectItem { key, value });
            i = match self.kind(end) {
                Kind::Comma | Kind::Newline => end + 1,
                _ if Some(end) == within.close => end,
                _ => return Err(self.no_separator(end, inside)),
            };
        }
    }

    /// The key of an object's attribute: a bare name stands for itself.
    fn key(&mut self, from: usize, within: Within) -> Result<(Expr, usize), Reported> {
        let token = self.token(from);
        if token.kind == Kind::Ident && matches!(self.kind(from + 1), Kind::Equal | Kind::Colon) {
            let text = Value::String(self.name(self.text_of(token)));
            let key = Expr::new(ExprKind::Literal(text), self.span_of(token));
            return Ok((key, from + 1));
        }
        self.expr(from, within)
    }

    /// Whether what a bracket opens is a `for`.
    pub(super) fn is_for(&self, open: usize) -> bool {
        self.is_word(self.skip_newlines(open + 1), "for")
    }

    /// `[for k, v in collection : value if condition]`, or in braces with a key.
    pub(super) fn for_expr(
        &mut self,
        open: usize,
        object: bool,
    ) -> Result<(Expr, usize), Reported> {
        let (parsed, end) = self.group(open, Part::ForCollection, |p, within| {
            p.for_parts(within, object)
        })?;
        let kind = ExprKind::For(Box::new(parsed));
        Ok((Expr::new(kind, self.whole(open, end)), end))
    }

    fn for_parts(&mut self, within: Within, object: bool) -> Result<(ForExpr, usize), Reported> {
        let (key_var, value_var, from) = self.for_names(within)?;
        let (collection, end) = self.expr(from, within)?;
        let colon = self.next(end, within);
        if self.kind(colon) != Kind::Colon {
            return Err(self.no_separator(colon, within));
        }
        let mut from = self.next(colon + 1, within);
        let mut key = None;
        if object {
            let inside = within.part(Part::ForKey);
            let (found, end) = self.expr(from, inside)?;
            let arrow = self.next(end, inside);
            if self.kind(arrow) != Kind::FatArrow {
                return Err(self.no_separator(arrow, inside));
            }
            key = Some(found);
            from = self.next(arrow + 1, inside);
        }
        let mut inside = within.part(Part::ForValue);
        let (value, end) = self.expr(from, inside)?;
        let mut i = self.next(end, inside);
        let group = object && self.kind(i) == Kind::Ellipsis;
        if group {
            i = self.next(i + 1, inside);
            if Some(i) != within.close && !self.is_word(i, "if") {
                let place = self.place(i);
                return Err(self.report_at(i, error::for_extra(place)));
            }
        }
        let mut condition = None;
        if self.is_word(i, "if") {
            inside = within.part(Part::ForCondition);
            let (found, end) = self.expr(self.next(i + 1, inside), inside)?;
            condition = Some(found);
            i = self.next(end, inside);
        }
        let end = self.closed(i, inside)?;
        let parsed = ForExpr {
            key_var,
            value_var,
            collection,
            key,
            value,
            condition,
            group,
        };
        Ok((parsed, end))
    }

    /// `for k, v in`: the names, and the first token behind.
    fn for_names(&mut self, within: Within) -> Result<(Option<Name>, Name, usize), Reported> {
        let word = self.next(within.open + 1, within);
        let first = self.for_name(word, within)?;
        let mut name = self.name(self.text_of(self.token(first)));
        let mut i = self.next(first + 1, within);
        let mut key = None;
        if self.kind(i) == Kind::Comma {
            let second = self.for_name(i, within)?;
            key = Some(name);
            name = self.name(self.text_of(self.token(second)));
            i = self.next(second + 1, within);
        }
        if !self.is_word(i, "in") {
            let place = self.place(i);
            return Err(self.report_at(i, error::for_needs_in(place)));
        }
        Ok((key, name, self.next(i + 1, within)))
    }

    /// The name that must stand behind a token.
    fn for_name(&mut self, behind: usize, within: Within) -> Result<usize, Reported> {
        let i = self.next(behind + 1, within);
        if self.kind(i) == Kind::Ident {
            return Ok(i);
        }
        let place = self.place(behind);
        Err(self.report_at(i, error::for_needs_name(place)))
    }
}
