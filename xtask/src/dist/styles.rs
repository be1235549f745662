//! One style sheet for all: each has to be there before anything is painted, browsers ask for few files at a time, and what
//! is alike in them is compressed once.

use std::{fs, path::Path};

use super::short_hash;
use crate::{
    failure::{Failure, Result},
    workspace,
};

/// What a link to a style sheet says.
const RELATION: &str = "rel=stylesheet";
const ADDRESS: &str = " href=/";

/// Joins the style sheets that the page of `dist` links to, in their order.
pub fn join(dist: &Path) -> Result {
    let place = dist.join("index.html");
    let page = fs::read_to_string(&place).map_err(|error| Failure::file("read", &place, &error))?;
    let mut styles = String::new();
    let mut rest = String::new();
    let mut first = None;
    for element in page.split_inclusive('>') {
        let sheet = element
            .find("<link")
            .filter(|_| element.contains(RELATION))
            .and_then(|start| Some((start, element.split_once(ADDRESS)?.1)));
        let Some((start, address)) = sheet else {
            rest.push_str(element);
            continue;
        };
        let name = address.split([' ', '>']).next().unwrap_or_default();
        let file = dist.join(name);
        let text =
            fs::read_to_string(&file).map_err(|error| Failure::file("read", &file, &error))?;
        styles.push_str(text.trim());
        styles.push('\n');
        fs::remove_file(&file).map_err(|error| Failure::file("remove", &file, &error))?;
        rest.push_str(&element[..start]);
        first.get_or_insert(rest.len());
    }
    let Some(first) = first else {
        return Err(Failure::new(
            "The page that Trunk has built links to no style sheet.",
        ));
    };
    let name = format!("style-{}.css", short_hash(styles.as_bytes()));
    workspace::write(&dist.join(&name), &styles)?;
    rest.insert_str(first, &format!("<link href=/{name} {RELATION}>"));
    workspace::write(&place, &rest)
}

#[cfg(test)]
mod tests {
    use super::{super::tests::Folder, *};

    #[test]
    fn style_sheets_become_one_in_their_order() {
        let page = b"<head><link href=/icon.svg rel=icon><link href=/b-1abd9a96d7288873.css integrity=x rel=stylesheet>\
            <link href=/a-1abd9a96d7288873.css rel=stylesheet><link href=/c.js rel=modulepreload></head>";
        let folder = Folder::with(
            "styles",
            &[
                ("index.html", page),
                ("a-1abd9a96d7288873.css", b"a{}\n"),
                ("b-1abd9a96d7288873.css", b"b{}"),
            ],
        );
        join(&folder.0).unwrap();
        let page = fs::read_to_string(folder.0.join("index.html")).unwrap();
        let names = folder.names();
        let [name] = &names
            .iter()
            .filter(|name| name.ends_with(".css"))
            .collect::<Vec<_>>()[..]
        else {
            panic!("{names:?}");
        };
        assert_eq!(
            page,
            format!(
                "<head><link href=/icon.svg rel=icon><link href=/{name} rel=stylesheet>\
                 <link href=/c.js rel=modulepreload></head>"
            )
        );
        assert!(super::super::is_hashed(name), "{name}");
        let styles = fs::read_to_string(folder.0.join(name)).unwrap();
        assert_eq!(styles, "b{}\na{}\n");
    }

    #[test]
    fn a_page_without_styles_is_refused() {
        let folder = Folder::with("no-styles", &[("index.html", b"<head></head>")]);
        assert!(join(&folder.0).is_err());
    }
}
