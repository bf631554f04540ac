//! Any text as a query. It is rejected with a column, or the query and its
//! negation together find each document of a small archive once. Hits are
//! inside their text.

#![no_main]

use chancery_fuzz::TEXTS;
use chancery_store::{Archive, Query, SearchRequest, Searcher, parse_query};
use libfuzzer_sys::fuzz_target;

thread_local! {
    static OPEN: (Archive, Searcher) = {
        let archive = Archive::open(&chancery_fuzz::create_archive("query")).expect("an archive");
        let searcher = Searcher::open(&archive).expect("an index");
        (archive, searcher)
    };
}

fuzz_target!(|words: &str| {
    let query = match parse_query(words) {
        Ok(query) => query,
        Err(error) => return assert!(error.column <= words.chars().count() + 1, "{error}"),
    };
    OPEN.with(|(archive, searcher)| {
        let request = SearchRequest { facets: true, ..SearchRequest::new(query.clone()) };
        let Ok(results) = searcher.search(archive, &request) else { return };
        let opposite = SearchRequest::new(Query::Not(Box::new(query)));
        let others = searcher.search(archive, &opposite).expect("the query was accepted before");
        assert_eq!(results.total + others.total, TEXTS.len(), "{words:?}");
        for hit in results.hits {
            let stored = archive.documents().stored(hit.document.number).expect("a document");
            let text = stored.annotated.document.text.as_str();
            assert!(
                hit.spans.iter().all(|span| text.get(span.byte_range()).is_some()),
                "{words:?}"
            );
        }
    });
});
