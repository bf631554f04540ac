//! Lists the documents of inputs before they are read, to join side tables with them.

use std::path::Path;

use chancery_model::path_to_text;

use super::side_table::DocumentPath;
use super::{Opened, Opener};

impl Opener {
    /// The paths of the documents in a file on disk. `name` is its path as the user
    /// knows it. Containers are read to their end; parts that cannot be read are left
    /// out, as they are reported when they are read.
    pub fn document_paths(&self, path: &Path, name: &str) -> Vec<DocumentPath> {
        let absolute = std::path::absolute(path).ok();
        let absolute = absolute.map(|path| path_to_text(&path));
        let mut found = Vec::new();
        self.visit_file(path, name, &mut |opened| {
            let shown = match opened {
                Opened::Itself { .. } => name.to_owned(),
                Opened::Member(member) => member.path,
                Opened::Problem { .. } => return true,
            };
            let inner = shown.strip_prefix(name).unwrap_or_default();
            let absolute = absolute.as_ref().map(|outer| format!("{outer}{inner}"));
            found.push(DocumentPath { shown, absolute });
            true
        });
        found
    }
}
