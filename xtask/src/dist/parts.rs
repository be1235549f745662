//! The app in parts: what a first visit can do without becomes modules of its own, which the page loads when it wants them.
//!
//! The compiler's module is taken apart before wasm-bindgen gets to see it. It is Trunk that runs wasm-bindgen, so this very
//! program stands in for it: Trunk finds it first on `PATH`, under wasm-bindgen's name.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

use super::{compact, short_hash, split_at_hash};
use crate::{
    failure::{Failure, Result},
    progress,
    tools::{Tool, Tools},
    workspace::{self, Workspace},
};

/// The name that Trunk looks for.
const STAND_IN: &str = "wasm-bindgen";
/// The script that loads the parts, as wasm-split names it.
const LOADER: &str = "__wasm_split.js";
/// The name of the app's module, as Trunk has it.
const APP: &str = "cruddur-web";

/// Where wasm-split leaves the parts, in the target folder.
const FOLDER_NAME: &str = "parts";
const FOLDER: &str = "CRUDDUR_PARTS_FOLDER";
const WASM_BINDGEN: &str = "CRUDDUR_PARTS_WASM_BINDGEN";
const WASM_SPLIT: &str = "CRUDDUR_PARTS_WASM_SPLIT";

/// A build in parts.
pub struct Parts {
    /// Where wasm-split leaves the parts.
    folder: PathBuf,
}

impl Parts {
    /// Has Trunk's `command` build the app in parts.
    pub fn prepare(workspace: &Workspace, tools: &Tools, command: &mut Command) -> Result<Self> {
        let folder = workspace.target.join(FOLDER_NAME);
        workspace::remove_dir(&folder)?;
        let stand_in = folder.join("stand-in");
        workspace::create_dir(&stand_in)?;
        let this = env::current_exe().map_err(|error| {
            Failure::new(format!("Cannot find this program's own file: {error}."))
        })?;
        let name = format!("{STAND_IN}{}", env::consts::EXE_SUFFIX);
        fs::copy(&this, stand_in.join(name))
            .map_err(|error| Failure::file("copy", &this, &error))?;
        command
            .args(["--features", "split"])
            .env("PATH", tools.path_after(&stand_in))
            .env(FOLDER, &folder)
            .env(WASM_BINDGEN, tools.program(Tool::WasmBindgen)?)
            .env(WASM_SPLIT, tools.program(Tool::WasmSplit)?);
        Ok(Self { folder })
    }

    /// Puts the parts beside the app in `dist`, each under a name by its content; what many need, and what is tiny, in one file.
    pub fn finish(&self, tools: &Tools, dist: &Path) -> Result {
        let loader = read(&self.folder.join(LOADER))?;
        let needs = needs(&loader)?;
        let mut places = BTreeMap::new();
        let mut together = Vec::new();
        for part in super::files_below(&self.folder)? {
            let Some(name) = name_of(&part).filter(|name| name.ends_with(".wasm")) else {
                continue;
            };
            if name == format!("{APP}.wasm") {
                continue;
            }
            let small = part.with_extension("small");
            let mut wasm_opt = tools.command("wasm-opt");
            wasm_opt
                .args(FEATURES)
                // What index.html has Trunk say for the app's own module.
                .args(["-Oz", "--low-memory-unused"])
                .arg("--reorder-functions-by-name")
                .args(["--strip-producers", "--strip-target-features"])
                .arg(&part)
                .arg("-o")
                .arg(&small);
            progress::run(&format!("making {name} smaller"), &mut wasm_opt)?;
            let bytes = fs::read(&small).map_err(|error| Failure::file("read", &small, &error))?;
            let plain = name.trim_end_matches(".wasm");
            let plain = plain.strip_prefix("split_").unwrap_or(SHARED);
            let reference = format!("\"./{name}\"");
            let needed = needs.iter().filter(|(_, all)| all.contains(&reference));
            if plain == SHARED && (bytes.len() < TINY || 2 * needed.count() > needs.len()) {
                let from = together.len();
                together.extend(bytes);
                places.insert(reference, Place::Within(from, together.len()));
            } else {
                places.insert(reference, Place::File(put(dist, plain, &bytes)?));
            }
        }
        let together = put(dist, SHARED, &together)?;
        join(
            dist,
            &compact(&patient(&loader, &needs, &places, &together)?),
        )
    }
}

/// How files are called that more than one part needs.
const SHARED: &str = "shared";
/// In bytes: a request of its own costs more than loading so much in vain.
const TINY: usize = 3000;

/// Where a module is.
enum Place {
    /// The file, as the loader names it.
    File(String),
    /// From there to there in the file that has several.
    Within(usize, usize),
}

/// Writes a file with that beginning of its name into `dist`: what the loader calls it.
fn put(dist: &Path, plain: &str, bytes: &[u8]) -> Result<String> {
    let name = format!("{plain}-{}.wasm", short_hash(bytes));
    let to = dist.join(&name);
    fs::write(&to, bytes).map_err(|error| Failure::file("write", &to, &error))?;
    Ok(format!("\"./{name}\""))
}

/// How wasm-split's loader fetches a file: before its name, and after it.
const FETCH: [&str; 2] = ["fetch(new URL(", ", import.meta.url))"];
/// How it makes a module of the answer.
const MADE: &str = "WebAssembly.instantiateStreaming(src, imports)";
/// What takes the places of these. A part that never came would be waited for as long as the page is open, also by whoever
/// asks for it again: it has half a minute, for it is larger than an answer. And what the address of the page calls for is
/// asked for as soon as this script is there, before there is a program to put it into. A part is compiled once all of it is
/// here: while it arrived, Firefox would wait for ever for the rest of one that ends too early.
const MADE_OF_ALL: &str = "made(src, imports)";
/// What it does with a failure, before it tells the app.
const NOTED: &str = "console.error(e);";
/// What takes its place. That a file did not come the browser notes itself, and when a page is left while one is on its way,
/// nothing is wrong.
const NOTED_IF_STRANGE: &str = "if (!(e instanceof TypeError)) console.error(e);";
const ASKED: &str = "const answers = new Map();
async function fetched(file) {
    const answer = await fetch(new URL(file, import.meta.url), { signal: AbortSignal.timeout(30000) });
    if (answer.ok) return answer.arrayBuffer();
    throw Error(file);
}
function ask(file) {
    // Two parts can have a file in common.
    let answer = answers.get(file);
    if (!answer) {
        answer = fetched(file);
        answers.set(file, answer);
        answer.catch(() => answers.delete(file));
    }
    return answer;
}
async function asked(file, from, to) {
    const bytes = await ask(file);
    if (to) return bytes.slice(from, to);
    answers.delete(file);
    return bytes;
}
async function made(src, imports) {
    try {
        return await WebAssembly.instantiate(await src, imports);
    } catch (error) {
        // What came is of no use: who tries again asks again.
        answers.clear();
        throw error;
    }
}
export function prefetch(part) {
    FILES[part]?.forEach((file) => ask(file).catch(() => {}));
}
";

fn other() -> Failure {
    Failure::new("wasm-split's loader is another one than it was.")
}

/// The files of each part, as wasm-split's loader names them.
fn needs(loader: &str) -> Result<Vec<(String, Vec<String>)>> {
    let mut files: Vec<(String, Vec<String>)> = Vec::new();
    let mut chunks: Vec<(String, Vec<String>)> = Vec::new();
    // Each file is fetched in a block of its own, which ends with the names of those that it needs.
    for block in loader
        .split_inclusive("]);\n")
        .flat_map(|block| block.split_inclusive("]));\n"))
    {
        let Some((before, rest)) = block.split_once(FETCH[0]) else {
            continue;
        };
        let (file, rest) = rest.split_once(FETCH[1]).ok_or_else(other)?;
        let (_, needed) = rest.rsplit_once('[').ok_or_else(other)?;
        let (needed, _) = needed.split_once(']').ok_or_else(other)?;
        let mut all = vec![file.to_owned()];
        for name in needed
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
        {
            let chunk = chunks.iter().find(|(known, _)| known == name);
            for file in &chunk.ok_or_else(other)?.1 {
                if !all.contains(file) {
                    all.push(file.clone());
                }
            }
        }
        let line = before.lines().rev().find(|line| line.contains("makeLoad("));
        let (_, named) = line
            .and_then(|line| line.split_once("const "))
            .ok_or_else(other)?;
        let name = named.split(' ').next().unwrap_or_default();
        match name.strip_prefix("__wasm_split_load_") {
            Some(part) => files.push((part.to_owned(), all)),
            None => chunks.push((name.to_owned(), all)),
        }
    }
    if files.is_empty() {
        return Err(other());
    }
    Ok(files)
}

/// wasm-split's loader, with files that have their time, can be asked for early and are in their places; `together` is the
/// file that has several.
fn patient(
    loader: &str,
    needs: &[(String, Vec<String>)],
    places: &BTreeMap<String, Place>,
    together: &str,
) -> Result<String> {
    if loader.matches(MADE).count() != loader.matches(FETCH[0]).count()
        || loader.matches(NOTED).count() != 1
    {
        return Err(other());
    }
    let mut loader = loader
        .replace(MADE, MADE_OF_ALL)
        .replace(NOTED, NOTED_IF_STRANGE);
    for (name, place) in places {
        let now = match place {
            Place::File(file) => format!("asked({file})"),
            Place::Within(from, to) => format!("asked({together}, {from}, {to})"),
        };
        loader = loader.replace(&format!("{}{name}{}", FETCH[0], FETCH[1]), &now);
    }
    if loader.contains(FETCH[0]) {
        return Err(other());
    }
    let files = needs.iter().map(|(part, names)| {
        let mut files = Vec::new();
        for name in names {
            let file = match places.get(name).ok_or_else(other)? {
                Place::File(file) => file,
                Place::Within(..) => together,
            };
            if !files.contains(&file) {
                files.push(file);
            }
        }
        Ok(format!("{part}:[{}]", files.join(",")))
    });
    let files: Vec<String> = files.collect::<Result<_>>()?;
    Ok(format!(
        "{loader}\nconst FILES = {{{}}};\n{ASKED}",
        files.join(",")
    ))
}

/// The modules of the last build with a name each, before they were made smaller.
pub fn modules(workspace: &Workspace) -> Result<Vec<(String, PathBuf)>> {
    let files = super::files_below(&workspace.target.join(FOLDER_NAME))?;
    let modules = files.into_iter().filter_map(|file| {
        let name = name_of(&file)?.strip_suffix(".wasm")?.to_owned();
        Some((name, file))
    });
    Ok(modules.collect())
}

/// What the compiler's modules make use of; a part does not say so itself.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Gives the app's script and the loader, which name each other, their names: by the content of both.
fn join(dist: &Path, loader: &str) -> Result {
    let scripts = super::files_below(dist)?;
    let script = scripts.iter().find(|file| {
        let hash = name_of(file).and_then(split_at_hash);
        hash.is_some_and(|(stem, end)| stem == format!("{APP}-") && end == ".js")
    });
    let Some((script, old)) = script.and_then(|file| Some((file, name_of(file)?.to_owned())))
    else {
        return Err(Failure::new("Trunk has built no script for the app."));
    };
    let text = read(script)?;
    if !text.contains(LOADER) {
        return Err(Failure::new(
            "The app's script does not load its parts: was it built without the feature `split`?",
        ));
    }
    let loader = loader.replace(&format!("./{APP}.js"), "./@app@");
    let hash = short_hash(format!("{text}\0{loader}").as_bytes());
    let (app, parts) = (format!("{APP}-{hash}.js"), format!("parts-{hash}.js"));
    fs::remove_file(script).map_err(|error| Failure::file("remove", script, &error))?;
    // Only where it is imported: the module asks for what is in it by the old name.
    let imported = |name: &str| [format!("from\"./{name}\""), format!("from \"./{name}\"")];
    let text = imported(LOADER)
        .iter()
        .zip(imported(&parts))
        .fold(text, |text, (old, new)| text.replace(old, &new));
    workspace::write(&dist.join(&app), &text)?;
    workspace::write(&dist.join(&parts), &loader.replace("@app@", &app))?;
    let page = dist.join("index.html");
    let text = read(&page)?.replace(&old, &app);
    workspace::write(&page, &with_loader(&text, &parts)?)
}

/// A page that knows where the loader of parts is.
fn with_loader(page: &str, loader: &str) -> Result<String> {
    let mut page = page.to_owned();
    for (place, new) in [
        // The script imports it: without this the browser finds out only then.
        (
            "</head>",
            format!("<link href=/{loader} rel=modulepreload></head>"),
        ),
        (" data-js=", format!(" data-parts=/{loader} data-js=")),
    ] {
        if page.matches(place).count() != 1 {
            return Err(Failure::new(format!(
                "Trunk's page does not have {place:?} once: where is the loader of parts to be named?"
            )));
        }
        page = page.replace(place, &new);
    }
    Ok(page)
}

fn name_of(file: &Path) -> Option<&str> {
    file.file_name()?.to_str()
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).map_err(|error| Failure::file("read", file, &error))
}

/// Whether this program was started in wasm-bindgen's place.
pub fn is_stand_in() -> bool {
    let name = env::args_os().next().map(PathBuf::from);
    let stem = name.as_deref().and_then(Path::file_stem);
    stem.is_some_and(|stem| stem == STAND_IN) && env::var_os(FOLDER).is_some()
}

/// Does what wasm-bindgen was to do, after taking the module apart.
pub fn stand_in(arguments: &[String]) -> Result<ExitCode> {
    let given = |name: &str| {
        env::var_os(name)
            .map(PathBuf::from)
            .ok_or_else(|| Failure::new(format!("{name} is not set.")))
    };
    let (folder, mut arguments) = (given(FOLDER)?, arguments.to_vec());
    if let Some(module) = arguments
        .iter_mut()
        .find(|argument| argument.ends_with(".wasm"))
    {
        run(Command::new(given(WASM_SPLIT)?)
            .args(["--target", "web", "--out-name", APP])
            .arg(&*module)
            .arg(&folder))?;
        *module = folder
            .join(format!("{APP}.wasm"))
            .to_string_lossy()
            .into_owned();
        // The parts take their places in the table of the app's module.
        arguments.push("--keep-lld-exports".to_owned());
    }
    run(Command::new(given(WASM_BINDGEN)?).args(&arguments))?;
    Ok(ExitCode::SUCCESS)
}

fn run(command: &mut Command) -> Result {
    let name = command.get_program().to_string_lossy().into_owned();
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::new(format!("{name} failed: {status}."))),
        Err(error) => Err(Failure::new(format!("Cannot start {name}: {error}."))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_the_loader_or_is_none() {
        let page = with_loader("<head><script a=b data-js=/x></script></head>", "p.js").unwrap();
        assert_eq!(
            page,
            "<head><script a=b data-parts=/p.js data-js=/x></script><link href=/p.js rel=modulepreload></head>"
        );
        for odd in [
            "<head><script></script></head>",
            "<script data-js=/x></script>",
        ] {
            assert!(with_loader(odd, "p.js").is_err(), "{odd}");
        }
    }

    #[test]
    fn scripts_that_name_each_other_are_named_by_both() {
        let build = |name: &str, script: &str, loader: &str| {
            let folder = super::super::tests::Folder::with(
                name,
                &[
                    ("cruddur-web-1abd9a96d7288873.js", script.as_bytes()),
                    (
                        "index.html",
                        b"<head><script data-js=/cruddur-web-1abd9a96d7288873.js></head>",
                    ),
                ],
            );
            join(&folder.0, loader).unwrap();
            let names = folder.names();
            let file = |start: &str| {
                let name = names.iter().find(|name| name.starts_with(start)).unwrap();
                (name.clone(), read(&folder.0.join(name)).unwrap())
            };
            let (app, script) = file("cruddur-web-");
            let (parts, loader) = file("parts-");
            let expected = format!(r#"import*as e from"./{parts}";x({{"./__wasm_split.js":e}})"#);
            assert_eq!(script, expected);
            assert!(loader.contains(&app), "{loader}");
            assert!(file("index.html").1.contains(&app));
            (app, parts)
        };
        let script = r#"import*as e from"./__wasm_split.js";x({"./__wasm_split.js":e})"#;
        let loader = r#"import { initSync } from "./cruddur-web.js"; "./messages-1.wasm""#;
        let one = build("parts-one", script, loader);
        assert_eq!(one, build("parts-same", script, loader));
        let other = build("parts-other", script, &loader.replace("-1.", "-2."));
        assert_ne!(one.0, other.0);
        assert_ne!(one.1, other.1);
    }

    #[test]
    fn a_part_has_its_time_and_can_be_asked_for_early() {
        let block = |file: &str| {
            format!(
                "makeLoad(() => {{\n    const src = fetch(new URL(\"./{file}\", import.meta.url));\n    return {MADE};\n}}\n"
            )
        };
        let loader = format!(
            "const list = [1];\n/* a, b */\n{NOTED}\nconst __chunk_0 = {}, []);\nconst __chunk_1 = {}, [__chunk_0]);\n\
             export const __wasm_split_load_a = wrapAsyncCb({}, [__chunk_1]));\n\
             export const __wasm_split_load_b = wrapAsyncCb({}, []));\n",
            block("shared-0.wasm"),
            block("shared-1.wasm"),
            block("a-2.wasm"),
            block("b-3.wasm"),
        );
        let file = |name: &str| {
            (
                format!("\"./{name}\""),
                Place::File(format!("\"./x-{name}\"")),
            )
        };
        let within = |name: &str, from, to| (format!("\"./{name}\""), Place::Within(from, to));
        let places = BTreeMap::from([
            within("shared-0.wasm", 0, 5),
            within("shared-1.wasm", 5, 9),
            file("a-2.wasm"),
            file("b-3.wasm"),
        ]);
        let needs = needs(&loader).unwrap();
        let patient = |places| patient(&loader, &needs, places, "\"./all.wasm\"");
        let script = patient(&places).unwrap();
        for line in [
            r#"const src = asked("./x-a-2.wasm");"#,
            r#"const src = asked("./all.wasm", 0, 5);"#,
            r#"const src = asked("./all.wasm", 5, 9);"#,
            r#"const FILES = {a:["./x-a-2.wasm","./all.wasm"],b:["./x-b-3.wasm"]};"#,
        ] {
            assert!(script.contains(line), "{script}");
        }
        assert_eq!(script.matches("fetch(new URL(").count(), 1, "{script}");
        assert_eq!(script.matches("return made(").count(), 4, "{script}");
        assert!(!script.contains(MADE), "{script}");
        assert!(script.contains(NOTED_IF_STRANGE), "{script}");
        // A file without a place.
        assert!(patient(&BTreeMap::from([file("a-2.wasm")])).is_err());
        assert!(super::needs("fetch('./a.wasm')").is_err());
    }

    #[test]
    fn an_app_in_one_piece_is_refused() {
        let folder = super::super::tests::Folder::with(
            "parts-none",
            &[("cruddur-web-1abd9a96d7288873.js", b"export default 1")],
        );
        assert!(join(&folder.0, "").is_err());
    }
}
