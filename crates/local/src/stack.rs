//! The servers of one stack, started and stopped together.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State as Shared};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::backend::{self, BackendDeps};
use crate::clock::Clock;
use crate::connection::{Connection, Sockets};
use crate::faults::{Faults, Target, Turn};
use crate::mail::Mailbox;
use crate::options::{CLIENT_ID, Options, REGION, USER_POOL_ID};
use crate::pool::{self, KeyError, PoolOptions, UserPools};
use crate::site::{self, SiteOptions};
use crate::state::{State, StateError, StateFile};

/// How long open connections may take to end when the stack is shut down.
const SHUTDOWN: Duration = Duration::from_millis(500);

/// A running local stack. Dropping it stops the servers; [`Stack::shutdown`] also waits for them.
pub struct Stack {
    pool: Server,
    backend: Server,
    site: Option<Server>,
    mailbox: Mailbox,
    state: Arc<State>,
    clock: Arc<Clock>,
    faults: Arc<Faults>,
    stop: watch::Sender<bool>,
}

/// Why a stack did not start.
#[derive(Debug)]
pub enum StartError {
    /// A port is taken, or may not be used.
    Port {
        /// Which server wanted it.
        server: &'static str,
        /// The option that gives it another port.
        option: &'static str,
        /// The port.
        port: u16,
        /// What the system said.
        error: io::Error,
    },
    /// The state file cannot be used.
    State(StateError),
    /// A signing key in the state file is not one, or none could be made.
    Key {
        /// The state file; `None` when there is none.
        file: Option<PathBuf>,
        /// What is wrong.
        error: KeyError,
    },
    /// The site's directory holds no built site.
    Site(PathBuf),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Port {
                server,
                option,
                port,
                error,
            } if error.kind() == io::ErrorKind::AddrInUse => write!(
                f,
                "port {port}, which the {server} needs, is in use: stop the other program, or give another port with \
                 {option} N or --free-ports"
            ),
            Self::Port {
                server,
                option,
                port,
                error,
            } => write!(
                f,
                "the {server} cannot use port {port} ({error}): give another one with {option} N or --free-ports"
            ),
            Self::State(error) => error.fmt(f),
            Self::Key {
                file: Some(file),
                error,
            } => write!(
                f,
                "the state file {} is damaged ({error}); delete it to start afresh",
                file.display()
            ),
            Self::Key { file: None, error } => error.fmt(f),
            Self::Site(dir) => write!(
                f,
                "{} holds no built site (no index.html): build one with `cargo xtask dist`",
                dir.display()
            ),
        }
    }
}

impl std::error::Error for StartError {}

impl From<StateError> for StartError {
    fn from(error: StateError) -> Self {
        Self::State(error)
    }
}

impl Stack {
    /// Opens the state, takes the ports and starts every server. When this returns they answer.
    ///
    /// # Errors
    /// When a port, the state file or the site's directory cannot be used.
    pub async fn start(options: Options) -> Result<Self, StartError> {
        let pool = bind("user pool", "--pool-port", options.pool_port).await?;
        let backend = bind("backend", "--backend-port", options.backend_port).await?;
        let site = match options.site {
            Some(site) => Some((
                bind("site", "--site-port", site.port).await?,
                site.dir.clone(),
            )),
            None => None,
        };

        let state = Arc::new(State::open(&options.state)?);
        backend::prepare(&state)?;
        let clock = Arc::new(Clock::default());
        let faults = Arc::new(Faults::default());
        let mut origins = options.frontend_origins;
        if let Some((listener, _)) = &site {
            let port = listener.port;
            origins.extend(["localhost", "127.0.0.1"].map(|host| format!("http://{host}:{port}")));
        }
        let pools = UserPools::open(PoolOptions {
            clock: Arc::clone(&clock),
            state: Arc::clone(&state),
            faults: Arc::clone(&faults),
            print_mail: options.print_mail,
            lasting: options.state != StateFile::Ephemeral,
            everything: options.everything,
            origins: origins.clone(),
        })
        .map_err(|error| match (error, &options.state) {
            (pool::OpenError::State(error), _) => StartError::State(error),
            (pool::OpenError::Key(error), StateFile::At(file)) => StartError::Key {
                file: Some(file.clone()),
                error,
            },
            (pool::OpenError::Key(error), StateFile::Ephemeral) => {
                StartError::Key { file: None, error }
            }
        })?;

        let (stop, stopped) = watch::channel(false);
        let pool_url = pool.url();
        let backend_url = backend.url();
        origins.push(backend_url.clone());
        let backend_router = backend::router(BackendDeps {
            clock: Arc::clone(&clock),
            state: Arc::clone(&state),
            keys: pools.keys(),
            directory: pools.directory(),
            faults: Arc::clone(&faults),
            issuer: pool::issuer(USER_POOL_ID),
            client_id: CLIENT_ID.to_owned(),
            origins,
            week: options.week,
        });
        let site = match site {
            None => None,
            Some((listener, dir)) => {
                let site_options = SiteOptions {
                    dir,
                    pool_url: pool_url.clone(),
                    backend_url: backend_url.clone(),
                    region: REGION.to_owned(),
                    user_pool_id: USER_POOL_ID.to_owned(),
                    client_id: CLIENT_ID.to_owned(),
                    everything: options.everything,
                };
                if !site_options.is_built() {
                    return Err(StartError::Site(site_options.dir));
                }
                let faulty = from_fn_with_state(Arc::clone(&faults), fail_site);
                let router = site::router(site_options).layer(faulty);
                Some(listener.serve(router, stopped.clone()))
            }
        };
        Ok(Self {
            mailbox: pools.mailbox(),
            pool: pool.serve(pool::router(pools), stopped.clone()),
            backend: backend.serve(backend_router, stopped),
            site,
            state,
            clock,
            faults,
            stop,
        })
    }

    /// The user pool's URL, without a trailing slash.
    pub fn pool_url(&self) -> &str {
        &self.pool.url
    }

    /// The backend's URL, without a trailing slash.
    pub fn backend_url(&self) -> &str {
        &self.backend.url
    }

    /// The site's URL, without a trailing slash, if a site is served.
    pub fn site_url(&self) -> Option<&str> {
        self.site.as_ref().map(|site| site.url.as_str())
    }

    /// The page that shows the mails.
    pub fn mailbox_url(&self) -> String {
        format!("{}/_local/mailbox", self.pool.url)
    }

    /// The mails that the pool has sent.
    pub fn mail(&self) -> &Mailbox {
        &self.mailbox
    }

    /// The time that the stack goes by.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The failures that are still to happen.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// Stops every server and waits until their ports and the state file are free. Everything acknowledged is on disk already.
    pub async fn shutdown(self) {
        self.stop.send_replace(true);
        let servers = [Some(self.pool), Some(self.backend), self.site];
        for mut server in servers.into_iter().flatten() {
            let ended = tokio::time::timeout(SHUTDOWN, &mut server.task).await;
            if ended.is_err() {
                server.task.abort();
                // That it was aborted is no news.
                let _ = (&mut server.task).await;
            }
        }
        self.state.close();
    }
}

/// Fails a request to the site the way a test asked for.
async fn fail_site(Shared(faults): Shared<Arc<Faults>>, request: Request, next: Next) -> Response {
    match faults.turn(Target::Site, request.uri().path()).await {
        Turn::Answer => next.run(request).await,
        Turn::Fail(fault) => fault.happen(request.extensions()).await,
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Server {
    url: String,
    task: JoinHandle<()>,
}

/// A port that is taken, with nothing to answer on it yet.
struct Bound {
    listener: TcpListener,
    port: u16,
}

async fn bind(server: &'static str, option: &'static str, port: u16) -> Result<Bound, StartError> {
    let failed = |error| StartError::Port {
        server,
        option,
        port,
        error,
    };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let port = listener.local_addr().map_err(failed)?.port();
    Ok(Bound { listener, port })
}

impl Bound {
    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn serve(self, router: Router, mut stopped: watch::Receiver<bool>) -> Server {
        let url = self.url();
        let service = router.into_make_service_with_connect_info::<Connection>();
        let task = tokio::spawn(async move {
            let stop = async move {
                // An error means that the stack has been dropped.
                let _ = stopped.wait_for(|stop| *stop).await;
            };
            // The server ends by `stop` alone: accepting never fails for good.
            let _ = axum::serve(Sockets(self.listener), service)
                .with_graceful_shutdown(stop)
                .await;
        });
        Server { url, task }
    }
}
