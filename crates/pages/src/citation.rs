//! How the page of a document is cited: the text to copy, files for reference managers,
//! and metadata that they find in the page.

use chancery_formats::citation::{Citation, CitationFormat};
use maud::{Markup, PreEscaped, html};

use crate::html::without_controls;

/// The formats that are downloaded; plain text stands in the page.
const FILES: [CitationFormat; 3] =
    [CitationFormat::Ris, CitationFormat::Bibtex, CitationFormat::CslJson];

/// The elements of the head that reference managers read.
pub fn citation_head(citation: &Citation) -> Markup {
    // "<" in a string would end the element.
    let json = citation.json_ld().to_string().replace('<', "\\u003c");
    html! {
        @for (name, content) in citation.highwire_tags() {
            meta name=(name) content=(without_controls(&content));
        }
        script type="application/ld+json" { (PreEscaped(json)) }
    }
}

/// The citation with a button to copy it, and links to its files under `address`.
pub fn citation_section(citation: &Citation, address: &str) -> Markup {
    html! {
        div.cite {
            button type="button" data-copy="citation" hidden { "Copy citation" }
            details {
                summary { "Cite" }
                p.citation #citation { (citation.write(CitationFormat::Text)) }
                @if let Some(url) = &citation.url {
                    p { a href=(url) rel="noreferrer" { "This document at the Office of the Historian" } }
                }
                ul.plain {
                    @for format in FILES {
                        li { a href={ (address) "/cite/" (format.name()) } download { (format.description()) } }
                    }
                }
            }
        }
    }
}

/// An `OpenURL` in the title of an empty element, which reference managers look for.
pub fn coins(citation: &Citation) -> Markup {
    html! { span.Z3988 title=(citation.coins()) aria-hidden="true" {} }
}
