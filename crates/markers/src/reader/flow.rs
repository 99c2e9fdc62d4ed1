//! Flow collections that end on their line.

use super::{
    line::Odd,
    quick::Quick,
    token::{Kind, Token},
};

/// Flow collections in flow collections that are read here.
const MAX_DEPTH: usize = 16;

impl Quick<'_> {
    /// The collection at `at`; where it ends.
    pub(super) fn flow(&mut self, at: usize, end: usize, depth: usize) -> Result<usize, Odd> {
        if depth == MAX_DEPTH || self.is_too_deep(depth) {
            return Err(Odd);
        }
        match self.byte(at) {
            b'{' => self.flow_mapping(at, end, depth),
            _ => self.flow_sequence(at, end, depth),
        }
    }

    fn flow_sequence(&mut self, at: usize, end: usize, depth: usize) -> Result<usize, Odd> {
        self.push(Kind::SequenceStart { flow: true }, at, at + 1);
        let mut at = self.skip(at + 1, end);
        if self.peek(at, end)? != b']' {
            loop {
                at = self.flow_value(at, end, depth)?;
                at = self.skip(at, end);
                match self.peek(at, end)? {
                    b',' => at = self.skip(at + 1, end),
                    b']' => break,
                    _ => return Err(Odd),
                }
            }
        }
        self.push(Kind::SequenceEnd, at, at + 1);
        Ok(at + 1)
    }

    fn flow_mapping(&mut self, at: usize, end: usize, depth: usize) -> Result<usize, Odd> {
        self.push(Kind::MappingStart { flow: true }, at, at + 1);
        let mut at = self.skip(at + 1, end);
        if self.peek(at, end)? != b'}' {
            loop {
                at = self.flow_key(at, end)?;
                at = self.flow_value(at, end, depth)?;
                at = self.skip(at, end);
                match self.peek(at, end)? {
                    b',' => at = self.skip(at + 1, end),
                    b'}' => break,
                    _ => return Err(Odd),
                }
            }
        }
        self.push(Kind::MappingEnd, at, at + 1);
        Ok(at + 1)
    }

    /// A key with its colon and a space; where its value begins.
    fn flow_key(&mut self, at: usize, end: usize) -> Result<usize, Odd> {
        let colon = self.flow_scalar(at, end)?;
        if self.peek(colon, end)? != b':' || self.peek(colon + 1, end)? != b' ' {
            return Err(Odd);
        }
        Ok(self.skip(colon + 1, end))
    }

    fn flow_value(&mut self, at: usize, end: usize, depth: usize) -> Result<usize, Odd> {
        match self.peek(at, end)? {
            b'{' | b'[' => self.flow(at, end, depth + 1),
            _ => self.flow_scalar(at, end),
        }
    }

    fn flow_scalar(&mut self, at: usize, end: usize) -> Result<usize, Odd> {
        let token = match self.peek(at, end)? {
            b'"' | b'\'' => self.quoted(at, end)?,
            _ => self.flow_plain(at, end)?,
        };
        self.tokens.push(token);
        Ok(token.span().end)
    }

    /// Letters, digits, and the punctuation of names, paths and addresses.
    fn flow_plain(&mut self, at: usize, end: usize) -> Result<Token, Odd> {
        let bytes = &self.text.as_bytes()[at..end];
        let length = bytes
            .iter()
            .enumerate()
            .take_while(|&(index, byte)| match byte {
                b'_' | b'.' | b'/' => true,
                b'$' | b'~' | b'%' | b'@' | b'-' | b'+' | b'=' => index > 0,
                b':' => index > 0 && bytes.get(index + 1).is_some_and(u8::is_ascii_alphanumeric),
                byte => byte.is_ascii_alphanumeric(),
            })
            .count();
        if length == 0 {
            return Err(Odd);
        }
        Ok(Token::new(Kind::Plain, at, at + length))
    }

    fn peek(&self, at: usize, end: usize) -> Result<u8, Odd> {
        if at < end {
            Ok(self.byte(at))
        } else {
            Err(Odd)
        }
    }
}
