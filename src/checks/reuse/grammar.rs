// SPDX-License-Identifier: Apache-2.0

//! The grammar of expressions as REUSE judges it: any id is an id, only the form must be right (§3 of the
//! reference tool; SPDX 2.3 Annex D).

/// The ids of an expression, exceptions included, in order; `None` when its form is wrong.
pub(crate) fn ids(text: &str) -> Option<Vec<String>> {
    parse(text).ok()
}

/// Where an expression goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Invalid {
    /// Column of the text, in characters from 1.
    pub(crate) column: usize,
    /// What was expected there.
    pub(crate) why: &'static str,
}

impl std::fmt::Display for Invalid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "column {}: {}", self.column, self.why)
    }
}

/// The ids of an expression, exceptions included, in order.
///
/// # Errors
/// With the column, when its form is wrong.
pub(crate) fn parse(text: &str) -> Result<Vec<String>, Invalid> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        end: text.trim_end().len(),
        at: 0,
        ids: Vec::new(),
    };
    let parsed = parser
        .or(0)
        .and_then(|()| match parser.tokens.get(parser.at) {
            None => Ok(()),
            Some((at, _)) => Err((*at, "expected AND, OR or WITH")),
        });
    match parsed {
        Ok(()) => Ok(parser.ids),
        Err((at, why)) => Err(invalid(text, at, why)),
    }
}

fn invalid(text: &str, at: usize, why: &'static str) -> Invalid {
    let column = text.get(..at).map_or(0, |before| before.chars().count()) + 1;
    Invalid { column, why }
}

/// Deepest nesting of parentheses.
const DEPTH: usize = 64;
/// Most words of an expression.
const TOKENS: usize = 1_000;

#[derive(Debug, PartialEq, Eq)]
enum Token<'a> {
    Id(&'a str),
    And,
    Or,
    With,
    Open,
    Close,
}

fn tokens(text: &str) -> Result<Vec<(usize, Token<'_>)>, Invalid> {
    let mut tokens = Vec::new();
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        let at = text.trim_end().len() - rest.len();
        let (token, length) = match first {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            _ => {
                let is_id =
                    |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '+' | '_' | ':');
                let length = rest.find(|c| !is_id(c)).unwrap_or(rest.len());
                let word = &rest[..length];
                let token = match word.to_ascii_uppercase().as_str() {
                    "AND" => Token::And,
                    "OR" => Token::Or,
                    "WITH" => Token::With,
                    _ => Token::Id(word),
                };
                (token, length)
            }
        };
        if length == 0 {
            return Err(invalid(text, at, "a sign that no expression may hold"));
        }
        if tokens.len() == TOKENS {
            return Err(invalid(text, at, "more than 1,000 words"));
        }
        tokens.push((at, token));
        rest = rest[length..].trim_start();
    }
    if tokens.is_empty() {
        return Err(invalid(text, 0, "nothing is there"));
    }
    Ok(tokens)
}

struct Parser<'a> {
    tokens: Vec<(usize, Token<'a>)>,
    end: usize,
    at: usize,
    ids: Vec<String>,
}

/// Where, in bytes, and what was expected.
type Step = Result<(), (usize, &'static str)>;

impl Parser<'_> {
    fn take(&mut self, token: &Token<'_>) -> bool {
        let found = self.tokens.get(self.at).is_some_and(|(_, t)| t == token);
        self.at += usize::from(found);
        found
    }

    fn place(&self) -> usize {
        self.tokens.get(self.at).map_or(self.end, |(at, _)| *at)
    }

    fn or(&mut self, depth: usize) -> Step {
        self.and(depth)?;
        while self.take(&Token::Or) {
            self.and(depth)?;
        }
        Ok(())
    }

    fn and(&mut self, depth: usize) -> Step {
        self.simple(depth)?;
        while self.take(&Token::And) {
            self.simple(depth)?;
        }
        Ok(())
    }

    fn simple(&mut self, depth: usize) -> Step {
        if depth > DEPTH {
            return Err((self.place(), "parentheses are nested too deep"));
        }
        if self.take(&Token::Open) {
            self.or(depth + 1)?;
            if self.take(&Token::Close) {
                return Ok(());
            }
            return Err((self.place(), "expected a closing parenthesis"));
        }
        self.id("expected a licence id")?;
        if self.take(&Token::With) {
            self.id("expected an exception id")?;
        }
        Ok(())
    }

    fn id(&mut self, expected: &'static str) -> Step {
        let Some((_, Token::Id(id))) = self.tokens.get(self.at) else {
            return Err((self.place(), expected));
        };
        let id = (*id).to_owned();
        if !self.ids.contains(&id) {
            self.ids.push(id);
        }
        self.at += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_decides_and_any_id_is_one() {
        assert_eq!(
            ids("(MIT or Foo-1) AND GPL-2.0+ WITH X-exception").unwrap(),
            ["MIT", "Foo-1", "GPL-2.0+", "X-exception"]
        );
        for bad in [
            "", "MIT, ISC", "MIT/ISC", "MIT ISC", "(MIT", "MIT AND", "\"MIT\"", "WITH",
        ] {
            assert_eq!(ids(bad), None, "{bad}");
        }
        assert_eq!(ids(&"(".repeat(10_000)), None);
    }

    #[test]
    fn the_column_is_that_of_the_first_wrong_sign() {
        for (text, column) in [
            ("MIT, ISC", 4),
            ("MIT ISC", 5),
            ("MIT AND", 8),
            ("(MIT", 5),
            ("\u{e9} OR )", 6),
            ("", 1),
            ("MIT WITH OR", 10),
        ] {
            assert_eq!(parse(text).unwrap_err().column, column, "{text}");
        }
    }
}
