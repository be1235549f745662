//! Reads the app's source: every text is there in both languages, and none is anywhere else.
//!
//! That a text has both is seen to by its type. What types cannot see is a German that is still English, a value that is
//! missing in one, and words in a component.

use std::fs;
use std::path::{Path, PathBuf};

/// Texts that are the same in both languages.
const ALIKE: [&str; 3] = ["Name", "Passkey", "Passkeys"];
/// What looks like a text beside the pairs, and is none: names, and words of the user pool.
const NO_TEXT: [&str; 10] = [
    "Google",
    "Facebook",
    "Amazon",
    "Apple",
    "Cruddur",
    "Crud",
    "Cruds",
    "English",
    "Deutsch",
    "email alias",
];
/// A plural's ending, which German has none of where it stands.
const ENDING: &str = "plural";
/// Attributes that a person reads or hears, and properties that become such.
const SPOKEN: [&str; 10] = [
    "alt",
    "aria-description",
    "aria-label",
    "aria-roledescription",
    "aria-valuetext",
    "busy_label",
    "heading",
    "label",
    "placeholder",
    "title",
];

#[derive(Clone, Debug, PartialEq)]
enum Token {
    /// A string's value, without what a continued line begins with.
    Text(String),
    /// A name, a keyword or a number.
    Word(String),
    /// Any other character.
    Sign(char),
}

/// The tokens of a file, without comments and tests.
fn tokens(source: &str) -> Vec<Token> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let mut tokens = Vec::new();
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let len = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(raw) = rest.strip_prefix("r#\"") {
            let end = raw.find("\"#").expect("an end of the string");
            tokens.push(Token::Text(raw[..end].to_owned()));
            end + 5
        } else if first == '"' {
            let (text, len) = string(&rest[1..]);
            tokens.push(Token::Text(text));
            len + 2
        } else if first == '\'' {
            char_or_lifetime(rest)
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
            let end = end.unwrap_or(rest.len());
            tokens.push(Token::Word(rest[..end].to_owned()));
            end
        } else {
            if !first.is_whitespace() {
                tokens.push(Token::Sign(first));
            }
            first.len_utf8()
        };
        rest = &rest[len..];
    }
    tokens
}

/// A string's value, and how long it is in the source up to its closing quote.
fn string(source: &str) -> (String, usize) {
    let mut text = String::new();
    let mut chars = source.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (text, at),
            '\\' => match chars.next() {
                Some((_, '\n')) => while chars.next_if(|(_, c)| c.is_whitespace()).is_some() {},
                Some((_, 'n')) => text.push('\n'),
                Some((_, other)) => text.push(other),
                None => {}
            },
            _ => text.push(c),
        }
    }
    panic!("a string without an end: {text}");
}

/// How long a character or a lifetime is in the source.
fn char_or_lifetime(source: &str) -> usize {
    let mut chars = source.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => {
            let escaped = chars.next().map_or(0, |(at, c)| at + c.len_utf8());
            source[escaped..].find('\'').expect("its end") + escaped + 1
        }
        Some((at, c)) if source[at + c.len_utf8()..].starts_with('\'') => at + c.len_utf8() + 1,
        _ => 1,
    }
}

fn source(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(path)
}

/// The Rust files at or below `path`, each with its tokens.
fn files(path: &Path) -> Vec<(String, Vec<Token>)> {
    if path.is_dir() {
        let entries = fs::read_dir(path).unwrap();
        return entries
            .flat_map(|entry| files(&entry.unwrap().path()))
            .collect();
    }
    let name = path.display().to_string();
    if !name.ends_with(".rs") {
        return Vec::new();
    }
    let source = fs::read_to_string(path).unwrap();
    vec![(name, tokens(&source))]
}

/// The catalogues: every file of texts except those that hold none.
fn catalogues() -> Vec<(String, Vec<Token>)> {
    let entries = fs::read_dir(source("text")).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let catalogues = paths.filter(|path| {
        let name = path.file_name().and_then(|name| name.to_str());
        !matches!(name, Some("complete.rs" | "formats.rs"))
    });
    catalogues.flat_map(|path| files(&path)).collect()
}

/// The places of the two last arguments of calls, where both are strings: the two languages of a text.
fn pairs(tokens: &[Token]) -> Vec<(usize, &str, &str)> {
    let mut pairs = Vec::new();
    for (at, window) in tokens.windows(5).enumerate() {
        let [
            before,
            Token::Text(en),
            Token::Sign(','),
            Token::Text(de),
            after,
        ] = window
        else {
            continue;
        };
        let opens = matches!(before, Token::Sign('(' | ','));
        if opens && matches!(after, Token::Sign(')' | ',')) {
            pairs.push((at + 1, en.as_str(), de.as_str()));
        }
    }
    pairs
}

/// The places from and to which calls of `either` reach, with the strings of each of their closures.
fn choices(tokens: &[Token]) -> Vec<(usize, usize, Vec<Vec<&str>>)> {
    let mut choices = Vec::new();
    for (from, window) in tokens.windows(3).enumerate() {
        let call = [
            Token::Word("either".to_owned()),
            Token::Sign('('),
            Token::Sign('|'),
        ];
        if window != call {
            continue;
        }
        let (mut depth, mut arms, mut at) = (0, Vec::<Vec<&str>>::new(), from + 1);
        loop {
            match &tokens[at] {
                Token::Sign('(' | '{' | '[') => depth += 1,
                Token::Sign(')' | '}' | ']') => depth -= 1,
                Token::Sign('|') if depth == 1 && tokens[at + 1] == Token::Sign('|') => {
                    arms.push(Vec::new());
                    at += 1;
                }
                Token::Text(text) => arms.last_mut().expect("a closure").push(text),
                _ => {}
            }
            if depth == 0 {
                break;
            }
            at += 1;
        }
        choices.push((from, at, arms));
    }
    choices
}

/// The names in braces, in order, without repetitions.
fn values<'a>(texts: &[&'a str]) -> Vec<&'a str> {
    let braces = texts.iter().flat_map(|text| text.split('{').skip(1));
    let names = braces.filter_map(|rest| Some(rest.split_once('}')?.0));
    let mut names: Vec<&str> = names.filter(|name| *name != ENDING).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Whether it has a word of three letters or more outside braces.
fn has_word(text: &str) -> bool {
    let outside = text
        .split('{')
        .map(|part| part.rsplit('}').next().unwrap_or_default());
    let mut words = outside.flat_map(|part| part.split(|c: char| !c.is_alphabetic()));
    words.any(|word| word.chars().count() >= 3)
}

/// Whether it reads like words for a person: several, or one with a capital.
fn reads(text: &str) -> bool {
    let capital = text.chars().next().is_some_and(char::is_uppercase);
    has_word(text) && (capital || text.contains(' '))
}

#[test]
fn every_text_has_words_of_its_own_in_both_languages() {
    let mut count = 0;
    for (file, tokens) in catalogues() {
        for (_, en, de) in pairs(&tokens) {
            assert!(!en.trim().is_empty(), "{file}: no English for {de:?}");
            assert!(!de.trim().is_empty(), "{file}: no German for {en:?}");
            assert!(
                en != de || ALIKE.contains(&en),
                "{file}: {en:?} in both languages"
            );
            count += 1;
        }
    }
    // Nothing has been overlooked for want of being understood.
    assert!(count > 150, "{count}");
}

#[test]
fn every_text_with_values_has_all_of_them_in_both_languages() {
    let mut count = 0;
    for (file, tokens) in catalogues() {
        for (_, _, arms) in choices(&tokens) {
            let [en, de] = &arms[..] else {
                panic!("{file}: not two languages: {arms:?}");
            };
            assert!(!en.is_empty() && !de.is_empty(), "{file}: {arms:?}");
            assert_ne!(en, de, "{file}: the same in both languages");
            // What stands in braces without a name is written beside the string.
            if !arms.concat().iter().any(|text| text.contains("{}")) {
                assert_eq!(values(en), values(de), "{file}: {arms:?}");
            }
            count += 1;
        }
    }
    assert!(count > 30, "{count}");
}

#[test]
fn no_text_has_one_language_only() {
    for (file, tokens) in catalogues() {
        let mut known = vec![false; tokens.len()];
        for (at, ..) in pairs(&tokens) {
            known[at..at + 3].fill(true);
        }
        for (from, to, _) in choices(&tokens) {
            known[from..to].fill(true);
        }
        for (token, known) in tokens.iter().zip(known) {
            if let Token::Text(text) = token
                && !NO_TEXT.contains(&text.as_str())
            {
                assert!(known || !reads(text), "{file}: {text:?} has one language");
            }
        }
    }
}

#[test]
fn no_text_is_in_a_component() {
    let places = ["app.rs", "components", "pages", "router"];
    let files = places.iter().flat_map(|place| files(&source(place)));
    let mut count = 0;
    for (file, tokens) in files {
        let found = strays(&tokens);
        assert!(found.is_empty(), "{file}: {found:?} belong to the texts");
        count += 1;
    }
    assert!(count > 20, "{count}");
}

/// The strings in a component that are for a person.
fn strays(tokens: &[Token]) -> Vec<&str> {
    let mut strays = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Token::Text(text) = token else { continue };
        let before = at.checked_sub(1).map(|at| &tokens[at]);
        let in_braces =
            before == Some(&Token::Sign('{')) && tokens.get(at + 1) == Some(&Token::Sign('}'));
        let spoken = before == Some(&Token::Sign('='))
            && SPOKEN.contains(&attribute(&tokens[..at - 1]).as_str());
        // A sentence, wherever it may go. One word could be a name of the browser's.
        let words = reads(text) && !is_classes(text) && (in_braces || text.trim().contains(' '));
        if words || spoken && has_word(text) {
            strays.push(text.as_str());
        }
    }
    strays
}

/// The name that the tokens end with, which can have dashes.
fn attribute(tokens: &[Token]) -> String {
    let mut name = String::new();
    for token in tokens.iter().rev() {
        match token {
            Token::Word(word) if name.is_empty() || name.starts_with('-') => {
                name.insert_str(0, word)
            }
            Token::Sign('-') if !name.starts_with('-') => name.insert(0, '-'),
            _ => break,
        }
    }
    name
}

/// In lower case throughout, with dashes rather than punctuation.
fn is_classes(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || " -_".contains(c))
}

#[test]
fn words_in_components_are_found() {
    for source in [
        r#"html! { <p>{ "Hello" }</p> }"#,
        r#"html! { <button aria-label="close" /> }"#,
        r#"html! { <input placeholder="say something" /> }"#,
        r#"html! { <Field label="Email" /> }"#,
        r#"let words = "Something went wrong.";"#,
    ] {
        assert_eq!(strays(&tokens(source)).len(), 1, "{source}");
    }
    for source in [
        r#"html! { <p class="two classes" title={text::TITLE}>{ " " }{ ": " }</p> }"#,
        r#"html! { <img alt="" src="/icon.svg" /> } // "Not a text""#,
        r#"set_attribute("aria-live", "polite")"#,
        r#"match c { '"' => "'", _ => "" }"#,
    ] {
        assert_eq!(strays(&tokens(source)), [""; 0], "{source}");
    }
}
