// SPDX-License-Identifier: Apache-2.0

//! The grammar of expressions as REUSE judges it: any id is an id, only the form must be right (§3 of the
//! reference tool; SPDX 2.3 Annex D).

/// The ids of an expression, exceptions included, in order; `None` when its form is wrong.
pub(crate) fn ids(text: &str) -> Option<Vec<String>> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        at: 0,
        ids: Vec::new(),
    };
    parser.or(0)?;
    (parser.at == parser.tokens.len()).then_some(parser.ids)
}

/// Deepest nesting of parentheses.
const DEPTH: usize = 64;

#[derive(Debug, PartialEq, Eq)]
enum Token<'a> {
    Id(&'a str),
    And,
    Or,
    With,
    Open,
    Close,
}

fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
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
        if length == 0 || tokens.len() > 1_000 {
            return None;
        }
        tokens.push(token);
        rest = rest[length..].trim_start();
    }
    (!tokens.is_empty()).then_some(tokens)
}

struct Parser<'a> {
    tokens: Vec<Token<'a>>,
    at: usize,
    ids: Vec<String>,
}

impl Parser<'_> {
    fn take(&mut self, token: &Token<'_>) -> bool {
        let found = self.tokens.get(self.at) == Some(token);
        self.at += usize::from(found);
        found
    }

    fn or(&mut self, depth: usize) -> Option<()> {
        self.and(depth)?;
        while self.take(&Token::Or) {
            self.and(depth)?;
        }
        Some(())
    }

    fn and(&mut self, depth: usize) -> Option<()> {
        self.simple(depth)?;
        while self.take(&Token::And) {
            self.simple(depth)?;
        }
        Some(())
    }

    fn simple(&mut self, depth: usize) -> Option<()> {
        if depth > DEPTH {
            return None;
        }
        if self.take(&Token::Open) {
            self.or(depth + 1)?;
            return self.take(&Token::Close).then_some(());
        }
        self.id()?;
        if self.take(&Token::With) {
            self.id()?;
        }
        Some(())
    }

    fn id(&mut self) -> Option<()> {
        let Some(Token::Id(id)) = self.tokens.get(self.at) else {
            return None;
        };
        let id = (*id).to_owned();
        if !self.ids.contains(&id) {
            self.ids.push(id);
        }
        self.at += 1;
        Some(())
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
}
