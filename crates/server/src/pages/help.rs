//! How to ask, and the keys.

use axum::response::Html;
use maud::{Markup, html};

use super::{Place, frame};

/// What can be asked, with an example of each.
const QUERIES: [(&str, &str); 12] = [
    ("missile sites", "both words"),
    ("\"missile sites\"", "the phrase"),
    ("missile OR rocket", "either"),
    ("missile NOT cuba", "one without the other"),
    ("missil*", "words that begin so"),
    ("kadafi~1", "one letter off"),
    ("person:\"henry kissinger\"", "in every spelling; also place: and org:"),
    ("date:1957..1959-06", "years, months, days and ranges of them"),
    ("post:algiers tag:PREL", "sending post, TAGS"),
    ("class:secret marking:S/NF", "classification, portion markings"),
    ("from:paris to:state ref:09ALGIERS948", "sender, addressee, references"),
    ("subject:budget note:check path:cables", "subject line, notes, where the file lay"),
];

/// The keys, and what they do.
const KEYS: [(&str, &str); 8] = [
    ("/", "to the search box"),
    ("j k", "next, previous paragraph or result"),
    ("n p", "next, previous hit in the document"),
    ("Enter", "opens the result, or the name's card"),
    ("[ ]", "the document before, the one after"),
    ("e", "names in this document"),
    ("Esc", "closes what is open"),
    ("?", "this help"),
];

/// The table of queries.
pub(crate) fn queries() -> Markup {
    html! {
        table.help {
            caption.unseen { "The query language" }
            tbody {
                @for (query, meaning) in QUERIES {
                    tr { th scope="row" { code { (query) } } td { (meaning) } }
                }
            }
        }
    }
}

/// The page.
pub(crate) fn page() -> Html<String> {
    let body = html! {
        article.narrow {
            h1 { "Help" }
            h2 #ask { "How to ask" }
            (queries())
            h2 #names { "Names" }
            p { "Names are underlined by class:" }
            ul.legend {
                li { span.n.per { "person" } } li { span.n.loc { "place" } }
                li { span.n.org { "organisation" } } li { span.n.misc { "other name" } }
            }
            p {
                "A click shows who it is and why we think so, and lets you correct it: it is no \
                 name, it is of another class, it is someone else. To mark a name that was not \
                 found, select its words. Everything that people decide stands on the page "
                a href="/recent" { "Decisions" } " and can be undone there."
            }
            h2 #keys { "Keys" }
            table.help {
                caption.unseen { "Keys" }
                tbody {
                    @for (keys, meaning) in KEYS {
                        tr {
                            th scope="row" { @for key in keys.split(' ') { kbd { (key) } " " } }
                            td { (meaning) }
                        }
                    }
                }
            }
        }
    };
    frame("Help", Place::Help, "", &body)
}
