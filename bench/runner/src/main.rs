//! Measures the app and what people would use instead, on one machine and in one run. `cargo xtask bench` builds both and
//! starts this; `docs/performance.md` has the method.

mod backend;
mod browser;
mod bytes;
mod dev;
mod feed;
mod options;
mod pool;
mod report;
mod sign_in;
mod sites;
mod start;
mod stats;

use std::process::ExitCode;

use options::Options;
use report::{Report, Section};
use sites::Sites;

/// What a step comes to, or why it cannot be done.
type Result<T, E = Box<dyn std::error::Error + Send + Sync>> = std::result::Result<T, E>;

/// The steps in their order.
const STEPS: [&str; 6] = ["bytes", "sign-in", "start", "feed", "pool", DEV];
/// The one that measures no site. It is done only when it is named: it builds everything from nothing.
const DEV: &str = "dev";

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(code) => code,
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<ExitCode> {
    let options = Options::parse(std::env::args().skip(1))?;
    let sites = match &options.dist {
        Some(dist) => Some(Sites::start(&options, dist).await?),
        None => None,
    };
    let mut report = Report::new(&options);
    let mut code = ExitCode::SUCCESS;
    for step in STEPS.into_iter().filter(|step| options.wants(step)) {
        eprintln!("bench: {step}");
        let outcome = match (step, &sites) {
            (DEV, _) => dev::measure(&options).await,
            ("pool", _) => pool::measure(&options).await,
            (_, None) => Err("no --dist".into()),
            ("bytes", Some(sites)) => bytes::measure(sites).await,
            ("sign-in", Some(sites)) => sign_in::measure(sites, &options).await,
            ("start", Some(sites)) => start::measure(sites, &options).await,
            (_, Some(sites)) => feed::measure(sites, &options).await,
        };
        let section = outcome.unwrap_or_else(|error| {
            code = ExitCode::FAILURE;
            eprintln!("bench: {step} failed: {error}");
            Section::failed(step, &error.to_string())
        });
        report.sections.push(section);
        // What is measured stays, whatever becomes of the next step.
        report.write(&options.output)?;
    }
    eprintln!("bench: {}", options.output.join("report.md").display());
    Ok(code)
}
