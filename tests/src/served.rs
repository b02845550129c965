//! The binary itself, served on a port, as an operator runs it.

use crate::client::Client;
use crate::database::TestDatabase;
use crate::program::program;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The binary that was built beside this program, set up by its arguments alone.
pub fn utfall() -> Command {
    let program = std::env::current_exe().expect("this program's path");
    let beside = program.ancestors().map(|directory| directory.join("utfall")).find(|binary| binary.is_file());
    let mut command = Command::new(beside.expect("the binary is not built: run the tests with `make test`"));
    for name in ["UTFALL_LISTEN", "UTFALL_DATABASE_URL", "UTFALL_PUBLIC_URL", "UTFALL_MIGRATION_URL"] {
        command.env_remove(name);
    }
    command
}

fn free_port() -> SocketAddr {
    std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port")
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
        Self::start_on(database, free_port())
    }

    /// Starts to serve a database on a free port with a clock that is off by so much, as `faketime` writes it: `+25s`.
    pub fn start_off(database: &TestDatabase, off: &str) -> Self {
        let told = program("faketime", "faketime").args(["-f", "+0s", "printenv", "LD_PRELOAD"]).output();
        let library = String::from_utf8(told.expect("faketime").stdout).expect("a path");
        let mut faked = utfall();
        // Not by faketime's own process, which would be killed instead. Only the time of day is another: what waits, waits as ever.
        faked.env("LD_PRELOAD", library.trim()).env("FAKETIME", off).env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        Self::heard(Self::run(faked, database, free_port()))
    }

    /// Starts to serve a database on a free port, with nobody at the other end of its log.
    pub fn unheard(database: &TestDatabase) -> Self {
        Self::spawn(database, free_port()).0
    }

    /// Starts to serve a database on a port.
    pub fn start_on(database: &TestDatabase, address: SocketAddr) -> Self {
        Self::heard(Self::spawn(database, address))
    }

    /// What it warns of is shown with the test that fails.
    fn heard((served, lines): (Self, impl Iterator<Item = String> + Send + 'static)) -> Self {
        let warnings = lines.filter(|line| !line.contains("\"level\":\"INFO\""));
        std::thread::spawn(move || warnings.for_each(|line| eprintln!("{line}")));
        served
    }

    /// Starts to serve a database on a free port; all that it logs is given when it has ended.
    pub fn logged(database: &TestDatabase) -> (Self, JoinHandle<String>) {
        let (served, lines) = Self::spawn(database, free_port());
        (served, std::thread::spawn(move || lines.collect::<Vec<_>>().join("\n")))
    }

    fn spawn(database: &TestDatabase, address: SocketAddr) -> (Self, impl Iterator<Item = String> + Send + 'static) {
        Self::run(utfall(), database, address)
    }

    fn run(
        mut command: Command,
        database: &TestDatabase,
        address: SocketAddr,
    ) -> (Self, impl Iterator<Item = String> + Send + 'static) {
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

    /// The memory that it holds, in MiB; from now on its peak is counted anew.
    pub fn memory(&self) -> f64 {
        std::fs::write(format!("/proc/{}/clear_refs", self.pid()), "5").expect("a peak forgotten");
        memory(self.pid(), "VmRSS")
    }

    /// The most memory that it has held since, in MiB.
    pub fn peak(&self) -> f64 {
        memory(self.pid(), "VmHWM")
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

/// A line of a process's status, such as `VmRSS`, in MiB.
pub fn memory(pid: u32, of: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("its status");
    let line = status.lines().find_map(|line| line.strip_prefix(of)?.strip_prefix(':')).expect("its memory");
    line.trim().trim_end_matches(" kB").parse::<f64>().expect("a number") / 1024.0
}
