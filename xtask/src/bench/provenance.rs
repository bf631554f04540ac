//! The machine and the versions with which a table was measured.

use std::fs;
use std::process::Command;
use std::thread;

use serde::{Deserialize, Serialize};

use super::options::BenchOptions;
use crate::TaskResult;
use crate::process::command_output;

#[derive(Serialize, Deserialize)]
pub(crate) struct Provenance {
    pub(crate) date: String,
    pub(crate) machine: String,
    /// Programs and packages, with their versions.
    pub(crate) versions: Vec<String>,
}

impl Provenance {
    pub(crate) fn detect_current(setting: &BenchOptions) -> TaskResult<Self> {
        let commit = command_output(
            Command::new("git")
                .args(["describe", "--always", "--dirty"])
                .current_dir(&setting.root),
        )?;
        let chancery = command_output(Command::new(setting.program_path()).arg("--version"))?;
        let rustc = command_output(Command::new("rustc").arg("--version"))?;
        let rustc = rustc.split(" (").next().unwrap_or_default().to_owned();
        Ok(Self {
            date: command_output(Command::new("date").arg("+%F"))?.trim().to_owned(),
            machine: describe_machine()?,
            versions: vec![format!("{} ({})", chancery.trim(), commit.trim()), rustc],
        })
    }

    /// Adds the versions of Python packages.
    pub(crate) fn add_packages(
        &mut self,
        python: &std::path::Path,
        packages: &[&str],
    ) -> TaskResult<()> {
        for package in packages {
            let script = format!("import importlib.metadata as m; print(m.version({package:?}))");
            let version = command_output(Command::new(python).args(["-c", &script]))?;
            self.versions.push(format!("{package} {}", version.trim()));
        }
        Ok(())
    }
}

/// Describes the processor, its cores, the memory and the operating system.
fn describe_machine() -> TaskResult<String> {
    let field = |path: &str, name: &str| -> Option<String> {
        let text = fs::read_to_string(path).ok()?;
        let line = text.lines().find(|line| line.starts_with(name))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let processor = field("/proc/cpuinfo", "model name").unwrap_or("unknown processor".to_owned());
    let vectors = match field("/proc/cpuinfo", "flags") {
        Some(flags) if flags.contains("avx512_vnni") => ", AVX-512 VNNI",
        Some(flags) if flags.contains("avx_vnni") => ", AVX-VNNI",
        Some(flags) if flags.contains("avx2") => ", AVX2",
        _ => "",
    };
    let cores = thread::available_parallelism()?;
    let kilobytes = field("/proc/meminfo", "MemTotal").unwrap_or_default();
    let gigabytes =
        kilobytes.split(' ').next().and_then(|n| n.parse::<f64>().ok()).unwrap_or(0.0) / 1e6;
    let system = command_output(Command::new("uname").arg("-srm"))?;
    Ok(format!("{processor}{vectors}, {cores} cores, {gigabytes:.0} GB, {}", system.trim()))
}
