//! Metadata in a page, from which reference managers take a citation: schema.org as
//! JSON-LD, the `citation_…` tags of Highwire Press, and `COinS` (an `OpenURL` in the title of
//! a span).

use chancery_model::Date;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{Citation, CitationKind, plain, ris};

impl Citation {
    /// The Highwire tags: names and contents of `meta` elements.
    pub fn highwire_tags(&self) -> Vec<(&'static str, String)> {
        let mut tags = vec![("citation_title", ris::titled(self))];
        tags.extend(self.sender.clone().map(|name| ("citation_author", name)));
        match &self.volume {
            Some(volume) => {
                tags.push(("citation_inbook_title", volume.title.clone()));
                tags.extend(volume.editors.iter().map(|name| ("citation_editor", name.clone())));
                let publisher = plain::publisher(volume).map(str::to_owned);
                tags.extend(publisher.map(|name| ("citation_publisher", name)));
                let year = volume.year.map(|year| year.to_string());
                tags.extend(year.map(|year| ("citation_publication_date", year)));
            }
            None => {
                let date = self.date.map(|date| date.to_string().replace('-', "/"));
                tags.extend(date.map(|date| ("citation_publication_date", date)));
            }
        }
        tags.extend(self.url.clone().map(|url| ("citation_public_url", url)));
        tags.extend(self.document_id.clone().map(|id| ("citation_id", id)));
        tags
    }

    /// The title of a `COinS` span.
    pub fn coins(&self) -> String {
        let mut pairs = vec![("ctx_ver", "Z39.88-2004".to_owned())];
        let date = self.date.map(|date: Date| date.to_string()).unwrap_or_default();
        match &self.volume {
            Some(volume) => {
                pairs.push(("rft_val_fmt", "info:ofi/fmt:kev:mtx:book".to_owned()));
                pairs.push(("rft.genre", "bookitem".to_owned()));
                pairs.push(("rft.atitle", ris::titled(self)));
                pairs.push(("rft.btitle", volume.title.clone()));
                pairs.push(("rft.pub", plain::publisher(volume).unwrap_or_default().to_owned()));
                pairs.push(("rft.place", volume.place.clone().unwrap_or_default()));
                pairs.push(("rft.date", volume.year.map_or(date, |year| year.to_string())));
            }
            None => {
                pairs.push(("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc".to_owned()));
                pairs.push(("rft.title", self.title.clone()));
                pairs.push(("rft.creator", self.sender.clone().unwrap_or_default()));
                pairs.push(("rft.date", date));
                pairs.push(("rft.type", self.kind.name().to_owned()));
                pairs.push(("rft.source", self.archive.clone().unwrap_or_default()));
                pairs.push(("rft.identifier", self.document_id.clone().unwrap_or_default()));
            }
        }
        pairs.extend(self.url.clone().map(|url| ("rft_id", url)));
        let encoded = pairs.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| {
            format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC))
        });
        encoded.collect::<Vec<_>>().join("&")
    }

    /// The document as schema.org describes it.
    pub fn json_ld(&self) -> Value {
        let kind = match self.kind {
            CitationKind::Volume => "Chapter",
            CitationKind::Telegram | CitationKind::Letter => "Message",
            CitationKind::Memorandum | CitationKind::File => "CreativeWork",
        };
        let mut item =
            json!({"@context": "https://schema.org", "@type": kind, "name": ris::titled(self)});
        let mut set = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                item[name] = value;
            }
        };
        set("dateCreated", self.date.map(|date| date.to_string().into()));
        set("identifier", self.document_id.clone().map(Value::from));
        set("url", self.url.clone().map(Value::from));
        set(
            "sender",
            self.sender.as_ref().map(|name| json!({"@type": "Organization", "name": name})),
        );
        set(
            "isPartOf",
            self.volume.as_ref().map(|volume| {
                json!({
                    "@type": "Book", "name": volume.title, "editor": volume.editors,
                    "publisher": plain::publisher(volume), "datePublished": volume.year,
                })
            }),
        );
        set(
            "holdingArchive",
            self.archive.as_ref().map(|name| {
                json!({
                    "@type": "ArchiveOrganization", "name": name,
                })
            }),
        );
        item
    }
}
