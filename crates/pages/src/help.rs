//! The help page: the query language, and the keyboard shortcuts.

use maud::{Markup, html};

use crate::frame::{NavigationItem, render_frame};

/// Examples of queries, and what each finds.
const EXAMPLE_QUERIES: [(&str, &str); 22] = [
    ("missile sites", "both words"),
    ("\"missile sites\"", "the phrase"),
    ("missile OR rocket", "either"),
    ("missile NOT cuba", "the first without the second"),
    ("missil*", "words with this beginning"),
    ("kadafi~1", "also words with one letter different"),
    ("mis*le", "words with this beginning and this end"),
    ("stem:negotiate", "all forms of an English word"),
    (
        "\"smugglers PERSON\"~5",
        "near each other, with at most five other words between; also PLACE, ORG, OFFICE, DATE",
    ),
    ("near:\"Port Louis\"~100km", "places at most so far from a place"),
    ("like:09ALGIERS948", "documents like this one"),
    ("tag:PTER copies:once", "near-duplicates count once, in hits and in counts"),
    ("person:\"henry kissinger\"", "a person by any of the names; also place: and org:"),
    ("office:\"foreign minister of mali\"", "an office, or its holder called so"),
    ("said:huddleston about:\"joint command\"", "who says something, and what is said"),
    ("told:huddleston met:huddleston in:tamanrasset", "who hears it, meetings, places of acts"),
    ("date:1957..1959-06", "years, months, days and ranges of them"),
    ("post:algiers tag:PREL", "sending post, TAGS"),
    ("classification:secret marking:S/NF", "classification, portion markings"),
    ("from:paris to:state references:09ALGIERS948", "sender, addressee, references"),
    ("subject:budget footnote:source", "subject line, footnotes alone"),
    ("note:check path:cables", "notes of users, path of the file"),
];

/// The keyboard shortcuts, and what they do.
const KEYBOARD_SHORTCUTS: [(&str, &str); 9] = [
    ("/", "go to the search box"),
    ("j k", "next, previous paragraph or result"),
    ("n p", "next, previous hit in the document"),
    ("Enter", "open the result, or the name's card"),
    ("[ ]", "previous, next document"),
    ("e", "go to the names in this document"),
    ("s d n u", "doubts: same, different, next, undo"),
    ("Esc", "close the card"),
    ("?", "show this help"),
];

/// The table of example queries.
pub fn query_examples() -> Markup {
    html! {
        table.help {
            caption.unseen { "The query language" }
            tbody {
                @for (query, meaning) in EXAMPLE_QUERIES {
                    tr { th scope="row" { code { (query) } } td { (meaning) } }
                }
            }
        }
    }
}

/// Renders the page.
pub fn render_page() -> Markup {
    let body = html! {
        article.narrow {
            h1 { "Help" }
            h2 #ask { "How to search" }
            (query_examples())
            h2 #names { "Names" }
            p { "The underline of a name shows its label:" }
            ul.legend {
                li { span.n.per { "person" } } li { span.n.loc { "place" } }
                li { span.n.org { "organisation" } } li { span.n.misc { "other" } }
            }
            p {
                "Click a name to see who or what it is, and the evidence for that. You can \
                 correct it there: it is not a name, its label is wrong, or it is someone else; here, \
                 in the whole document, or everywhere where nothing is decided. You stay where you \
                 are. Names that a person decided have a tick. To add a name that was not found, \
                 select its words. " a href="/doubts" { "Doubts" } " has names that may be one, and "
                a href="/recent" { "Decisions" } " lists all corrections; each can be undone."
            }
            p {
                "Links are sure, likely or possible. Sure links are seldom wrong, possible ones \
                 should be checked against the evidence beside them."
            }
            h2 #statements { "Statements" }
            p {
                "A telegram is reported speech. “Show statements” above a document sets who says \
                 what to whom into its margin; the page of a person lists what the person says \
                 and is told. A statement is found by its word of saying, such as “told” or \
                 “according to”. “The post” is the telegram itself. What was not found may have \
                 been said all the same, and a speaker is a guess from the words around: read the \
                 passage before you quote. Wrong ones can be corrected beside the text."
            }
            h2 #folders { "Whole folders" }
            p {
                "Files that you drop on the page " a href="/add" { "Add" } " are read while you go on \
                 reading. Whole folders, and files of more than 64 MB, are added in a terminal, also \
                 while this page is open; the manual that came with the program says how."
            }
            h2 #keys { "Keys" }
            p.with-script-block {
                label.check {
                    input #keys-off type="checkbox" data-keys-off;
                    " Switch off the keys of one letter or sign, for speech input and screen readers"
                }
            }
            table.help {
                caption.unseen { "Keys" }
                tbody {
                    @for (keys, meaning) in KEYBOARD_SHORTCUTS {
                        tr {
                            th scope="row" { @for key in keys.split(' ') { kbd { (key) } " " } }
                            td { (meaning) }
                        }
                    }
                }
            }
        }
    };
    render_frame("Help", NavigationItem::Help, "", &body)
}
