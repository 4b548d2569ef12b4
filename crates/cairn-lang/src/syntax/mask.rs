//! Decides where an expression ends and whether its tokens stand in a possible order, and writes the copy of it that the parser
//! crate reads.
//!
//! The copy keeps every byte offset. What the crate reads differently from the language is not in it: line breaks and comments
//! are blanks, a template is the name `_`, a number is `0`, an object constructor is a bracketed list of keys and values in turn
//! (so repeated keys and long objects are no matter), and a group too deep for the crate's limits is `_` as well. Lowering reads
//! all of these from the original text. Messages about expressions are made here, since here the opener of everything is known.

use cairn_diag::Span;

use super::error::{self, Group};
use super::parser::{Parser, Reported};
use super::token::Kind;

/// Groups that begin deeper than this are read by another run of the crate.
const MAX_GROUPED: usize = 28;
/// The crate refuses 64 levels: a group, a unary operator and each `? :` of a chain is one.
const MAX_LEVELS: usize = 60;
/// The crate's limit for one chain of operators is 128, those of the operands counted in.
const MAX_OPERATORS: usize = 120;

/// The closing token of what is not closed: it never comes.
const NEVER: usize = usize::MAX;

/// Where an expression must end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    /// At the end of the line, or in front of what cannot belong to it.
    Line,
    /// In front of this token or before; line breaks do not count.
    Before(usize),
}

/// The copy.
pub(super) struct Masked {
    /// What the crate reads.
    pub(super) text: String,
    /// The offset of its first byte in the source.
    pub(super) base: usize,
    /// The first token that is not part of the expression.
    pub(super) end: usize,
    /// What the names `_` stand for, by offset.
    pub(super) hidden: Vec<Hidden>,
}

/// Something that the crate does not see.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hidden {
    /// The offset of the `_` in the source.
    pub(super) at: u32,
    /// Its first token.
    pub(super) from: usize,
    /// One past its last token.
    pub(super) to: usize,
    /// How deep it lies in this expression.
    pub(super) depth: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
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

struct Frame {
    part: Part,
    open: usize,
    close: usize,
    /// `?` whose `:` is to come.
    conditionals: usize,
    /// Levels that the item at hand has taken in the crate, beyond the group's own.
    levels: usize,
    operators: usize,
    /// Of a `for`: it makes an object.
    object: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// A group or item has just begun.
    Start,
    /// An operand must follow.
    Operand,
    /// An operand is complete.
    After,
}

impl Masked {
    fn put(&mut self, at: u32, text: &str) {
        const BLANKS: &str = "                                                                ";
        let wanted = at as usize - self.base;
        while self.text.len() < wanted {
            let n = (wanted - self.text.len()).min(BLANKS.len());
            self.text.push_str(&BLANKS[..n]);
        }
        self.text.push_str(text);
    }
}

impl Parser<'_> {
    /// Reads tokens from `from` on as far as they are an expression.
    pub(super) fn mask(&mut self, from: usize, stop: Stop) -> Result<Masked, Reported> {
        let base = self.token(from).start as usize;
        let mut out = Masked {
            text: String::with_capacity(128),
            base,
            end: from,
            hidden: Vec::new(),
        };
        let mut frames = vec![Frame::new(Part::Whole, from, NEVER)];
        let limit = match stop {
            Stop::Line => usize::MAX,
            Stop::Before(end) => end,
        };
        let mut state = State::Operand;
        let mut weight = 0;
        let mut attribute_splat = false;
        let mut i = from;
        loop {
            let token = self.token(i);
            let last = frames.len() - 1;
            let frame = &mut frames[last];
            if frame.part == Part::Whole && stop == Stop::Before(i) {
                break;
            }
            if token.kind == Kind::Newline {
                match (frame.part, state) {
                    (Part::Whole, _) if stop == Stop::Line => break,
                    (Part::Key, State::After) => {
                        return Err(self.report(error::missing_key_value_separator(
                            self.place(i.saturating_sub(1)),
                        )));
                    }
                    (Part::Value, State::After) => {
                        if frame.conditionals > 0 {
                            return Err(
                                self.report(error::missing_false(self.place(i.saturating_sub(1))))
                            );
                        }
                        out.put(token.start, ",");
                        frame.part = Part::Key;
                        weight -= frame.next_item();
                        state = State::Start;
                    }
                    (Part::Key, State::Operand) | (Part::Value, _) => {
                        return Err(
                            self.report(error::missing_value(self.place(i.saturating_sub(1))))
                        );
                    }
                    _ => {}
                }
                i += 1;
                continue;
            }
            if token.kind == Kind::End {
                if last == 0 {
                    break;
                }
                let group = frame.part.group();
                let mut place = self.place(frame.open);
                if group == Group::Call {
                    place = self.place(frame.open - 1).to(place);
                }
                return Err(self.report(error::unclosed_group(group, place)));
            }
            if i == frame.close {
                let frame = frames.pop().expect("the first frame has no closing token");
                self.check_close(&frame, state, i)?;
                weight -= 1 + frame.levels;
                let text = match token.kind {
                    Kind::CloseBrace if matches!(frame.part, Part::Key | Part::Value) => "]",
                    _ => self.text_of(token),
                };
                out.put(token.start, text);
                attribute_splat = false;
                state = State::After;
                i += 1;
                continue;
            }
            if state == State::After {
                match token.kind {
                    Kind::Dot => {
                        out.put(token.start, ".");
                        let next = match frame.part {
                            Part::Whole if stop == Stop::Line => i + 1,
                            Part::Key | Part::Value => i + 1,
                            _ => self.skip_newlines(i + 1).min(limit),
                        };
                        let step = self.token(next);
                        match step.kind {
                            Kind::Ident => out.put(step.start, self.text_of(step)),
                            Kind::Number => {
                                if !self.text_of(step).bytes().all(|b| b.is_ascii_digit()) {
                                    return Err(self.report(error::legacy_indices(
                                        self.text_of(step),
                                        self.span_of(step),
                                    )));
                                }
                                out.put(step.start, "0");
                            }
                            Kind::Star => {
                                if attribute_splat {
                                    return Err(
                                        self.report(error::nested_splat(self.span_of(step)))
                                    );
                                }
                                attribute_splat = true;
                                out.put(step.start, "*");
                            }
                            _ => {
                                return Err(self.report_at(
                                    next,
                                    error::missing_attribute_name(self.span_of(token)),
                                ));
                            }
                        }
                        i = next + 1;
                        continue;
                    }
                    Kind::OpenBracket => {
                        let close = token.pair().unwrap_or(NEVER);
                        attribute_splat = false;
                        let inner = self.skip_newlines(i + 1);
                        out.put(token.start, "[");
                        if self.kind(inner) == Kind::Star && self.skip_newlines(inner + 1) == close
                        {
                            out.put(self.token(inner).start, "*");
                            out.put(self.token(close).start, "]");
                            i = close + 1;
                            continue;
                        }
                        if weight > MAX_GROUPED && inner < close && close != NEVER {
                            self.hide(&mut out, inner, close, weight);
                            out.put(self.token(close).start, "]");
                            i = close + 1;
                            continue;
                        }
                        frames.push(Frame::new(Part::Index, i, close));
                        weight += 1;
                        state = State::Operand;
                        i += 1;
                        continue;
                    }
                    Kind::Operator | Kind::Star | Kind::Minus => {
                        frame.operators += 1;
                        if frame.operators > MAX_OPERATORS {
                            return Err(self.report(error::too_many_operators(self.place(i))));
                        }
                        out.put(token.start, self.text_of(token));
                        state = State::Operand;
                        i += 1;
                        continue;
                    }
                    Kind::Question => {
                        frame.conditionals += 1;
                        frame.levels += 1;
                        weight += 1;
                        if weight > MAX_LEVELS {
                            return Err(self.report(error::too_deep(self.place(i))));
                        }
                        out.put(token.start, "?");
                        state = State::Operand;
                        i += 1;
                        continue;
                    }
                    Kind::Colon if frame.conditionals > 0 => {
                        frame.conditionals -= 1;
                        out.put(token.start, ":");
                        state = State::Operand;
                        i += 1;
                        continue;
                    }
                    _ => {}
                }
                if last == 0 {
                    break;
                }
                let levels = frame.levels;
                i = self.separator(&mut out, frame, &mut state, i)?;
                weight -= levels - frame.levels;
                continue;
            }
            attribute_splat = false;
            match token.kind {
                Kind::Ident => {
                    let frame = &frames[last];
                    let newlines = !matches!(frame.part, Part::Key | Part::Value)
                        && (frame.part != Part::Whole || stop != Stop::Line);
                    let lines = if newlines { limit } else { i };
                    i = self.ident(&mut out, &mut frames, i, lines, weight)?;
                    if frames.len() > last + 1 {
                        weight += 1;
                        state = State::Start;
                    } else {
                        state = State::After;
                    }
                }
                Kind::Number => {
                    out.put(token.start, "0");
                    state = State::After;
                    i += 1;
                }
                Kind::OpenQuote | Kind::OpenHeredoc => {
                    let Some(close) = token.pair() else {
                        return Err(Reported);
                    };
                    self.hide(&mut out, i, close + 1, weight);
                    state = State::After;
                    i = close + 1;
                }
                Kind::Minus | Kind::Bang => {
                    frames[last].levels += 1;
                    weight += 1;
                    if weight > MAX_LEVELS {
                        return Err(self.report(error::too_deep(self.place(i))));
                    }
                    out.put(token.start, self.text_of(token));
                    state = State::Operand;
                    i += 1;
                }
                Kind::OpenParen | Kind::OpenBracket | Kind::OpenBrace => {
                    let close = token.pair().unwrap_or(NEVER);
                    if weight > MAX_GROUPED && close != NEVER {
                        self.hide(&mut out, i, close + 1, weight);
                        state = State::After;
                        i = close + 1;
                        continue;
                    }
                    let inner = self.skip_newlines(i + 1);
                    if token.kind != Kind::OpenParen && self.is_word(inner, "for") {
                        out.put(token.start, self.text_of(token));
                        let mut frame = Frame::new(Part::ForCollection, i, close);
                        frame.object = token.kind == Kind::OpenBrace;
                        i = self.for_intro(&mut out, inner)?;
                        frames.push(frame);
                        weight += 1;
                        state = State::Operand;
                        continue;
                    }
                    let (part, text, next) = match token.kind {
                        Kind::OpenParen => (Part::Paren, "(", State::Operand),
                        Kind::OpenBracket => (Part::Tuple, "[", State::Start),
                        _ => (Part::Key, "[", State::Start),
                    };
                    out.put(token.start, text);
                    frames.push(Frame::new(part, i, close));
                    weight += 1;
                    state = next;
                    i += 1;
                }
                _ => return Err(self.no_operand(&frames[last], i)),
            }
        }
        if state != State::After {
            return Err(self.no_operand(&frames[0], i));
        }
        if frames[0].conditionals > 0 {
            return Err(self.report_at(i, error::missing_false(self.place(i.saturating_sub(1)))));
        }
        out.end = i;
        Ok(out)
    }

    /// The line of a place, from 1.
    pub(super) fn line_of(&self, place: Span) -> usize {
        1 + self.text[..place.start as usize].matches('\n').count()
    }

    fn is_word(&self, index: usize, word: &str) -> bool {
        let token = self.token(index);
        token.kind == Kind::Ident && self.text_of(token) == word
    }

    fn hide(&self, out: &mut Masked, from: usize, to: usize, depth: usize) {
        let at = self.token(from).start;
        out.put(at, "_");
        out.hidden.push(Hidden {
            at,
            from,
            to,
            depth,
        });
    }

    /// A name, or a function call up to its opening parenthesis.
    fn ident(
        &mut self,
        out: &mut Masked,
        frames: &mut Vec<Frame>,
        from: usize,
        lines: usize,
        weight: usize,
    ) -> Result<usize, Reported> {
        // Line breaks do not count before this token.
        let next = |p: &Self, i: usize| {
            if i < lines {
                p.skip_newlines(i).min(lines)
            } else {
                i
            }
        };
        let mut last = from;
        let mut i = next(self, from + 1);
        while self.kind(i) == Kind::DoubleColon {
            last = next(self, i + 1);
            if self.kind(last) != Kind::Ident {
                return Err(self.report_at(last, error::missing_function_name(self.place(i))));
            }
            i = next(self, last + 1);
        }
        let paren = self.token(i);
        if paren.kind != Kind::OpenParen {
            if last != from {
                let span = self.place(from).to(self.place(last));
                return Err(self.report_at(i, error::missing_open_parenthesis(span)));
            }
            let token = self.token(from);
            out.put(token.start, self.text_of(token));
            return Ok(from + 1);
        }
        let close = paren.pair().unwrap_or(NEVER);
        if weight > MAX_GROUPED && close != NEVER {
            self.hide(out, from, close + 1, weight);
            return Ok(close + 1);
        }
        for index in from..=i {
            let token = self.token(index);
            if token.kind != Kind::Newline {
                out.put(token.start, self.text_of(token));
            }
        }
        frames.push(Frame::new(Part::Call, i, close));
        Ok(i + 1)
    }

    /// `for k, v in`, of which `for` is at `from`.
    fn for_intro(&mut self, out: &mut Masked, from: usize) -> Result<usize, Reported> {
        let put = |p: &Self, out: &mut Masked, i: usize| {
            let token = p.token(i);
            out.put(token.start, p.text_of(token));
        };
        put(self, out, from);
        let first = self.skip_newlines(from + 1);
        if self.kind(first) != Kind::Ident {
            let place = self.place(from);
            return Err(self.report_at(first, error::for_needs_name(place)));
        }
        put(self, out, first);
        let mut i = self.skip_newlines(first + 1);
        if self.kind(i) == Kind::Comma {
            put(self, out, i);
            let second = self.skip_newlines(i + 1);
            if self.kind(second) != Kind::Ident {
                let place = self.place(i);
                return Err(self.report_at(second, error::for_needs_name(place)));
            }
            put(self, out, second);
            i = self.skip_newlines(second + 1);
        }
        if !self.is_word(i, "in") {
            let place = self.place(i);
            return Err(self.report_at(i, error::for_needs_in(place)));
        }
        put(self, out, i);
        Ok(i + 1)
    }

    /// What stands behind a complete operand and is no operator: a comma, a colon, an equals sign, a keyword.
    fn separator(
        &mut self,
        out: &mut Masked,
        frame: &mut Frame,
        state: &mut State,
        i: usize,
    ) -> Result<usize, Reported> {
        let token = self.token(i);
        if frame.conditionals > 0 && token.kind == Kind::Comma {
            return Err(self.report(error::missing_false(self.place(i.saturating_sub(1)))));
        }
        let next = match (frame.part, token.kind) {
            (Part::Tuple | Part::Call, Kind::Comma) => {
                out.put(token.start, ",");
                State::Start
            }
            (Part::Value, Kind::Comma) => {
                out.put(token.start, ",");
                frame.part = Part::Key;
                State::Start
            }
            (Part::Key, Kind::Equal | Kind::Colon) => {
                out.put(token.start, ",");
                frame.part = Part::Value;
                State::Operand
            }
            (Part::Call, Kind::Ellipsis) => {
                out.put(token.start, "...");
                let next = self.skip_newlines(i + 1);
                if next != frame.close {
                    let place = self.span_of(token);
                    return Err(self.report_at(next, error::ellipsis_not_last(place)));
                }
                return Ok(next);
            }
            (Part::ForCollection, Kind::Colon) => {
                out.put(token.start, ":");
                frame.part = if frame.object {
                    Part::ForKey
                } else {
                    Part::ForValue
                };
                State::Operand
            }
            (Part::ForKey, Kind::FatArrow) => {
                out.put(token.start, "=>");
                frame.part = Part::ForValue;
                State::Operand
            }
            (Part::ForValue, Kind::Ellipsis) if frame.object => {
                out.put(token.start, "...");
                let next = self.skip_newlines(i + 1);
                if next != frame.close && !self.is_word(next, "if") {
                    let place = self.place(next);
                    return Err(self.report_at(next, error::for_extra(place)));
                }
                if next != frame.close {
                    let word = self.token(next);
                    out.put(word.start, "if");
                    frame.part = Part::ForCondition;
                    frame.next_item();
                    *state = State::Operand;
                    return Ok(next + 1);
                }
                return Ok(next);
            }
            (Part::ForValue, Kind::Ident) if self.text_of(token) == "if" => {
                out.put(token.start, "if");
                frame.part = Part::ForCondition;
                State::Operand
            }
            _ => return Err(self.no_separator(frame, i)),
        };
        frame.next_item();
        *state = next;
        Ok(i + 1)
    }

    fn no_separator(&mut self, frame: &Frame, i: usize) -> Reported {
        let token = self.token(i);
        let place = self.span_of(token);
        let open = self.place(frame.open);
        let text = self.text_of(token);
        let operand = matches!(
            token.kind,
            Kind::Ident
                | Kind::Number
                | Kind::OpenQuote
                | Kind::OpenHeredoc
                | Kind::OpenBrace
                | Kind::Bang
        );
        let after_dot_call = token.kind == Kind::OpenParen;
        let closer = matches!(
            token.kind,
            Kind::CloseBrace | Kind::CloseBracket | Kind::CloseParen | Kind::SequenceEnd
        );
        let mut diagnostic = match frame.part {
            part if closer && part != Part::Whole => {
                error::wrong_closer(part.group(), self.line_of(open), place, open)
            }
            _ if frame.conditionals > 0 && operand => error::missing_false(place),
            _ if after_dot_call => error::call_of_no_function(place),
            Part::Tuple if operand => error::missing_item_separator(place, open),
            Part::Call if operand => error::missing_argument_separator(place, open),
            Part::Call if token.kind == Kind::Equal => error::named_argument(place, open),
            Part::Value => {
                // `a = 1 b = 2`: the second key is where the separator is missing.
                let place = if matches!(token.kind, Kind::Equal | Kind::Colon) {
                    self.place(i.saturating_sub(1))
                } else {
                    place
                };
                error::missing_attribute_separator(place, open)
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
        if frame.close == NEVER && operand {
            diagnostic =
                diagnostic.hint(error::or_unclosed(frame.part.group(), self.line_of(open)));
        }
        self.report_at(i, diagnostic)
    }

    fn no_operand(&mut self, frame: &Frame, i: usize) -> Reported {
        let token = self.token(i);
        let previous = self.token(i.saturating_sub(1));
        let diagnostic = match (frame.part, token.kind) {
            (_, Kind::End | Kind::Newline) => error::missing_expression(self.span_of(previous)),
            (_, Kind::Operator) => {
                error::misplaced_operator(self.text_of(token), self.span_of(token))
            }
            _ => error::invalid_expression(self.text_of(token), self.span_of(token)),
        };
        self.report_at(i, diagnostic)
    }

    fn check_close(&mut self, frame: &Frame, state: State, i: usize) -> Result<(), Reported> {
        let place = self.place(i);
        if state == State::After && frame.conditionals > 0 {
            return Err(self.report(error::missing_false(place)));
        }
        let complete = match frame.part {
            Part::Tuple | Part::Call => state != State::Operand,
            Part::Key => {
                if state == State::After {
                    return Err(self.report(error::missing_key_value_separator(place)));
                }
                state == State::Start
            }
            Part::ForCollection if state == State::After => {
                return Err(self.report(error::for_needs_colon(place)));
            }
            Part::ForKey if state == State::After => {
                return Err(self.report(error::for_needs_key(place)));
            }
            _ => state == State::After,
        };
        if complete {
            Ok(())
        } else {
            Err(self.report(error::invalid_expression(
                self.text_of(self.token(i)),
                place,
            )))
        }
    }
}

impl Frame {
    fn new(part: Part, open: usize, close: usize) -> Self {
        Self {
            part,
            open,
            close,
            conditionals: 0,
            levels: 0,
            operators: 0,
            object: false,
        }
    }

    /// Begins the next item; gives the levels that the last one had taken.
    fn next_item(&mut self) -> usize {
        self.operators = 0;
        std::mem::take(&mut self.levels)
    }
}

impl Part {
    fn group(self) -> Group {
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
