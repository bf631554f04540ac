// The data in `../shared`, beside the repository, that some tests read. It is not
// part of the repository. Tests of several crates include this file:
//
//     #[path = "../../../tests/shared_data.rs"]
//     mod shared_data;

use std::path::{Path, PathBuf};

/// The path of a file or folder in `../shared`, or `None` if it is absent. A test
/// that gets `None` returns: it is skipped. If the environment variable
/// `CHANCERY_REQUIRE_DATA` is set and not `0`, absent data is a failure instead;
/// `.ci/run` sets it if there is a folder `../shared`.
///
/// # Panics
///
/// If the data is required and absent.
pub(crate) fn shared_data(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(name);
    if let Ok(path) = path.canonicalize() {
        return Some(path);
    }
    let required = std::env::var_os("CHANCERY_REQUIRE_DATA").is_some_and(|value| value != "0");
    assert!(!required, "{} is absent, and CHANCERY_REQUIRE_DATA is set", path.display());
    eprintln!("skipped: {} is absent", path.display());
    None
}
