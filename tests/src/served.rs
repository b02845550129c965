//! The binary itself, served on a port, as an operator runs it.

use crate::client::Client;
use crate::database::TestDatabase;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The binary that was built beside this program.
pub fn utfall() -> Command {
    let mut path = std::env::current_exe().expect("this program's path");
    while path.pop() {
        let binary = path.join("utfall");
        if binary.is_file() {
            let mut command = Command::new(binary);
            for name in ["UTFALL_LISTEN", "UTFALL_DATABASE_URL", "UTFALL_PUBLIC_URL", "UTFALL_MIGRATION_URL"] {
                command.env_remove(name);
            }
            return command;
        }
    }
    panic!("the binary is not built: run the tests with `make test`");
}

/// A served binary that ends with its owner.
pub struct Served {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Served {
    /// Starts to serve a database on a free port; the schema's owner is told.
    pub fn start(database: &TestDatabase) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        Self::start_on(database, port.expect("a port"))
    }

    /// Starts to serve a database on a port.
    pub fn start_on(database: &TestDatabase, address: SocketAddr) -> Self {
        let (served, lines) = Self::spawn(database, address);
        // What it warns of is shown with the test that fails.
        let warnings = lines.filter(|line| !line.contains("\"level\":\"INFO\""));
        std::thread::spawn(move || warnings.for_each(|line| eprintln!("{line}")));
        served
    }

    /// Starts to serve a database on a free port; all that it logs is given when it has ended.
    pub fn logged(database: &TestDatabase) -> (Self, JoinHandle<String>) {
        let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let (served, lines) = Self::spawn(database, port.expect("a port"));
        (served, std::thread::spawn(move || lines.collect::<Vec<_>>().join("\n")))
    }

    fn spawn(database: &TestDatabase, address: SocketAddr) -> (Self, impl Iterator<Item = String> + Send + 'static) {
        let mut command = utfall();
        command.args(["serve", "--listen", &address.to_string(), "--database-url", &database.url]);
        command.env("UTFALL_MIGRATION_URL", &database.owner_url).env("UTFALL_LOG", "json");
        // Faults are looked for here, not limits.
        command.env("UTFALL_CALLS_A_SECOND", "0");
        let mut child = command.stderr(Stdio::piped()).spawn().expect("a served binary");
        let stderr = child.stderr.take().expect("its log");
        let mut lines = BufReader::new(stderr).lines().map_while(Result::ok);
        let serving = lines.by_ref().any(|line| line.contains("\"message\":\"serving\""));
        assert!(serving, "the binary ended before it served");
        (Self { child, address }, lines)
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal, such as `-KILL`.
    pub fn signal(pid: u32, signal: &str) {
        let sent = Command::new("kill").args([signal, &pid.to_string()]).status().expect("kill");
        assert!(sent.success(), "kill {signal} {pid}");
    }

    /// Waits until it has ended.
    pub fn ended(&mut self) -> ExitStatus {
        self.child.wait().expect("an end")
    }

    /// Waits until it has ended; `None` when it takes longer.
    pub async fn ended_within(&mut self, most: Duration) -> Option<ExitStatus> {
        let began = Instant::now();
        while began.elapsed() < most {
            if let Some(status) = self.child.try_wait().expect("an end") {
                return Some(status);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        None
    }

    /// A token by the command line, and a client with it.
    pub fn client(&self, database: &TestDatabase, arguments: &[&str]) -> Client {
        let listen = self.address.to_string();
        let output = utfall()
            .args(["token", "--database-url", &database.url, "--listen", &listen, "--subject", "test"])
            .args(arguments)
            .output()
            .expect("a token");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Client::with_token(self.address, "0580", String::from_utf8_lossy(&output.stdout).trim())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
