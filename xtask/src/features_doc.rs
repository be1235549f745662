//! Holds `docs/features.md` to the tests that it names.

use std::{fs, path::Path};

/// How many columns a table's row has; the last two are ours.
const COLUMNS: usize = 7;
const OURS: usize = 2;

/// What is wrong with the document. `read` gives the text of a file by its path from the repository's root.
fn faults(document: &str, read: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut faults = Vec::new();
    for (path, name) in links(document) {
        match read(path) {
            None => faults.push(format!("{path} is not there")),
            Some(text) if !has_test(&text, name) => {
                faults.push(format!("{path} has no test {name}"));
            }
            Some(_) => {}
        }
    }
    for line in document.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        if cells.len() != COLUMNS {
            faults.push(format!("{} columns: {line}", cells.len()));
            continue;
        }
        let heading = ["Feature", "---"].contains(&cells[0]);
        for cell in cells.iter().rev().take(OURS).filter(|_| !heading) {
            let claims = !["no", "untested", "n/a"]
                .iter()
                .any(|word| cell.split([':', ' ', ',']).next() == Some(word));
            if claims && links(cell).next().is_none() {
                faults.push(format!("{}: `{cell}` is shown by nothing", cells[0]));
            }
        }
    }
    faults
}

/// Path and name of the links that name a test, as in `[mail](../tests/a.rs#a_test)`.
fn links(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split("](../").skip(1).filter_map(|rest| {
        let (target, _) = rest.split_once(')')?;
        target.split_once('#')
    })
}

/// Whether the file has a function of this name.
fn has_test(text: &str, name: &str) -> bool {
    text.contains(&format!("fn {name}("))
}

#[test]
fn every_cell_of_ours_names_a_test_that_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let document = fs::read_to_string(root.join("docs/features.md")).unwrap();
    let named = links(&document).count();
    assert!(named > 50, "only {named} tests are named");
    let faults = faults(&document, |path| fs::read_to_string(root.join(path)).ok());
    assert_eq!(faults, [""; 0]);
}

#[test]
fn what_is_shown_by_nothing_is_a_fault() {
    let read = |path: &str| (path == "tests/a.rs").then(|| "async fn mail() {}".to_owned());
    let row = |cell: &str| format!("| Mail | a | b | c | d | {cell} | no |\n");
    let check = |cell: &str| faults(&row(cell), read);
    assert_eq!(check("[yes](../tests/a.rs#mail)"), [""; 0]);
    assert_eq!(check("no: by design"), [""; 0]);
    assert_eq!(check("untested"), [""; 0]);
    assert_eq!(check("yes"), ["Mail: `yes` is shown by nothing"]);
    assert_eq!(
        check("nobody needs it"),
        ["Mail: `nobody needs it` is shown by nothing"]
    );
    assert_eq!(
        check("[yes](../tests/a.rs#post)"),
        ["tests/a.rs has no test post"]
    );
    assert_eq!(
        check("[yes](../tests/b.rs#mail)"),
        ["tests/b.rs is not there"]
    );
    assert_eq!(faults("| a | b |", read), ["2 columns: | a | b |"]);
}
