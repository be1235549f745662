//! The browsers that tests run in, and what each of them leaves out.

use std::{collections::BTreeMap, path::PathBuf};

use crate::{
    failure::{Failure, Result},
    workspace::Workspace,
};

/// A browser's engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Of Chrome, Edge and others.
    Chromium,
    /// Of Firefox.
    Firefox,
    /// Of Safari, here as WebKitGTK.
    WebKit,
}

impl Engine {
    const ALL: [Self; 3] = [Self::Chromium, Self::Firefox, Self::WebKit];

    /// As it is called in `--engines`, and in `E2E_BROWSER`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
            Self::WebKit => "webkit",
        }
    }

    /// Where journeys note what they leave out.
    pub fn limits(self, workspace: &Workspace) -> PathBuf {
        let folder = workspace.target.join("e2e");
        match self {
            Self::Chromium => folder.join("limits.txt"),
            other => folder.join(other.name()).join("limits.txt"),
        }
    }
}

/// What `cargo xtask test` is asked for.
#[derive(Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The engines, each once.
    pub engines: Vec<Engine>,
    /// The steps that were named; all, if none was.
    pub steps: Vec<String>,
}

impl Wanted {
    /// Reads the arguments: steps' names, and `--engines` with a list.
    pub fn parse(arguments: &[String]) -> Result<Self> {
        let mut engines: Option<Vec<Engine>> = None;
        let mut steps = Vec::new();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let list = match argument.strip_prefix("--engines") {
                Some("") => rest.next().map(String::as_str),
                Some(list) if list.starts_with('=') => Some(&list[1..]),
                _ if argument.starts_with('-') => {
                    return Err(Failure::new(format!(
                        "`cargo xtask test` takes --engines, --list and names of steps, so not `{argument}`."
                    )));
                }
                _ => {
                    steps.push(argument.clone());
                    continue;
                }
            };
            let list = list.filter(|list| !list.starts_with('-')).ok_or_else(|| {
                Failure::new("--engines takes a list: chromium, firefox, webkit, or all.")
            })?;
            add(engines.get_or_insert_default(), list)?;
        }
        Ok(Self {
            engines: engines.unwrap_or_else(|| vec![Engine::Chromium]),
            steps,
        })
    }

    /// Whether a step is to be run: one of an engine by its own name, or by that of its kind if the engine is asked for.
    pub fn has(&self, step: &str, kind: Option<(&str, Engine)>) -> bool {
        let Some((kind, engine)) = kind else {
            return self.steps.is_empty() || self.names(step);
        };
        let wanted = self.engines.contains(&engine);
        if self.steps.is_empty() {
            return wanted;
        }
        self.names(kind) && wanted || step != kind && self.names(step)
    }

    fn names(&self, step: &str) -> bool {
        self.steps.iter().any(|name| name == step)
    }
}

fn add(engines: &mut Vec<Engine>, list: &str) -> Result {
    for name in list.split(',').map(str::trim) {
        let named: Vec<Engine> = Engine::ALL
            .into_iter()
            .filter(|engine| name == "all" || name == engine.name())
            .collect();
        if named.is_empty() {
            return Err(Failure::new(format!(
                "There is no engine `{name}`: --engines takes chromium, firefox, webkit, or all."
            )));
        }
        for engine in named {
            if !engines.contains(&engine) {
                engines.push(engine);
            }
        }
    }
    Ok(())
}

/// What journeys left out, as they have noted it: how many were not run at all, and a remark about the others.
pub fn left_out(notes: &str) -> (u64, Option<String>) {
    // Each test counts once, by the most that it leaves out.
    let mut tests: BTreeMap<&str, usize> = BTreeMap::new();
    for line in notes.lines() {
        let mut parts = line.split('\t');
        let (Some(test), Some(what)) = (parts.next(), parts.next()) else {
            continue;
        };
        let rank = match what {
            "not run" => 2,
            "ends early" => 1,
            _ => 0,
        };
        let kept = tests.entry(test).or_default();
        *kept = rank.max(*kept);
    }
    let count = |rank| tests.values().filter(|kept| **kept == rank).count();
    let remarks: Vec<String> = [(2, "not run here"), (1, "end early"), (0, "check less")]
        .into_iter()
        .filter_map(|(rank, words)| Some((count(rank), words)).filter(|(count, _)| *count > 0))
        .map(|(count, words)| format!("{count} {words}"))
        .collect();
    let not_run = u64::try_from(count(2)).unwrap_or_default();
    let remark = (!remarks.is_empty()).then(|| remarks.join(", "));
    (not_run, remark)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Wanted> {
        let arguments: Vec<String> = arguments.iter().map(|one| (*one).to_owned()).collect();
        Wanted::parse(&arguments)
    }

    #[test]
    fn engines_are_asked_for_by_a_list() {
        use Engine::{Chromium, Firefox, WebKit};
        for (arguments, engines, steps) in [
            (&[][..], &[Chromium][..], &[][..]),
            (&["--engines", "all"], &[Chromium, Firefox, WebKit], &[]),
            (&["--engines=webkit,firefox"], &[WebKit, Firefox], &[]),
            (&["--engines", "firefox, firefox"], &[Firefox], &[]),
            (
                &["--engines", "firefox", "--engines", "all"],
                &[Firefox, Chromium, WebKit],
                &[],
            ),
            (
                &["e2e", "--engines", "firefox", "dist"],
                &[Firefox],
                &["e2e", "dist"],
            ),
        ] {
            let wanted = parse(arguments).unwrap();
            assert_eq!(wanted.engines, engines, "{arguments:?}");
            assert_eq!(wanted.steps, steps, "{arguments:?}");
        }
    }

    #[test]
    fn what_is_no_engine_is_refused() {
        for (arguments, words) in [
            (&["--engines"][..], "takes a list"),
            (&["--engines", "--list"], "takes a list"),
            (&["--engines", "safari"], "no engine `safari`"),
            (&["--engines="], "no engine ``"),
            (&["--engines", "firefox,"], "no engine ``"),
            (&["--enginesall"], "so not `--enginesall`"),
            (&["--engine", "all"], "so not `--engine`"),
        ] {
            let said = parse(arguments).unwrap_err().to_string();
            assert!(said.contains(words), "{arguments:?}: {said}");
        }
    }

    #[test]
    fn a_step_of_an_engine_is_run_when_it_is_asked_for() {
        const STEPS: [(&str, Option<(&str, Engine)>); 4] = [
            ("fmt", None),
            ("e2e", Some(("e2e", Engine::Chromium))),
            ("e2e-firefox", Some(("e2e", Engine::Firefox))),
            ("e2e-webkit", Some(("e2e", Engine::WebKit))),
        ];
        for (arguments, expected) in [
            (&[][..], &["fmt", "e2e"][..]),
            (&["--engines", "firefox"], &["fmt", "e2e-firefox"]),
            (
                &["--engines", "all"],
                &["fmt", "e2e", "e2e-firefox", "e2e-webkit"],
            ),
            (&["e2e"], &["e2e"]),
            (&["e2e-webkit"], &["e2e-webkit"]),
            (&["e2e", "--engines", "firefox"], &["e2e-firefox"]),
            (
                &["e2e", "--engines", "chromium,webkit"],
                &["e2e", "e2e-webkit"],
            ),
            (&["e2e-webkit", "--engines", "firefox"], &["e2e-webkit"]),
            (&["fmt", "--engines", "all"], &["fmt"]),
        ] {
            let wanted = parse(arguments).unwrap();
            let chosen: Vec<&str> = STEPS
                .into_iter()
                .filter(|(step, kind)| wanted.has(step, *kind))
                .map(|(step, _)| step)
                .collect();
            assert_eq!(chosen, expected, "{arguments:?}");
        }
    }

    #[test]
    fn what_journeys_leave_out_is_counted_once_a_test() {
        let notes = "a::b\tchecks less\tRequests\na::b\tends early\tNetwork\na::c\tchecks less\tNotes\n\
                     a::c\tchecks less\tRequests\nd\tnot run\twhy\n";
        assert_eq!(
            left_out(notes),
            (
                1,
                Some("1 not run here, 1 end early, 1 check less".to_owned())
            )
        );
        assert_eq!(left_out(""), (0, None));
    }
}
