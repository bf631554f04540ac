//! The files in data/outline are those that the example prepares.

mod outline;

#[test]
fn the_outline_is_as_prepared() {
    let prepared = outline::build_outline(outline::TOPOLOGY_JSON);
    for (path, content) in prepared.files() {
        let stored = std::fs::read_to_string(&path).expect("a file");
        assert!(stored == content, "{}: run the example prepare_outline", path.display());
    }
}
