//! `cargo xtask deploy`: the release on the internet.
//!
//! To AWS by the user's own CLI (`deploy/user-pool.yaml` and `deploy/site.yaml` have made what is there), or into a folder
//! for nginx. Files go up in an order in which no page ever names one that is not there: those with a hash in their name
//! first, then the others, the configuration, and the page last. What an earlier release left stays, for pages that are open.

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use cruddur_hosting::{COMPRESSED, IMMUTABLE, Nginx, REVALIDATED, connect_sources};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

use crate::{
    dist,
    failure::{Failure, Result},
    process, progress,
    tools::Tools,
    workspace::{self, Workspace},
};

const USAGE: &str = "\
cargo xtask deploy [--dry-run] --backend URL [--pool-stack NAME] [--site-stack NAME] [--region REGION]
cargo xtask deploy --nginx FOLDER --config FILE [--listen ADDRESS]";

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
enum Target {
    Aws(Aws),
    /// A folder that nginx serves, with its configuration beside the files.
    Nginx {
        folder: PathBuf,
        config: PathBuf,
        listen: String,
    },
}

#[derive(Debug, PartialEq, Eq)]
struct Aws {
    /// AWS's own command.
    cli: PathBuf,
    dry_run: bool,
    backend: String,
    pool_stack: String,
    site_stack: String,
    region: Option<String>,
}

/// Builds the release and puts it where `arguments` say.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result {
    let target = parse(arguments)?;
    let tools = Tools::prepare(workspace, dist::TOOLS)?;
    tools.require(dist::TOOLS)?;
    dist::build(workspace, &tools)?;
    let site = workspace.target.join("deploy");
    match target {
        Target::Aws(aws) => to_aws(workspace, &site, &aws),
        Target::Nginx {
            folder,
            config,
            listen,
        } => {
            let config = read_config(&config)?;
            prepare(&workspace.root.join("dist"), &site, &config)?;
            to_nginx(&site, &folder, &config, &listen)
        }
    }
}

fn parse(arguments: &[String]) -> Result<Target> {
    let wrong = |what: String| Failure::new(format!("{what}\n{USAGE}"));
    let mut values = BTreeMap::new();
    let mut dry_run = false;
    let mut left = arguments.iter();
    while let Some(argument) = left.next() {
        match argument.as_str() {
            "--dry-run" => dry_run = true,
            "--backend" | "--pool-stack" | "--site-stack" | "--region" | "--nginx" | "--config"
            | "--listen" => {
                let value = left
                    .next()
                    .ok_or_else(|| wrong(format!("{argument} needs a value.")))?;
                values.insert(argument.as_str(), value.clone());
            }
            other => return Err(wrong(format!("`deploy` does not know {other}."))),
        }
    }
    let mut take = |name: &str| values.remove(name);
    let target = if let Some(folder) = take("--nginx") {
        Target::Nginx {
            folder: folder.into(),
            config: take("--config")
                .ok_or_else(|| wrong("--nginx needs --config.".to_owned()))?
                .into(),
            listen: take("--listen").unwrap_or_else(|| "8080".to_owned()),
        }
    } else {
        Target::Aws(Aws {
            cli: "aws".into(),
            dry_run,
            backend: take("--backend").ok_or_else(|| wrong("--backend is missing.".to_owned()))?,
            pool_stack: take("--pool-stack").unwrap_or_else(|| "cruddur-user-pool".to_owned()),
            site_stack: take("--site-stack").unwrap_or_else(|| "cruddur-site".to_owned()),
            region: take("--region"),
        })
    };
    match values.keys().next() {
        None => Ok(target),
        Some(name) => Err(wrong(format!("{name} does not belong here."))),
    }
}

fn read_config(file: &Path) -> Result<Value> {
    let text = fs::read_to_string(file).map_err(|error| Failure::file("read", file, &error))?;
    serde_json::from_str(&text)
        .map_err(|error| Failure::new(format!("{} is no JSON: {error}.", file.display())))
}

/// The release of `dist/` as it goes up, in a folder of its own; its `config.json` is an example's.
pub fn prepared(workspace: &Workspace) -> Result<PathBuf> {
    let site = workspace.target.join("deploy-test");
    prepare(&workspace.root.join("dist"), &site, &json!({}))?;
    Ok(site)
}

/// Copies `dist` to `site` with this `config.json`, and compresses what is worth it.
fn prepare(dist: &Path, site: &Path, config: &Value) -> Result {
    workspace::remove_dir(site)?;
    workspace::create_dir(site)?;
    for file in dist::files_below(dist)? {
        let name = file.strip_prefix(dist).unwrap_or(&file);
        let bytes = match name.to_str() {
            Some("config.json") => format!("{config:#}\n").into_bytes(),
            _ => fs::read(&file).map_err(|error| Failure::file("read", &file, &error))?,
        };
        let to = site.join(name);
        if let Some(folder) = to.parent() {
            workspace::create_dir(folder)?;
        }
        store(&to, &bytes)?;
        let end = name.extension().and_then(|end| end.to_str());
        if end.is_some_and(|end| COMPRESSED.contains(&end)) {
            store(&with_ending(&to, "br"), &dist::brotli(&bytes))?;
            store(&with_ending(&to, "gz"), &gzip(&bytes)?)?;
        }
    }
    Ok(())
}

fn store(file: &Path, bytes: &[u8]) -> Result {
    fs::write(file, bytes).map_err(|error| Failure::file("write", file, &error))
}

fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    name.into()
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder
        .write_all(bytes)
        .and_then(|()| encoder.finish())
        .map_err(|error| Failure::new(format!("Cannot compress: {error}.")))
}

fn to_aws(workspace: &Workspace, site: &Path, aws: &Aws) -> Result {
    let of = |stack: &str| {
        let mut arguments = words("cloudformation describe-stacks --query Stacks[0].Outputs");
        arguments.extend(words("--output json --stack-name"));
        arguments.push(stack.to_owned());
        in_region(arguments, aws.region.as_deref())
    };
    let outputs = |stack: &str, placeholders: &[&str]| -> Result<BTreeMap<String, String>> {
        let arguments = of(stack);
        if aws.dry_run {
            progress::print(&shown(&arguments));
            let names = placeholders.iter();
            return Ok(names
                .map(|name| ((*name).to_owned(), format!("<{name}>")))
                .collect());
        }
        let text = process::output(Command::new(&aws.cli).args(&arguments))?;
        outputs(&text).ok_or_else(|| Failure::new(format!("The stack {stack} has no outputs.")))
    };
    let pool = outputs(&aws.pool_stack, &["Region", "UserPoolId", "ClientId"])?;
    let stack = outputs(&aws.site_stack, &["Bucket", "Distribution", "SiteUrl"])?;
    let config = configuration(&pool, &stack, &aws.backend)?;
    let sources = connect_sources(&config);
    prepare(&workspace.root.join("dist"), site, &config)?;
    let bucket = needed(&stack, "Bucket")?;
    match sources {
        Ok(sources) => progress::print(&format!(
            "# ConnectSources of {} has to be: {}",
            aws.site_stack,
            sources.join(" ")
        )),
        // What stands for an output is no region.
        Err(_) if aws.dry_run => {}
        Err(error) => return Err(Failure::new(format!("config.json: {error}."))),
    }
    for (file, key, headers) in uploads(site)? {
        let mut arguments = words("s3 cp --no-progress");
        arguments.push(file.display().to_string());
        arguments.push(format!("s3://{bucket}/{key}"));
        arguments.extend(headers);
        carry_out(in_region(arguments, aws.region.as_deref()), aws)?;
    }
    let mut arguments = words("cloudfront create-invalidation --paths /index.html* /config.json*");
    arguments.push("--distribution-id".to_owned());
    arguments.push(needed(&stack, "Distribution")?.to_owned());
    carry_out(arguments, aws)?;
    if let Some(url) = stack.get("SiteUrl") {
        progress::print(&format!("# The site: {url}"));
    }
    Ok(())
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn in_region(mut arguments: Vec<String>, region: Option<&str>) -> Vec<String> {
    if let Some(region) = region {
        arguments.push("--region".to_owned());
        arguments.push(region.to_owned());
    }
    arguments
}

/// The command as one types it into a shell.
fn shown(arguments: &[String]) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@,".contains(c);
    let quoted = arguments
        .iter()
        .map(|argument| match argument.chars().all(plain) {
            true => argument.clone(),
            false => format!("'{}'", argument.replace('\'', r"'\''")),
        });
    std::iter::once("aws".to_owned())
        .chain(quoted)
        .collect::<Vec<_>>()
        .join(" ")
}

fn carry_out(arguments: Vec<String>, aws: &Aws) -> Result {
    let command = shown(&arguments);
    if aws.dry_run {
        progress::print(&command);
        return Ok(());
    }
    progress::run(&command, Command::new(&aws.cli).args(&arguments))
}

/// A stack's outputs as `describe-stacks` tells them.
fn outputs(text: &str) -> Option<BTreeMap<String, String>> {
    let outputs: Vec<Value> = serde_json::from_str(text).ok()?;
    outputs
        .iter()
        .map(|output| {
            let text = |name: &str| Some(output[name].as_str()?.to_owned());
            Some((text("OutputKey")?, text("OutputValue")?))
        })
        .collect()
}

fn needed<'a>(outputs: &'a BTreeMap<String, String>, name: &str) -> Result<&'a str> {
    let value = outputs.get(name).map(String::as_str);
    value.ok_or_else(|| Failure::new(format!("The stack has no output {name}.")))
}

/// What `config.json` says of what the stacks made.
fn configuration(
    pool: &BTreeMap<String, String>,
    site: &BTreeMap<String, String>,
    backend: &str,
) -> Result<Value> {
    let mut config = json!({
        "version": "1",
        "auth": {
            "aws_region": needed(pool, "Region")?,
            "user_pool_id": needed(pool, "UserPoolId")?,
            "user_pool_client_id": needed(pool, "ClientId")?,
            "username_attributes": ["email"],
            "standard_required_attributes": ["email", "name", "preferred_username"],
        },
        "custom": { "backend_url": backend.trim_end_matches('/') },
    });
    let auth = &mut config["auth"];
    if let Some(mfa) = pool.get("Mfa").filter(|mfa| *mfa != "OFF") {
        auth["mfa_configuration"] = if mfa == "ON" { "REQUIRED" } else { "OPTIONAL" }.into();
        auth["mfa_methods"] = json!(["TOTP"]);
    }
    if let Some(domain) = pool.get("PasskeyDomain") {
        auth["passwordless"] = json!({ "web_authn": { "relying_party_id": domain } });
    }
    if let Some(domain) = pool.get("ManagedLoginDomain") {
        let site = needed(site, "SiteUrl")?;
        auth["oauth"] = json!({
            "domain": domain,
            "identity_providers": ["COGNITO"],
            "scopes": ["openid", "email", "profile", "aws.cognito.signin.user.admin"],
            "redirect_sign_in_uri": [format!("{site}/signin/callback")],
            "redirect_sign_out_uri": [format!("{site}/signin")],
            "response_type": "code",
        });
    }
    Ok(config)
}

/// Each file with its key and what is said of it, in the order in which they go up.
fn uploads(site: &Path) -> Result<Vec<(PathBuf, String, Vec<String>)>> {
    let mut uploads = Vec::new();
    for file in dist::files_below(site)? {
        let key = file.strip_prefix(site).unwrap_or(&file);
        let key = key.to_string_lossy().replace('\\', "/");
        let (name, coding) = match key.rsplit_once('.') {
            Some((name, "br")) => (name, Some("br")),
            Some((name, "gz")) => (name, Some("gzip")),
            _ => (key.as_str(), None),
        };
        let hashed = dist::is_hashed(name);
        let rule = if hashed { IMMUTABLE } else { REVALIDATED };
        let mut headers = vec![
            "--cache-control".to_owned(),
            rule.to_owned(),
            "--content-type".to_owned(),
            content_type(name).to_owned(),
        ];
        if let Some(coding) = coding {
            headers.extend(["--content-encoding".to_owned(), coding.to_owned()]);
        }
        let turn = match name {
            "index.html" => 3,
            "config.json" => 2,
            _ if hashed => 0,
            _ => 1,
        };
        uploads.push((turn, (file.clone(), key, headers)));
    }
    uploads.sort();
    Ok(uploads.into_iter().map(|(_, upload)| upload).collect())
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, end)| end) {
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        Some("wasm") => "application/wasm",
        Some("webmanifest") => "application/manifest+json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn to_nginx(site: &Path, folder: &Path, config: &Value, listen: &str) -> Result {
    let root = folder.join("site");
    workspace::create_dir(&root)?;
    for (file, key, _) in uploads(site)? {
        let to = root.join(&key);
        if let Some(folder) = to.parent() {
            workspace::create_dir(folder)?;
        }
        // Under another name first, so that nobody is served half a file.
        let part = with_ending(&to, "part");
        fs::copy(&file, &part).map_err(|error| Failure::file("copy", &file, &error))?;
        workspace::rename(&part, &to)?;
    }
    let connect =
        connect_sources(config).map_err(|error| Failure::new(format!("config.json: {error}.")))?;
    let root = fs::canonicalize(&root).map_err(|error| Failure::file("find", &root, &error))?;
    let nginx = Nginx {
        listen: listen.to_owned(),
        root: root.display().to_string(),
        connect,
        brotli: None,
        tls: None,
    };
    let file = folder.join("nginx.conf");
    workspace::write(&file, &nginx.configuration())?;
    progress::print(&format!(
        "The site is in {}, nginx's configuration in {}.",
        root.display(),
        file.display()
    ));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(text: &str) -> Vec<String> {
        words(text)
    }

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        let pairs = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        pairs.collect()
    }

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("xtask-{name}-{}", std::process::id()));
            let _ = fs::remove_dir_all(&folder);
            fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    /// A release with one file of each kind.
    fn release(folder: &Path) {
        for name in [
            "index.html",
            "config.json",
            "boot.js",
            "app-0123456789abcdef.js",
            "app-0123456789abcdef_bg.wasm",
            "icon.png",
        ] {
            fs::write(folder.join(name), format!("{name} {}", "text ".repeat(50))).unwrap();
        }
    }

    #[test]
    fn a_page_goes_up_after_all_that_it_names() {
        let (dist, site) = (Folder::new("deploy-dist"), Folder::new("deploy-site"));
        release(&dist.0);
        prepare(&dist.0, &site.0, &json!({ "auth": {} })).unwrap();
        let uploads = uploads(&site.0).unwrap();
        let keys: Vec<_> = uploads.iter().map(|(_, key, _)| key.as_str()).collect();
        let at = |key: &str| keys.iter().position(|one| *one == key).unwrap();
        for compressed in ["", ".br", ".gz"] {
            let name = |name: &str| format!("{name}{compressed}");
            assert!(at(&name("app-0123456789abcdef.js")) < at("boot.js"));
            assert!(at(&name("boot.js")) < at("config.json"));
            assert!(at(&name("config.json")) < at("index.html"));
        }
        assert!(
            !keys.contains(&"icon.png.br"),
            "a picture is compressed already"
        );
        let headers = |key: &str| uploads[at(key)].2.join(" ");
        assert!(headers("app-0123456789abcdef_bg.wasm.br").contains("immutable"));
        assert!(
            headers("app-0123456789abcdef_bg.wasm.br")
                .contains("application/wasm --content-encoding br")
        );
        assert!(headers("index.html.gz").contains("no-cache"));
        assert!(headers("index.html.gz").ends_with("--content-encoding gzip"));
        assert!(!headers("boot.js").contains("encoding"));
    }

    #[test]
    fn what_is_compressed_is_the_file() {
        let (dist, site) = (Folder::new("deploy-plain"), Folder::new("deploy-packed"));
        release(&dist.0);
        prepare(
            &dist.0,
            &site.0,
            &json!({ "auth": { "aws_region": "eu-west-1" } }),
        )
        .unwrap();
        let plain = fs::read(site.0.join("config.json")).unwrap();
        assert!(
            String::from_utf8_lossy(&plain).contains("eu-west-1"),
            "the stack's own"
        );
        let mut unpacked = Vec::new();
        let packed = fs::read(site.0.join("config.json.br")).unwrap();
        brotli::BrotliDecompress(&mut &packed[..], &mut unpacked).unwrap();
        assert_eq!(unpacked, plain);
        let packed = fs::read(site.0.join("boot.js.gz")).unwrap();
        let mut unpacked = Vec::new();
        std::io::Read::read_to_end(
            &mut flate2::read::GzDecoder::new(&packed[..]),
            &mut unpacked,
        )
        .unwrap();
        assert_eq!(unpacked, fs::read(site.0.join("boot.js")).unwrap());
    }

    #[test]
    fn the_configuration_is_what_the_stacks_made() {
        let told = r#"[{ "OutputKey": "Region", "OutputValue": "eu-west-1" },
            { "OutputKey": "UserPoolId", "OutputValue": "eu-west-1_Pool" },
            { "OutputKey": "ClientId", "OutputValue": "client" },
            { "OutputKey": "Mfa", "OutputValue": "OFF" }]"#;
        let pool = outputs(told).unwrap();
        let site = map(&[("SiteUrl", "https://cruddur.test")]);
        let plain = configuration(&pool, &site, "https://api.test/").unwrap();
        assert_eq!(plain["auth"]["user_pool_id"], "eu-west-1_Pool");
        assert_eq!(plain["custom"]["backend_url"], "https://api.test");
        for absent in ["mfa_methods", "passwordless", "oauth"] {
            assert_eq!(plain["auth"][absent], Value::Null, "{absent}");
        }
        let mut whole = pool.clone();
        whole.extend(map(&[
            ("Mfa", "ON"),
            ("PasskeyDomain", "cruddur.test"),
            (
                "ManagedLoginDomain",
                "cruddur.auth.eu-west-1.amazoncognito.com",
            ),
        ]));
        let whole = configuration(&whole, &site, "https://api.test").unwrap();
        assert_eq!(whole["auth"]["mfa_configuration"], "REQUIRED");
        assert_eq!(
            whole["auth"]["passwordless"]["web_authn"]["relying_party_id"],
            "cruddur.test"
        );
        assert_eq!(
            whole["auth"]["oauth"]["redirect_sign_in_uri"][0],
            "https://cruddur.test/signin/callback"
        );
        assert!(configuration(&BTreeMap::new(), &site, "x").is_err());
    }

    /// A command that notes what it is called with, and fails when that says so.
    fn cli(folder: &Path, fails_at: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt as _;
        let output = |name: &str, value: &str| {
            format!(r#"{{"OutputKey":"{name}","OutputValue":"{value}"}}"#)
        };
        let pool = [
            output("Region", "eu-west-1"),
            output("UserPoolId", "eu-west-1_Pool"),
            output("ClientId", "client"),
            output("Mfa", "OFF"),
        ];
        let site = [
            output("Bucket", "bucket"),
            output("Distribution", "E1"),
            output("SiteUrl", "https://cruddur.test"),
        ];
        let script = format!(
            "#!/bin/sh\necho \"$*\" >> {}/calls\ncase \"$*\" in\n*cruddur-user-pool*) echo '[{}]' ;;\n\
             *cruddur-site*) echo '[{}]' ;;\n*/{fails_at}*) echo no >&2; exit 1 ;;\nesac\n",
            folder.display(),
            pool.join(","),
            site.join(","),
        );
        let file = folder.join("aws");
        fs::write(&file, script).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        file
    }

    #[test]
    fn the_users_own_cli_uploads_and_takes_nothing_away() {
        let root = Folder::new("deploy-aws");
        let dist = root.0.join("dist");
        fs::create_dir_all(&dist).unwrap();
        release(&dist);
        let workspace = Workspace {
            root: root.0.clone(),
            programs: root.0.clone(),
            target: root.0.clone(),
            tools: root.0.clone(),
        };
        let run = |fails_at: &str, dry_run: bool| {
            let _ = fs::remove_file(root.0.join("calls"));
            let text = "--backend https://api.test --region eu-west-1";
            let Target::Aws(mut aws) = parse(&arguments(text)).unwrap() else {
                panic!("not for AWS");
            };
            aws.cli = cli(&root.0, fails_at);
            aws.dry_run = dry_run;
            let done = to_aws(&workspace, &root.0.join("site"), &aws);
            let calls = fs::read_to_string(root.0.join("calls")).unwrap_or_default();
            let calls: Vec<String> = calls.lines().map(str::to_owned).collect();
            (done, calls)
        };
        let (done, calls) = run("nothing", false);
        done.unwrap();
        assert!(calls[0].contains("describe-stacks") && calls[1].contains("describe-stacks"));
        let at = |part: &str| calls.iter().position(|call| call.contains(part)).unwrap();
        assert!(at("app-0123456789abcdef.js ") < at("/boot.js "));
        assert!(at("/boot.js ") < at("/config.json "));
        assert!(at("/config.json.gz ") < at("/index.html "));
        assert!(calls[at("/index.html ")].contains("s3://bucket/index.html"));
        let last = calls.last().unwrap();
        assert!(
            last.contains("create-invalidation") && last.contains("E1"),
            "{last}"
        );
        // Nothing but copies: what an earlier release left is still asked for by pages that are open.
        for call in &calls[2..calls.len() - 1] {
            assert!(
                call.starts_with("s3 cp ") && !call.contains("--delete"),
                "{call}"
            );
        }
        let config = fs::read_to_string(root.0.join("site/config.json")).unwrap();
        assert!(config.contains("eu-west-1_Pool"), "{config}");

        // A page never goes up before what it names.
        let (done, calls) = run("boot.js", false);
        assert!(done.is_err());
        assert!(
            !calls.iter().any(|call| call.contains("index.html")),
            "{calls:?}"
        );

        let (done, calls) = run("nothing", true);
        done.unwrap();
        assert!(calls.is_empty(), "{calls:?}");
    }

    #[test]
    fn wrong_arguments_are_named() {
        for (text, told) in [
            ("", "--backend is missing"),
            ("--backend", "needs a value"),
            ("--backend x --what", "does not know --what"),
            ("--nginx x", "needs --config"),
            ("--backend x --listen 80", "does not belong"),
        ] {
            let failure = parse(&arguments(text)).unwrap_err().to_string();
            assert!(
                failure.contains(told) && failure.contains("cargo xtask deploy"),
                "{failure}"
            );
        }
        let Target::Aws(aws) = parse(&arguments("--dry-run --backend https://api.test")).unwrap()
        else {
            panic!("not for AWS");
        };
        assert!(aws.dry_run);
        assert_eq!(aws.site_stack, "cruddur-site");
    }

    #[test]
    fn commands_can_be_typed_as_they_are_shown() {
        let command = shown(&arguments("s3 cp --cache-control no-cache Stacks[0]"));
        assert_eq!(command, "aws s3 cp --cache-control no-cache 'Stacks[0]'");
        assert_eq!(shown(&["it's".to_owned()]), r"aws 'it'\''s'");
    }

    #[test]
    fn a_folder_for_nginx_keeps_the_release_before() {
        let (dist, site, folder) = (
            Folder::new("deploy-nginx-dist"),
            Folder::new("deploy-nginx-site"),
            Folder::new("deploy-nginx"),
        );
        release(&dist.0);
        let config = json!({
            "auth": { "aws_region": "eu-west-1" },
            "custom": { "backend_url": "https://api.test" },
        });
        prepare(&dist.0, &site.0, &config).unwrap();
        let before = folder.0.join("site/app-fedcba9876543210.js");
        fs::create_dir_all(before.parent().unwrap()).unwrap();
        fs::write(&before, "earlier").unwrap();
        to_nginx(&site.0, &folder.0, &config, "8080").unwrap();
        assert!(before.exists());
        assert!(folder.0.join("site/index.html.gz").exists());
        let nginx = fs::read_to_string(folder.0.join("nginx.conf")).unwrap();
        for origin in [
            "https://api.test",
            "https://cognito-idp.eu-west-1.amazonaws.com",
        ] {
            assert!(nginx.contains(origin), "{origin}");
        }
    }
}
