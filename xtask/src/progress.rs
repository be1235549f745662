//! Long commands, run quietly: what they do is shown as one moving line, what they printed only when they fail.

use std::{
    collections::VecDeque,
    io::{IsTerminal, Write},
    process::Command,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crate::{
    failure::{self, Failure, Result},
    process::{self, Stream},
};

/// How many of a quiet command's last lines are kept, to be shown when it fails.
const KEPT_LINES: usize = 300;

struct Task {
    label: String,
    since: Instant,
    /// Crates compiled so far.
    compiled: usize,
    doing: String,
}

static TASKS: Mutex<Vec<Task>> = Mutex::new(Vec::new());
static TICKING: AtomicBool = AtomicBool::new(false);

fn tasks() -> MutexGuard<'static, Vec<Task>> {
    TASKS.lock().unwrap_or_else(PoisonError::into_inner)
}

fn on_terminal() -> bool {
    std::io::stderr().is_terminal()
}

/// Says something about the chore itself, on standard error.
pub fn say(line: &str) {
    let _tasks = tasks();
    wipe();
    to_stderr(&format!("{line}\n"));
}

/// Prints a line of the chore's result, on standard output.
pub fn print(line: &str) {
    let _tasks = tasks();
    wipe();
    // Nobody reads any more, as in `… | head`: that ends the output, not the chore.
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn to_stderr(text: &str) {
    let mut stderr = std::io::stderr();
    let _ = stderr
        .write_all(text.as_bytes())
        .and_then(|()| stderr.flush());
}

/// A moving line is overwritten by the next one.
fn wipe() {
    if on_terminal() {
        to_stderr("\r\u{1b}[2K");
    }
}

/// Something under way, shown with its time until dropped.
pub struct Shown(String);

/// Shows `label` as under way.
pub fn show(label: &str) -> Shown {
    tasks().push(Task {
        label: label.to_owned(),
        since: Instant::now(),
        compiled: 0,
        doing: String::new(),
    });
    if !TICKING.swap(true, Ordering::SeqCst) {
        thread::spawn(tick);
    }
    Shown(label.to_owned())
}

impl Shown {
    /// Notes what a line of the command's output says about how far it is.
    pub fn note(&self, line: &str) {
        let line = process::plain(line);
        let mut words = line.split_whitespace();
        let (Some(verb), Some(object)) = (words.next(), words.next()) else {
            return;
        };
        if let Some(task) = tasks().iter_mut().find(|task| task.label == self.0) {
            match verb {
                "Compiling" | "Checking" => {
                    task.compiled += 1;
                    task.doing = format!("{} crates, {object}", task.compiled);
                }
                "Downloading" | "Downloaded" | "Updating" | "Unpacking" | "Installing"
                | "Blocking" => {
                    task.doing = format!("{} {object}", verb.to_lowercase());
                }
                _ => {}
            }
        }
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        let mut tasks = tasks();
        tasks.retain(|task| task.label != self.0);
        wipe();
    }
}

/// Prints where things are: on a terminal one line that moves, elsewhere a line now and then.
fn tick() {
    let terminal = on_terminal();
    let pause = Duration::from_secs(if terminal { 1 } else { 15 });
    loop {
        thread::sleep(pause);
        let tasks = tasks();
        if tasks.is_empty() {
            continue;
        }
        let line: Vec<String> = tasks.iter().map(describe).collect();
        let line = format!("  … {}", line.join(" · "));
        if terminal {
            // A line that wraps could not be wiped.
            let short: String = line.chars().take(78).collect();
            to_stderr(&format!("\r\u{1b}[2K{short}"));
        } else {
            to_stderr(&format!("{line}\n"));
        }
    }
}

fn describe(task: &Task) -> String {
    let time = clock(task.since.elapsed());
    if task.doing.is_empty() {
        format!("{} {time}", task.label)
    } else {
        format!("{} {time} ({})", task.label, task.doing)
    }
}

/// Minutes and seconds.
pub fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// Runs a command quietly under `label`. When it fails, its output is shown, unless the cause fits in a line.
pub fn run(label: &str, command: &mut Command) -> Result {
    let Some(output) = attempt(label, command)? else {
        return Ok(());
    };
    if let Some(cause) = failure::cause(&output) {
        return Err(cause);
    }
    say(&output);
    Err(Failure::new(format!("{label}: failed, see above.")))
}

/// Like [`run`], but a failure is the caller's to judge: the end of the output is given back.
pub fn attempt(label: &str, command: &mut Command) -> Result<Option<String>> {
    let (success, output) = capture(label, command)?;
    Ok((!success).then_some(output))
}

/// Runs a command quietly under `label`. Tells whether it succeeded, and the end of its output.
pub fn capture(label: &str, command: &mut Command) -> Result<(bool, String)> {
    let shown = show(label);
    let mut last = VecDeque::new();
    let status = process::start(command)?.finish(|stream, line| {
        if stream == Stream::Err {
            shown.note(line);
        }
        last.push_back(line.to_owned());
        if last.len() > KEPT_LINES {
            last.pop_front();
        }
    })?;
    Ok((status.success(), Vec::from(last).join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_s_lines_become_progress() {
        let shown = show("a build");
        shown.note("\u{1b}[1m\u{1b}[92m   Compiling\u{1b}[0m syn v2.0.1");
        shown.note("   Compiling yew v0.23.0");
        shown.note("warning: whatever");
        let text = tasks()
            .iter()
            .find(|task| task.label == "a build")
            .map(describe)
            .unwrap();
        assert!(text.starts_with("a build 0:0"), "{text}");
        assert!(text.ends_with("(2 crates, yew)"), "{text}");
        drop(shown);
        assert!(!tasks().iter().any(|task| task.label == "a build"));
    }

    #[test]
    fn a_clock_has_minutes_and_two_digits_of_seconds() {
        assert_eq!(clock(Duration::from_secs(184)), "3:04");
        assert_eq!(clock(Duration::from_millis(999)), "0:00");
    }
}
