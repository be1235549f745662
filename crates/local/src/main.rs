//! `cruddur-local`: Cruddur's development stack on the loopback address.

use std::process::ExitCode;

use cruddur_local::{CLIENT_ID, REGION, Stack, USER_POOL_ID};

mod command_line;

use command_line::{Command, USAGE};

fn main() -> ExitCode {
    let command = match command_line::parse(std::env::args_os().skip(1)) {
        Ok(command) => command,
        Err(error) => {
            eprintln!("cruddur-local: {error}");
            return ExitCode::from(2);
        }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let result = match (command, runtime) {
        (Command::Help, _) => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        (_, Err(error)) => Err(error.to_string()),
        (Command::Run { options, json }, Ok(runtime)) => runtime.block_on(run(options, json)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("cruddur-local: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: cruddur_local::Options, json: bool) -> Result<(), String> {
    // Listened for from the start, so that no signal is missed.
    let mut signals = Signals::listen().map_err(|error| error.to_string())?;
    let stack = tokio::select! {
        stack = Stack::start(options) => stack.map_err(|error| error.to_string())?,
        () = signals.next() => return Ok(()),
    };
    match json {
        true => println!("{}", as_json(&stack)),
        false => print!("{}", as_text(&stack)),
    }
    signals.next().await;
    stack.shutdown().await;
    Ok(())
}

fn as_json(stack: &Stack) -> serde_json::Value {
    serde_json::json!({
        "pool": stack.pool_url(),
        "backend": stack.backend_url(),
        "mailbox": stack.mailbox_url(),
        "site": stack.site_url(),
        "user_pool_id": USER_POOL_ID,
        "client_id": CLIENT_ID,
        "region": REGION,
    })
}

fn as_text(stack: &Stack) -> String {
    let site = stack
        .site_url()
        .map(|url| format!("site       {url}\n"))
        .unwrap_or_default();
    format!(
        "user pool  {}  ({USER_POOL_ID}, client {CLIENT_ID})\n\
         mailbox    {}\n\
         backend    {}\n\
         {site}\
         stop with Ctrl-C\n",
        stack.pool_url(),
        stack.mailbox_url(),
        stack.backend_url(),
    )
}

/// The signals that end the program.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    #[cfg(unix)]
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    #[cfg(unix)]
    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    #[cfg(not(unix))]
    fn listen() -> std::io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    async fn next(&mut self) {
        // Without Ctrl-C there is nothing to wait for but the end of the process.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
