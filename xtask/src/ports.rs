//! Whether the ports that a server wants are free.

use std::{
    fs,
    io::ErrorKind,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener},
};

use crate::failure::{Failure, Result};

/// Fails if something listens on this machine's `port`; `instead` says what else can be done than to end it.
pub fn require_free(port: u16, server: &str, instead: &str) -> Result {
    for address in [
        IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(Ipv6Addr::LOCALHOST),
    ] {
        match TcpListener::bind((address, port)) {
            Err(error) if error.kind() == ErrorKind::AddrInUse => {
                let (by, how) = match holder(port) {
                    Some((process, name)) => (
                        format!(" by `{name}`"),
                        format!("end that program (kill {process})"),
                    ),
                    None => (String::new(), "end the program that uses it".to_owned()),
                };
                return Err(Failure::new(format!(
                    "Port {port}, which {server} needs, is in use{by}: {how}{instead}, then run again."
                )));
            }
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                return Err(Failure::new(format!(
                    "Port {port} may not be used by you: choose one above 1023."
                )));
            }
            // A machine may lack IPv6.
            Err(_) | Ok(_) => {}
        }
    }
    Ok(())
}

/// The process that listens on a port and its name, where the system tells.
fn holder(port: u16) -> Option<(u32, String)> {
    let socket = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .find_map(|table| {
            listening_socket(&fs::read_to_string(table).ok()?, port).map(str::to_owned)
        })?;
    let link = format!("socket:[{socket}]");
    for process in fs::read_dir("/proc").ok()?.flatten() {
        // `self` and the like are not processes of their own.
        let Some(id) = process
            .file_name()
            .to_str()
            .and_then(|name| name.parse().ok())
        else {
            continue;
        };
        let Ok(files) = fs::read_dir(process.path().join("fd")) else {
            continue;
        };
        if files
            .flatten()
            .any(|file| fs::read_link(file.path()).is_ok_and(|to| to.as_os_str() == link.as_str()))
        {
            let name = fs::read_to_string(process.path().join("comm")).ok()?;
            return Some((id, name.trim().to_owned()));
        }
    }
    None
}

/// The number of the socket that listens on `port`, from a table like `/proc/net/tcp`.
fn listening_socket(table: &str, port: u16) -> Option<&str> {
    const LISTENING: &str = "0A";
    let port = format!(":{port:04X}");
    table.lines().skip(1).find_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        (fields.get(1)?.ends_with(&port) && *fields.get(3)? == LISTENING)
            .then(|| fields.get(9).copied())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_one_line_with_advice() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let line = require_free(port, "the app", " or choose another port (--port N)")
            .unwrap_err()
            .to_string();
        assert!(
            line.starts_with(&format!("Port {port}, which the app needs, is in use")),
            "{line}"
        );
        assert!(
            line.ends_with(" or choose another port (--port N), then run again."),
            "{line}"
        );
        assert!(!line.contains('\n'));
        if fs::exists("/proc/net/tcp").unwrap() {
            assert!(
                line.contains(&format!("(kill {})", std::process::id())),
                "{line}"
            );
        }
        drop(listener);
        assert!(require_free(port, "the app", "").is_ok());
    }

    #[test]
    fn only_a_listening_socket_holds_a_port() {
        let table = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n   \
                     0: 0100007F:1F90 0100007F:A000 06 00000000:00000000 03:00000B8D 00000000     0        0 11 3\n   \
                     1: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 77 1\n";
        assert_eq!(listening_socket(table, 8080), Some("77"));
        assert_eq!(listening_socket(table, 8081), None);
    }
}
