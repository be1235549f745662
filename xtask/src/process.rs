//! Running other programs so that none outlives this one.
//!
//! Every child gets a process group of its own: Ctrl-C at the terminal reaches xtask alone, which then ends its children in
//! order. Ending means the whole tree: descendants are found by their parents' ids, and on Linux xtask adopts those whose
//! parent died first, so that a browser left behind by a killed driver is found as well.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{self, BufRead, BufReader, Read},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use std::os::unix::process::CommandExt;

use nix::{
    sys::signal::{self, Signal},
    unistd::Pid,
};
use signal_hook::{
    consts::{SIGHUP, SIGINT, SIGTERM},
    iterator::Signals,
};

use crate::{
    failure::{self, Failure, Result},
    progress,
};

/// How long a program may take to end by itself after it was asked to.
const GRACE: Duration = Duration::from_secs(5);
const POLL: Duration = Duration::from_millis(30);

static STOPPING: AtomicBool = AtomicBool::new(false);
static STOP_IS_NORMAL: AtomicBool = AtomicBool::new(false);

/// Makes Ctrl-C, SIGTERM and SIGHUP end everything that xtask started and then xtask. Call once, first thing.
pub fn handle_signals() -> Result {
    #[cfg(target_os = "linux")]
    if let Err(error) = nix::sys::prctl::set_child_subreaper(true) {
        return Err(Failure::new(format!(
            "Could not take charge of child processes: {error}."
        )));
    }
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP])
        .map_err(|error| Failure::new(format!("Could not listen for Ctrl-C: {error}.")))?;
    thread::spawn(move || {
        for number in signals.forever() {
            if STOPPING.swap(true, Ordering::SeqCst) {
                // Asked twice: no more waiting.
                end_descendants(Duration::ZERO);
                std::process::exit(128 + number);
            }
            thread::spawn(move || {
                end_descendants(GRACE);
                let normal = STOP_IS_NORMAL.load(Ordering::SeqCst);
                progress::say("\nStopped.");
                std::process::exit(if normal { 0 } else { 128 + number });
            });
        }
    });
    Ok(())
}

/// From now on a signal is the expected end, and the exit code says success.
pub fn stop_is_normal() {
    STOP_IS_NORMAL.store(true, Ordering::SeqCst);
}

/// Once a stop was asked for, the signal thread ends the program; whoever comes here waits for that.
fn yield_to_stop() {
    while STOPPING.load(Ordering::SeqCst) {
        thread::sleep(POLL);
    }
}

/// Which stream a line came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// A started program whose output is read line by line.
pub struct Running {
    name: String,
    child: Child,
    lines: mpsc::Receiver<(Stream, String)>,
}

/// What [`Running::next`] saw.
pub enum Event {
    /// One line, without its end.
    Line(Stream, String),
    /// Nothing within the given time.
    Quiet,
    /// The program ended, and all that it printed was read.
    Ended(ExitStatus),
}

/// Starts a program with no input, both output streams read by [`Running::next`].
pub fn start(command: &mut Command) -> Result<Running> {
    yield_to_stop();
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .map_err(|error| not_started(&name, &error))?;
    let (sender, lines) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        read_lines(stdout, Stream::Out, sender.clone());
    }
    if let Some(stderr) = child.stderr.take() {
        read_lines(stderr, Stream::Err, sender);
    }
    Ok(Running { name, child, lines })
}

fn not_started(name: &str, error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::NotFound => Failure::new(format!(
            "`{name}` is not installed: install it, then run again."
        )),
        _ => Failure::new(format!("Could not start `{name}`: {error}.")),
    }
}

fn read_lines(
    stream: impl Read + Send + 'static,
    which: Stream,
    sender: mpsc::Sender<(Stream, String)>,
) {
    thread::spawn(move || {
        let mut reader = BufReader::new(stream);
        let mut bytes = Vec::new();
        while reader
            .read_until(b'\n', &mut bytes)
            .is_ok_and(|read| read > 0)
        {
            let line = String::from_utf8_lossy(&bytes);
            if sender
                .send((which, line.trim_end_matches(['\n', '\r']).to_owned()))
                .is_err()
            {
                break;
            }
            bytes.clear();
        }
    });
}

impl Running {
    /// Waits for the next line or the end, at most `patience`.
    pub fn next(&mut self, patience: Duration) -> Result<Event> {
        let until = Instant::now() + patience;
        loop {
            match self.lines.recv_timeout(POLL) {
                Ok((stream, line)) => {
                    yield_to_stop();
                    return Ok(Event::Line(stream, line));
                }
                // Its streams may be held open by something that it left behind, so ask after the program itself.
                Err(_) => {
                    let status = self.child.try_wait();
                    yield_to_stop();
                    match status {
                        Ok(Some(status)) => {
                            return Ok(match self.lines.recv_timeout(POLL) {
                                Ok((stream, line)) => Event::Line(stream, line),
                                Err(_) => Event::Ended(status),
                            });
                        }
                        Ok(None) if Instant::now() >= until => return Ok(Event::Quiet),
                        Ok(None) => thread::sleep(POLL),
                        Err(error) => {
                            return Err(Failure::new(format!(
                                "Lost track of `{}`: {error}.",
                                self.name
                            )));
                        }
                    }
                }
            }
        }
    }

    /// Hands every line to `on_line` until the program ends.
    pub fn finish(mut self, mut on_line: impl FnMut(Stream, &str)) -> Result<ExitStatus> {
        loop {
            match self.next(Duration::from_secs(3600))? {
                Event::Line(stream, line) => on_line(stream, &line),
                Event::Quiet => {}
                Event::Ended(status) => return Ok(status),
            }
        }
    }
}

/// Runs a command that has the terminal to itself, until it ends.
pub fn hand_over(command: &mut Command) -> Result<ExitStatus> {
    yield_to_stop();
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command
        .stdin(Stdio::null())
        .process_group(0)
        .spawn()
        .map_err(|error| not_started(&name, &error))?;
    let status = child.wait();
    yield_to_stop();
    status.map_err(|error| Failure::new(format!("Lost track of `{name}`: {error}.")))
}

/// Runs a short command to its end and gives back what it printed on standard output.
///
/// Fails when the command does, with the last line that it wrote.
pub fn output(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let (mut out, mut err) = (String::new(), String::new());
    let status = start(command)?.finish(|stream, line| {
        let text = match stream {
            Stream::Out => &mut out,
            Stream::Err => &mut err,
        };
        text.push_str(line);
        text.push('\n');
    })?;
    if status.success() {
        return Ok(out);
    }
    Err(failure::cause(&err).unwrap_or_else(|| {
        let last = |text: &str| {
            let mut lines = text.lines().rev().map(str::trim);
            lines.find(|line| !line.is_empty()).map(str::to_owned)
        };
        let why = last(&err)
            .or_else(|| last(&out))
            .unwrap_or_else(|| "no word why".to_owned());
        Failure::new(format!("`{name}` failed: {why}"))
    }))
}

/// Ends all processes below this one: asks, waits up to `grace`, then kills what is left.
pub fn end_descendants(grace: Duration) {
    let mut asked = BTreeSet::new();
    let asking = Instant::now();
    loop {
        let left = descendants();
        if left.is_empty() {
            return;
        }
        let patient = asking.elapsed() < grace;
        if !patient && asking.elapsed() > grace + GRACE {
            // What a kill does not end in this time hangs in the kernel.
            return;
        }
        for process in left {
            // Gone meanwhile is as good as ended.
            if !patient {
                let _ = signal::kill(Pid::from_raw(process), Signal::SIGKILL);
            } else if asked.insert(process) {
                let _ = signal::kill(Pid::from_raw(process), Signal::SIGTERM);
            }
        }
        thread::sleep(POLL);
    }
}

/// The ids of all living processes below this one.
fn descendants() -> Vec<i32> {
    let table = if fs::exists("/proc/self/stat").unwrap_or(false) {
        read_proc()
    } else {
        read_ps()
    };
    below(
        i32::try_from(std::process::id()).unwrap_or(i32::MAX),
        &table,
    )
}

fn below(top: i32, parents: &BTreeMap<i32, i32>) -> Vec<i32> {
    let mut found = BTreeSet::from([top]);
    loop {
        let more: Vec<i32> = parents
            .iter()
            .filter(|(process, parent)| found.contains(parent) && !found.contains(process))
            .map(|(process, _)| *process)
            .collect();
        if more.is_empty() {
            break;
        }
        found.extend(more);
    }
    found.remove(&top);
    found.into_iter().collect()
}

/// Process id → parent's id, zombies left out.
fn read_proc() -> BTreeMap<i32, i32> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return BTreeMap::new();
    };
    entries
        .filter_map(|entry| {
            let process = entry.ok()?.file_name().to_str()?.parse().ok()?;
            let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
            Some((process, living_parent(&stat)?))
        })
        .collect()
}

/// The parent's id in a `/proc/…/stat` line. The program's name is in brackets and may hold anything.
fn living_parent(stat: &str) -> Option<i32> {
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    let state = fields.next()?;
    let parent = fields.next()?.parse().ok()?;
    (!matches!(state, "Z" | "X")).then_some(parent)
}

fn read_ps() -> BTreeMap<i32, i32> {
    let ps = Command::new("ps")
        .args(["-axo", "pid=,ppid=,stat="])
        .stdout(Stdio::piped())
        .spawn();
    let Ok(ps) = ps else { return BTreeMap::new() };
    let own = ps.id().to_string();
    let Ok(output) = ps.wait_with_output() else {
        return BTreeMap::new();
    };
    parse_ps(&String::from_utf8_lossy(&output.stdout), &own)
}

/// `ps` lists itself too, but is gone by the time that its list is read.
fn parse_ps(list: &str, own: &str) -> BTreeMap<i32, i32> {
    list.lines()
        .filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let &[process, parent, state, ..] = fields.as_slice() else {
                return None;
            };
            (process != own && !state.starts_with('Z'))
                .then_some((process.parse().ok()?, parent.parse().ok()?))
        })
        .collect()
}

/// `text` without terminal colours.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\u{1b}' {
            out.push(c);
            continue;
        }
        // `ESC [ … letter`
        if chars.next() == Some('[') {
            chars.by_ref().find(char::is_ascii_alphabetic);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_brackets_and_spaces_does_not_confuse_the_parent() {
        assert_eq!(living_parent("42 (a) Z 7 (b) S 41 42 0"), Some(41));
        assert_eq!(living_parent("42 (gone) Z 41 42 0"), None);
        assert_eq!(living_parent(""), None);
    }

    #[test]
    fn finds_children_of_children_and_nobody_else() {
        // 10 → 11 → 9 (ids wrap around, so a child's may be smaller), 1 → 20
        let parents = BTreeMap::from([(10, 1), (11, 10), (9, 11), (20, 1)]);
        assert_eq!(below(10, &parents), [9, 11]);
        assert_eq!(below(20, &parents), [0; 0]);
    }

    #[test]
    fn the_list_of_processes_leaves_out_the_dead_and_the_lister() {
        let list = "    1     0 Ss\n   10     1 S+\n   11    10 Z\n   12    10 R\n";
        assert_eq!(parse_ps(list, "12"), BTreeMap::from([(1, 0), (10, 1)]));
    }

    #[test]
    fn output_is_read_whole_and_a_failure_is_one_line() {
        assert_eq!(
            output(Command::new("sh").args(["-c", "echo a; echo b >&2; echo c"])).unwrap(),
            "a\nc\n"
        );
        let failure = output(
            Command::new("sh").args(["-c", "echo first >&2; echo last >&2; echo out; exit 3"]),
        )
        .unwrap_err();
        assert_eq!(failure.to_string(), "`sh` failed: last");
        let missing = output(&mut Command::new("no-such-program-here")).unwrap_err();
        assert!(missing.to_string().contains("not installed"), "{missing}");
    }

    #[test]
    fn a_program_ends_even_when_something_it_left_behind_holds_its_output() {
        let mut lines = Vec::new();
        let status = start(Command::new("sh").args(["-c", "sleep 300 & echo $!; exit 4"]))
            .unwrap()
            .finish(|_, line| lines.push(line.to_owned()))
            .unwrap();
        assert_eq!(status.code(), Some(4));
        let left: i32 = lines[0].parse().unwrap();
        signal::kill(Pid::from_raw(left), Signal::SIGKILL).unwrap();
    }

    #[test]
    fn colours_are_taken_off() {
        assert_eq!(
            plain("\u{1b}[1m\u{1b}[32m   Compiling\u{1b}[0m yew v0.23.0"),
            "   Compiling yew v0.23.0"
        );
    }
}
