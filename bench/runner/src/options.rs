//! What the command line asks for.

use std::path::PathBuf;

use crate::{DEV, Result, STEPS};

/// What to measure, with what.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The app's built site.
    pub dist: Option<PathBuf>,
    /// The peers' built sites, by name; what is not there is left out.
    pub peers: Option<PathBuf>,
    /// Where the report goes.
    pub output: PathBuf,
    /// The program of the local stack.
    pub local: Option<PathBuf>,
    /// The app's source.
    pub tree: Option<PathBuf>,
    /// Fewer runs, for trying things out.
    pub quick: bool,
    /// Only these steps; all that measure sites if empty.
    pub steps: Vec<String>,
}

impl Options {
    /// Reads the arguments after the program's name.
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut options = Self::default();
        while let Some(argument) = arguments.next() {
            let mut path = || {
                let value = arguments.next().map(PathBuf::from);
                value.ok_or_else(|| format!("{argument} needs a path"))
            };
            match argument.as_str() {
                "--dist" => options.dist = Some(path()?),
                "--peers" => options.peers = Some(path()?),
                "--output" => options.output = path()?,
                "--tree" => options.tree = Some(path()?),
                "--local" => options.local = Some(path()?),
                "--quick" => options.quick = true,
                step if STEPS.contains(&step) => options.steps.push(argument),
                other => return Err(format!("{other} is no step: there are {STEPS:?}").into()),
            }
        }
        if options.output.as_os_str().is_empty() {
            return Err("--output is required".into());
        }
        Ok(options)
    }

    /// Whether a step is to be done.
    pub fn wants(&self, step: &str) -> bool {
        (self.steps.is_empty() && step != DEV) || self.steps.iter().any(|wanted| wanted == step)
    }

    /// How often something is done: `full` times, or `quick` ones.
    pub fn times(&self, full: usize, quick: usize) -> usize {
        if self.quick { quick } else { full }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options> {
        Options::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn all_steps_are_done_unless_some_are_named() -> Result<()> {
        let all = parse("--dist d --output o")?;
        assert!(STEPS.iter().all(|step| all.wants(step) == (*step != DEV)));
        let one = parse("--dist d --output o feed")?;
        assert!(one.wants("feed") && !one.wants("bytes"));
        assert!(parse("--output o dev")?.wants(DEV));
        Ok(())
    }

    #[test]
    fn what_is_unknown_or_missing_is_refused() {
        for line in ["--dist d", "--dist", "--dist d --output o speed"] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
