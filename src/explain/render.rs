//! The explanation as text for a terminal, or as Markdown for an appendix. Everything may hold
//! strangers' characters, so each target has its own escape.

use super::finding::Finding;
use super::{Item, Section};
use crate::report::escape::terminal;
use std::fmt::Write;

/// For a terminal.
pub(super) fn text(finding: &Finding, sections: &[Section]) -> String {
    let mut out = format!("Finding {}\n", terminal(finding.text("finding")));
    for section in sections {
        let _ = write!(out, "\n{}\n", section.title);
        let mut number = 0;
        for item in &section.items {
            match item {
                Item::Fact(name, text) => {
                    let _ = writeln!(out, "  {:<24}{}", format!("{name}:"), terminal(text));
                }
                Item::Code(code) => code.lines().for_each(|line| {
                    let _ = writeln!(out, "    {}", terminal(line));
                }),
                Item::Step(words, value) => {
                    number += 1;
                    let _ = writeln!(out, "  {number}. {}", terminal(words));
                    if let Some(value) = value {
                        let _ = writeln!(out, "     {}", terminal(value));
                    }
                }
                Item::Text(text) => {
                    let _ = writeln!(out, "  {}", terminal(text));
                }
            }
        }
    }
    out
}

/// For an appendix.
pub(super) fn markdown(finding: &Finding, sections: &[Section]) -> String {
    let mut out = format!("# Finding {}\n", inline(finding.text("finding")));
    for section in sections {
        let _ = write!(out, "\n## {}\n\n", section.title);
        let mut number = 0;
        for item in &section.items {
            match item {
                Item::Fact(name, text) => {
                    let _ = writeln!(out, "- **{name}**: {}", inline(text));
                }
                Item::Code(code) => {
                    let lines: Vec<String> = code.lines().map(|line| terminal(line).into_owned()).collect();
                    let _ = write!(out, "\n{}\n", fenced(&lines.join("\n")));
                }
                Item::Step(words, value) => {
                    number += 1;
                    let _ = writeln!(out, "{number}. {}", inline(words));
                    if let Some(value) = value {
                        let block = fenced(&terminal(value));
                        block.lines().for_each(|line| {
                            let _ = writeln!(out, "   {line}");
                        });
                    }
                }
                Item::Text(text) => {
                    let _ = write!(out, "\n{}\n", inline(text));
                }
            }
        }
    }
    out
}

/// Text in which no character means anything to Markdown or HTML.
fn inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in terminal(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '(' | ')' | '#' | '!' | '|' | '~' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

/// A block of code whose fence is longer than any in it.
fn fenced(code: &str) -> String {
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}\n{code}\n{fence}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_cannot_be_broken_out_of() {
        assert_eq!(inline("<img src=x>[a](javascript:x)`"), "&lt;img src=x&gt;\\[a\\]\\(javascript:x\\)\\`");
        assert_eq!(fenced("a```b````c"), "`````\na```b````c\n`````\n");
        assert_eq!(inline("a\u{202e}b\n# c"), "a\\\\u{202e}b\\\\n\\# c");
    }
}
