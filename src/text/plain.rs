// SPDX-License-Identifier: Apache-2.0

//! Plain text: every line is prose, blank lines part paragraphs, underlined lines are headings, bare
//! addresses are links. Indentation means nothing.

use super::{Text, sink::Sink};

/// Reads plain text.
pub(super) fn parse(source: &str) -> Text {
    let lines: Vec<&str> = source.lines().collect();
    let mut sink = Sink::new(source);
    let mut skip = false;
    for (index, line) in lines.iter().enumerate() {
        let number = index as u64 + 1;
        if std::mem::take(&mut skip) {
            continue;
        }
        let words = line.trim();
        if words.is_empty() {
            sink.end_block();
            continue;
        }
        if let Some(level) = lines.get(index + 1).and_then(|next| underline(words, next)) {
            sink.start_heading(level);
            sink.say(number, words);
            sink.end_heading(number);
            skip = true;
            continue;
        }
        sink.say(number, words);
    }
    sink.finish()
}

/// The level that a line of `=` or `-` below `words` gives them.
fn underline(words: &str, next: &str) -> Option<u8> {
    let rule = next.trim_end();
    let level = match rule.chars().next()? {
        '=' => 1,
        '-' => 2,
        _ => return None,
    };
    let mark = if level == 1 { '=' } else { '-' };
    let width = words.chars().count();
    let same = rule.chars().all(|c| c == mark);
    let fits = rule.len() >= 3 && rule.len() + 2 >= width && rule.len() <= width + 20;
    (same && fits && words.chars().any(char::is_alphanumeric)).then_some(level)
}

#[cfg(test)]
mod tests {
    use super::super::{Markup, Text};

    #[test]
    fn a_plain_text_has_lines_paragraphs_and_bare_links() {
        let text = Text::parse(
            "Thing\n=====\n\nAsk at\nhttps://x.example/\n\nEnd",
            Markup::Plain,
        );
        assert_eq!(text.headings[0].text, "Thing");
        assert_eq!(text.links[0].line, 5);
        let paragraphs = text.paragraphs();
        assert_eq!(paragraphs[1].text, "Ask at https://x.example/");
        assert_eq!(paragraphs[1].line_at(8), 5);
        assert_eq!(text.lines, 7);
    }
}
