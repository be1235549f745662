//! Where the bytes of the WASM come from.

use std::{collections::BTreeMap, fs, ops::Range, path::Path};

use rustc_demangle::demangle;
use wasmparser::{KnownCustom, Name, Parser, Payload};

use crate::failure::{Failure, Result};

/// The app's crate, as its functions name it.
const APP: &str = "cruddur_web";

/// The code of one module, before wasm-opt made it smaller and took the names away.
pub struct Profile {
    /// Bytes of code in all.
    pub code: usize,
    /// Bytes of texts and tables.
    pub data: usize,
    /// By the crate that the function was written in.
    pub crates: BTreeMap<String, usize>,
    /// By the item of the app's that the function is, or was made for: each component, for instance, has code of its own
    /// out of Yew's.
    pub items: BTreeMap<String, usize>,
}

/// Profiles a module that has names.
pub fn profile(module: &Path) -> Result<Profile> {
    let bytes = fs::read(module).map_err(|error| Failure::file("read", module, &error))?;
    read(&bytes).map_err(|error| Failure::new(format!("{}: {error}.", module.display())))
}

fn read(bytes: &[u8]) -> wasmparser::Result<Profile> {
    let mut sizes = Vec::new();
    let mut names = BTreeMap::new();
    let (mut imported, mut data) = (0, 0);
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    if matches!(import?.ty, wasmparser::TypeRef::Func(_)) {
                        imported += 1;
                    }
                }
            }
            Payload::CodeSectionEntry(body) => sizes.push(length(body.range())),
            Payload::DataSection(section) => data = length(section.range()),
            Payload::CustomSection(section) => {
                let KnownCustom::Name(section) = section.as_known() else {
                    continue;
                };
                for subsection in section {
                    if let Name::Function(functions) = subsection? {
                        for naming in functions {
                            let naming = naming?;
                            names.insert(naming.index, naming.name);
                        }
                    }
                }
            }
            _ => {}
        }
    }
    let mut profile = Profile {
        code: sizes.iter().sum(),
        data,
        crates: BTreeMap::new(),
        items: BTreeMap::new(),
    };
    for (index, size) in (imported..).zip(sizes) {
        let name = names.get(&index).copied().unwrap_or_default();
        let name = format!("{:#}", demangle(name));
        *profile.crates.entry(crate_of(&name)).or_default() += size;
        if let Some(item) = item_of(&name) {
            *profile.items.entry(item).or_default() += size;
        }
    }
    Ok(profile)
}

fn length(range: Range<u64>) -> usize {
    // A module that was read is in memory as a whole.
    usize::try_from(range.end - range.start).unwrap_or(usize::MAX)
}

/// The crate that a function was written in: that of the trait's implementation, if it is one's.
fn crate_of(name: &str) -> String {
    let start = name.trim_start_matches(['<', '&', '(', '[']);
    let start = start
        .strip_prefix("dyn ")
        .or_else(|| start.strip_prefix("mut "))
        .unwrap_or(start);
    let end = start
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(start.len());
    match &start[end..] {
        rest if rest.starts_with("::") => start[..end].to_owned(),
        _ => "(others)".to_owned(),
    }
}

/// The item of the app's that comes first in a name: its module and itself.
fn item_of(name: &str) -> Option<String> {
    let start = name.find(&format!("{APP}::"))? + APP.len() + 2;
    let path = &name[start..];
    let end = path
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != ':')
        .unwrap_or(path.len());
    let path = path[..end].trim_end_matches(':');
    let mut parts: Vec<&str> = path.split("::").collect();
    // Down to the item: what begins with a capital is one, else the third step is deep enough.
    let item = parts
        .iter()
        .position(|part| part.starts_with(|c: char| c.is_ascii_uppercase()));
    parts.truncate(item.map_or(3, |item| item + 1));
    Some(parts.join("::"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_is_counted_where_it_was_written_and_for_what_it_was_made() {
        let view = "<yew::html::CompStateInner<yew::functional::Adapter<cruddur_web::pages::home::HomePage>> as yew::html::Stateful>::view";
        assert_eq!(crate_of(view), "yew");
        assert_eq!(item_of(view).as_deref(), Some("pages::home::HomePage"));
        let own = "cruddur_web::session::refresh::<impl cruddur_web::session::Session>::renew::{closure#0}";
        assert_eq!(crate_of(own), "cruddur_web");
        assert_eq!(item_of(own).as_deref(), Some("session::refresh"));
        assert_eq!(
            crate_of("<&mut serde_json::de::Deserializer<R>>::parse"),
            "serde_json"
        );
        assert_eq!(crate_of("memcpy"), "(others)");
        assert_eq!(item_of("core::fmt::write"), None);
    }

    #[test]
    fn a_module_is_profiled_by_its_names() {
        // One import and two functions, of 3 and 2 bytes.
        let module = wat::parse_str(
            r#"(module
                (import "a" "b" (func $imported))
                (memory 1)
                (func $_RNvC11cruddur_web4main nop)
                (func $other)
                (data (i32.const 0) "text"))"#,
        )
        .unwrap();
        let profile = read(&module).unwrap();
        assert_eq!(profile.code, profile.crates.values().sum::<usize>());
        assert!(profile.data > 4);
        assert_eq!(profile.crates.len(), 2, "{:?}", profile.crates);
        assert_eq!(profile.items.get("main"), profile.crates.get("cruddur_web"));
    }
}
