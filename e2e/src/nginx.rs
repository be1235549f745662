//! The built site behind nginx, configured as it is deployed.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use cruddur_hosting::{Nginx, connect_sources};
use nix::fcntl::{FcntlArg, FdFlag, fcntl};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use std::os::fd::AsRawFd as _;
use tempfile::TempDir;
use tokio::process::{Child, Command};

/// Debian's place for the module, as seen from nginx's program.
const BROTLI: &str = "../lib/nginx/modules/ngx_http_brotli_static_module.so";

/// nginx's program, where journeys are to go through it. The one place that reads `E2E_NGINX`.
pub fn wanted() -> Option<PathBuf> {
    std::env::var_os("E2E_NGINX").map(PathBuf::from)
}

/// A port that nginx is going to serve. Connections wait in its queue from now on, so nobody has to wait for nginx.
pub struct Port(TcpListener);

impl Port {
    /// Any that is free.
    pub fn free() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        // nginx leaves a socket that it was given as it is, and a worker that finds nothing to accept would wait there,
        // with the connections it has.
        let set = listener.set_nonblocking(true);
        set.expect("a socket that does not wait");
        Self(listener)
    }

    fn address(&self) -> String {
        self.0.local_addr().expect("its address").to_string()
    }

    /// The URL of what will be served, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address())
    }
}

/// A running nginx, until it is dropped.
pub struct Server {
    process: Child,
    _folder: TempDir,
}

impl Server {
    /// Serves a copy of `dist` with this `config.json`.
    pub fn start(program: &Path, port: Port, dist: &Path, config: &Value) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let root = folder.path().join("site");
        copy(dist, &root);
        fs::write(root.join("config.json"), config.to_string()).expect("config.json");
        for compressed in ["br", "gz"] {
            // Of a release that was prepared for elsewhere.
            let _ = fs::remove_file(root.join(format!("config.json.{compressed}")));
        }
        let brotli = program.parent().map(|folder| folder.join(BROTLI));
        let nginx = Nginx {
            listen: port.address(),
            root: root.display().to_string(),
            connect: connect_sources(config).expect("origins"),
            brotli: brotli
                .filter(|module| module.exists())
                .map(|module| module.display().to_string()),
            tls: None,
        };
        let file = folder.path().join("nginx.conf");
        fs::write(&file, nginx.configuration()).expect("nginx.conf");
        // nginx takes over open sockets that this variable names; they are otherwise closed when a program starts.
        fcntl(&port.0, FcntlArg::F_SETFD(FdFlag::empty())).expect("a socket to inherit");
        let process = Command::new(program)
            // Where it writes until it has read its configuration; its own place is the system's.
            .args(["-e", "start.log"])
            .arg("-p")
            .arg(folder.path())
            .arg("-c")
            .arg(&file)
            .args([
                "-g",
                if nix::unistd::geteuid().is_root() {
                    "daemon off; user root;"
                } else {
                    "daemon off;"
                },
            ])
            .env("NGINX", format!("{};", port.0.as_raw_fd()))
            .stdin(Stdio::null())
            .spawn()
            .expect("nginx");
        Self {
            process,
            _folder: folder,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Asked, it ends its workers too; killed, it would leave them.
        if let Some(id) = self.process.id().and_then(|id| i32::try_from(id).ok()) {
            let _ = kill(Pid::from_raw(id), Signal::SIGTERM);
            // It tidies up in its folder, which goes next.
            while let Ok(None) = self.process.try_wait() {
                std::thread::yield_now();
            }
        }
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a copy");
        }
    }
}
