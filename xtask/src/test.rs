//! Every check of the project, one after the other, with one summary at the end.

use std::{
    ffi::OsString,
    io::IsTerminal,
    path::Path,
    process::{Command, ExitCode},
    time::{Duration, Instant},
};

use crate::{
    client_crate, deploy, dist,
    engines::{self, Engine, Wanted},
    failure::{self, Failure, Result},
    fuzz,
    interop::{self, Guest},
    process::{self, Stream},
    progress, size,
    tools::{Tool, Tools},
    workspace::{self, Workspace},
};

/// One check.
struct Step {
    name: &'static str,
    about: &'static str,
    needs: &'static [Tool],
    /// What it is skipped without.
    guests: &'static [Tool],
    /// If it is one for an engine: the name of its kind, which is that of the one for Chromium, and the engine.
    kind: Option<(&'static str, Engine)>,
    run: fn(&Context) -> Result<Outcome>,
}

const WASM: &[Tool] = &[Tool::Wasm32];
const BROWSER_TESTS: &[Tool] = &[Tool::Wasm32, Tool::WasmBindgen];
const CHROMIUM: &[Tool] = &[Tool::Browser];

/// The checks in their order. A new one is one line here.
const STEPS: &[Step] = &[
    step("fmt", "formatting", &[], fmt),
    step("clippy", "lints, for this machine", &[], clippy),
    step("clippy-wasm", "lints, for the browser", WASM, clippy_wasm),
    step("deny", "licences and origins of dependencies", &[], deny),
    step("native", "tests on this machine", &[], native),
    step(
        "package",
        "the client crate, as published",
        &[],
        client_crate::package,
    ),
    step("msrv", "its oldest Rust", &[], client_crate::msrv),
    step(
        "no-std",
        "it, without the standard library",
        &[],
        client_crate::no_std,
    ),
    step("semver", "its public API", &[], client_crate::semver),
    step("fuzz", "some seconds of cargo-fuzz", &[], fuzz::step),
    step("interop", "tests with others' programs", &[], interop),
    step(
        "browser",
        "tests in headless Chromium",
        &[Tool::Wasm32, Tool::WasmBindgen, Tool::Browser],
        |context| browser(context, Engine::Chromium),
    )
    .in_engine("browser", Engine::Chromium),
    step(
        "browser-firefox",
        "the same in headless Firefox",
        BROWSER_TESTS,
        |context| browser(context, Engine::Firefox),
    )
    .in_engine("browser", Engine::Firefox),
    step("dist", "the release build", dist::TOOLS, build_dist),
    step("budget", "its bytes", dist::TOOLS, budget),
    step(
        "e2e",
        "journeys in Chromium, release build",
        CHROMIUM,
        |context| e2e(context, Engine::Chromium),
    )
    .in_engine("e2e", Engine::Chromium),
    step("e2e-firefox", "the same in Firefox", &[], |context| {
        e2e(context, Engine::Firefox)
    })
    .in_engine("e2e", Engine::Firefox),
    step("e2e-webkit", "the same in WebKitGTK", &[], |context| {
        e2e(context, Engine::WebKit)
    })
    .in_engine("e2e", Engine::WebKit),
    step("deploy", "CloudFormation templates, nginx", &[], deployment),
];

const fn step(
    name: &'static str,
    about: &'static str,
    needs: &'static [Tool],
    run: fn(&Context) -> Result<Outcome>,
) -> Step {
    Step {
        name,
        about,
        needs,
        guests: &[],
        kind: None,
        run,
    }
}

impl Step {
    /// This one for an engine. A browser that is no more than another to look with is not asked of every machine.
    const fn in_engine(mut self, kind: &'static str, engine: Engine) -> Self {
        self.kind = Some((kind, engine));
        self.guests = match engine {
            Engine::Chromium => &[],
            Engine::Firefox => &[Tool::Firefox],
            Engine::WebKit => &[Tool::WebKit],
        };
        self
    }

    /// What it comes to.
    fn outcome(&self, context: &Context) -> Result<Outcome> {
        context.tools.require(self.needs)?;
        match context.tools.require(self.guests) {
            Err(why) => Ok(Outcome::Skipped(why.to_string())),
            Ok(()) => (self.run)(context),
        }
    }
}

/// The packages that run in the browser, with their features.
const WASM_PACKAGES: &[&str] = &[
    "--package",
    "cruddur-web",
    "--package",
    "cognito-user-pool",
    "--features",
    "cognito-user-pool/browser",
];

/// What steps work with.
pub struct Context {
    /// Where things are.
    pub workspace: Workspace,
    /// What the steps of this run need.
    pub tools: Tools,
    done: Vec<Report>,
}

impl Context {
    /// Whether an earlier step of this run failed.
    fn failed(&self, step: &str) -> bool {
        self.done
            .iter()
            .any(|report| report.step == step && matches!(report.outcome, Outcome::Failed(_)))
    }
}

/// What a step came to.
pub enum Outcome {
    /// With a remark for the summary: how many tests, and which could not be run.
    Passed(String),
    /// Why.
    Failed(String),
    /// Why it could not be done here.
    Skipped(String),
}

struct Report {
    step: &'static str,
    outcome: Outcome,
    took: Duration,
}

/// How many tests a step ran, as its test programs say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Those that passed.
    pub passed: u64,
    failed: u64,
    ignored: u64,
}

/// Runs all steps, or those that are named.
pub fn run(workspace: &Workspace, arguments: &[String]) -> Result<ExitCode> {
    if arguments.iter().any(|argument| argument == "--list") {
        for step in STEPS {
            progress::print(&format!("{:<15} {}", step.name, step.about));
        }
        return Ok(ExitCode::SUCCESS);
    }
    let wanted = Wanted::parse(arguments)?;
    if let Some(unknown) = wanted
        .steps
        .iter()
        .find(|name| !STEPS.iter().any(|step| step.name == **name))
    {
        return Err(Failure::new(format!(
            "There is no step `{unknown}`: `cargo xtask test --list` names them."
        )));
    }
    let chosen: Vec<&Step> = STEPS
        .iter()
        .filter(|step| wanted.has(step.name, step.kind))
        .collect();
    if chosen.is_empty() {
        return Err(Failure::new(format!(
            "There is no `{}` for these engines: `cargo xtask test --list` names the steps.",
            wanted.steps.join("`, `")
        )));
    }
    workspace::require_space(&workspace.target, 3000)?;
    let tools: Vec<Tool> = chosen
        .iter()
        .flat_map(|step| step.needs.iter().chain(step.guests))
        .copied()
        .collect();
    let tools = Tools::prepare(workspace, &tools)?;
    let mut context = Context {
        workspace: workspace.clone(),
        tools,
        done: Vec::new(),
    };
    for step in chosen {
        progress::print(&format!("\n── {}: {} ──", step.name, step.about));
        let began = Instant::now();
        let outcome = step.outcome(&context);
        let outcome = outcome.unwrap_or_else(|failure| Outcome::Failed(failure.to_string()));
        // What a test left running would disturb the next.
        process::end_descendants(Duration::from_secs(2));
        context.done.push(Report {
            step: step.name,
            outcome,
            took: began.elapsed(),
        });
    }
    progress::print(&format!("\n{}", summary(&context.done)));
    let failed = context
        .done
        .iter()
        .any(|report| matches!(report.outcome, Outcome::Failed(_)));
    Ok(if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn summary(reports: &[Report]) -> String {
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    let mut lines = vec!["── summary ──".to_owned()];
    for report in reports {
        let (word, remark) = match &report.outcome {
            Outcome::Passed(remark) => {
                passed += 1;
                ("ok", remark.clone())
            }
            Outcome::Failed(why) => {
                failed += 1;
                ("FAILED", why.clone())
            }
            Outcome::Skipped(why) => {
                skipped += 1;
                ("skipped", why.clone())
            }
        };
        let line = format!(
            "{:<15} {word:<8} {:>6.1} s   {remark}",
            report.step,
            report.took.as_secs_f64()
        );
        lines.push(line.trim_end().to_owned());
    }
    lines.push(String::new());
    lines.push(format!(
        "{passed} passed, {failed} failed, {skipped} skipped"
    ));
    lines.join("\n")
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self {
                passed: 0,
                failed: 0,
                ignored: 0,
            } => Ok(()),
            Self {
                passed, ignored: 0, ..
            } => write!(f, "{passed} tests"),
            Self {
                passed, ignored, ..
            } => write!(f, "{passed} tests, {ignored} ignored"),
        }
    }
}

fn fmt(context: &Context) -> Result<Outcome> {
    if !has_component("fmt", "rustfmt") {
        return Ok(Outcome::Skipped(
            "this Rust toolchain has no rustfmt".to_owned(),
        ));
    }
    check(
        context
            .tools
            .command("cargo")
            .args(["fmt", "--all", "--check"]),
    )
}

fn clippy(context: &Context) -> Result<Outcome> {
    if !has_component("clippy", "clippy") {
        return Ok(Outcome::Skipped(
            "this Rust toolchain has no clippy".to_owned(),
        ));
    }
    check(context.tools.command("cargo").args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))
}

fn clippy_wasm(context: &Context) -> Result<Outcome> {
    if !context.tools.wasm32_is_of_the_toolchain() {
        return Ok(Outcome::Skipped(
            "the compiler for the browser that was put together has no clippy".to_owned(),
        ));
    }
    if !has_component("clippy", "clippy") {
        return Ok(Outcome::Skipped(
            "this Rust toolchain has no clippy".to_owned(),
        ));
    }
    let mut cargo = context.tools.wasm_command("cargo");
    // Not the examples: they are programs for this machine.
    check(
        cargo
            .arg("clippy")
            .args(WASM_PACKAGES)
            .args(["--target", "wasm32-unknown-unknown"])
            .args(["--lib", "--bins", "--tests", "--", "-D", "warnings"]),
    )
}

fn native(context: &Context) -> Result<Outcome> {
    tests(
        context
            .tools
            .command("cargo")
            .args(["test", "--workspace", "--exclude", "e2e"]),
    )
}

/// Tests with programs that others wrote. Those that cannot be had here are named in the summary.
fn interop(context: &Context) -> Result<Outcome> {
    let guests = [
        (
            "javascript_clients",
            "INTEROP_NPM",
            interop::javascript_clients(&context.workspace)?,
        ),
        (
            "ministack",
            "INTEROP_MINISTACK",
            interop::ministack(&context.workspace)?,
        ),
    ];
    let (mut remarks, mut missing) = (Vec::new(), 0);
    for (test, variable, guest) in &guests {
        match guest {
            Guest::Missing(why) => {
                missing += 1;
                remarks.push(format!("skipped: {why}"));
            }
            Guest::Here(path) => {
                let mut cargo = context.tools.command("cargo");
                cargo
                    .args([
                        "test",
                        "--package",
                        "interop",
                        "--test",
                        test,
                        "--",
                        "--ignored",
                    ])
                    // That is for the step `deploy`.
                    .args(["--skip", TEMPLATE_TESTS])
                    .env(variable, path);
                match tests(&mut cargo)? {
                    Outcome::Passed(counts) => remarks.push(format!("{test}: {counts}")),
                    failed => return Ok(failed),
                }
            }
        }
    }
    let remarks = remarks.join("; ");
    Ok(if missing == guests.len() {
        Outcome::Skipped(remarks)
    } else {
        Outcome::Passed(remarks)
    })
}

fn browser(context: &Context, engine: Engine) -> Result<Outcome> {
    let mut cargo = context.tools.wasm_command("cargo");
    cargo
        .arg("test")
        .args(WASM_PACKAGES)
        .args(["--target", "wasm32-unknown-unknown", "--tests"])
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
            "wasm-bindgen-test-runner",
        )
        .env("WASM_BINDGEN_USE_BROWSER", "1")
        // Seconds. A slow machine is no failure.
        .env("WASM_BINDGEN_TEST_TIMEOUT", "300")
        .env("WASM_BINDGEN_TEST_DRIVER_TIMEOUT", "60");
    // The runner takes the first driver that is named.
    for variable in ["CHROMEDRIVER", "GECKODRIVER", "SAFARIDRIVER"] {
        cargo.env_remove(variable);
    }
    let settings = match engine {
        Engine::Chromium => {
            let browser = context.tools.browser()?;
            cargo.env("CHROMEDRIVER", &browser.driver);
            browser.write_settings(&context.workspace)?
        }
        Engine::Firefox => {
            let firefox = context.tools.firefox()?;
            cargo.env("GECKODRIVER", &firefox.driver);
            firefox.write_settings(&context.workspace)?
        }
        Engine::WebKit => {
            return Ok(Outcome::Skipped(
                "wasm-bindgen's runner does not know WebKitGTK".to_owned(),
            ));
        }
    };
    tests(cargo.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", settings))
}

fn build_dist(context: &Context) -> Result<Outcome> {
    for line in dist::build(&context.workspace, &context.tools)? {
        progress::print(&line);
    }
    Ok(Outcome::Passed(String::new()))
}

fn deny(context: &Context) -> Result<Outcome> {
    const TOOLS: &[Tool] = &[Tool::Deny];
    let tools = Tools::prepare(&context.workspace, TOOLS)?;
    if let Err(why) = tools.require(TOOLS) {
        return Ok(Outcome::Skipped(why.to_string()));
    }
    let mut deny = tools.command("cargo-deny");
    // What is known to be unsafe changes from day to day: that is no test of a commit.
    deny.args(["check", "licenses", "bans", "sources"]);
    progress::run("looking at the dependencies", &mut deny)?;
    Ok(Outcome::Passed(String::new()))
}

fn budget(context: &Context) -> Result<Outcome> {
    if context.failed("dist") {
        return Ok(Outcome::Skipped("there is no release build".to_owned()));
    }
    let sizes = dist::sizes(&context.workspace)?;
    size::print_sizes(&sizes);
    let Some(excess) = dist::over_budget(&context.workspace, &context.tools, &sizes)? else {
        return Ok(Outcome::Skipped(
            "without Rust's source the build is larger than the budget is made for".to_owned(),
        ));
    };
    if excess.is_empty() {
        return Ok(Outcome::Passed(String::new()));
    }
    for line in &excess {
        progress::say(line);
    }
    Ok(Outcome::Failed(
        "over the budget, see above: make it smaller, or say so by `cargo xtask size --write`"
            .to_owned(),
    ))
}

fn e2e(context: &Context, engine: Engine) -> Result<Outcome> {
    if context.failed("dist") {
        return Ok(Outcome::Skipped(
            "there is no release build to test".to_owned(),
        ));
    }
    let dist = context.workspace.root.join("dist");
    if !dist.join("index.html").exists() {
        return Ok(Outcome::Failed(
            "dist/ is missing: run `cargo xtask test dist e2e`".to_owned(),
        ));
    }
    let mut variables: Vec<(&str, OsString)> = vec![
        ("E2E_BROWSER", engine.name().into()),
        ("CRUDDUR_DIST", dist.into()),
    ];
    match engine {
        Engine::Chromium => {
            let browser = context.tools.browser()?;
            variables.push(("CHROMIUM", (&browser.chromium).into()));
            variables.push(("CHROMEDRIVER", (&browser.driver).into()));
        }
        Engine::Firefox => {
            let firefox = context.tools.firefox()?;
            variables.push(("FIREFOX", (&firefox.firefox).into()));
            variables.push(("GECKODRIVER", (&firefox.driver).into()));
        }
        Engine::WebKit => {
            let webkit = context.tools.webkit()?;
            variables.push(("WEBKIT_BROWSER", (&webkit.browser).into()));
            variables.push(("WEBKIT_DRIVER", (&webkit.driver).into()));
            variables.push(("XVFB", (&webkit.display).into()));
        }
    }
    let limits = engine.limits(&context.workspace);
    workspace::remove_file(&limits)?;
    // Those beside Amplify are ignored where it cannot be had.
    let mut arguments = Vec::new();
    let missing = match interop::amplify_bundle(&context.workspace)? {
        Guest::Here(bundle) => {
            variables.push(("AMPLIFY_BUNDLE", bundle.into()));
            // What is skipped is the step `deploy`.
            arguments.extend(["--include-ignored", "--skip", "nginx_answers"]);
            None
        }
        Guest::Missing(why) => Some(why),
    };
    let command = || {
        let mut cargo = context.tools.command("cargo");
        cargo
            .args(["test", "--package", "e2e", "--no-fail-fast", "--"])
            .envs(variables.iter().cloned());
        cargo
    };
    let (shown, second) = journeys(command, &arguments)?;
    // Those that an engine cannot run pass at once, and do not count.
    let notes = std::fs::read_to_string(&limits).unwrap_or_default();
    let (not_run, left_out) = engines::left_out(&notes);
    Ok(match judge(&shown.without(not_run)) {
        Outcome::Passed(counts) => {
            let left_out = left_out
                .map(|remark| format!("{remark} (target/e2e/{}/limits.txt)", engine.name()));
            let missing = missing.map(|why| format!("skipped: {why}"));
            let remarks = [Some(counts), second, left_out, missing];
            Outcome::Passed(remarks.into_iter().flatten().collect::<Vec<_>>().join("; "))
        }
        other => other,
    })
}

/// The tests of `interop` that are about what is deployed.
const TEMPLATE_TESTS: &str = "template::";

/// The journeys that are gone through behind nginx: of everything that a site has to get right, some. Signing up,
/// confirming, signing in and out, the feed, posting, addresses that lead to a page, those that do not, the language, parts.
const BEHIND_NGINX: &[&str] = &[
    "visit::",
    "sign_up::",
    "sign_out::",
    "posting::",
    "people::everybody_has_a_page",
    "languages::",
    "parts::",
];

/// The templates by AWS's own rules and made into a pool, and the release behind nginx. What cannot be had here is named.
fn deployment(context: &Context) -> Result<Outcome> {
    let mut remarks = Vec::new();
    let mut checked = false;
    match interop::cfn_lint(&context.workspace)? {
        Guest::Missing(why) => remarks.push(format!("skipped: {why}")),
        Guest::Here(program) => {
            let mut lint = Command::new(program);
            lint.args(["deploy/user-pool.yaml", "deploy/site.yaml"])
                .current_dir(&context.workspace.root);
            match check(&mut lint)? {
                Outcome::Passed(_) => remarks.push("cfn-lint: 2 templates".to_owned()),
                failed => return Ok(failed),
            }
            checked = true;
        }
    }
    match interop::ministack(&context.workspace)? {
        Guest::Missing(why) => remarks.push(format!("skipped: {why}")),
        Guest::Here(program) => {
            let mut cargo = context.tools.command("cargo");
            cargo
                .args(["test", "--package", "interop", "--test", "ministack"])
                .args(["--", "--include-ignored", TEMPLATE_TESTS])
                .env("INTEROP_MINISTACK", program);
            match tests(&mut cargo)? {
                Outcome::Passed(counts) => remarks.push(format!("the pool's template: {counts}")),
                failed => return Ok(failed),
            }
            checked = true;
        }
    }
    if workspace::on_path("node").is_none() {
        remarks.push("skipped: no Node.js for the site's template".to_owned());
    } else {
        let mut cargo = context.tools.command("cargo");
        cargo
            .args(["test", "--package", "interop", "--test", "site_template"])
            .args(["--", "--include-ignored"]);
        match tests(&mut cargo)? {
            Outcome::Passed(counts) => remarks.push(format!("the site's template: {counts}")),
            failed => return Ok(failed),
        }
        checked = true;
    }
    match behind_nginx(context)? {
        Outcome::Passed(remark) => {
            remarks.push(remark);
            checked = true;
        }
        Outcome::Skipped(why) => remarks.push(format!("skipped: {why}")),
        failed => return Ok(failed),
    }
    let remarks = remarks.join("; ");
    Ok(if checked {
        Outcome::Passed(remarks)
    } else {
        Outcome::Skipped(remarks)
    })
}

/// nginx beside the local site server, and then journeys through the release as it is deployed.
fn behind_nginx(context: &Context) -> Result<Outcome> {
    const TOOLS: &[Tool] = &[Tool::Nginx, Tool::Browser];
    let tools = Tools::prepare(&context.workspace, TOOLS)?;
    let nginx = match tools.program(Tool::Nginx) {
        Ok(program) => program,
        Err(why) => return Ok(Outcome::Skipped(format!("no nginx: {why}"))),
    };
    let command = |name: &str, variables: &[(&str, &Path)]| {
        let mut cargo = context.tools.command("cargo");
        cargo
            .args(["test", "--package", "e2e", "--test", name, "--"])
            .env("E2E_NGINX", nginx)
            .envs(variables.iter().copied());
        cargo
    };
    let mut remarks = Vec::new();
    match tests(command("nginx", &[]).arg("--ignored"))? {
        Outcome::Passed(counts) => remarks.push(format!("nginx: {counts}")),
        failed => return Ok(failed),
    }
    if context.failed("dist") || !context.workspace.root.join("dist/index.html").exists() {
        remarks.push("no journeys: there is no release build".to_owned());
    } else if let Err(why) = tools.require(&[Tool::Browser]) {
        remarks.push(format!("no journeys: {why}"));
    } else {
        let browser = tools.browser()?;
        let site = deploy::prepared(&context.workspace)?;
        let variables: &[(&str, &Path)] = &[
            ("CHROMIUM", &browser.chromium),
            ("CHROMEDRIVER", &browser.driver),
            ("CRUDDUR_DIST", &site),
        ];
        let (shown, second) = journeys(|| command("journeys", variables), BEHIND_NGINX)?;
        match judge(&shown) {
            Outcome::Passed(counts) => remarks.push(format!("journeys behind it: {counts}")),
            failed => return Ok(failed),
        }
        remarks.extend(second);
    }
    Ok(Outcome::Passed(remarks.join("; ")))
}

/// Whether the toolchain has this subcommand of cargo; rustup is asked to add it if not.
fn has_component(subcommand: &str, component: &str) -> bool {
    let asked = || process::output(Command::new("cargo").args([subcommand, "--version"])).is_ok();
    asked()
        || (process::output(Command::new("rustup").args(["component", "add", component])).is_ok()
            && asked())
}

/// How many journeys are tried a second time.
const SECOND_TRIES: usize = 2;

/// Goes through journeys: `command` is `cargo test …` up to `--`. Each has a browser, on a machine that may have much else to
/// do. Where one or two fail, they are tried once more, alone; what passes only then is named all the same, for something is
/// wrong with it or with the app.
fn journeys(command: impl Fn() -> Command, arguments: &[&str]) -> Result<(Shown, Option<String>)> {
    let shown = show(command().args(arguments))?;
    if shown.failing.is_empty() || shown.failing.len() > SECOND_TRIES {
        return Ok((shown, None));
    }
    let names = shown.failing.join(", ");
    progress::say(&format!("A second time, alone: {names}"));
    let mut alone = command();
    alone.args(["--include-ignored", "--exact", "--test-threads=1"]);
    let again = show(alone.args(&shown.failing))?;
    Ok(match shown.after(&again) {
        Some(passed) => (passed, Some(format!("only the second time: {names}"))),
        None => (shown, None),
    })
}

/// A check that passes or fails as a whole.
fn check(command: &mut Command) -> Result<Outcome> {
    Ok(match show(command)?.failure {
        None => Outcome::Passed(String::new()),
        Some(why) => Outcome::Failed(why),
    })
}

/// A check that runs tests: none is a failure.
fn tests(command: &mut Command) -> Result<Outcome> {
    Ok(judge(&show(command)?))
}

fn judge(shown: &Shown) -> Outcome {
    let Counts { passed, failed, .. } = shown.counts;
    match &shown.failure {
        Some(why) if failed > 0 => {
            Outcome::Failed(format!("{failed} of {} tests: {why}", failed + passed))
        }
        Some(why) => Outcome::Failed(why.clone()),
        None if passed == 0 => Outcome::Failed("no test was run".to_owned()),
        None => Outcome::Passed(shown.counts.to_string()),
    }
}

struct Shown {
    counts: Counts,
    /// Why it failed, if it did.
    failure: Option<String>,
    /// The tests that failed.
    failing: Vec<String>,
}

impl Shown {
    /// It, if all that failed has passed in a second run.
    fn after(&self, again: &Self) -> Option<Self> {
        let failed = self.counts.failed;
        let all_passed = again.failure.is_none() && again.counts.passed == failed;
        (all_passed && self.failing.len() as u64 == failed).then(|| Self {
            counts: Counts {
                passed: self.counts.passed + failed,
                failed: 0,
                ..self.counts
            },
            failure: None,
            failing: Vec::new(),
        })
    }

    /// It, if so many tests that passed were none.
    fn without(mut self, not_run: u64) -> Self {
        self.counts.passed = self.counts.passed.saturating_sub(not_run);
        self
    }
}

/// Runs a command with its output shown as it comes.
fn show(command: &mut Command) -> Result<Shown> {
    if std::io::stdout().is_terminal() {
        command.env("CARGO_TERM_COLOR", "always");
    }
    let mut counts = Counts::default();
    let mut failing = Vec::new();
    let mut outside = None;
    let status = process::start(command)?.finish(|stream, line| {
        match stream {
            Stream::Out => progress::print(line),
            Stream::Err => progress::say(line),
        }
        let line = process::plain(line);
        if let Some(more) = counts_in(&line) {
            counts.passed += more.passed;
            counts.failed += more.failed;
            counts.ignored += more.ignored;
        } else if let Some(name) = failing_test(&line) {
            failing.push(name.to_owned());
        } else if outside.is_none() && stream == Stream::Err {
            outside = failure::cause(&line);
        }
    })?;
    let failure = (!status.success()).then(|| match outside {
        Some(outside) if counts.failed == 0 => outside.to_string(),
        _ if failing.is_empty() => "see its output above".to_owned(),
        _ => failing.join(", "),
    });
    Ok(Shown {
        counts,
        failure,
        failing,
    })
}

/// The counts in a test program's closing line, as in
/// `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s`.
pub fn counts_in(line: &str) -> Option<Counts> {
    let (_, list) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let count = |what: &str| {
        list.split("; ")
            .find_map(|part| part.trim().strip_suffix(what)?.trim().parse().ok())
            .unwrap_or_default()
    };
    Some(Counts {
        passed: count("passed"),
        failed: count("failed"),
        ignored: count("ignored"),
    })
}

/// The name in a line like `test forms::signs_in ... FAILED`.
fn failing_test(line: &str) -> Option<&str> {
    let (name, result) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
    matches!(result.to_ascii_uppercase().as_str(), "FAILED" | "FAIL").then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_of_test_programs_are_counted() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.03s";
        assert_eq!(
            counts_in(line),
            Some(Counts {
                passed: 12,
                failed: 3,
                ignored: 1
            })
        );
        let line = "test result: ok. 4 passed; 0 failed; 0 ignored; 0 filtered out";
        assert_eq!(
            counts_in(line),
            Some(Counts {
                passed: 4,
                failed: 0,
                ignored: 0
            })
        );
        assert_eq!(counts_in("running 4 tests"), None);
    }

    #[test]
    fn a_second_run_makes_up_for_no_more_than_it_ran() {
        let shown = |passed, failing: &[&str]| Shown {
            counts: Counts {
                passed,
                failed: failing.len() as u64,
                ignored: 0,
            },
            failure: (!failing.is_empty()).then(|| failing.join(", ")),
            failing: failing.iter().map(|name| (*name).to_owned()).collect(),
        };
        let first = shown(7, &["a", "b"]);
        let counts = |again: &Shown| first.after(again).map(|shown| shown.counts.passed);
        assert_eq!(counts(&shown(2, &[])), Some(9));
        assert_eq!(counts(&shown(1, &[])), None);
        assert_eq!(counts(&shown(1, &["b"])), None);
        // Something else went wrong, too.
        let mut first = shown(7, &["a"]);
        first.failing.clear();
        assert!(first.after(&shown(1, &[])).is_none());
    }

    #[test]
    fn one_or_two_journeys_are_tried_again_and_named() {
        // A test program whose tests fail when they are not alone, and may then.
        let run = |failing: &[&str], again: &str| {
            let lines = failing
                .iter()
                .map(|name| format!("echo 'test {name} ... FAILED'; "));
            let lines: String = lines.collect();
            let failed = failing.len();
            let script = format!(
                "case \"$*\" in
                *--exact*) {again} ;;
                *) {lines} echo 'test result: FAILED. 3 passed; {failed} failed; 0 ignored'; exit 1 ;;
                esac"
            );
            let command = || {
                let mut command = Command::new("sh");
                command.args(["-c", &script, "sh"]);
                command
            };
            let (shown, second) = journeys(command, &["--skip", "x"]).unwrap();
            (judge(&shown), second)
        };
        let pass = "echo 'test result: ok. 1 passed; 0 failed; 0 ignored'";
        let (outcome, second) = run(&["a"], pass);
        assert!(matches!(outcome, Outcome::Passed(counts) if counts == "4 tests"));
        assert_eq!(second.as_deref(), Some("only the second time: a"));
        for (failing, again) in [
            (
                &["a"][..],
                "echo 'test result: FAILED. 0 passed; 1 failed; 0 ignored'; exit 1",
            ),
            // One of two.
            (&["a", "b"], pass),
            // So many are no accident: nothing is tried again.
            (
                &["a", "b", "c"],
                "echo 'test result: ok. 3 passed; 0 failed; 0 ignored'",
            ),
        ] {
            let (outcome, second) = run(failing, again);
            let Outcome::Failed(why) = outcome else {
                panic!("{failing:?} passed");
            };
            assert!(why.contains(&failing.join(", ")), "{why}");
            assert_eq!(second, None);
        }
    }

    #[test]
    fn failing_tests_are_named() {
        assert_eq!(
            failing_test("test forms::signs_in ... FAILED"),
            Some("forms::signs_in")
        );
        assert_eq!(
            failing_test("test forms::signs_in ... FAIL"),
            Some("forms::signs_in")
        );
        assert_eq!(failing_test("test forms::signs_in ... ok"), None);
    }

    #[test]
    fn the_summary_closes_with_a_line_that_counts_the_steps() {
        let report = |step, outcome| Report {
            step,
            outcome,
            took: Duration::from_millis(1234),
        };
        let text = summary(&[
            report("fmt", Outcome::Passed(String::new())),
            report("native", Outcome::Passed("7 tests".to_owned())),
            report(
                "browser",
                Outcome::Failed("1 of 2 tests: signs_in".to_owned()),
            ),
            report("e2e", Outcome::Skipped("why".to_owned())),
        ]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[1], "fmt             ok          1.2 s");
        assert_eq!(lines[2], "native          ok          1.2 s   7 tests");
        assert_eq!(
            lines[3],
            "browser         FAILED      1.2 s   1 of 2 tests: signs_in"
        );
        assert_eq!(lines[4], "e2e             skipped     1.2 s   why");
        assert_eq!(lines.last(), Some(&"2 passed, 1 failed, 1 skipped"));
    }

    #[test]
    fn a_failing_command_is_a_failed_check() {
        assert!(matches!(
            check(Command::new("sh").args(["-c", "exit 0"])),
            Ok(Outcome::Passed(_))
        ));
        assert!(matches!(
            check(Command::new("sh").args(["-c", "exit 1"])),
            Ok(Outcome::Failed(_))
        ));
    }

    #[test]
    fn tests_that_fail_or_are_not_there_are_a_failed_step() {
        let shown = |passed, failed, failure: Option<&str>| Shown {
            counts: Counts {
                passed,
                failed,
                ignored: 0,
            },
            failure: failure.map(str::to_owned),
            failing: Vec::new(),
        };
        let said = |shown| match judge(&shown) {
            Outcome::Passed(remark) => format!("ok {remark}"),
            Outcome::Failed(why) => format!("FAILED {why}"),
            Outcome::Skipped(why) => format!("skipped {why}"),
        };
        assert_eq!(said(shown(3, 0, None)), "ok 3 tests");
        assert_eq!(said(shown(0, 0, None)), "FAILED no test was run");
        assert_eq!(said(shown(3, 1, Some("a::b"))), "FAILED 1 of 4 tests: a::b");
        assert_eq!(said(shown(3, 0, Some("see above"))), "FAILED see above");
    }

    #[test]
    fn every_step_has_its_own_name() {
        for (index, step) in STEPS.iter().enumerate() {
            assert!(
                STEPS[..index].iter().all(|other| other.name != step.name),
                "{}",
                step.name
            );
        }
    }
}
