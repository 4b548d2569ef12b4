//! Decides what an expression is: operators by their precedence, conditionals, and operands. Does not decide what stands within
//! brackets ([`super::group`]), what follows an operand ([`super::steps`]) or what a template consists of ([`super::template`]).
//!
//! Everything that nests is counted by [`Parser::deeper`], so no text makes the parser, or what later walks the tree, run out
//! of stack. A chain of operators of one precedence is one level, however long it is.

use cairn_value::Value;

use super::ast::{Access, BinaryOp, Expr, ExprKind, Operation, UnaryOp};
use super::error::{self, Group};
use super::parser::{Parser, Reported};
use super::token::{Kind, Token};

/// Whether line breaks count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Breaks {
    /// The first one ends the expression.
    End,
    /// They are blanks.
    Skip,
}

/// What an expression is part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Whole,
    Paren,
    Call,
    Tuple,
    Index,
    Key,
    Value,
    ForCollection,
    ForKey,
    ForValue,
    ForCondition,
}

/// Where an expression stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Within {
    pub(super) part: Part,
    /// The token that opens the group.
    pub(super) open: usize,
    /// The token that closes it, if there is one.
    pub(super) close: Option<usize>,
    pub(super) breaks: Breaks,
}

impl Within {
    /// As another part of the same group.
    pub(super) fn part(self, part: Part) -> Self {
        Self { part, ..self }
    }
}

impl Parser<'_> {
    /// The expression from a token on, and the first token behind it (which may be a line break that does not count).
    pub(super) fn expression(
        &mut self,
        from: usize,
        breaks: Breaks,
    ) -> Result<(Expr, usize), Reported> {
        let within = Within {
            part: Part::Whole,
            open: from,
            close: None,
            breaks,
        };
        self.expr(from, within)
    }

    /// The first token from an index on that counts.
    pub(super) fn next(&self, index: usize, within: Within) -> usize {
        match within.breaks {
            Breaks::End => index,
            Breaks::Skip => self.skip_newlines(index),
        }
    }

    pub(super) fn expr(&mut self, from: usize, within: Within) -> Result<(Expr, usize), Reported> {
        let (condition, end) = self.operation(from, 0, within)?;
        let question = self.next(end, within);
        if self.kind(question) != Kind::Question {
            return Ok((condition, end));
        }
        self.deeper(1, question, |p| {
            let (yes, end) = p.expr(p.next(question + 1, within), within)?;
            let colon = p.next(end, within);
            if p.kind(colon) != Kind::Colon {
                return Err(p.no_colon(end, colon, within));
            }
            let (no, end) = p.expr(p.next(colon + 1, within), within)?;
            let span = condition.span.to(no.span);
            let kind = ExprKind::Conditional(Box::new([condition, yes, no]));
            Ok((Expr::new(kind, span), end))
        })
    }

    /// Operands with operators between them that bind at least as strongly as a level.
    fn operation(
        &mut self,
        from: usize,
        least: u8,
        within: Within,
    ) -> Result<(Expr, usize), Reported> {
        let (mut left, mut end) = self.unary(from, within)?;
        // The level of the operators of which `left` is made, if it is.
        let mut made = None;
        loop {
            let at = self.next(end, within);
            let Some((op, level)) = self.operator(at).filter(|(_, level)| *level >= least) else {
                return Ok((left, end));
            };
            let from = self.next(at + 1, within);
            let (right, next) = self.deeper(1, at, |p| p.operation(from, level + 1, within))?;
            end = next;
            let span = left.span.to(right.span);
            match &mut left.kind {
                ExprKind::Binary(operation) if made == Some(level) => {
                    operation.rest.push((op, right));
                    left.span = span;
                }
                _ => {
                    let operation = Operation {
                        first: left,
                        rest: vec![(op, right)],
                    };
                    left = Expr::new(ExprKind::Binary(Box::new(operation)), span);
                    made = Some(level);
                }
            }
        }
    }

    /// The binary operator at a token, and how strongly it binds.
    fn operator(&self, index: usize) -> Option<(BinaryOp, u8)> {
        let token = self.token(index);
        Some(match token.kind {
            Kind::Star => (BinaryOp::Multiply, 5),
            Kind::Minus => (BinaryOp::Subtract, 4),
            Kind::Operator => match self.text_of(token) {
                "||" => (BinaryOp::Or, 0),
                "&&" => (BinaryOp::And, 1),
                "==" => (BinaryOp::Equal, 2),
                "!=" => (BinaryOp::NotEqual, 2),
                "<" => (BinaryOp::Less, 3),
                "<=" => (BinaryOp::LessEqual, 3),
                ">" => (BinaryOp::Greater, 3),
                ">=" => (BinaryOp::GreaterEqual, 3),
                "+" => (BinaryOp::Add, 4),
                "/" => (BinaryOp::Divide, 5),
                _ => (BinaryOp::Modulo, 5),
            },
            _ => return None,
        })
    }

    fn unary(&mut self, from: usize, within: Within) -> Result<(Expr, usize), Reported> {
        let token = self.token(from);
        let op = match token.kind {
            Kind::Minus => UnaryOp::Negate,
            Kind::Bang => UnaryOp::Not,
            _ => {
                let (operand, end) = self.operand(from, within)?;
                return self.steps(operand, end, within);
            }
        };
        let next = self.next(from + 1, within);
        let (operand, end) = self.deeper(1, from, |p| p.unary(next, within))?;
        let span = self.span_of(token).to(operand.span);
        let kind = match operand.kind {
            ExprKind::Literal(Value::Number(n)) if op == UnaryOp::Negate => {
                ExprKind::Literal(Value::Number(n.neg()))
            }
            _ => ExprKind::Unary(op, Box::new(operand)),
        };
        Ok((Expr::new(kind, span), end))
    }

    /// An operand without the steps behind it.
    fn operand(&mut self, from: usize, within: Within) -> Result<(Expr, usize), Reported> {
        let token = self.token(from);
        match token.kind {
            Kind::Ident => self.named(from, within),
            Kind::Number => Ok((self.number(token)?, from + 1)),
            Kind::OpenQuote | Kind::OpenHeredoc => {
                // Without a closing token it has been said.
                let close = token.pair().ok_or(Reported)?;
                Ok((self.template(from, close)?, close + 1))
            }
            Kind::OpenParen => self.paren(from),
            Kind::OpenBracket if self.is_for(from) => self.for_expr(from, false),
            Kind::OpenBracket => self.tuple(from),
            Kind::OpenBrace if self.is_for(from) => self.for_expr(from, true),
            Kind::OpenBrace => self.object(from),
            _ => Err(self.no_operand(from, within)),
        }
    }

    /// A keyword, a name or a function call.
    fn named(&mut self, from: usize, within: Within) -> Result<(Expr, usize), Reported> {
        let token = self.token(from);
        let mut last = from;
        let mut i = self.next(from + 1, within);
        while self.kind(i) == Kind::DoubleColon {
            last = self.next(i + 1, within);
            if self.kind(last) != Kind::Ident {
                return Err(self.report_at(last, error::missing_function_name(self.place(i))));
            }
            i = self.next(last + 1, within);
        }
        if self.kind(i) == Kind::OpenParen {
            return self.call(from, last, i);
        }
        if last != from {
            let place = self.place(from).to(self.place(last));
            return Err(self.report_at(i, error::missing_open_parenthesis(place)));
        }
        let place = self.span_of(token);
        let text = self.text_of(token);
        let kind = match text {
            "true" => ExprKind::Literal(Value::Bool(true)),
            "false" => ExprKind::Literal(Value::Bool(false)),
            "null" => ExprKind::Literal(Value::null()),
            _ => ExprKind::Ref(Access {
                source: self.name(text),
                source_span: place,
                steps: Vec::new(),
            }),
        };
        Ok((Expr::new(kind, place), from + 1))
    }

    /// Whether a token is a certain word.
    pub(super) fn is_word(&self, index: usize, word: &str) -> bool {
        let token = self.token(index);
        token.kind == Kind::Ident && self.text_of(token) == word
    }

    /// What must be the end of an expression is, or an error says what is too much.
    pub(super) fn expect_end(&mut self, end: usize, wanted: usize) -> Result<(), Reported> {
        let end = self.skip_newlines(end);
        if end >= wanted {
            return Ok(());
        }
        let place = self.place(end);
        let text = self.text_of(self.token(end));
        Err(self.report_at(end, error::unexpected(text, place)))
    }

    /// An operand is expected at a token, which is none.
    fn no_operand(&mut self, i: usize, within: Within) -> Reported {
        let token = self.token(i);
        let place = self.span_of(token);
        let previous = self.place(i.saturating_sub(1));
        let diagnostic = match (within.part, token.kind) {
            (Part::Whole, Kind::End) | (_, Kind::Newline) if within.part != Part::Value => {
                error::missing_expression(previous)
            }
            (_, Kind::Newline) => error::missing_value(previous),
            (_, Kind::End) => return self.unclosed(within),
            (_, Kind::Operator) => error::misplaced_operator(self.text_of(token), place),
            _ => error::invalid_expression(self.text_of(token), place),
        };
        self.report_at(i, diagnostic)
    }

    /// Behind `condition ? yes`, which ends in front of `end`, there is no colon at a token.
    fn no_colon(&mut self, end: usize, i: usize, within: Within) -> Reported {
        let token = self.token(i);
        let last = self.place(end.saturating_sub(1));
        let place = match token.kind {
            _ if within.part == Part::Whole => last,
            Kind::End => return self.unclosed(within),
            Kind::Newline | Kind::Comma => last,
            _ if Some(i) == within.close || begins_operand(token) => self.span_of(token),
            _ => return self.no_separator(i, within),
        };
        self.report_at(i, error::missing_false(place))
    }

    /// The group is never closed.
    pub(super) fn unclosed(&mut self, within: Within) -> Reported {
        let group = within.part.group();
        let mut place = self.place(within.open);
        if group == Group::Call {
            place = self.place(within.open.saturating_sub(1)).to(place);
        }
        self.report(error::unclosed_group(group, place))
    }

    /// What stands behind a complete expression is neither an operator nor what separates it from the next one.
    pub(super) fn no_separator(&mut self, i: usize, within: Within) -> Reported {
        let token = self.token(i);
        let place = self.span_of(token);
        let open = self.place(within.open);
        let text = self.text_of(token);
        if token.kind == Kind::End && within.part != Part::Whole {
            return self.unclosed(within);
        }
        let closes = Some(i) == within.close;
        let closer = matches!(
            token.kind,
            Kind::CloseBrace | Kind::CloseBracket | Kind::CloseParen | Kind::SequenceEnd
        );
        let operand = begins_operand(token);
        let diagnostic = match within.part {
            Part::Key if closes => error::missing_key_value_separator(place),
            Part::ForCollection if closes => error::for_needs_colon(place),
            Part::ForKey if closes => error::for_needs_key(place),
            part if closer && part != Part::Whole => {
                error::wrong_closer(part.group(), self.line_of(open), place, open)
            }
            _ if token.kind == Kind::OpenParen => error::call_of_no_function(place),
            Part::Tuple if operand => error::missing_item_separator(place, open),
            Part::Call if operand => error::missing_argument_separator(place, open),
            Part::Call if token.kind == Kind::Equal => error::named_argument(place, open),
            // `a = 1 b = 2`: the second key is where the separator is missing.
            Part::Value if matches!(token.kind, Kind::Equal | Kind::Colon) => {
                error::missing_attribute_separator(self.place(i.saturating_sub(1)), open)
            }
            Part::Value => error::missing_attribute_separator(place, open),
            Part::Key if token.kind == Kind::Newline => {
                error::missing_key_value_separator(self.place(i.saturating_sub(1)))
            }
            Part::Key => error::missing_key_value_separator(place),
            Part::Paren => error::unbalanced_parentheses(place, open),
            Part::Index => error::missing_index_close(place, open),
            Part::ForCollection => error::for_needs_colon(place),
            Part::ForKey => error::for_needs_key(place),
            Part::ForValue if token.kind == Kind::FatArrow => error::for_key_in_tuple(place),
            Part::ForValue if token.kind == Kind::Ellipsis => error::for_group_in_tuple(place),
            Part::ForValue | Part::ForCondition => error::for_extra(place),
            _ => error::unexpected(text, place),
        };
        let diagnostic = if within.close.is_none() && operand {
            diagnostic.hint(error::or_unclosed(within.part.group(), self.line_of(open)))
        } else {
            diagnostic
        };
        self.report_at(i, diagnostic)
    }
}

/// Whether an operand begins with a token, and nothing else does that could follow an operand.
fn begins_operand(token: Token) -> bool {
    matches!(
        token.kind,
        Kind::Ident
            | Kind::Number
            | Kind::OpenQuote
            | Kind::OpenHeredoc
            | Kind::OpenBrace
            | Kind::Bang
    )
}

impl Part {
    pub(super) fn group(self) -> Group {
        match self {
            Self::Whole | Self::Paren => Group::Paren,
            Self::Call => Group::Call,
            Self::Tuple => Group::Tuple,
            Self::Index => Group::Index,
            Self::Key | Self::Value => Group::Object,
            Self::ForCollection | Self::ForKey | Self::ForValue | Self::ForCondition => Group::For,
        }
    }
}
