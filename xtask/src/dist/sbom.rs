//! What the app is made of: a software bill of materials in CycloneDX's form.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    process::Command,
};

use serde_json::{Value, json};

use crate::{
    failure::{Failure, Result},
    process,
    tools::TARGET,
    workspace::{self, Workspace},
};

const APP: &str = "cruddur-web";

/// Writes `sbom.cdx.json` beside `dist/`: it is for those who look after a deployment, not for its visitors.
pub fn write(workspace: &Workspace) -> Result {
    let mut cargo = Command::new("cargo");
    cargo
        .args(["metadata", "--format-version", "1", "--locked"])
        .args(["--features", "split", "--filter-platform", TARGET])
        .current_dir(&workspace.root);
    let metadata = parse(&process::output(&mut cargo)?)?;
    let lock = workspace.root.join("Cargo.lock");
    let lock = fs::read_to_string(&lock).map_err(|error| Failure::file("read", &lock, &error))?;
    let bill = bill(&metadata, &checksums(&lock))
        .ok_or_else(|| Failure::new("cargo's metadata does not have the app."))?;
    let text = format!("{bill:#}\n");
    workspace::write(&workspace.root.join("sbom.cdx.json"), &text)
}

fn parse(text: &str) -> Result<Value> {
    serde_json::from_str(text)
        .map_err(|error| Failure::new(format!("cargo's metadata cannot be read: {error}.")))
}

/// The SHA-256 of each package from a registry, by name and version.
fn checksums(lock: &str) -> BTreeMap<(String, String), String> {
    let value = |block: &str, name: &str| {
        let line = block.lines().find_map(|line| line.strip_prefix(name))?;
        Some(line.strip_prefix(" = ")?.trim_matches('"').to_owned())
    };
    let packages = lock.split("[[package]]").filter_map(|block| {
        let key = (value(block, "name")?, value(block, "version")?);
        Some((key, value(block, "checksum")?))
    });
    packages.collect()
}

/// Lists what is compiled into the app or helped to compile it; `None` if there is no app.
fn bill(metadata: &Value, checksums: &BTreeMap<(String, String), String>) -> Option<Value> {
    let packages: BTreeMap<&str, &Value> = metadata["packages"]
        .as_array()?
        .iter()
        .filter_map(|package| Some((package["id"].as_str()?, package)))
        .collect();
    let nodes: BTreeMap<&str, &Value> = metadata["resolve"]["nodes"]
        .as_array()?
        .iter()
        .filter_map(|node| Some((node["id"].as_str()?, node)))
        .collect();
    let is_app = |package: &&&Value| package["name"] == APP;
    let root = packages.values().find(is_app)?;
    let root_id = root["id"].as_str()?;

    let mut used = BTreeSet::new();
    let mut left = vec![root_id];
    let mut dependencies = Vec::new();
    while let Some(id) = left.pop() {
        if !used.insert(id) {
            continue;
        }
        let direct = nodes.get(id).map_or(Vec::new(), |node| needed(node));
        left.extend(&direct);
        let names = direct.iter().filter_map(|id| reference(packages.get(id)?));
        let mut names: Vec<String> = names.collect();
        names.sort();
        names.dedup();
        dependencies.push((reference(packages.get(id)?)?, names));
    }
    dependencies.sort();
    let mut components: Vec<Value> = used
        .iter()
        .filter(|id| **id != root_id)
        .filter_map(|id| component(packages.get(id)?, checksums))
        .collect();
    components.sort_by_key(|component| component["bom-ref"].to_string());
    let dependencies: Vec<Value> = dependencies
        .into_iter()
        .map(|(name, on)| json!({ "ref": name, "dependsOn": on }))
        .collect();
    let mut app = component(root, checksums)?;
    app["type"] = "application".into();
    Some(json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": { "component": app },
        "components": components,
        "dependencies": dependencies,
    }))
}

/// What a package needs other than for its own tests.
fn needed(node: &Value) -> Vec<&str> {
    let Some(dependencies) = node["deps"].as_array() else {
        return Vec::new();
    };
    let is_needed = |dependency: &&Value| {
        let kinds = dependency["dep_kinds"].as_array();
        kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind["kind"] != "dev"))
    };
    let needed = dependencies.iter().filter(is_needed);
    needed
        .filter_map(|dependency| dependency["pkg"].as_str())
        .collect()
}

fn reference(package: &Value) -> Option<String> {
    let (name, version) = (package["name"].as_str()?, package["version"].as_str()?);
    Some(format!("pkg:cargo/{name}@{version}"))
}

fn component(package: &Value, checksums: &BTreeMap<(String, String), String>) -> Option<Value> {
    let (name, version) = (package["name"].as_str()?, package["version"].as_str()?);
    let mut component = json!({
        "type": "library",
        "bom-ref": reference(package)?,
        "purl": reference(package)?,
        "name": name,
        "version": version,
    });
    if let Some(license) = package["license"].as_str() {
        // Older manifests write a slash for "or".
        component["licenses"] = json!([{ "expression": license.replace('/', " OR ") }]);
    }
    if let Some(checksum) = checksums.get(&(name.to_owned(), version.to_owned())) {
        component["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
    }
    Some(component)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_tests_need_is_not_listed() {
        let package = |name: &str| json!({ "id": name, "name": name, "version": "1.0.0", "license": "MIT/Apache-2.0" });
        let needs =
            |name: &str, kind: Value| json!({ "pkg": name, "dep_kinds": [{ "kind": kind }] });
        let metadata = json!({
            "packages": [package(APP), package("a"), package("b"), package("tests")],
            "resolve": { "nodes": [
                { "id": APP, "deps": [needs("a", Value::Null), needs("tests", "dev".into())] },
                { "id": "a", "deps": [needs("b", "build".into())] },
                { "id": "b", "deps": [] },
                { "id": "tests", "deps": [] },
            ] },
        });
        let lock = "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\nchecksum = \"00ff\"\n";
        let bill = bill(&metadata, &checksums(lock)).unwrap();
        let names: Vec<_> = bill["components"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["name"])
            .collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(bill["components"][0]["hashes"][0]["content"], "00ff");
        assert_eq!(
            bill["components"][0]["licenses"][0]["expression"],
            "MIT OR Apache-2.0"
        );
        assert_eq!(
            bill["dependencies"][0]["dependsOn"],
            json!(["pkg:cargo/b@1.0.0"])
        );
        assert_eq!(bill["metadata"]["component"]["name"], APP);
    }

    #[test]
    fn metadata_without_the_app_is_refused() {
        let none = json!({ "packages": [], "resolve": { "nodes": [] } });
        assert_eq!(bill(&none, &BTreeMap::new()), None);
    }
}
